"""The main job: from register, funds and policy on the record to a verified plan on the record."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from domain.decisions.plans import DraftPlan, ProposePlan
from domain.errors import Refusal
from domain.facts import CASE_FACTS
from domain.facts.plans import PlanDrafted
from domain.folds import PlanFold, PlansFold
from domain.folds.objections import Hearing
from domain.measures import Measures
from domain.plan import Baseline, Plan
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from history.log import Receipt
from optimizer.case import build_case
from optimizer.checking.audit import PlanAudit
from optimizer.fairness import measure
from optimizer.prechecks import Finding, prechecks
from optimizer.solve.engine import Listener
from optimizer.solve.engine import Progress as SearchNews
from optimizer.verify import Violation, verify
from service.baselines import baseline_for
from service.county import Actor, County
from service.policies import policy_at
from service.registers import Moment, moment, register_at
from service.solving import Asked, CaseFault, PlanSearch, RulesCollide, SearchUnfinished
from service.worker import OVERRUN_SECONDS, Worker
from texts.recorded import recorded

__all__ = [
    "CaseFault",
    "RulesCollide",
    "SearchNews",
    "SearchUnfinished",
    "compute",
    "compute_from",
    "draft_and_propose",
]


class PlanNotVerified(Refusal):
    """The verifier found a fault in a computed plan; it is kept off the record."""

    code = "plan-not-verified"
    sentence_en = "The plan failed its verification and was not recorded: {first} ({count} findings in all)."
    cure_en = "Please report this with the register and the policy: a computed plan must always verify."


@dataclass(frozen=True)
class How:
    """How a plan is searched: what is asked otherwise than the policy says, where, and for how long at most."""

    asked: Asked = field(default_factory=Asked)
    worker: Worker | None = None
    """None: in this process."""
    within_seconds: float = OVERRUN_SECONDS
    """Of the clock; then the best plan known is taken. Only a worker can be interrupted so."""


@dataclass(frozen=True)
class Computed:
    """A plan with what it was computed from and what it does; verified, or it would not be here."""

    register: Register
    loaded: LoadedPolicy
    plan: Plan
    at: Moment

    @cached_property
    def measures(self) -> Measures:
        """What it does, in figures."""
        return measure(self.register, self.loaded.policy, self.plan)

    @cached_property
    def notices(self) -> tuple[Finding, ...]:
        """What adding up says of the case, and is no fault."""
        return tuple(prechecks(build_case(self.register, self.loaded, self.plan.run.baseline)))

    @cached_property
    def audit(self) -> PlanAudit:
        """What the solver-free checks read of it; the verifier has gone through it."""
        return PlanAudit.of(self.register, self.loaded.policy, self.plan)


@dataclass(frozen=True)
class Planned:
    """A computed plan and its place on the record."""

    computed: Computed
    plan_id: str
    state: str
    receipt: Receipt | None
    """None when the same plan was on the record already."""
    hearing: Hearing | None = None
    """Of an announced plan: its period and what was objected (公示)."""


def compute(
    county: County,
    *,
    on: date | None = None,
    at: Moment | None = None,
    listener: Listener | None = None,
    how: How | None = None,
) -> Computed:
    """The best plan for the register, funds and policy as they stand, verified; nothing is recorded."""
    at = at or moment(county)
    register = register_at(county, at)
    loaded = policy_at(county, at, on or county.today())
    baseline = baseline_for(plans_at(county, at), loaded.policy)
    return compute_from(register, loaded, at=at, listener=listener, how=how, baseline=baseline)


def compute_from(
    register: Register,
    loaded: LoadedPolicy,
    *,
    at: Moment | None = None,
    listener: Listener | None = None,
    how: How | None = None,
    baseline: Baseline | None = None,
) -> Computed:
    """The best plan for a register and a policy, and an earlier plan to compare with, verified.

    Raises what `PlanSearch` and, with a worker, `Worker.solve` raise, and `PlanNotVerified`.
    """
    at, how = at or Moment(0), how or How()
    search = PlanSearch(register, loaded, at.position, how.asked, baseline)
    if how.worker is None:
        plan = search(listener)
    else:
        plan = how.worker.solve(search, listener, within_seconds=how.within_seconds)
    computed = Computed(register, loaded, plan, at)
    must_verify(computed)
    return computed


def must_verify(computed: Computed) -> None:
    """Raise `PlanNotVerified` unless the solver-free verifier finds nothing wrong."""
    found: list[Violation] = verify(computed.register, computed.loaded, computed.plan, computed.audit)
    if found:
        raise PlanNotVerified(first=found[0].sentence, count=len(found))


def plans_at(county: County, at: Moment) -> PlansFold:
    """Every plan as known and effective at a moment; a plan's content is read when it is asked for."""
    return county.views.lives(county.log, position=at.position, as_of=at.as_of)


def draft_and_propose(
    county: County, computed: Computed, actor: Actor, *, propose: bool = True, command: str | None = None
) -> Planned:
    """Put a computed plan on the record, drafted and (with `propose`) proposed (M27).

    When the newest plan says the same of the same case, it is that plan and nothing is recorded: asking twice is one
    plan. Under a `command` of its own the draft can be found again (`drafted_under`). Refused with `CaseMoved` when
    register, funds or policy changed while the plan was being computed.
    """
    plans = plans_at(county, moment(county)).plans
    same = _same_plan(county, plans, computed)
    if same is not None and same.content is not None:
        # what is handed out is the plan as it is on the record, with the position it was computed at then
        computed = replace(computed, plan=same.content, at=Moment(same.content.run.register_position))
    plan_id = same.plan if same else next_plan_id(county, computed)
    planned = Planned(computed, plan_id, "drafted" if same is None else str(same.state), None)
    if same is None:
        receipt = county.decide(
            DraftPlan(
                mandate=county.mandate(actor, why=recorded("computed"), command=command or f"draft-{plan_id}"),
                plan=plan_id,
                content=computed.plan,
                based_on=computed.at.position,
            )
        )
        planned = replace(planned, receipt=receipt)
    return propose_draft(county, planned, actor) if propose and planned.state == "drafted" else planned


def propose_draft(county: County, planned: Planned, actor: Actor) -> Planned:
    """Put a draft before the leading group."""
    plan_id = planned.plan_id
    receipt = county.decide(
        ProposePlan(
            mandate=county.mandate(actor, why=recorded("verified"), command=f"propose-{plan_id}"),
            plan=plan_id,
            plan_hash=planned.computed.plan.plan_hash,
        )
    )
    return replace(planned, state="proposed", receipt=receipt)


def drafted_under(county: County, command: str) -> str | None:
    """The plan that was drafted under this command, if it was."""
    drafts = (one.fact for one in county.log.facts(types=[PlanDrafted], tags=[f"command:{command}"]))
    return next((fact.plan for fact in drafts if isinstance(fact, PlanDrafted)), None)


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


def next_plan_id(county: County, computed: Computed) -> str:
    """`2026-01`, `2026-02`, …: the budget year and a running number nobody has used yet."""
    plans = plans_at(county, moment(county)).plans
    years = [f.budget_year for f in computed.register.funds.values()]
    year = max(years, default=computed.loaded.policy.in_force_from.year)
    number = 1
    while f"{year}-{number:02d}" in plans:
        number += 1
    return f"{year}-{number:02d}"
