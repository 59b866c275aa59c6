"""What answers about plans look like: where a plan stands, what it says, and what proves it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.derived import model_of
from domain.folds.plans import PlanState
from domain.plan import Baseline, FundUse, ObjectiveResult, ScheduledProject

Objective: Any = model_of(ObjectiveResult, "Objective")
Use: Any = model_of(FundUse)
Scheduled: Any = model_of(ScheduledProject)
Compared: Any = model_of(Baseline)
Code = Annotated[str, Field(examples=["2026-01"])]


class PlanRow(BaseModel):
    """A plan in a list."""

    plan: Code
    state: PlanState
    published: Annotated[bool, Field(description="Whether what it says was announced, so that anybody may read it.")]
    amount_fen: Annotated[int, Field(ge=0, description="The sum of its lines.")]
    plan_hash: Annotated[str, Field(description="SHA-256 over its case, lines, sites and schedule.")]
    policy: str
    announced_on: date | None
    objections_until: date | None
    superseded_by: Annotated[str | None, Field(description="The plan that took its place.")]


class UnderPolicy(BaseModel):
    """The policy a plan was computed under."""

    policy: str
    version: int
    policy_hash: str
    title_zh: str
    title_en: str
    in_force_from: date


class Run(BaseModel):
    """Enough to search the same case again and find the same plan, bit for bit."""

    register_position: Annotated[int, Field(ge=0, description="The position the register and funds were read at.")]
    instance_hash: Annotated[str, Field(description="Of the case as arrays.")]
    rules: Annotated[list[str], Field(description="Ids of the rules of the policy, in its order.")]
    engine: str
    engine_version: str
    parameters: dict[str, str]
    termination: str
    made_with: Annotated[
        dict[str, str] | None, Field(description="Program -> version, of those that could make another plan.")
    ]


class PlanOut(PlanRow):
    """One plan: where it stands, what it makes of every fund, what was reached and what is proven. Lines are apart."""

    version: Annotated[int, Field(ge=0, description="Position of its last step; the `ETag`, for `If-Match`.")]
    return_reason: Annotated[str | None, Field(description="Why it was sent back, if it was.")]
    under: UnderPolicy
    funds: list[Use]
    objectives: Annotated[
        list[Objective], Field(description="In strict order: what was reached, and what is proven to be possible.")
    ]
    lines: Annotated[int, Field(ge=0, description="How many lines it has.")]
    not_funded: Annotated[int, Field(ge=0, description="How many admitted projects it leaves out.")]
    sites: Annotated[list[str], Field(description="Demonstration sites (M14).")]
    by_hand: Annotated[list[str], Field(description="Lines set by hand after the search (M27).")]
    schedule: Annotated[list[Scheduled], Field(description="What a programme means to build later (M17).")]
    baseline: Annotated[Compared | None, Field(description="The earlier plan it was compared with (M45).")]
    run: Run
    currency: Annotated[str, Field(examples=["CNY"])] = "CNY"


class Verification(BaseModel):
    """What the solver-free verifier says of a plan, checked anew against the register and policy it came from."""

    plan: Code
    plan_hash: str
    verified: bool
    findings: Annotated[list[str], Field(description="Every fault in a sentence; none where it is verified.")]


class Certificate(BaseModel):
    """Whole-number prices with which anybody recomputes, by plain arithmetic, that no plan beats this one by more.

    `tongchou certificate write` makes the folder that the stand-alone script checks.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["certificate"]
    format: Annotated[int, Field(ge=1)]
    plan_hash: str
    instance_hash: str
    policy_hash: str
    quantum_fen: Annotated[int, Field(ge=1)]
    scale: Annotated[str, Field(description="By which prices are multiplied, a whole number as text.")]
    decided: Annotated[dict[str, Any], Field(description="What was decided before the search.")]
    steps: Annotated[list[dict[str, Any]], Field(description="Per objective its value, bound and prices.")]
    policy: Annotated[dict[str, Any], Field(description="As much of the policy as the check needs.")]


class NoticedFund(BaseModel):
    """What becomes of one fund."""

    fund: str
    name_zh: str
    name_en: str
    document_no: str
    amount_fen: Annotated[int, Field(ge=0)]
    allocated_fen: Annotated[int, Field(ge=0)]


class NoticedUnit(BaseModel):
    """What one unit is told."""

    unit: str
    name_zh: str
    name_en: str
    township: str
    households: int
    total_fen: Annotated[int, Field(ge=0)]
    parts: Annotated[dict[str, int], Field(description="Part -> fen.")]
    projects: Annotated[dict[str, int], Field(description="Project -> fen it gets for it.")]
    site: Annotated[bool, Field(description="Whether it becomes a demonstration site (M14).")]
    grant_position: Annotated[
        int | None, Field(description="Of the fact that tells the unit so; what can be disclosed with its proof.")
    ]


class Notice(BaseModel):
    """The public notice of a plan: 公示 while objections may be lodged, 公告 once it is final (M27)."""

    plan: Code
    stage: Annotated[
        Literal["announced", "heard", "approved", "final", "returned", "superseded"],
        Field(description="announced: objections may be lodged; heard: not any more; final: published as binding."),
    ]
    announced_on: date
    objections_until: date
    approved_on: date | None
    noticed_on: date | None
    document: Annotated[str | None, Field(description="Number of the document of the last of these.")]
    objections: Annotated[int, Field(ge=0, description="Lodged in this hearing.")]
    objections_withdrawn: Annotated[int, Field(ge=0)]
    total_fen: Annotated[int, Field(ge=0)]
    funds: list[NoticedFund]
    units: Annotated[list[NoticedUnit], Field(description="Every unit, also those that receive nothing (M03).")]
    currency: Annotated[str, Field(examples=["CNY"])] = "CNY"
