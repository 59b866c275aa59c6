"""The money fold: what arrived in each fund, and what commitments reserve, pay and bring back (M07, M08)."""

from __future__ import annotations

from msgspec import Struct

from domain.facts.base import Fact
from domain.facts.funds import FundCarriedOver, FundTakenBack, PledgeReceived, TrancheReceived
from domain.facts.spending import CommitmentReleased, LineCommitted, MoneyDisbursed, MoneyReturned


class Spending(Struct, kw_only=True):
    """Gross sums in fen of a fund, a project, a plan line or one commitment; each only ever grows."""

    committed_fen: int = 0
    released_fen: int = 0
    disbursed_fen: int = 0
    returned_fen: int = 0

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


class MoneyFold:
    """Arrived money per fund, and `Spending` by fund, project, plan line and commitment.

    Commitments and disbursements are kept as the facts that made them. Ask through the methods: they answer with zeros
    for what was never spent on.
    """

    def __init__(self) -> None:
        self.arrived_fen: dict[str, int] = {}
        self.funds: dict[str, Spending] = {}
        self.projects: dict[str, Spending] = {}
        self.lines: dict[tuple[str, str], Spending] = {}
        """By plan and line."""
        self.commitments: dict[str, LineCommitted] = {}
        self.by_commitment: dict[str, Spending] = {}
        self.disbursements: dict[str, MoneyDisbursed] = {}
        self.returned_of: dict[str, int] = {}
        """What came back of each disbursement, in fen."""

    def apply(self, fact: Fact) -> None:
        """Take in one fact; all but facts of money that moved are ignored."""
        match fact:
            case MoneyDisbursed():
                self.disbursements[fact.disbursement] = fact
                for spending in self._concerned(fact):
                    spending.disbursed_fen += fact.amount_fen
            case LineCommitted():
                self.commitments[fact.commitment] = fact
                for spending in self._concerned(fact):
                    spending.committed_fen += fact.amount_fen
            case CommitmentReleased():
                for spending in self._concerned(fact):
                    spending.released_fen += fact.amount_fen
            case MoneyReturned():
                self.returned_of[fact.disbursement] = self.returned_of.get(fact.disbursement, 0) + fact.amount_fen
                for spending in self._concerned(fact):
                    spending.returned_fen += fact.amount_fen
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
        return self.funds.get(fund) or Spending()

    def project(self, project: str) -> Spending:
        """What was spent on the project, all funds together."""
        return self.projects.get(project) or Spending()

    def line(self, plan: str, line: str) -> Spending:
        """What was spent under one line of one plan."""
        return self.lines.get((plan, line)) or Spending()

    def commitment(self, commitment: str) -> Spending:
        """What became of one commitment."""
        return self.by_commitment.get(commitment) or Spending()

    def arrived(self, fund: str) -> int:
        """Fen a commitment may count on: arrived, plus and less what was carried over or taken back (M07, M10)."""
        return self.arrived_fen.get(fund, 0)

    def free(self, fund: str) -> int:
        """Arrived fen no commitment holds: what may be committed, carried over or taken back."""
        return self.arrived(fund) - self.fund(fund).held_fen

    def _arrive(self, fund: str, amount_fen: int) -> None:
        self.arrived_fen[fund] = self.arrived_fen.get(fund, 0) + amount_fen

    def _concerned(self, fact: LineCommitted | CommitmentReleased | MoneyDisbursed | MoneyReturned) -> list[Spending]:
        """Every running sum the fact belongs to."""
        sums = [
            self.funds.setdefault(fact.fund, Spending()),
            self.by_commitment.setdefault(fact.commitment, Spending()),
        ]
        if fact.project is not None:
            sums.append(self.projects.setdefault(fact.project, Spending()))
        if made := self.commitments.get(fact.commitment):
            sums.append(self.lines.setdefault((made.plan, made.line), Spending()))
        return sums
