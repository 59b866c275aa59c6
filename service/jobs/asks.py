"""What can be asked for as long work: a model a kind, strict, so that nonsense is refused before it is queued."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, model_validator

from service.county import County
from service.days import Day
from service.registers import Moment, moment
from service.solving import Asked

EngineName = Literal["narrowing", "cp-sat", "highs", "gscip"]
Code = Annotated[str, Field(min_length=1, max_length=128)]
Share = Annotated[Decimal, Strict(False), Field(ge=0, le=1, max_digits=12, decimal_places=9)]
TEXT_MAX = 256 * 1024
"""Characters of a scenario or policy that comes with a request."""
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_MAX)]


class Ask(BaseModel):
    """A request for long work; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AskAtMoment(Ask):
    """One about the record at a moment; by default everything known now."""

    as_of: Annotated[Day | None, Field(description="Only what counts by this day.")] = None
    known_at: Annotated[Day | None, Field(description="As it was known at the end of this day.")] = None
    position: Annotated[int | None, Field(ge=0, le=2**53, description="As it was known at this position.")] = None

    @model_validator(mode="after")
    def _one_moment(self) -> AskAtMoment:
        if self.known_at is not None and self.position is not None:
            raise ValueError("known_at and position are two answers to one question; state one")
        return self

    def at(self, county: County) -> Moment:
        """The moment in a store."""
        known = None if self.known_at is None else datetime.combine(self.known_at, time.max).astimezone()
        return moment(county, as_of=self.as_of, known_at=known, position=self.position)


class Search(Ask):
    """How a plan is searched, otherwise than the policy says; all of it stands in the run record."""

    engine: Annotated[EngineName | None, Field(description="highs and gscip only claim bounds.")] = None
    seed: Annotated[int | None, Field(ge=0, le=2**31 - 1)] = None
    limit: Annotated[int | None, Field(ge=1, le=86_400, description="Deterministic seconds for each objective.")] = None
    within_seconds: Annotated[
        float | None, Field(ge=0.1, le=86_400, description="After so long the best plan known is taken.")
    ] = None

    @property
    def asked(self) -> Asked:
        """The same, as a search takes it."""
        return Asked(self.engine, self.seed, self.limit)


class PlanAsk(Search, AskAtMoment):
    """The best plan for register, funds and policy at a moment; put on the record only where that is asked."""

    record: Annotated[
        Literal["nothing", "draft", "propose"],
        Field(description="nothing: only compute; draft: put it on the record; propose: and before the leading group."),
    ] = "nothing"


