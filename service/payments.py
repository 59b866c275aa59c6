"""Use cases of money on its way: every commitment and disbursement as it stands at any moment (M07, M08, M33).

What stands now is kept folded, of the whole log and of each thing that was asked for, and only read on from there: a
question costs what was recorded since the one before. Questions about another moment, and those with more entries than
are kept, read the facts that carry the tags in question.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from datetime import date
from sys import intern
from threading import Lock
from typing import Literal, TypeVar

from msgspec import Struct

from domain.decisions.paying import UnknownDisbursement
from domain.decisions.spending import UnknownCommitment
from domain.facts import SPENDING_FACTS
from domain.facts.spending import CommitmentReleased, LineCommitted, MoneyDisbursed, MoneyReturned
from history.log import Recorded
from service.county import County
from service.registers import Moment, counting

ENTRIES_MAX = 300_000
"""Commitments and disbursements kept folded in one process, all questions together: about 100 MB."""

QUESTIONS_MAX = 64
Asked = TypeVar("Asked")

CommitmentState = Literal["open", "paid", "released", "returned"]
DisbursementState = Literal["paid", "partly-returned", "returned"]


class Commitment(Struct, kw_only=True, gc=False):
    """The money of one approved plan line, reserved, and what became of it; amounts in fen."""

    commitment: str
    plan: str
    line: str
    fund: str
    unit: str
    project: str | None
    committed_on: date
    """The day from which it counts."""
    position: int
    """Of the fact that made it."""
    amount_fen: int
    """Reserved at first."""
    released_fen: int = 0
    disbursed_fen: int = 0
    returned_fen: int = 0

    @property
    def open_fen(self) -> int:
        """Reserved and neither paid nor set free: what may still be disbursed."""
        return self.amount_fen - self.released_fen - self.disbursed_fen

    @property
    def state(self) -> CommitmentState:
        """open: something may still be paid; else paid, released (nothing was paid), returned (all came back)."""
        if self.open_fen:
            return "open"
        if not self.disbursed_fen:
            return "released"
        return "returned" if self.returned_fen == self.disbursed_fen else "paid"


class Disbursement(Struct, kw_only=True, gc=False):
    """Money paid against a commitment, and what came back of it; amounts in fen."""

    disbursement: str
    commitment: str
    plan: str | None
    """That of its commitment; null where the moment knows of no such commitment."""
    line: str | None
    fund: str
    unit: str
    project: str | None
    payee: str
    voucher: str
    paid_on: date
    """The day from which it counts."""
    position: int
    """Of the fact that recorded it."""
    amount_fen: int
    returned_fen: int = 0

    @property
    def state(self) -> DisbursementState:
        """Whether it came back, in part or whole."""
        if not self.returned_fen:
            return "paid"
        return "returned" if self.returned_fen == self.amount_fen else "partly-returned"


class PaymentsFold:
    """Commitments and disbursements by code, in the order they were recorded; they change with what is taken in."""

    def __init__(self) -> None:
        self.commitments: dict[str, Commitment] = {}
        self.disbursements: dict[str, Disbursement] = {}

    def __len__(self) -> int:
        return len(self.commitments) + len(self.disbursements)

    def take(self, facts: Iterable[Recorded]) -> None:
        """Take in facts, in order. A moment may know of a payment and not of its commitment, or of a return and not of
        its payment: a fact recorded late, or one that counts from a later day."""
        for recorded in facts:
            fact = recorded.fact
            if isinstance(fact, LineCommitted):
                self.commitments[fact.commitment] = _made(recorded.position, fact)
            elif isinstance(fact, CommitmentReleased | MoneyDisbursed | MoneyReturned):
                self._move(recorded.position, fact, self.commitments.get(fact.commitment))

    def _move(
        self,
        position: int,
        fact: CommitmentReleased | MoneyDisbursed | MoneyReturned,
        made: Commitment | None,
    ) -> None:
        match fact:
            case CommitmentReleased():
                if made is not None:
                    made.released_fen += fact.amount_fen
            case MoneyDisbursed():
                self.disbursements[fact.disbursement] = _paid(position, fact, made)
                if made is not None:
                    made.disbursed_fen += fact.amount_fen
            case MoneyReturned():
                if made is not None:
                    made.returned_fen += fact.amount_fen
                if (paid := self.disbursements.get(fact.disbursement)) is not None:
                    paid.returned_fen += fact.amount_fen


def _made(position: int, fact: LineCommitted) -> Commitment:
    return Commitment(
        commitment=fact.commitment,
        plan=intern(fact.plan),
        line=fact.line,
        fund=intern(fact.fund),
        unit=intern(fact.unit),
        project=fact.project and intern(fact.project),
        committed_on=fact.mandate.effective_on,
        position=position,
        amount_fen=fact.amount_fen,
    )


def _paid(position: int, fact: MoneyDisbursed, made: Commitment | None) -> Disbursement:
    return Disbursement(
        disbursement=fact.disbursement,
        commitment=fact.commitment,
        plan=None if made is None else made.plan,
        line=None if made is None else made.line,
        fund=intern(fact.fund),
        unit=intern(fact.unit),
        project=fact.project and intern(fact.project),
        payee=intern(fact.payee),
        voucher=fact.voucher,
        paid_on=fact.mandate.effective_on,
        position=position,
        amount_fen=fact.amount_fen,
    )


class Payments:
    """What is asked about commitments and disbursements of one store; for many threads. `about` is kind -> code of a
    fund, unit, project or commitment: only what concerns all of these."""

    def __init__(self, entries_max: int = ENTRIES_MAX) -> None:
        self._kept: OrderedDict[tuple[str, ...], tuple[int, PaymentsFold]] = OrderedDict()
        self._entries_max = entries_max
        self._lock = Lock()

    def commitments(self, county: County, at: Moment, about: Mapping[str, str | None]) -> list[Commitment]:
        """The commitments, in the order they were made."""
        return self._asked(county, at, about, lambda fold: [copy(one) for one in fold.commitments.values()])

    def disbursements(self, county: County, at: Moment, about: Mapping[str, str | None]) -> list[Disbursement]:
        """The disbursements, in the order they were recorded."""
        return self._asked(county, at, about, lambda fold: [copy(one) for one in fold.disbursements.values()])

    def commitment(self, county: County, at: Moment, commitment: str) -> Commitment:
        """One commitment. Raises `UnknownCommitment`."""
        for found in self.commitments(county, at, {"commitment": commitment}):
            return found
        raise UnknownCommitment(commitment=commitment)

    def disbursement(self, county: County, at: Moment, disbursement: str) -> Disbursement:
        """One disbursement. Raises `UnknownDisbursement`."""
        for recorded in counting(county, at, [MoneyDisbursed], [f"disbursement:{disbursement}"]):
            if isinstance(recorded.fact, MoneyDisbursed):
                found = self.disbursements(county, at, {"commitment": recorded.fact.commitment})
                return next(one for one in found if one.disbursement == disbursement)
        raise UnknownDisbursement(disbursement=disbursement)

    def _asked(
        self,
        county: County,
        at: Moment,
        about: Mapping[str, str | None],
        answer: Callable[[PaymentsFold], list[Asked]],
    ) -> list[Asked]:
        tags = tuple(sorted(f"{kind}:{code}" for kind, code in about.items() if code is not None))
        with self._lock:
            position, fold = self._kept.get(tags, (0, PaymentsFold()))
            if at.as_of is None and position <= at.position:
                self._kept.pop(tags, None)  # a fold that stops halfway is of no use
                fold.take(counting(county, at, SPENDING_FACTS, tags, after=position))
                self._keep(tags, at.position, fold)
                return answer(fold)
        anew = PaymentsFold()
        anew.take(counting(county, at, SPENDING_FACTS, tags))
        return answer(anew)

    def _keep(self, tags: tuple[str, ...], position: int, fold: PaymentsFold) -> None:
        self._kept[tags] = position, fold
        while len(self._kept) > QUESTIONS_MAX or sum(len(one) for _, one in self._kept.values()) > self._entries_max:
            self._kept.popitem(last=False)
