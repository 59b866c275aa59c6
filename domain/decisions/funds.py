"""Decisions about a fund as a whole: announce, amend, carry over, take back, close (M04, M07, M08, M10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eventsourcing.dcb.domain import Selector
from msgspec.structs import replace

from domain.decisions.base import Tally
from domain.decisions.common import (
    FUND_STATE,
    HOLDS,
    OPENS,
    NothingChanged,
    OnMoney,
    OnRegister,
    fund_tally,
    must_be_positive,
    must_be_reasoned,
)
from domain.errors import Refusal
from domain.facts.base import Fact, Mandate
from domain.facts.funds import (
    FundAmended,
    FundAnnounced,
    FundCarriedOver,
    FundClosed,
    FundTakenBack,
    PledgeMade,
    PledgeReceived,
    TrancheAnnounced,
    TrancheReceived,
)
from domain.register import Fund


class FundTaken(Refusal):
    """A fund code is given once."""

    code = "fund-taken"
    sentence_en = "Fund {fund} is announced already."
    cure_en = "Amend the fund there is, or give the new one a code of its own, for instance with its year."


class FundBelowCommitted(Refusal):
    """A fund never falls under what is committed from it."""

    code = "fund-below-committed"
    sentence_en = "Fund {fund} would have {plannable_fen} left, {held_fen} of it is committed or paid."
    cure_en = "Release commitments, take less, or first raise the announced amount by the pledges that arrived."


class FundBelowTranches(Refusal):
    """The tranches of a fund are parts of its announced amount (M07)."""

    code = "fund-below-tranches"
    sentence_en = "The tranches of fund {fund} add up to {tranches_fen}, more than the announced {amount_fen}."
    cure_en = "Make the tranche smaller, or raise the amount of the fund first."


class CommitmentsOpen(Refusal):
    """A fund closes only when nothing reserved in it is still to be paid: nothing is ever paid after closure."""

    code = "commitments-open"
    sentence_en = "Fund {fund} has {open_fen} committed and not yet paid, so it cannot be closed."
    cure_en = "Pay or release these commitments first."


class ChannelChanged(Refusal):
    """Money carried over stays with its department and moves to the next budget year (渠道不变, M04, M10)."""

    code = "channel-changed"
    sentence_en = (
        "Money of {fund} ({department}, {year}) cannot be carried over to {to_fund} ({to_department}, {to_year})."
    )
    cure_en = "Carry it over to the fund of the same department in budget year {next_year}."


def facts_of_fund(mandate: Mandate, record: Fund) -> Iterator[Fact]:
    """What puts a fund with its tranches and pledges on the record: each, and each arrival, is a fact of its own."""
    bare = replace(record, tranches=(), pledges=(), closed=False, carried_in_fen=0, carried_out_fen=0, taken_back_fen=0)
    yield FundAnnounced(mandate=mandate, fund=record.code, record=bare)
    for tranche in record.tranches:
        yield TrancheAnnounced(mandate=mandate, fund=record.code, tranche=replace(tranche, arrived_on=None))
        if tranche.arrived_on is not None:
            yield TrancheReceived(
                mandate=mandate,
                fund=record.code,
                tranche=tranche.code,
                amount_fen=tranche.amount_fen,
                arrived_on=tranche.arrived_on,
            )
    for pledge in record.pledges:
        yield PledgeMade(mandate=mandate, fund=record.code, pledge=replace(pledge, arrived_fen=0))
        if pledge.arrived_fen:
            yield PledgeReceived(
                mandate=mandate,
                fund=record.code,
                pledge=pledge.code,
                kind=pledge.kind,
                amount_fen=pledge.arrived_fen,
            )


def must_hold_its_tranches(fund: Fund) -> None:
    """Raise `FundBelowTranches` when the tranches add up to more than was announced."""
    tranches_fen = sum(tranche.amount_fen for tranche in fund.tranches)
    if tranches_fen > fund.amount_fen:
        raise FundBelowTranches(fund=fund.code, tranches_fen=tranches_fen, amount_fen=fund.amount_fen)


def must_hold_its_commitments(fund: Fund, held_fen: int) -> None:
    """Raise `FundBelowCommitted` when less can be planned with than is held."""
    if fund.plannable_fen < held_fen:
        raise FundBelowCommitted(fund=fund.code, plannable_fen=fund.plannable_fen, held_fen=held_fen)


@dataclass(eq=False, kw_only=True)
class AnnounceFund(OnRegister):
    """Put a fund on the record with the tranches and pledges it comes with (M07).

    Refuses with `FundTaken` or `FundBelowTranches`.
    """

    entry: Fund

    def boundary(self) -> list[Selector]:
        """The fund's code."""
        return [Selector(types=[FundAnnounced], tags=[f"fund:{self.entry.code}"])]

    def execute(self) -> None:
        """Record `FundAnnounced`, then what came with it."""
        if self.entry.code in self.register.funds:
            raise FundTaken(fund=self.entry.code)
        must_hold_its_tranches(self.entry)
        for fact in facts_of_fund(self.mandate, self.entry):
            self.record(fact)