class ScenarioGiven(Ask):
    """A scenario: a shipped one by its name, or one that comes with the request, with the files beside it."""

    scenario: Annotated[
        Code | dict[str, Any] | None,
        Field(description="Name of a shipped scenario, or a whole one (see /v1/scenarios/schema)."),
    ] = None
    text: Annotated[Text | None, Field(description="A scenario file as it is (YAML), instead of `scenario`.")] = None
    saved: Annotated[Code | None, Field(description="Id of a saved scenario, instead of `scenario`.")] = None
    files: Annotated[
        dict[FileName, Text],
        Field(max_length=20, description="Policies and scenarios it names, by file name."),
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_scenario(self) -> ScenarioGiven:
        if sum(given is not None for given in (self.scenario, self.text, self.saved)) != 1:
            raise ValueError("a scenario is given as one of `scenario`, `text` and `saved`")
        return self


class Papers(Ask):
    """One whose answer can be handed out."""

    papers: Annotated[
        bool, Field(description="Also make the page, the workbook and the pictures, as files of the job.")
    ] = False


class ScenarioAsk(ScenarioGiven, Search, Papers):
    """Run a scenario and compare."""

    explain: Annotated[
        bool, Field(description="Find the smallest set of changes that makes the difference; solves many times.")
    ] = False


class SweepAsk(ScenarioGiven, Papers):
    """Work out every case of a scenario's sweep."""

    goes_on: Annotated[
        str | None,
        Field(pattern="^[0-9a-f]{32}$", description="Id of an earlier job of yours, whose cases are kept."),
    ] = None


class AdoptAsk(ScenarioGiven, Search):
    """Take a scenario's decisions on the record and draft the plan it finds."""

    plan_hash: Annotated[
        str | None, Field(pattern="^[0-9a-f]{64}$", description="Adopt only if it finds this very plan.")
    ] = None


class WhatIfAsk(Search):
    """Changes to the record as it stands, or stood, and what comes of them; nothing is recorded."""

    change: Annotated[
        list[dict[str, Any]],
        Field(max_length=1000, description="Changes, in the words of a scenario (/v1/scenarios/schema)."),
    ]
    gates: Annotated[list[dict[str, Any]], Field(max_length=100, description="What the answer must keep.")] = Field(
        default_factory=list
    )
    compare_with: Annotated[Code, Field(description="baseline, a shipped scenario, or a plan on the record.")] = (
        "baseline"
    )
    known_at: Annotated[Day | None, Field(description="Based on what was known at the end of this day.")] = None
    position: Annotated[int | None, Field(ge=0, le=2**53, description="Based on what was known there.")] = None


class SideGiven(Ask):
    """One side of a comparison: exactly one of its fields; an empty one is the record as it stands."""

    plan: Annotated[Code | None, Field(description="A plan on the record.")] = None
    position: Annotated[int | None, Field(ge=1, le=2**53, description="The record there, worked out again.")] = None
    known_at: Annotated[Day | None, Field(description="The record as known that day, worked out again.")] = None
    policy: Annotated[Text | None, Field(description="The record under this policy (YAML).")] = None
    scenario: Annotated[Code | dict[str, Any] | None, Field(description="A shipped scenario, or a whole one.")] = None
    text: Annotated[Text | None, Field(description="A scenario file as it is (YAML).")] = None
    saved: Annotated[Code | None, Field(description="Id of a saved scenario.")] = None

    @model_validator(mode="after")
    def _one_side(self) -> SideGiven:
        if sum(value is not None for value in self.__dict__.values()) > 1:
            raise ValueError("a side is one thing: a plan, a position, a day, a policy or a scenario")
        return self


class ComparisonAsk(Search, Papers):
    """Two things beside each other: plans, scenarios, the record at two moments, another policy."""

    before: SideGiven
    after: SideGiven


class ReplayAsk(Ask):
    """A stretch of the record told again under another policy, or with a scenario's changes."""

    policy: Annotated[Text | None, Field(description="The policy (YAML) in place of those adopted.")] = None
    scenario: Annotated[Code | dict[str, Any] | None, Field(description="A shipped scenario, or a whole one.")] = None
    since: Annotated[int, Field(ge=1, le=2**53, description="The first position told again.")] = 1
    until: Annotated[int | None, Field(ge=1, le=2**53, description="The last one; by default the newest.")] = None


class PlanQuestion(AskAtMoment):
    """One about a plan on the record."""

    plan: Annotated[Code | None, Field(description="Code of the plan; by default the newest.")] = None


class AlternativesAsk(PlanQuestion):
    """Other plans, each as different as can be, that lose no objective more than a part."""

    count: Annotated[int, Field(ge=1, le=20)] = 3
    loss: Share = Decimal("0.01")


class TradeOffAsk(PlanQuestion):
    """What more of one objective costs another: a curve with proven bounds."""

    first: Code = "welfare"
    second: Code = "benefit"
    points: Annotated[int, Field(ge=2, le=50)] = 6


class ImportanceAsk(PlanQuestion):
    """What the loss of funded projects would cost, the dearest first."""

    projects: Annotated[list[Code], Field(max_length=10_000, description="By default all the plan builds.")] = Field(
        default_factory=list
    )
    exact: bool = False


class RobustAsk(PlanQuestion):
    """A plan good now and still good if money never comes."""

    short_fen: Annotated[
        dict[Code, Annotated[int, Field(ge=0, le=2**53)]],
        Field(description="Fund → fen that may never come; by default each last tranche."),
    ] = Field(default_factory=dict)
    loss: Share = Decimal("0.01")


class WhyNotAsk(PlanQuestion):
    """Why a project or unit is left out, and the least change of each lever that flips it."""

    subject: Annotated[Code, Field(description="A project or a unit, by code or name.", examples=["P0317"])]
    levers: Annotated[list[Literal["score", "cost", "fund", "rule"]], Field(default=["score", "cost", "fund", "rule"])]


class LateProject(Ask):
    """A project described by whoever asks, not in the register yet."""

    unit: Code
    cost_fen: Annotated[int, Field(gt=0, le=2**53)]
    purposes: Annotated[list[Code], Field(min_length=1, max_length=100)]
    benefit: Annotated[int, Field(ge=0, le=2**31)] = 0
    closes: Annotated[list[Code], Field(max_length=100)] = Field(default_factory=list)


class LateAsk(PlanQuestion):
    """A late request: where one more project fits, all others staying where they are."""

    project: Annotated[
        Code, Field(description="A project of the register, or a code for the new one.", examples=["P0317"])
    ]
    described: LateProject | None = None


class ShortfallsAsk(PlanQuestion):
    """Should-rules the plan misses, how far each could be fulfilled, and what stands against it."""


class FairnessAsk(PlanQuestion):
    """Everything that is measured and audited of how fair a plan is, with what takes searches: lies, Pareto gains."""


class RulesWorthAsk(PlanQuestion):
    """What one more or less of each rule and fund is worth, solved for exactly."""

    rule: Annotated[Code | None, Field(description="Only this rule.")] = None


class ResolveAsk(Ask):
    """A past plan solved again from the log alone."""

    plan: Code


class PackAsk(Ask):
    """The audit pack: all that proves the record, in one file."""

    until: Annotated[int | None, Field(ge=1, le=2**53, description="Facts up to here; default: what is sealed.")] = None
    lang: Literal["zh", "en"] = "en"


class VerifyAsk(Ask):
    """Everything computed anew from the bytes as they lie."""

    checkpoint: Annotated[str | None, Field(max_length=100_000, description="One that was kept outside.")] = None
    key: Annotated[str | None, Field(max_length=1000, description="A public key that was kept outside.")] = None
