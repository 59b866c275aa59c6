"""Use cases of the read models: the ledger at any moment, and making the tables anew from the log."""

from __future__ import annotations

from dataclasses import dataclass

from projections.ledger import LedgerRow
from projections.views import Views
from service.county import County
from service.registers import Moment

__all__ = ["Checked", "LedgerRow", "check_views", "ledger_at", "rebuild_views"]


def ledger_at(county: County, at: Moment) -> list[LedgerRow]:
    """What became of every fund's money, as known and effective at a moment."""
    return county.views.ledger(county.log, position=at.position, as_of=at.as_of)


@dataclass(frozen=True)
class Checked:
    """Whether the kept tables are those the log gives."""

    position: int
    same: bool
    balanced: bool


def check_views(county: County) -> Checked:
    """Compute every table anew in memory and compare it with the kept one, row for row."""
    county.refresh()
    position, kept = county.views.state()
    anew = Views(None)
    try:
        anew.rebuild(county.log, until=position)  # others may be recording meanwhile
        balanced = not county.views.imbalance_fen(county.log, position=position)
        return Checked(position, anew.state() == (position, kept), balanced)
    finally:
        anew.close()


def rebuild_views(county: County) -> int:
    """Compute every kept table anew from the log; returns the position reached."""
    return county.views.rebuild(county.log)
