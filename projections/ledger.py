"""The ledger: every movement of money as a double entry, per fund × unit × project, in both times (M07, M33).

Accounts, debits positive and credits negative, every fact in balance:

    owner      whoever gives the fund its money            to-come    announced and not yet arrived
    free       arrived and not reserved                    committed  reserved for a plan line
    paid       disbursed

`to-come` and `free` are the fund's; `committed` and `paid` carry unit and project.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from msgspec import Struct

from domain.facts import Fact
from domain.facts.funds import (
    FundAmended,
    FundAnnounced,
    FundCarriedOver,
    FundTakenBack,
    PledgeReceived,
    TrancheReceived,
)
from domain.facts.spending import CommitmentReleased, LineCommitted, MoneyDisbursed, MoneyReturned
from projections.tables import Tables

Posting = tuple[str, str, str | None, str | None, int]
"""Account, fund, unit, project, fen (debit positive)."""


class LedgerRow(Struct, frozen=True, kw_only=True):
    """What became of one fund's money for one unit and project, in fen; unit and project are None for the fund itself.

    `committed` is net of what was released; `free` is what may still be committed, `open` what may still be paid.
    """

    fund: str
    unit: str | None
    project: str | None
    announced_fen: int
    arrived_fen: int
    committed_fen: int
    disbursed_fen: int
    returned_fen: int
    free_fen: int
    open_fen: int


class LedgerView:
    """The table of entries, and questions to it."""

    TABLES: ClassVar[dict[str, str]] = {
        "ledger_entries": (
            "position INTEGER NOT NULL, number INTEGER NOT NULL, recorded_at TEXT NOT NULL, "
            "effective_on TEXT NOT NULL, kind TEXT NOT NULL, account TEXT NOT NULL, fund TEXT NOT NULL, unit TEXT, "
            "project TEXT, amount_fen INTEGER NOT NULL, PRIMARY KEY (position, number)"
        )
    }
    INDEXES: ClassVar[tuple[str, ...]] = ("CREATE INDEX ledger_by_fund ON ledger_entries (fund, unit, project)",)

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def take(self, position: int, recorded_at: str, fact: Fact) -> None:
        """Write the entries of one fact; most facts move no money and have none."""
        rows = [
            (position, number, recorded_at, fact.mandate.effective_on.isoformat(), fact.stored_name(), *posting)
            for number, posting in enumerate(postings(fact))
        ]
        self._tables.execute_many("INSERT INTO ledger_entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def rows(self, *, position: int, as_of: date | None = None) -> list[LedgerRow]:
        """The ledger as known at a position and effective on a day, by fund, unit and project."""
        found = self._tables.execute(
            """
            SELECT fund, unit, project,
                   -sum(CASE WHEN account = 'owner' AND kind IN ('fund.announced', 'fund.amended')
                        THEN amount_fen ELSE 0 END),
                   sum(CASE WHEN account = 'free' AND (kind LIKE 'fund.%') THEN amount_fen ELSE 0 END),
                   sum(CASE WHEN account = 'committed' AND kind <> 'money.disbursed' THEN amount_fen ELSE 0 END),
                   sum(CASE WHEN account = 'paid' AND kind = 'money.disbursed' THEN amount_fen ELSE 0 END),
                   -sum(CASE WHEN account = 'paid' AND kind = 'money.returned' THEN amount_fen ELSE 0 END),
                   sum(CASE WHEN account = 'free' THEN amount_fen ELSE 0 END),
                   sum(CASE WHEN account = 'committed' THEN amount_fen ELSE 0 END)
            FROM ledger_entries WHERE position <= ? AND effective_on <= ?
            GROUP BY fund, unit, project ORDER BY fund, unit, project
            """,
            (position, "9999-12-31" if as_of is None else as_of.isoformat()),
        )
        names = LedgerRow.__struct_fields__
        return [LedgerRow(**dict(zip(names, row, strict=True))) for row in found]

    def imbalance(self) -> list[int]:
        """Positions whose entries do not add up to nothing; always empty."""
        found = self._tables.execute(
            "SELECT position FROM ledger_entries GROUP BY position HAVING sum(amount_fen) <> 0"
        )
        return [position for (position,) in found]


def postings(fact: Fact) -> Iterator[Posting]:
    """The double entry of a fact."""
    match fact:
        case FundAnnounced():
            yield from _move("owner", "to-come", fact.fund, fact.record.amount_fen)
        case FundAmended():
            yield from _move("owner", "to-come", fact.fund, fact.new_amount_fen - fact.old_amount_fen)
        case TrancheReceived():
            yield from _move("to-come", "free", fact.fund, fact.amount_fen)
        case PledgeReceived(kind="money"):
            yield from _move("owner", "free", fact.fund, fact.amount_fen)
        case FundCarriedOver():
            yield ("free", fact.fund, None, None, -fact.amount_fen)
            yield ("free", fact.to_fund, None, None, fact.amount_fen)
        case FundTakenBack():
            yield from _move("free", "owner", fact.fund, fact.amount_fen)
        case LineCommitted():
            yield ("free", fact.fund, None, None, -fact.amount_fen)
            yield ("committed", fact.fund, fact.unit, fact.project, fact.amount_fen)
        case CommitmentReleased():
            yield ("committed", fact.fund, fact.unit, fact.project, -fact.amount_fen)
            yield ("free", fact.fund, None, None, fact.amount_fen)
        case MoneyDisbursed():
            yield ("committed", fact.fund, fact.unit, fact.project, -fact.amount_fen)
            yield ("paid", fact.fund, fact.unit, fact.project, fact.amount_fen)
        case MoneyReturned():
            yield ("paid", fact.fund, fact.unit, fact.project, -fact.amount_fen)
            yield ("free", fact.fund, None, None, fact.amount_fen)
        case _:
            return


def _move(giver: str, taker: str, fund: str, fen: int) -> Iterator[Posting]:
    if fen:
        yield (giver, fund, None, None, -fen)
        yield (taker, fund, None, None, fen)