@dataclass(eq=False, kw_only=True)
class AmendFund(OnMoney):
    """Raise or lower the announced amount, never under what is committed or promised in tranches (M07).

    Lines already approved are not touched: they can be committed as far as money arrives. Refuses with `UnknownFund`,
    `FundIsClosed`, `FundBelowCommitted`, `FundBelowTranches`, `AmountNotPositive` or `NothingChanged`.
    """

    fund: str
    new_amount_fen: int

    def boundary(self) -> list[Selector]:
        """The fund, and what its commitments hold."""
        return [tally.selector for tally in self.tallies()]

    def tallies(self) -> list[Tally]:
        """All of it."""
        return [fund_tally(self.fund, *HOLDS)]

    def execute(self) -> None:
        """Record `FundAmended`."""
        must_be_positive(self, self.new_amount_fen)
        now = self.fund_open(self.fund)
        if self.new_amount_fen == now.amount_fen:
            raise NothingChanged(decision=self.title(), subject=self.fund)
        amended = replace(now, amount_fen=self.new_amount_fen)
        must_hold_its_tranches(amended)
        must_hold_its_commitments(amended, self.money.fund(self.fund).held_fen)
        self.record(
            FundAmended(
                mandate=self.mandate,
                fund=self.fund,
                old_amount_fen=now.amount_fen,
                new_amount_fen=self.new_amount_fen,
            )
        )


@dataclass(eq=False, kw_only=True)
class CarryOver(OnMoney):
    """Move arrived money nobody committed to the same channel's next budget year (结转, M10). Also from a closed fund.

    Pledges that arrived beyond the announced amount move only after that amount was raised by them. Refuses with
    `UnknownFund`, `FundIsClosed` (the receiving one), `ChannelChanged`, `FundExhausted`, `FundBelowCommitted` or
    `AmountNotPositive`.
    """

    fund: str
    to_fund: str
    amount_fen: int

    def boundary(self) -> list[Selector]:
        """Both funds, and what commitments hold of the giving one."""
        return [
            Selector(types=[*FUND_STATE, *HOLDS], tags=[f"fund:{self.fund}"]),
            Selector(types=FUND_STATE, tags=[f"fund:{self.to_fund}"]),
        ]

    def execute(self) -> None:
        """Record `FundCarriedOver`."""
        must_be_positive(self, self.amount_fen)
        giver, taker = self.fund_known(self.fund), self.fund_open(self.to_fund)
        next_year = giver.budget_year + 1
        if taker.department != giver.department or taker.budget_year != next_year:
            raise ChannelChanged(
                fund=self.fund,
                department=giver.department,
                year=giver.budget_year,
                to_fund=self.to_fund,
                to_department=taker.department,
                to_year=taker.budget_year,
                next_year=next_year,
            )
        self.must_be_free(self.fund, self.amount_fen)
        left = replace(giver, carried_out_fen=giver.carried_out_fen + self.amount_fen)
        must_hold_its_commitments(left, self.money.fund(self.fund).held_fen)
        self.record(
            FundCarriedOver(
                mandate=self.mandate,
                fund=self.fund,
                to_fund=self.to_fund,
                to_year=taker.budget_year,
                amount_fen=self.amount_fen,
            )
        )


@dataclass(eq=False, kw_only=True)
class TakeBack(OnMoney):
    """Let the owner take back arrived money nobody committed (收回, M10). Also from a closed fund.

    Refuses with `UnknownFund`, `FundExhausted`, `FundBelowCommitted` or `AmountNotPositive`.
    """

    fund: str
    amount_fen: int

    def boundary(self) -> list[Selector]:
        """The fund, and what its commitments hold."""
        return [tally.selector for tally in self.tallies()]

    def tallies(self) -> list[Tally]:
        """All of it."""
        return [fund_tally(self.fund, *HOLDS)]

    def execute(self) -> None:
        """Record `FundTakenBack`."""
        must_be_positive(self, self.amount_fen)
        fund = self.fund_known(self.fund)
        self.must_be_free(self.fund, self.amount_fen)
        left = replace(fund, taken_back_fen=fund.taken_back_fen + self.amount_fen)
        must_hold_its_commitments(left, self.money.fund(self.fund).held_fen)
        self.record(FundTakenBack(mandate=self.mandate, fund=self.fund, amount_fen=self.amount_fen))


@dataclass(eq=False, kw_only=True)
class CloseFund(OnMoney):
    """Close a fund once nothing committed in it is still to be paid: nothing is committed or paid from it again (M08).

    Refuses with `UnknownFund`, `FundIsClosed`, `CommitmentsOpen` or `ReasonMissing`.
    """

    fund: str
    reason: str

    def boundary(self) -> list[Selector]:
        """The fund, and what of its commitments is open."""
        return [tally.selector for tally in self.tallies()]

    def tallies(self) -> list[Tally]:
        """All of it."""
        return [fund_tally(self.fund, *OPENS)]

    def execute(self) -> None:
        """Record `FundClosed`."""
        must_be_reasoned(self, self.reason)
        self.fund_open(self.fund)
        open_fen = self.money.fund(self.fund).open_fen
        if open_fen > 0:
            raise CommitmentsOpen(fund=self.fund, open_fen=open_fen)
        self.record(FundClosed(mandate=self.mandate, fund=self.fund, reason=self.reason))
