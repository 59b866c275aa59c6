"""A plan: who gets how much from which fund and why, and the record of the run that found it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from domain.register import Code, Fen

Part = Literal["floor", "need", "priority", "duty", "project", "site", "manual"]
"""What a piece of a grant is for: the rules' five parts, duties moved with their money (M09), what a hand added."""


class PlanLine(Struct, frozen=True, kw_only=True):
    """One sum from one fund to one unit: a formula grant, or what the fund pays of one project (M04)."""

    line: Code
    """Stable within the plan: `fund.unit` or `fund.project`."""
    fund: Code
    unit: Code
    project: Code | None
    amount_fen: Fen
    parts: dict[str, int]
    """Part -> fen; sums to the amount."""
    rules: tuple[str, ...]
    """Ids of the rules that made it, in the policy's words."""


class FundUse(Struct, frozen=True, kw_only=True):
    """What a plan makes of one fund: `amount = allocated + unallocated`, to the fen."""

    fund: Code
    amount_fen: Fen
    allocated_fen: Fen
    unallocated_fen: Fen


class ScheduledProject(Struct, frozen=True, kw_only=True):
    """What one fund is to pay of one project in a later year of a programme (M17).

    An intention: planned anew every year, never committable, and no part of this year's sums.
    """

    project: Code
    unit: Code
    fund: Code
    year: int
    amount_fen: Fen


class Baseline(Struct, frozen=True, kw_only=True):
    """An earlier plan as far as a later one is compared with it (M45)."""

    plan_hash: str
    projects: tuple[Code, ...]
    """The projects its lines build, in order of codes."""
    sites: tuple[Code, ...]
    money_fen: dict[Code, Fen]
    """Unit -> what its lines give the unit; units without a line are not named."""
    schedule: tuple[ScheduledProject, ...] = ()
    """What it meant to build in later years."""

    @classmethod
    def of(cls, plan: Plan) -> Baseline:
        """A plan as a baseline for later ones."""
        money: dict[str, int] = {}
        for line in plan.lines:
            money[line.unit] = money.get(line.unit, 0) + line.amount_fen
        return cls(
            plan_hash=plan.plan_hash,
            projects=tuple(sorted({line.project for line in plan.lines if line.project is not None})),
            sites=tuple(sorted(plan.sites)),
            money_fen=dict(sorted(money.items())),
            schedule=plan.schedule,
        )

    def due(self, years: Sequence[int]) -> dict[str, int]:
        """Project -> the year it is to be built in if nothing changes; `years` are those planned now, this one first.

        What the earlier plan built, or meant to build by now, is due this year; what it meant for a year beyond the
        last is not due yet.
        """
        later = {s.project: max(s.year, years[0]) for s in self.schedule if s.year <= years[-1]}
        return dict(sorted((later | dict.fromkeys(self.projects, years[0])).items()))


def less_is_better(objective: str) -> bool:
    """Whether an objective is made small: shortfalls and changes are, all others are made large."""
    return objective == "changes" or objective.startswith("shortfall-")


class ObjectiveResult(Struct, frozen=True, kw_only=True):
    """One step of the strict order: what was reached and what is proven to be the most (or least) possible.

    `value` and `bound` are in `unit` (yuan, points, …); `gap` is their relative distance, 0 when they agree;
    `raw_value` and `raw_bound` are the model's own whole numbers, which the verifier recomputes.
    """

    name: str
    sense: Literal["max", "min"]
    unit: str
    value: Decimal
    bound: Decimal
    gap: Decimal
    tolerance: Decimal
    raw_value: int
    raw_bound: int
    raw_floor: int
    """What every later step had to keep: the value less the tolerance, in the model's own numbers."""


class RunRecord(Struct, frozen=True, kw_only=True):
    """Enough to solve the same case again and get the same plan, bit for bit."""

    instance_hash: str
    register_position: int
    """The position of the log the register and funds were read at; 0 when no log was involved."""
    policy: Code
    policy_version: int
    policy_hash: str
    rules: tuple[str, ...]
    engine: str
    engine_version: str
    parameters: dict[str, str]
    termination: str
    objectives: tuple[ObjectiveResult, ...]
    baseline: Baseline | None = None
    """The earlier plan this one was compared with, where the policy asks for one (M45)."""
    made_with: dict[str, str] | None = None
    """Program -> its version, of those that could make another plan of the same case; None in records of before."""


class NotFunded(Struct, frozen=True, kw_only=True):
    """Why one admitted project is not in the plan: what adding it, and nothing else, would do.

    `reason` is `no-money` (with what is missing), `rule` (with the rule it breaks), `variant`, `prerequisite`,
    `objective` (with the earlier objective it worsens), `no-fund` (none may pay), or `by-hand` (left out by hand).
    """

    project: Code
    reason: Literal["no-money", "rule", "variant", "prerequisite", "objective", "no-fund", "by-hand"]
    detail: str
    """The rule, objective or project concerned."""
    missing_fen: Fen = 0


class Plan(Struct, frozen=True, kw_only=True):
    """A proposed distribution. `plan_hash` covers its case, lines, sites and schedule: nothing of time or place."""

    lines: tuple[PlanLine, ...]
    funds: tuple[FundUse, ...]
    sites: tuple[Code, ...]
    """Demonstration sites, in order of codes (M14)."""
    not_funded: tuple[NotFunded, ...]
    run: RunRecord
    plan_hash: str
    by_hand: tuple[Code, ...] = ()
    """Lines set by hand after the search; they are bound by the must-rules, not by the formula (M27)."""
    schedule: tuple[ScheduledProject, ...] = ()
    """What a programme means to build in later years, in order of year, fund and project (M17)."""
