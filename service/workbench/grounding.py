"""Where every workbench of a moment starts: the record then, its case, and what is known of that case unchanged.

A plan of this very case may be on the record. If the register moved on since, the newest plan there is with the case it
was computed from tells enough for an estimate; without any plan an estimate starts from nothing.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from domain.errors import Refusal
from domain.folds import PlansFold
from domain.plan import Baseline, Plan
from optimizer.case import Case
from optimizer.checking.audit import PlanAudit
from optimizer.estimate.estimating import Revealed
from optimizer.rules import RULES
from scenarios.language import BasedOn
from scenarios.outcome import Outcome
from scenarios.situation import Situation
from service.baselines import baseline_for
from service.county import County
from service.estimating import case_of, estimated, revealed_by, revealed_by_nothing
from service.plan_reading import computed_of
from service.planning import plans_at
from service.registers import Moment, library, moment
from service.scenarios.finding import ENDING
from service.scenarios.running import BASELINE, as_outcome, open_base
from service.workbench.controls import Controls, controls_of

BESIDE = library() / f"workbench{ENDING}"


@dataclass(frozen=True)
class Earlier:
    """The newest plan on the record where it is one of a case that has moved on since."""

    plan: str
    outcome: Outcome
    """As it was computed, with its own register and policy."""

    @property
    def position(self) -> int:
        """How much of the record it was computed from."""
        return self.outcome.plan.run.register_position

    @cached_property
    def revealed(self) -> Revealed:
        """What it tells of the projects of its case."""
        outcome = self.outcome
        situation = Situation(outcome.register, outcome.loaded, RULES)
        return revealed_by(case_of(situation, outcome.plan.run.baseline), outcome.plan)


@dataclass(frozen=True)
class Ground:
    """The record at a moment, as every workbench of that moment starts from it."""

    at: Moment
    situation: Situation
    case: Case
    baseline: Baseline | None
    recorded: Plan | None
    """A plan on the record of this very case: then nothing needs to be searched for the comparison."""
    earlier: Earlier | None
    """Else the newest of another case, if there is one."""

    @property
    def key(self) -> str:
        """What answers from here have in common."""
        return f"{self.at.position}/{self.case.instance_hash}"

    @cached_property
    def controls(self) -> Controls:
        """What can be moved."""
        return controls_of(self.situation.register, self.situation.loaded.policy)

    @cached_property
    def unchanged(self) -> Outcome | None:
        """The plan on the record of this very case."""
        if self.recorded is None:
            return None
        register, loaded = self.situation.register, self.situation.loaded
        audit = PlanAudit.of(register, loaded.policy, self.recorded)
        return Outcome(BASELINE, register, loaded, self.recorded, audit)

    @cached_property
    def guessed(self) -> Outcome | None:
        """An estimate of the case unchanged; None where several years are planned at once."""
        known = self.earlier.revealed if self.earlier is not None else revealed_by_nothing(self.case)
        return estimated(BASELINE, self.situation, known, self.baseline)


def ground_of(county: County) -> Ground:
    """The record as it stands. Raises `NothingRegistered`, `NoPolicy` or `CaseFault`."""
    at = moment(county)
    with open_base(BasedOn(), BESIDE, county) as base:
        situation = base.situation
    plans = plans_at(county, at)
    baseline = baseline_for(plans, situation.loaded.policy)
    case = case_of(situation, baseline)
    recorded = next((plan for plan in _newest_first(plans) if _is_of(plan, case)), None)
    return Ground(at, situation, case, baseline, recorded, None if recorded is not None else _earlier(county, plans))


def _newest_first(plans: PlansFold) -> list[Plan]:
    return [life.content for life in reversed(plans.plans.values()) if life.content is not None]


def _is_of(plan: Plan, case: Case) -> bool:
    return not plan.by_hand and plan.run.instance_hash == case.instance_hash


def _earlier(county: County, plans: PlansFold) -> Earlier | None:
    for name, life in reversed(plans.plans.items()):
        if life.content is not None:
            with suppress(Refusal):  # a plan whose papers cannot be read any more tells nothing
                return Earlier(name, as_outcome(name, computed_of(county, life.content)))
    return None
