"""Use cases of a plan's life that need more than a decision knows: propose, approve, adjust, commit (M27)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.decisions.adjustments import AdjustLines
from domain.decisions.approval import ApprovePlan
from domain.decisions.plans import NoSuchLine, ProposePlan, UnknownPlan
from domain.decisions.spending import CommitLine
from domain.errors import Refusal
from domain.facts import Mandate
from domain.facts.plans import PlanDrafted
from domain.folds import PlanFold
from domain.plan import Plan
from history.log import Receipt
from optimizer.adjusting import adjusted, cost_of_hand
from optimizer.case import build_case
from optimizer.verify import verify
from service.baselines import must_be_compared_right
from service.county import County
from service.plan_reading import planned
from service.planning import must_verify, plans_at
from service.registers import moment

FINDINGS_SAID_MAX = 5
"""Of more findings only the number is said; whoever mends the first ones sees the next."""


class HandBreaksRule(Refusal):
    """A change by hand that the verifier finds fault with."""

    code = "hand-breaks-rule"
    sentence_en = "The change by hand breaks what must hold ({count} found): {findings}"
    cure_en = "Change other lines with it so that they hold again, or have the policy changed."


def plan_now(county: County, plan: str) -> PlanFold:
    """A plan as it stands. Raises `UnknownPlan`."""
    found = plans_at(county, moment(county)).plans.get(plan)
    if found is None or found.content is None:
        raise UnknownPlan(plan=plan)
    return found


def content_now(county: County, plan: str) -> Plan:
    """What a plan says now. Raises `UnknownPlan`."""
    content = plan_now(county, plan).content
    assert content is not None
    return content


def propose(county: County, plan: str, mandate: Mandate) -> Receipt:
    """Put a plan before the leading group, verified once more."""
    content = verified_again(county, plan)
    return county.decide(ProposePlan(mandate=mandate, plan=plan, plan_hash=content.plan_hash))


def approve(county: County, plan: str, mandate: Mandate) -> Receipt:
    """Verify the plan once more, then make it binding."""
    content = verified_again(county, plan)
    return county.decide(ApprovePlan(mandate=mandate, plan=plan, plan_hash=content.plan_hash))


def adjust(
    county: County, plan: str, changes: Mapping[str, int], reason: str, mandate: Mandate
) -> tuple[Receipt, dict[str, str]]:
    """Set lines of a plan to amounts by hand (0 drops one), re-verify, and say what it costs against the optimum.

    Returns the receipt and, per objective, the loss in its own unit. Raises `HandBreaksRule` where a rule breaks.
    """
    computed = planned(county, plan, moment(county)).computed
    changed = adjusted(
        build_case(computed.register, computed.loaded, computed.plan.run.baseline), computed.plan, changes
    )
    findings = verify(computed.register, computed.loaded, changed)
    if findings:
        said = " ".join(found.sentence for found in findings[:FINDINGS_SAID_MAX])
        raise HandBreaksRule(count=len(findings), findings=said)
    cost = cost_of_hand(as_drafted(county, plan), changed)
    decision = AdjustLines(mandate=mandate, plan=plan, content=changed, reason=reason, cost=cost)
    return county.decide(decision), cost


def verified_again(county: County, plan: str) -> Plan:
    """The plan's content, verified against the register and policy it was computed from.

    Whether those still stand is asked by the decision, under its own boundary: it refuses with `CaseMoved`.
    """
    computed = planned(county, plan, moment(county)).computed
    must_verify(computed)
    plans = plans_at(county, moment(county))
    must_be_compared_right(county, plans, plan, computed.plan, computed.loaded.policy)
    return computed.plan


def as_drafted(county: County, plan: str) -> Plan:
    """What the search had found, before any hand."""
    drafts = [r.fact for r in county.log.facts(types=[PlanDrafted], tags=[f"plan:{plan}"])]
    newest = drafts[-1]
    assert isinstance(newest, PlanDrafted)
    return newest.content


def commit_line(
    county: County,
    plan: str,
    line: str,
    mandate: Mandate,
    *,
    commitment: str | None = None,
    amount_fen: int | None = None,
) -> Receipt:
    """Reserve the money of one approved line (M07). Without a name the commitment is called after plan and line."""
    found = next((one for one in content_now(county, plan).lines if one.line == line), None)
    if found is None:
        raise NoSuchLine(plan=plan, line=line)
    name = commitment or f"{plan}.{line}"
    return county.decide(CommitLine.of(found, plan=plan, commitment=name, mandate=mandate, amount_fen=amount_fen))
