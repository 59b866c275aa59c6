"""The main job: from register, funds and policy on the record to a verified plan on the record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from domain.decisions.plans import DraftPlan, ProposePlan
from domain.errors import Refusal
from domain.facts import CASE_FACTS, PLAN_FACTS
from domain.folds import PlanFold, PlansFold
from domain.formula import FormulaFault
from domain.measures import Measures
from domain.plan import Plan
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from domain.scoring import ScoringFault
from history.log import Receipt
from optimizer.case import Case, CaseMisfit, build_case
from optimizer.conflict import Conflict, find_conflict, has_no_plan
from optimizer.fairness import measure
from optimizer.model import ModelFault
from optimizer.planning import solve_plan
from optimizer.prechecks import Finding, prechecks
from optimizer.repairs import Repair, cheapest_repairs
from optimizer.solve.engine import Listener
from optimizer.solve.engine import Progress as SearchNews
from optimizer.solve.order import NoPlan, NotFound
from optimizer.verify import Violation, verify
from service.county import Actor, County
from service.policies import policy_at
from service.registers import Moment, moment, register_at

__all__ = ["SearchNews", "compute", "compute_from", "draft_and_propose"]


class CaseFault(Refusal):
    """Register and policy do not fit together."""

    code = "case-fault"
    sentence_en = "No plan can be computed: {reason}"
    cure_en = ""


class RulesCollide(Refusal):
    """No plan keeps all must-rules. Carries who collides where, the cheapest repairs, and what adding up has found."""

    def __init__(self, conflict: Conflict, repairs: list[Repair], findings: list[Finding]) -> None:
        self.conflict, self.repairs, self.findings = conflict, repairs, findings
        super().__init__(rules=", ".join(conflict.rules) or "full funding within the funds’ envelopes (M20)")

    code = "rules-collide"
    sentence_en = "These rules cannot all hold with the money there is: {rules}."
    cure_en = "Relax one of them in the policy, make it a should-rule, or raise a fund; any one less would do."


class SearchUnfinished(Refusal):
    """The limit came before the first plan."""

    code = "search-unfinished"
    sentence_en = "The search stopped before it found a plan: {reason}."
    cure_en = "Raise `limits.deterministic_seconds` in the policy."


class PlanNotVerified(Refusal):
    """The verifier found a fault in a computed plan; it is kept off the record."""

    code = "plan-not-verified"
    sentence_en = "The plan failed its verification and was not recorded: {first} ({count} findings in all)."
    cure_en = "Please report this with the register and the policy: a computed plan must always verify."


@dataclass(frozen=True)
class Computed:
    """A plan with what it was computed from and what it does; verified, or it would not be here."""

    register: Register
    loaded: LoadedPolicy
    plan: Plan
    measures: Measures
    at: Moment
    notices: tuple[Finding, ...] = ()
    """What was told before the search and is no fault, for a plan computed just now."""


@dataclass(frozen=True)
class Planned:
    """A computed plan and its place on the record."""

    computed: Computed
    plan_id: str
    state: str
    receipt: Receipt | None
    """None when the same plan was on the record already."""


def compute(
    county: County, *, on: date | None = None, at: Moment | None = None, listener: Listener | None = None
) -> Computed:
    """The best plan for the register, funds and policy as they stand, verified; nothing is recorded."""
    at = at or moment(county)
    register = register_at(county, at)
    loaded = policy_at(county, at, on or county.today())
    return compute_from(register, loaded, at=at, listener=listener)


def compute_from(
    register: Register, loaded: LoadedPolicy, *, at: Moment | None = None, listener: Listener | None = None
) -> Computed:
    """The best plan for a register and a policy, verified.

    Raises `CaseFault`, `RulesCollide`, `SearchUnfinished` or `PlanNotVerified`.
    """
    at = at or Moment(0)
    try:
        case = build_case(register, loaded)
        findings = prechecks(case)
        plan = _solve(case, findings, at, listener)
    except (CaseMisfit, ScoringFault, FormulaFault, ModelFault) as fault:
        raise CaseFault(reason=str(fault)) from fault
    must_verify(register, loaded, plan)
    return Computed(register, loaded, plan, measure(register, loaded.policy, plan), at, tuple(findings))


def must_verify(register: Register, loaded: LoadedPolicy, plan: Plan) -> None:
    """Raise `PlanNotVerified` unless the solver-free verifier finds nothing wrong."""
    found: list[Violation] = verify(register, loaded, plan)
    if found:
        raise PlanNotVerified(first=found[0].sentence, count=len(found))


def _solve(case: Case, findings: list[Finding], at: Moment, listener: Listener | None) -> Plan:
    """The best plan; where adding up says that there is none, and it is so, no search is begun."""
    if any(finding.certain for finding in findings) and has_no_plan(case):
        raise _collision(case, findings)
    try:
        return solve_plan(case, register_position=at.position, listener=listener)
    except NoPlan as fault:
        raise _collision(case, findings) from fault
    except NotFound as fault:
        raise SearchUnfinished(reason=str(fault)) from fault


def _collision(case: Case, findings: list[Finding]) -> RulesCollide:
    return RulesCollide(find_conflict(case), cheapest_repairs(case), findings)


def plans_at(county: County, at: Moment) -> PlansFold:
    """Every plan as known at a moment."""
    fold = PlansFold()
    for recorded in county.log.facts(until=at.position, types=PLAN_FACTS):
        fold.apply(recorded.fact)
    return fold


def draft_and_propose(county: County, computed: Computed, actor: Actor) -> Planned:
    """Put a computed plan on the record, drafted and proposed (M27).

    When the newest plan says the same of the same case, it is that plan and nothing is recorded: asking twice is one
    plan. Refused with `CaseMoved` when register, funds or policy changed while the plan was being computed.
    """
    plans = plans_at(county, moment(county)).plans
    same = _same_plan(county, plans, computed)
    if same is not None and same.content is not None:
        # what is handed out is the plan as it is on the record, with the position it was computed at then
        computed = replace(computed, plan=same.content, at=Moment(same.content.run.register_position))
    if same is not None and same.state != "drafted":
        return Planned(computed, same.plan, str(same.state), None)
    plan_id = same.plan if same else _next_id(plans, computed)
    if same is None:
        county.decide(
            DraftPlan(
                mandate=county.mandate(
                    actor, why="computed as the best plan under the policy", command=f"draft-{plan_id}"
                ),
                plan=plan_id,
                content=computed.plan,
                based_on=computed.at.position,
            )
        )
    receipt = county.decide(
        ProposePlan(
            mandate=county.mandate(
                actor, why="verified and put before the leading group", command=f"propose-{plan_id}"
            ),
            plan=plan_id,
            plan_hash=computed.plan.plan_hash,
        )
    )
    return Planned(computed, plan_id, "proposed", receipt)


def _same_plan(county: County, plans: dict[str, PlanFold], computed: Computed) -> PlanFold | None:
    """The newest live plan that says the same of a case that stood still since; one of a case that moved, even if it
    moved back, could never be approved."""
    for life in reversed(plans.values()):
        content = life.content
        if life.state in ("returned", "superseded") or content is None:
            continue
        if content.plan_hash == computed.plan.plan_hash:
            since = content.run.register_position
            moved = next(county.log.facts(after=since, until=computed.at.position, types=CASE_FACTS), None)
            if moved is None:
                return life
    return None


def _next_id(plans: dict[str, PlanFold], computed: Computed) -> str:
    """`2026-01`, `2026-02`, …: the budget year and a running number."""
    years = [f.budget_year for f in computed.register.funds.values()]
    year = max(years, default=computed.loaded.policy.in_force_from.year)
    number = 1
    while f"{year}-{number:02d}" in plans:
        number += 1
    return f"{year}-{number:02d}"
