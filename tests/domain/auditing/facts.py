"""Facts with their places on a record, as an auditor's functions take them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from domain.facts import Fact, Mandate
from domain.facts.funds import FundAmended, FundAnnounced, FundClosed, TrancheReceived
from domain.facts.plans import PlanApproved
from domain.facts.projects import ProjectAccepted
from domain.facts.register import UnitListedBackward
from domain.facts.spending import LineCommitted, MoneyDisbursed, MoneyReturned
from tests.domain.decisions.samples import fund

DAY = date(2026, 5, 4)


@dataclass(frozen=True)
class Recorded:
    position: int
    recorded_at: datetime
    fact: Fact


def recorded(facts: Iterable[Fact], *, late_days: int = 0) -> list[Recorded]:
    """Facts in their order, each recorded so many days after the day it counts from."""
    return [
        Recorded(at, datetime.combine(fact.mandate.effective_on + timedelta(days=late_days), time(9), UTC), fact)
        for at, fact in enumerate(facts, 1)
    ]


def by(on: date = DAY, document: str | None = None) -> Mandate:
    return Mandate(person="p1", post="treasurer", effective_on=on, command=f"c-{on}", document=document)


def paid(
    code: str,
    fen: int,
    *,
    on: date = DAY,
    payee: str = "Li",
    unit: str = "v1",
    project: str | None = None,
    document: str | None = None,
    of: str = "beautiful",
) -> MoneyDisbursed:
    return MoneyDisbursed(
        mandate=by(on, document),
        disbursement=code,
        commitment="k1",
        fund=of,
        unit=unit,
        project=project,
        amount_fen=fen,
        payee=payee,
        voucher=code,
    )


def returned(code: str, fen: int, *, project: str | None = None, of: str = "beautiful") -> MoneyReturned:
    return MoneyReturned(
        mandate=by(),
        disbursement=code,
        commitment="k1",
        fund=of,
        unit="v1",
        project=project,
        amount_fen=fen,
        reason="back",
    )


def committed(fen: int, *, document: str | None = None, of: str = "beautiful") -> LineCommitted:
    return LineCommitted(
        mandate=by(document=document),
        commitment="k1",
        plan="pl1",
        line=f"{of}.v1",
        fund=of,
        unit="v1",
        project=None,
        amount_fen=fen,
    )


def announced(fen: int, number: str = "2026-1", code: str = "beautiful") -> FundAnnounced:
    return FundAnnounced(mandate=by(), fund=code, record=fund(code, amount_fen=fen, document_no=number))


def amended(old: int, new: int, document: str | None = None) -> FundAmended:
    return FundAmended(mandate=by(document=document), fund="beautiful", old_amount_fen=old, new_amount_fen=new)


def arrived(fen: int) -> TrancheReceived:
    return TrancheReceived(mandate=by(), fund="beautiful", tranche="t", amount_fen=fen, arrived_on=DAY)


def approved(fen: int, on: date = DAY, document: str | None = None) -> PlanApproved:
    return PlanApproved(mandate=by(on, document), plan="pl1", plan_hash="h", total_fen=fen)


def accepted(project: str = "p1") -> ProjectAccepted:
    return ProjectAccepted(mandate=by(), project=project, unit="v1", evidence="seen")


def backward(on: date) -> UnitListedBackward:
    return UnitListedBackward(mandate=by(on), unit="v1", reason="no books")


def closed(on: date = DAY) -> FundClosed:
    return FundClosed(mandate=by(on), fund="beautiful", reason="over")
