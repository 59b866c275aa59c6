"""The money fold: what arrived in each fund, and what commitments reserve, pay and bring back (M07, M08)."""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct

from domain.facts.base import Fact
from domain.facts.funds import FundCarriedOver, FundTakenBack, PledgeReceived, TrancheReceived
from domain.facts.spending import CommitmentReleased, LineCommitted, MoneyDisbursed, MoneyReturned
from domain.folds.layered import Table, forked

Key = TypeVar("Key")


class Spending(Struct, kw_only=True, frozen=True):
    """Gross sums in fen of a fund, a project, a plan line or one commitment; each only ever grows."""

    committed_fen: int = 0
    released_fen: int = 0
    disbursed_fen: int = 0
    returned_fen: int = 0

    def __add__(self, moved: Spending) -> Spending:
        return Spending(
            committed_fen=self.committed_fen + moved.committed_fen,
            released_fen=self.released_fen + moved.released_fen,
            disbursed_fen=self.disbursed_fen + moved.disbursed_fen,
            returned_fen=self.returned_fen + moved.returned_fen,
        )

    @property
    def open_fen(self) -> int:
        """Reserved and neither paid nor set free: what may still be disbursed."""
        return self.committed_fen - self.released_fen - self.disbursed_fen

    @property
    def paid_fen(self) -> int:
        """Paid for good: disbursed less what came back."""
        return self.disbursed_fen - self.returned_fen

    @property
    def held_fen(self) -> int:
        """What is taken out of the fund: open plus paid. Money that came back is free for a new commitment, not for
        its old one."""
        return self.committed_fen - self.released_fen - self.returned_fen


_NOTHING = Spending()
_MOVES = frozenset(
    {
        *(LineCommitted, CommitmentReleased, MoneyDisbursed, MoneyReturned),
        *(TrancheReceived, PledgeReceived, FundCarriedOver, FundTakenBack),
    }
)


class MoneyFold:
    """Arrived money per fund, and `Spending` by fund, project, plan line and commitment.

    Commitments and disbursements are kept as the facts that made them. Ask through the methods: they answer with zeros
    for what was never spent on.
    """

    def __init__(self) -> None:
        self.arrived_fen: Table[str, int] = {}
        self.funds: Table[str, Spending] = {}
        self.projects: Table[str, Spending] = {}
        self.lines: Table[tuple[str, str], Spending] = {}
        """By plan and line."""
        self.commitments: Table[str, LineCommitted] = {}
        self.by_commitment: Table[str, Spending] = {}
        self.disbursements: Table[str, MoneyDisbursed] = {}
        self.returned_of: Table[str, int] = {}
        """What came back of each disbursement, in fen."""

    def fork(self) -> MoneyFold:
        """A fold that stands where this one stands and goes on without it; this one takes in nothing more."""
        other = MoneyFold()
        other.arrived_fen = forked(self.arrived_fen)
        other.funds = forked(self.funds)
        other.projects = forked(self.projects)
        other.lines = forked(self.lines)
        other.commitments = forked(self.commitments)
        other.by_commitment = forked(self.by_commitment)
        other.disbursements = forked(self.disbursements)
        other.returned_of = forked(self.returned_of)
        return other

    def apply(self, fact: Fact) -> None:
        """Take in one fact; all but facts of money that moved are ignored."""
        if type(fact) not in _MOVES:
            return  # by far the most facts of a register
        match fact:
            case MoneyDisbursed():
                self.disbursements[fact.disbursement] = fact
                self._spend(fact, Spending(disbursed_fen=fact.amount_fen))
            case LineCommitted():
                self.commitments[fact.commitment] = fact
                self._spend(fact, Spending(committed_fen=fact.amount_fen))
            case CommitmentReleased():
                self._spend(fact, Spending(released_fen=fact.amount_fen))
            case MoneyReturned():
                self.returned_of[fact.disbursement] = self.returned_of.get(fact.disbursement, 0) + fact.amount_fen
                self._spend(fact, Spending(returned_fen=fact.amount_fen))
            case TrancheReceived():
                self._arrive(fact.fund, fact.amount_fen)
            case PledgeReceived(kind="money"):
                self._arrive(fact.fund, fact.amount_fen)
            case FundCarriedOver():
                self._arrive(fact.fund, -fact.amount_fen)
                self._arrive(fact.to_fund, fact.amount_fen)
            case FundTakenBack():
                self._arrive(fact.fund, -fact.amount_fen)
            case _:
                pass

    def fund(self, fund: str) -> Spending:
        """What the fund's money was spent on, all lines together."""
        return self.funds.get(fund) or _NOTHING

    def project(self, project: str) -> Spending:
        """What was spent on the project, all funds together."""
        return self.projects.get(project) or _NOTHING

    def line(self, plan: str, line: str) -> Spending:
        """What was spent under one line of one plan."""
        return self.lines.get((plan, line)) or _NOTHING

    def commitment(self, commitment: str) -> Spending:
        """What became of one commitment."""
        return self.by_commitment.get(commitment) or _NOTHING

    def arrived(self, fund: str) -> int:
        """Fen a commitment may count on: arrived, plus and less what was carried over or taken back (M07, M10)."""
        return self.arrived_fen.get(fund, 0)

    def free(self, fund: str) -> int:
        """Arrived fen no commitment holds: what may be committed, carried over or taken back."""
        return self.arrived(fund) - self.fund(fund).held_fen

    def _arrive(self, fund: str, amount_fen: int) -> None:
        self.arrived_fen[fund] = self.arrived_fen.get(fund, 0) + amount_fen

    def _spend(
        self, fact: LineCommitted | CommitmentReleased | MoneyDisbursed | MoneyReturned, moved: Spending
    ) -> None:
        """Add to every running sum the fact belongs to."""
        _add(self.funds, fact.fund, moved)
        _add(self.by_commitment, fact.commitment, moved)
        if fact.project is not None:
            _add(self.projects, fact.project, moved)
        if made := self.commitments.get(fact.commitment):
            _add(self.lines, (made.plan, made.line), moved)


def _add(sums: Table[Key, Spending], key: Key, moved: Spending) -> None:
    was = sums.get(key)
    sums[key] = moved if was is None else was + moved
