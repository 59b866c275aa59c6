"""Decisions about money on its way into a fund: tranches announced and received, pledges made and received (M07)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from eventsourcing.dcb.domain import Selector
from msgspec.structs import replace

from domain.decisions.common import FUND_STATE, OnRegister, must_be_positive
from domain.decisions.funds import must_hold_its_tranches
from domain.errors import Refusal
from domain.facts.funds import PledgeMade, PledgeReceived, TrancheAnnounced, TrancheReceived
from domain.register import Pledge, Tranche


class TrancheTaken(Refusal):
    """A tranche code is given once within its fund."""

    code = "tranche-taken"
    sentence_en = "Fund {fund} has a tranche {tranche} already."
    cure_en = "Give the new tranche a code of its own."


class UnknownTranche(Refusal):
    """Only an announced tranche can arrive."""

    code = "unknown-tranche"
    sentence_en = "Fund {fund} has no tranche {tranche}."
    cure_en = "Check the code, or announce the tranche first."


class TrancheArrived(Refusal):
    """A tranche arrives once."""

    code = "tranche-arrived"
    sentence_en = "Tranche {tranche} of fund {fund} arrived already, on {arrived_on}."
    cure_en = "Check the code; further money is a tranche of its own."


class TrancheExceeded(Refusal):
    """No more arrives than the tranche was announced with."""

    code = "tranche-exceeded"
    sentence_en = "Tranche {tranche} of fund {fund} was announced with {announced_fen}, {amount_fen} is more."
    cure_en = "Record what was announced, and announce the rest as a tranche of its own."


class PledgeTaken(Refusal):
    """A pledge code is given once within its fund."""

    code = "pledge-taken"
    sentence_en = "Fund {fund} has a pledge {pledge} already."
    cure_en = "Give the new pledge a code of its own."


class UnknownPledge(Refusal):
    """Only what was pledged can arrive as a pledge."""

    code = "unknown-pledge"
    sentence_en = "Fund {fund} has no pledge {pledge}."
    cure_en = "Check the code, or record the pledge first."


class PledgeExceeded(Refusal):
    """No more arrives than was pledged."""

    code = "pledge-exceeded"
    sentence_en = "Of pledge {pledge} to fund {fund}, {missing_fen} is still to come, {amount_fen} is more."
    cure_en = "Record what was pledged, and the rest as a pledge of its own."


@dataclass(eq=False, kw_only=True)
class _IntoFund(OnRegister):
    fund: str

    def boundary(self) -> list[Selector]:
        """The fund with its tranches and pledges."""
        return [Selector(types=FUND_STATE, tags=[f"fund:{self.fund}"])]


@dataclass(eq=False, kw_only=True)
class AnnounceTranche(_IntoFund):
    """Promise a part of the announced amount for a day; all tranches stay within that amount (M07).

    Refuses with `UnknownFund`, `FundIsClosed`, `TrancheTaken`, `FundBelowTranches` or `AmountNotPositive`.
    """

    tranche: str
    amount_fen: int
    due_on: date | None = None

    def execute(self) -> None:
        """Record `TrancheAnnounced`."""
        must_be_positive(self, self.amount_fen)
        fund = self.fund_open(self.fund)
        if any(known.code == self.tranche for known in fund.tranches):
            raise TrancheTaken(fund=self.fund, tranche=self.tranche)
        tranche = Tranche(code=self.tranche, amount_fen=self.amount_fen, due_on=self.due_on)
        must_hold_its_tranches(replace(fund, tranches=(*fund.tranches, tranche)))
        self.record(TrancheAnnounced(mandate=self.mandate, fund=self.fund, tranche=tranche))


@dataclass(eq=False, kw_only=True)
class ReceiveTranche(_IntoFund):
    """Record that a tranche arrived, whole or (with `amount_fen`) less than announced; then it may be committed (M07).

    A closed fund can still receive: the money is then carried over or taken back. Refuses with `UnknownFund`,
    `UnknownTranche`, `TrancheArrived`, `TrancheExceeded` or `AmountNotPositive`.
    """

    tranche: str
    arrived_on: date
    amount_fen: int | None = None

    def execute(self) -> None:
        """Record `TrancheReceived`."""
        fund = self.fund_known(self.fund)
        tranche = next((known for known in fund.tranches if known.code == self.tranche), None)
        if tranche is None:
            raise UnknownTranche(fund=self.fund, tranche=self.tranche)
        if tranche.arrived_on is not None:
            raise TrancheArrived(fund=self.fund, tranche=self.tranche, arrived_on=tranche.arrived_on)
        amount_fen = tranche.amount_fen if self.amount_fen is None else self.amount_fen
        must_be_positive(self, amount_fen)
        if amount_fen > tranche.amount_fen:
            raise TrancheExceeded(
                fund=self.fund, tranche=self.tranche, announced_fen=tranche.amount_fen, amount_fen=amount_fen
            )
        self.record(
            TrancheReceived(
                mandate=self.mandate,
                fund=self.fund,
                tranche=self.tranche,
                amount_fen=amount_fen,
                arrived_on=self.arrived_on,
            )
        )


@dataclass(eq=False, kw_only=True)
class MakePledge(_IntoFund):
    """Record what a helping body promised to a fund (M07); whatever `pledge.arrived_fen` says, nothing arrived yet.

    Refuses with `UnknownFund`, `FundIsClosed`, `PledgeTaken` or `AmountNotPositive`.
    """

    pledge: Pledge

    def execute(self) -> None:
        """Record `PledgeMade`."""
        must_be_positive(self, self.pledge.amount_fen)
        if any(known.code == self.pledge.code for known in self.fund_open(self.fund).pledges):
            raise PledgeTaken(fund=self.fund, pledge=self.pledge.code)
        self.record(PledgeMade(mandate=self.mandate, fund=self.fund, pledge=replace(self.pledge, arrived_fen=0)))


@dataclass(eq=False, kw_only=True)
class ReceivePledge(_IntoFund):
    """Record that a pledge arrived, in part or whole; help in kind never becomes money a commitment may use (M07).

    Refuses with `UnknownFund`, `UnknownPledge`, `PledgeExceeded` or `AmountNotPositive`.
    """

    pledge: str
    amount_fen: int

    def execute(self) -> None:
        """Record `PledgeReceived`."""
        must_be_positive(self, self.amount_fen)
        pledge = next((known for known in self.fund_known(self.fund).pledges if known.code == self.pledge), None)
        if pledge is None:
            raise UnknownPledge(fund=self.fund, pledge=self.pledge)
        missing_fen = pledge.amount_fen - pledge.arrived_fen
        if self.amount_fen > missing_fen:
            raise PledgeExceeded(
                fund=self.fund, pledge=self.pledge, missing_fen=missing_fen, amount_fen=self.amount_fen
            )
        self.record(
            PledgeReceived(
                mandate=self.mandate,
                fund=self.fund,
                pledge=self.pledge,
                kind=pledge.kind,
                amount_fen=self.amount_fen,
            )
        )
