"""What a search is asked to do, whole and by itself: a case in, a plan or a refusal out. It runs in any process.

Light to import, so that the process which asks needs no solver; the one that searches calls `warm_up` first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from domain.errors import Refusal
from domain.formula import FormulaFault
from domain.plan import Baseline, Plan
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from domain.scoring import ScoringFault
from service.names import NO_NAMES, Names
from service.programs import programs

if TYPE_CHECKING:
    from optimizer.case import Case
    from optimizer.conflicts.conflict import Conflict
    from optimizer.conflicts.repairs import Repair
    from optimizer.prechecks import Finding
    from optimizer.solve.choosing import EngineName
    from optimizer.solve.engine import Engine, Listener

STOPPED = "stopped"
"""The parameter of a run that was ended from outside, and so cannot be repeated."""


class CaseFault(Refusal):
    """Register and policy do not fit together."""

    code = "case-fault"
    sentence_en = "No plan can be computed: {reason}"
    cure_en = ""


@dataclass(frozen=True)
class Collision:
    """Why there is no plan: who collides where, the cheapest repairs, and what adding up has found."""

    conflict: Conflict
    repairs: tuple[Repair, ...]
    findings: tuple[Finding, ...]
    names: Names = NO_NAMES
    """What people call the places and rules in it."""


class RulesCollide(Refusal):
    """No plan keeps all must-rules."""

    code = "rules-collide"
    sentence_en = "These rules cannot all hold with the money there is: {rules}."
    cure_en = "Relax one of them in the policy, make it a should-rule, or raise a fund; any one less would do."

    def __init__(self, *, rules: str, collision: Collision) -> None:
        self.collision = collision
        super().__init__(rules=rules, collision=collision)


class SearchUnfinished(Refusal):
    """The limit came before the first plan."""

    code = "search-unfinished"
    sentence_en = "The search stopped before it found a plan: {reason}."
    cure_en = "Raise `limits.deterministic_seconds` in the policy."


class ExplorationUnfinished(Refusal):
    """The limit came before the answer."""

    code = "exploration-unfinished"
    sentence_en = "The search stopped before it had an answer: {reason}."
    cure_en = "Raise `limits.deterministic_seconds` in the policy."


@dataclass(frozen=True)
class Asked:
    """What the asker wants otherwise than the policy says; all of it stands in the run record."""

    engine: EngineName | None = None
    seed: int | None = None
    limit: int | None = None
    """Deterministic seconds for each step."""

    def engine_of(self, case: Case) -> Engine:
        """The engine that takes the case."""
        from optimizer.solve.choosing import engine_for

        return engine_for(case, self.engine, seed=self.seed, limit=self.limit)


@dataclass(frozen=True)
class PlanSearch:
    """The search for the best plan of a register under a policy; called with whoever listens to it.

    Raises `CaseFault`, `RulesCollide` or `SearchUnfinished`.
    """

    register: Register
    loaded: LoadedPolicy
    position: int = 0
    asked: Asked = field(default_factory=Asked)
    baseline: Baseline | None = None
    """The earlier plan it is compared with (M45)."""

    def __call__(self, listener: Listener | None) -> Plan:
        """The best plan, or the best known when the search was asked to end."""
        from optimizer.case import CaseMisfit, build_case
        from optimizer.conflicts.conflict import has_no_plan
        from optimizer.model import ModelFault
        from optimizer.planning import solve_plan
        from optimizer.prechecks import prechecks
        from optimizer.solve import stopping
        from optimizer.solve.order import NoPlan, NotFound

        try:
            case = build_case(self.register, self.loaded, self.baseline)
            findings = prechecks(case)
            if any(finding.certain for finding in findings) and has_no_plan(case):
                raise self._collision()  # adding up says so and it is so: nothing to search
            engine = self.asked.engine_of(case)
            plan = solve_plan(case, register_position=self.position, engine=engine, listener=listener)
        except (CaseMisfit, ScoringFault, FormulaFault, ModelFault) as fault:
            raise CaseFault(reason=str(fault)) from fault
        except NoPlan as fault:
            raise self._collision() from fault
        except NotFound as fault:
            raise SearchUnfinished(reason=str(fault)) from fault
        plan = _signed(plan)
        return _stopped(plan) if stopping.asked() else plan

    def _collision(self) -> RulesCollide:
        from optimizer.case import build_case
        from optimizer.conflicts.conflict import find_conflict
        from optimizer.conflicts.repairs import cheapest_repairs
        from optimizer.prechecks import prechecks

        case = build_case(self.register, self.loaded, self.baseline)
        conflict = find_conflict(case)
        names = Names.of(self.register, self.loaded.policy)
        collision = Collision(conflict, tuple(cheapest_repairs(case)), tuple(prechecks(case)), names)
        rules = ", ".join(conflict.rules) or "full funding within the funds’ envelopes (M20)"
        return RulesCollide(rules=rules, collision=collision)


def _signed(plan: Plan) -> Plan:
    """The same plan, its record saying which programs made it."""
    return msgspec.structs.replace(plan, run=msgspec.structs.replace(plan.run, made_with=programs()))


def _stopped(plan: Plan) -> Plan:
    """The same plan, its record saying that it was not the limits that ended the search."""
    run = msgspec.structs.replace(plan.run, parameters={**plan.run.parameters, STOPPED: "by whoever asked"})
    return msgspec.structs.replace(plan, run=run)


def warm_up() -> None:
    """Load everything a search needs, solvers included."""
    import optimizer.conflicts.conflict
    import optimizer.planning
    import optimizer.solve.narrowing  # noqa: F401  # they are loaded for later
