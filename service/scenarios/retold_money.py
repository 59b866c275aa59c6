"""How money of the record is tried again against another plan: what was all stays all, what was a sum stays that sum.

- A commitment that took all that was left of its line takes all that is left of the same line now; one that took a part
  takes that part, or what is left if that is less. When the fund has less free than that, it takes what is free.
- A release of all that was open sets free all that is open; one of a part that part, or what is open.
- A payment pays its voucher, or what its commitment still holds if that is less; what comes back likewise.

The same line is the line of the same name, `fund.unit` or `fund.project`. Where nothing is left at all, the recorded
sum is tried, so that the decision itself says why not.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.counterfactual import Fate
from domain.decisions.base import Deciding
from domain.decisions.common import FundExhausted
from domain.decisions.paying import Disburse, ReturnMoney
from domain.decisions.plans import NoSuchLine
from domain.decisions.spending import CommitLine, ReleaseCommitment
from domain.errors import Refusal
from domain.facts import Fact
from domain.facts.spending import CommitmentReleased, LineCommitted, MoneyDisbursed, MoneyReturned
from domain.folds import MoneyFold, PlansFold
from history.faults import StoreFault
from service.county import County

Money = LineCommitted | CommitmentReleased | MoneyDisbursed | MoneyReturned


class WorkWithoutMoney(Refusal):
    """Work the record paid for, and nobody would have paid here."""

    code = "work-without-money"
    sentence_en = "Project {project} gets no money here, so there is no work on it."
    cure_en = "Nothing needs doing; look at why its line was not committed."


@dataclass(frozen=True)
class Tried:
    """What came of a decision told again; `fate` where it is known already."""

    facts: tuple[Fact, ...] = ()
    fate: Fate | None = None
    refusal: Refusal | None = None
    recorded_fen: int | None = None
    found_fen: int | None = None


@dataclass
class Books:
    """The money as the record had it, and as it stands on the branch, both before the decision that is told."""

    recorded: MoneyFold
    found: MoneyFold

    def try_again(self, branch: County, decision: Deciding, fact: Money, before: PlansFold, now: PlansFold) -> Tried:
        """Take a decision about money again; `before` and `now` are the plans of the record and of the branch."""
        wanted_fen = self._wanted(fact, before, now)
        if wanted_fen is None:
            assert isinstance(fact, LineCommitted)
            missing = NoSuchLine(plan=fact.plan, line=fact.line)
            return Tried(fate="no-line", refusal=missing, recorded_fen=fact.amount_fen, found_fen=0)
        try:
            facts, short = _taken(branch, decision, wanted_fen if wanted_fen > 0 else fact.amount_fen)
        except StoreFault:
            raise
        except Refusal as refusal:
            return Tried(refusal=refusal, recorded_fen=fact.amount_fen, found_fen=0)
        found_fen = sum(one.amount_fen for one in facts if isinstance(one, type(fact)))
        fate: Fate | None = None
        if found_fen != fact.amount_fen:
            fate = "less" if found_fen < fact.amount_fen else "more"
        return Tried(facts, fate, short, fact.amount_fen, found_fen)

    def must_have_its_money(self, project: str) -> None:
        """Raise `WorkWithoutMoney` for a project that had money in the record at this point, and has none here."""
        if self.recorded.project(project).held_fen > 0 and self.found.project(project).held_fen <= 0:
            raise WorkWithoutMoney(project=project)

    def _wanted(self, fact: Money, before: PlansFold, now: PlansFold) -> int | None:
        """The sum to be tried; None where the line is not there."""
        match fact:
            case LineCommitted():
                line = _line_fen(now, fact.plan, fact.line)
                if line is None:
                    return None
                left_fen = line - self.found.line(fact.plan, fact.line).held_fen
                whole_fen = _line_fen(before, fact.plan, fact.line)
                took_all = whole_fen is not None and (
                    whole_fen - self.recorded.line(fact.plan, fact.line).held_fen == fact.amount_fen
                )
                return left_fen if took_all else min(fact.amount_fen, left_fen)
            case CommitmentReleased():
                open_fen = self.found.commitment(fact.commitment).open_fen
                took_all = self.recorded.commitment(fact.commitment).open_fen == fact.amount_fen
                return open_fen if took_all else min(fact.amount_fen, open_fen)
            case MoneyDisbursed():
                return min(fact.amount_fen, self.found.commitment(fact.commitment).open_fen)
            case MoneyReturned():
                paid = self.found.disbursements.get(fact.disbursement)
                paid_fen = paid.amount_fen if paid is not None else 0
                return min(fact.amount_fen, paid_fen - self.found.returned_of.get(fact.disbursement, 0))


def _line_fen(plans: PlansFold, plan: str, line: str) -> int | None:
    life = plans.plans.get(plan)
    found = life.line(line) if life is not None and life.content is not None else None
    return None if found is None else found.amount_fen


def _taken(branch: County, decision: Deciding, amount_fen: int) -> tuple[tuple[Fact, ...], Refusal | None]:
    """The facts of the decision with that sum, or with what the fund has free; then with the refusal that said so."""
    try:
        return _decided(branch, decision, amount_fen), None
    except FundExhausted as exhausted:
        free_fen = int(str(exhausted.details["free_fen"]))
        if free_fen <= 0:
            raise
        return _decided(branch, decision, free_fen), exhausted


def _decided(branch: County, decision: Deciding, amount_fen: int) -> tuple[Fact, ...]:
    again = decision.fresh()
    assert isinstance(again, CommitLine | ReleaseCommitment | Disburse | ReturnMoney)
    again.amount_fen = amount_fen
    return tuple(one.fact for one in branch.decide(again).recorded)
