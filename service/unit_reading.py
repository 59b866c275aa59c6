"""Use case of a unit's money: what plans in force give it and why, and what became of that (M03, M32)."""

from __future__ import annotations

from msgspec import Struct

from domain.money import Lang
from service.county import County
from service.kept import Kept
from service.ledger import ledger_at
from service.plan_answers import about_plan
from service.planning import plans_at
from service.reason_words import Reasons, reasons_of
from service.registers import Moment


class Granted(Struct, frozen=True, kw_only=True):
    """What one plan in force gives a unit."""

    plan: str
    state: str
    reasons: Reasons


class UnitMoney(Struct, frozen=True, kw_only=True):
    """What a unit got and why: plans in force, piece by piece, and what was reserved and paid; amounts in fen."""

    unit: str
    granted_fen: int
    """By all plans in force."""
    committed_fen: int
    """Reserved of it, net of what was released …"""
    disbursed_fen: int
    """… paid …"""
    returned_fen: int
    """… and come back."""
    open_fen: int
    """Reserved and still to be paid."""
    plans: tuple[Granted, ...]
    currency: str = "CNY"


def money_of(county: County, kept: Kept, unit: str, at: Moment, lang: Lang) -> UnitMoney:
    """The money of a unit of the register at a moment."""
    granted = []
    for life in plans_at(county, at).in_force():
        about = about_plan(county, kept, life, at)
        if unit in about.register.units:
            granted.append(Granted(plan=life.plan, state=str(life.state), reasons=reasons_of(about, unit, lang)))
    rows = [row for row in ledger_at(county, at) if row.unit == unit]
    return UnitMoney(
        unit=unit,
        granted_fen=sum(one.reasons.total_fen for one in granted),
        committed_fen=sum(row.committed_fen for row in rows),
        disbursed_fen=sum(row.disbursed_fen for row in rows),
        returned_fen=sum(row.returned_fen for row in rows),
        open_fen=sum(row.open_fen for row in rows),
        plans=tuple(granted),
    )
