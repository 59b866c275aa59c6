"""Plans told again: computed anew where one was drafted, and every step of its life taken on what it says now."""

from __future__ import annotations

from dataclasses import dataclass

from domain.counterfactual import PlanRetold
from domain.decisions.base import Deciding
from domain.decisions.plans import DraftPlan, NoSuchLine
from domain.decisions.projects import AdmitProject
from domain.facts import Fact
from domain.facts.plans import PlanApproved, PlanDrafted, PlanLineAdjusted, PlanProposed
from history.log import Receipt, Recorded
from optimizer.solve.engine import Listener
from scenarios.comparing import compare
from service.county import County
from service.plan_life import adjust, approve, content_now, propose
from service.plan_reading import planned
from service.planning import How, compute
from service.projects import admit
from service.registers import Moment, moment
from service.resolving import asked_of
from service.scenarios.running import as_outcome
from service.worker import Worker


@dataclass(frozen=True)
class Planner:
    """Takes the decisions that need the plan and the policy as they stand on a branch; others it takes as they were."""

    branch: County
    worker: Worker | None
    listener: Listener | None

    def decide(self, first: Fact, decision: Deciding) -> Receipt:
        """A decision about anything but money, taken anew; those about a plan on the plan the branch has."""
        branch, mandate = self.branch, first.mandate
        match first:
            case PlanDrafted():
                how = How(asked_of(first.content.run), self.worker)
                computed = compute(branch, how=how, listener=self.listener)
                draft = DraftPlan(
                    mandate=mandate, plan=first.plan, content=computed.plan, based_on=computed.at.position
                )
                return branch.decide(draft)
            case PlanLineAdjusted():
                return adjust(branch, first.plan, _by_hand(branch, first), first.reason, mandate)[0]
            case PlanProposed():
                return propose(branch, first.plan, mandate)
            case PlanApproved():
                return approve(branch, first.plan, mandate)
        if isinstance(decision, AdmitProject):
            return admit(branch, decision.project, mandate)
        return branch.decide(decision)

    def side_by_side(self, county: County, at: Recorded, draft: PlanDrafted, refused: bool) -> PlanRetold:
        """The draft of the record and that of the branch, side by side."""
        before_hash = draft.content.plan_hash
        if refused:
            return PlanRetold(draft.plan, at.position, before_hash, None, None)
        before = as_outcome(draft.plan, planned(county, draft.plan, Moment(at.position)).computed)
        after = as_outcome(draft.plan, planned(self.branch, draft.plan, moment(self.branch)).computed)
        return PlanRetold(draft.plan, at.position, before_hash, after.plan.plan_hash, compare(before, after))


def _by_hand(branch: County, recorded: PlanLineAdjusted) -> dict[str, int]:
    """The amounts a recorded hand gives the lines of the plan on the branch: a line taken out is taken out, one put in
    is put in, and the others are moved by the same sum. Raises `NoSuchLine` for one that is not there to be moved."""
    old = {line.line: line.amount_fen for line in recorded.old_lines}
    new = {line.line: line.amount_fen for line in recorded.new_lines}
    now = {line.line: line.amount_fen for line in content_now(branch, recorded.plan).lines}
    amounts = {}
    for line in sorted({*old, *new}):
        if line in old and line not in now:
            raise NoSuchLine(plan=recorded.plan, line=line)
        moved = line in old and line in new
        amounts[line] = max(now[line] + new[line] - old[line], 0) if moved else new.get(line, 0)
    return amounts
