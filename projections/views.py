"""The read models of one store, kept beside it: caught up in transactions, rebuilt from nothing at will.

Rows and the position they stand for are written in one transaction, so a killed process leaves tables that are true
for some position. The tables hold nothing that is not in the log: delete their file and they come back, row for row.
With the position the last fact's own mark is kept; where the log has another fact there (an older backup was put
back, the store was begun anew), the tables are computed anew instead of going on from a past that is not theirs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Protocol

from domain.facts import Fact
from projections.ledger import LedgerView
from projections.plans import PlansView
from projections.register import RegisterView
from projections.tables import Tables, ViewsDamaged, ViewsForeign, ViewsUnavailable

__all__ = ["FactLog", "RecordedFact", "Views", "ViewsDamaged", "ViewsForeign", "ViewsUnavailable"]

FORMAT = 1
"""Raised when a table changes: tables of another format are made anew from the log."""
BATCH = 2000
PARTS = (LedgerView, RegisterView, PlansView)
SCHEMA = (
    "CREATE TABLE reached (position INTEGER NOT NULL, mark TEXT NOT NULL)",
    "INSERT INTO reached VALUES (0, '')",
    *(f"CREATE TABLE {table} ({columns})" for part in PARTS for table, columns in part.TABLES.items()),
    *(index for part in PARTS for index in part.INDEXES),
)


class RecordedFact(Protocol):
    """A fact with its place in the log."""

    @property
    def position(self) -> int:
        """Its position."""

    @property
    def recorded_at(self) -> datetime:
        """When the log learned of it (UTC)."""

    @property
    def fact(self) -> Fact:
        """The fact."""


class FactLog(Protocol):
    """What the read models need of a log."""

    def facts(self, after: int = 0, until: int | None = None) -> Iterable[RecordedFact]:
        """The facts with after < position <= until, in order."""


class Views:
    """All read models of a store; `path` None keeps them in memory.

    A damaged file of ours, or one in another format, is made anew. Raises `ViewsForeign` for a file that is not ours,
    `ViewsUnavailable` for what else is in the way.
    """

    def __init__(self, path: Path | None) -> None:
        self.tables = Tables(path, SCHEMA, FORMAT)
        self.ledger = LedgerView(self.tables)
        self.register = RegisterView(self.tables)
        self.plans = PlansView(self.tables)
        self._parts = (self.ledger, self.register, self.plans)

    def position(self) -> int:
        """The position of the last fact the tables have taken in."""
        return self._reached()[0]

    def follow(self, log: FactLog) -> int:
        """Take in what the log has beyond the tables; returns the position reached.

        Facts that another process takes in meanwhile are skipped. Tables that are damaged, or are those of another
        log, are computed anew.
        """
        try:
            while not self._caught_up(log):
                pass
        except ViewsDamaged:
            return self.rebuild(log)
        return self.position()

    def rebuild(self, log: FactLog, *, until: int | None = None) -> int:
        """Forget everything and compute it anew from the facts of the log; returns the position reached.

        One transaction: until it ends, others see the tables as they were, and a killed process leaves those.
        """
        try:
            self._compute(log, until)
        except ViewsDamaged:
            self.tables.throw_away()
            self._compute(log, until)
        return self.position()

    def state(self) -> tuple[int, str]:
        """The position reached, and SHA-256 over every row of every table, in order: equal content, equal digest."""
        digest = hashlib.sha256()
        with self.tables.transaction(writing=False):
            for part in self._parts:
                for table in part.TABLES:
                    # the first three columns hold every primary key; in which order rows were written does not count
                    for row in self.tables.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3"):
                        digest.update(repr((table, row)).encode())
            return self.position(), digest.hexdigest()

    def close(self) -> None:
        """Give the file back."""
        self.tables.close()

    def _caught_up(self, log: FactLog) -> bool:
        """Read on from the last fact taken in; whether that could be done to the end of the log."""
        base, mark = self._reached()
        facts = iter(log.facts(after=max(base - 1, 0)))
        if base:
            last = next(facts, None)
            if last is None or _mark(last) != mark:
                self.rebuild(log)
                return True
        for batch in _batches(facts):
            with self.tables.transaction():
                reached = self.position()
                if reached < base:
                    return False  # another process computed the tables anew, and from less of the log
                self._take([recorded for recorded in batch if recorded.position > reached])
        return True

    def _compute(self, log: FactLog, until: int | None) -> None:
        with self.tables.transaction():
            self.tables.empty()
            for batch in _batches(log.facts(until=until)):
                self._take(batch)

    def _take(self, batch: list[RecordedFact]) -> None:
        for recorded in batch:
            moment = recorded.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
            for part in self._parts:
                part.take(recorded.position, moment, recorded.fact)
        if batch:
            self.tables.execute("UPDATE reached SET position = ?, mark = ?", (batch[-1].position, _mark(batch[-1])))

    def _reached(self) -> tuple[int, str]:
        found = self.tables.execute("SELECT position, mark FROM reached")
        if len(found) != 1:
            raise ViewsDamaged(where=self.tables.path or "in memory", reason="they do not say how far they go")
        return int(found[0][0]), str(found[0][1])


def _batches(facts: Iterable[RecordedFact]) -> Iterator[list[RecordedFact]]:
    stream = iter(facts)
    while batch := list(islice(stream, BATCH)):
        yield batch


def _mark(recorded: RecordedFact) -> str:
    """What tells a fact from any other that could stand at its position in another log."""
    moment = recorded.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    return f"{moment} {recorded.fact.stored_name()} {recorded.fact.mandate.command}"
