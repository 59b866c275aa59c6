"""Which plan on the record a new one is compared with (M45): the one approved last, or the one the policy names."""

from __future__ import annotations

from domain.decisions.plans import UnknownPlan
from domain.errors import Refusal
from domain.facts.plans import PlanDrafted, PlanLineAdjusted
from domain.folds import PlansFold
from domain.plan import Baseline, Plan
from domain.policy.model import NEWEST_APPROVED, Policy
from optimizer.baseline import baseline_asked_for
from optimizer.fund_case import CaseMisfit
from service.county import County
from service.solving import CaseFault


class NoBaseline(Refusal):
    """A policy that compares with the plan approved last, in a store where none was approved yet."""

    code = "no-baseline"
    sentence_en = "The policy compares with the plan approved last ({by}; M45), but no plan has been approved yet."
    cure_en = "Approve a plan under a policy without it first, or name a plan with `baseline: PLAN`."


class BaselineMoved(Refusal):
    """A plan that was compared with one that is no longer the plan approved last."""

    code = "baseline-moved"
    sentence_en = "Plan {plan} was compared with another plan than {newest}, which was approved last (M45)."
    cure_en = "Compute the plan again, so that it says what changes against the plan in force."


class BaselineForeign(Refusal):
    """A plan that says it was compared with one that is not on the record."""

    code = "baseline-foreign"
    sentence_en = "Plan {plan} was compared with a plan of hash {hash}, which is not on the record as it is told (M45)."
    cure_en = "Compute the plan again from this store."


def baseline_for(plans: PlansFold, policy: Policy) -> Baseline | None:
    """What a plan under this policy is compared with; None when it compares with nothing, or need not.

    Raises `NoBaseline` or `UnknownPlan`, and `CaseFault` for a policy that names two.
    """
    try:
        asked = baseline_asked_for(policy)
    except CaseMisfit as fault:
        raise CaseFault(reason=str(fault)) from fault
    if asked is None:
        return None
    name = plans.newest_approved() if asked.plan == NEWEST_APPROVED else asked.plan
    if name is None:
        if asked.needed:
            raise NoBaseline(by=", ".join(asked.by))
        return None
    life = plans.plans.get(name)
    if life is None or life.content is None:
        raise UnknownPlan(plan=name)
    return Baseline.of(life.content)


def must_be_compared_right(county: County, plans: PlansFold, plan: str, content: Plan, policy: Policy) -> None:
    """Raise `BaselineForeign` or `BaselineMoved` for a plan compared with what it should not be."""
    baseline, asked = content.run.baseline, baseline_asked_for(policy)
    if baseline is not None and not on_record(county, baseline):
        raise BaselineForeign(plan=plan, hash=baseline.plan_hash[:12])
    if asked is None or asked.plan != NEWEST_APPROVED:
        return
    newest = plans.newest_approved()
    in_force = None if newest is None else plans.plans[newest].content
    if newest is not None and newest != plan and in_force is not None and Baseline.of(in_force) != baseline:
        raise BaselineMoved(plan=plan, newest=newest)


def on_record(county: County, baseline: Baseline) -> bool:
    """Whether a plan on the record said at some time what a baseline says of it."""
    for recorded in county.log.facts(types=[PlanDrafted, PlanLineAdjusted]):
        fact = recorded.fact
        content = fact.content if isinstance(fact, PlanDrafted | PlanLineAdjusted) else None
        if content is not None and content.plan_hash == baseline.plan_hash and Baseline.of(content) == baseline:
            return True
    return False
