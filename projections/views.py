"""The read models of one store, kept beside it: caught up in transactions, rebuilt from nothing at will.

Rows and the position they stand for are written in one transaction, so a killed process leaves tables that are true
for some position. The tables hold nothing that is not in the log: delete their file and they come back, row for row.
With the position a mark of the last fact is kept; where the log has another fact there (an older backup was put back,
the store was begun anew), the tables are computed anew instead of going on from a past that is not theirs.

Computing anew happens in tables of its own, beside those that are there, which then take them over at once.

Two times: an answer for a position and a day is that of the facts recorded up to the position, of which those that
count by the day, in the order they were recorded (`replay.py`).
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path

from domain.folds import PlansFold, RegisterFold
from domain.register import Register
from projections.ledger import LEDGER, LedgerFold, LedgerRow
from projections.names import NAMING, NamesView
from projections.plans import PLAN_SHAPES, PlansView, content_in
from projections.progress import PROGRESS, Steps
from projections.register import MAP, REGISTER
from projections.replay import Replays, Shaped, ShapedLog, wanted
from projections.shapes import unchecked
from projections.tables import BESIDE, Tables, ViewsDamaged, ViewsForeign, ViewsUnavailable

__all__ = ["ShapedLog", "Views", "ViewsDamaged", "ViewsForeign", "ViewsUnavailable"]

FORMAT = 2
"""Raised when a table or what a fold keeps changes: tables of another format are made anew from the log."""
BATCH = 250
"""Facts taken in at once: few enough to stay in the processor's cache, which is worth a third of the time."""
WRITTEN_AFTER = 40
"""Batches whose rows are kept in memory while all is computed anew."""
MODELS = (REGISTER, MAP, LEDGER, PROGRESS)
WANTED = {**{model.name: set(model.shapes) for model in MODELS}, "plans": set(PLAN_SHAPES), "names": set(NAMING)}
"""Model, or table -> the stored names of the facts it takes in."""
SHAPES = unchecked({**PLAN_SHAPES, **wanted(MODELS)})
TABLES = {**Replays.TABLES, **PlansView.TABLES, **NamesView.TABLES}
WANTED_BY = {name: tuple(whose for whose, names in WANTED.items() if name in names) for name in SHAPES}
CLUSTERED = dict.fromkeys(("late", "names", "plan_subjects"), " WITHOUT ROWID")
"""Tables whose rows are little more than their key: kept in its order, they are written once and not twice."""
SCHEMA = (
    "CREATE TABLE reached (position INTEGER NOT NULL, mark TEXT NOT NULL)",
    "INSERT INTO reached VALUES (0, '')",
    *(f"CREATE TABLE {table} ({columns}){CLUSTERED.get(table, '')}" for table, columns in TABLES.items()),
)


class Views:
    """All read models of a store; `path` None keeps them in memory, `BESIDE` in a file that goes with them.

    A damaged file of ours, or one in another format, is made anew. Raises `ViewsForeign` for a file that is not ours,
    `ViewsUnavailable` for what else is in the way.
    """

    def __init__(self, path: Path | None) -> None:
        self.tables = Tables(path, SCHEMA, FORMAT)
        self.plans = PlansView(self.tables)
        self.names = NamesView(self.tables)
        self._replays = Replays(self.tables, MODELS)
        self._standing: _Standing | None = None

    def snapshot(self, log: ShapedLog, *, position: int, as_of: date | None = None) -> Register:
        """The register at a moment, nobody's to change: one decision asks for the same several times, so the last one
        is kept. Raises `NothingRegistered` where there was none yet.
        """
        return self._stands(log, position, as_of).register

    def begun(self, log: ShapedLog, *, position: int) -> RegisterFold:
        """The register at a position, to go on from there: one's own to change."""
        return self._stands(log, position, None).fold.fork()

    def register(self, log: ShapedLog, *, position: int, as_of: date | None = None) -> RegisterFold:
        """The register as known at a position and effective on a day."""
        with self._at(log, position):
            fold = self._replays.at(log, REGISTER, position, as_of).fold
            outlines = self._replays.at(log, MAP, position, as_of).fold
        fold.areas, fold.adjacency = outlines.areas, outlines.adjacency
        return fold

    def ledger(self, log: ShapedLog, *, position: int, as_of: date | None = None) -> list[LedgerRow]:
        """The ledger as known at a position and effective on a day, by fund, unit and project."""
        return self._ledger(log, position, as_of).rows()

    def imbalance_fen(self, log: ShapedLog, *, position: int) -> int:
        """What all accounts add up to at a position: nothing, always."""
        return self._ledger(log, position, None).imbalance_fen()

    def lives(self, log: ShapedLog, *, position: int, as_of: date | None = None) -> PlansFold:
        """Every plan as known at a position and effective on a day; contents come when they are asked for."""
        with self._at(log, position):
            return self.plans.fold(content_in(log), position=position, as_of=as_of)

    def steps(self, log: ShapedLog, *, position: int, as_of: date | None = None) -> Steps:
        """The days of every project's steps as known at a position and effective on a day."""
        with self._at(log, position):
            return self._replays.at(log, PROGRESS, position, as_of)

    def position(self) -> int:
        """The position the tables have reached."""
        return self._reached()[0]

    def follow(self, log: ShapedLog) -> int:
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

    def rebuild(self, log: ShapedLog, *, until: int | None = None) -> int:
        """Compute everything anew from the facts of the log, beside what is there; returns the position reached.

        Until all is computed others see the tables as they were, and follow the log with them; a killed process
        leaves those.
        """
        anew = Views(BESIDE)
        try:
            anew._compute(log, log.head() if until is None else min(until, log.head()))
            try:
                self.tables.take_over(anew.tables)
            except ViewsDamaged:
                self.tables.throw_away()
                self.tables.take_over(anew.tables)
        finally:
            anew.close()
        return self.position()

    def branched(self, log: ShapedLog, until: int) -> Views:
        """Tables of their own that are where these were at a position, to follow what branched off there.

        `log` holds the facts up to the position. They are gone when they are closed.
        """
        if self.position() < until:
            self.follow(log)
        branch = Views(BESIDE)
        branch.tables.take_over(self.tables)
        if branch.position() == until:
            return branch  # nothing to forget
        with branch.tables.transaction():
            for table in (*PlansView.TABLES, *NamesView.TABLES):
                branch.tables.execute(f"DELETE FROM {table} WHERE position > ?", (until,))
            branch._replays.cut(log, until)
            branch.tables.execute("UPDATE reached SET position = ?, mark = ?", (until, log.mark(until)))
        return branch

    def state(self) -> tuple[int, str]:
        """The position reached, and SHA-256 over every row of every table, in order: equal content, equal digest."""
        digest = hashlib.sha256()
        with self.tables.transaction(writing=False):
            for table in TABLES:
                # the first four columns hold every primary key; in which order rows were written does not count
                width = len(self.tables.execute(f"SELECT * FROM pragma_table_info('{table}')"))
                order = ", ".join(map(str, range(1, min(width, 4) + 1)))
                for row in self.tables.execute(f"SELECT * FROM {table} ORDER BY {order}"):
                    digest.update(repr((table, row)).encode())
            return self.position(), digest.hexdigest()

    def close(self) -> None:
        """Give the file back."""
        self.tables.close()

    def _stands(self, log: ShapedLog, position: int, as_of: date | None) -> _Standing:
        key = (position, as_of, log.mark(position))
        kept = self._standing
        if kept is None or kept.key != key:
            self._standing = kept = _Standing(key, self.register(log, position=position, as_of=as_of))
        return kept

    def _ledger(self, log: ShapedLog, position: int, as_of: date | None) -> LedgerFold:
        with self._at(log, position):
            return self._replays.at(log, LEDGER, position, as_of)

    def _at(self, log: ShapedLog, position: int) -> AbstractContextManager[None]:
        """All that is read inside is of one moment of the tables, at which they have reached the position."""
        if self.position() < position:
            self.follow(log)
        return self.tables.transaction(writing=False)

    def _caught_up(self, log: ShapedLog) -> bool:
        """Read on from the last fact taken in; whether that could be done to the end of the log."""
        base, mark = self._reached()
        head = log.head()
        if base and (base > head or log.mark(base) != mark):
            self.rebuild(log)
            return True
        self._replays.begin(whole=base == 0)
        for until, batch in _batches(log, base, head):
            with self.tables.transaction():
                if self.position() != base:
                    return False  # another process was faster, or computed the tables anew
                self._take(log, base, until, batch)
                self._write(log, until)
            base = until
        return True

    def _compute(self, log: ShapedLog, head: int) -> None:
        if head == 0:
            return  # as `follow` does: tables of an empty log have no row
        with self.tables.transaction(), _without_collecting():
            self._replays.begin(whole=True)
            base = 0
            for number, (until, batch) in enumerate(_batches(log, 0, head)):
                self._take(log, base, until, batch)
                base = until
                if number % WRITTEN_AFTER == 0:
                    self._write(log, until)
            self._write(log, head)

    def _take(self, log: ShapedLog, base: int, until: int, batch: list[Shaped]) -> None:
        shares = _shared_out(batch)
        self._replays.take(log, base, until, batch, shares)
        self.plans.take(shares["plans"])
        self.names.take(shares["names"])

    def _write(self, log: ShapedLog, until: int) -> None:
        self._replays.write()
        self.tables.execute("UPDATE reached SET position = ?, mark = ?", (until, log.mark(until)))

    def _reached(self) -> tuple[int, str]:
        found = self.tables.execute("SELECT position, mark FROM reached")
        if len(found) != 1:
            raise ViewsDamaged(where=self.tables.path or "in memory", reason="they do not say how far they go")
        return int(found[0][0]), str(found[0][1])


@dataclass(frozen=True)
class _Standing:
    """The register at a moment; the fold is nobody's to change."""

    key: tuple[int, date | None, str]
    fold: RegisterFold

    @cached_property
    def register(self) -> Register:
        """All of it in order. Raises `NothingRegistered`."""
        return self.fold.register()


@contextmanager
def _without_collecting() -> Iterator[None]:
    """A million facts come and go here and none refers to another: looking for circles among them takes a tenth."""
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if usual:
            gc.enable()


def _shared_out(batch: list[Shaped]) -> dict[str, list[Shaped]]:
    """Whose facts -> the facts, in order; a batch is gone through once, however many there are who want some of it."""
    shares: dict[str, list[Shaped]] = {whose: [] for whose in WANTED}
    takers = {name: [shares[whose].append for whose in by] for name, by in WANTED_BY.items()}
    for one in batch:
        for take in takers[one[2]]:
            take(one)
    return shares


def _batches(log: ShapedLog, base: int, head: int) -> Iterator[tuple[int, list[Shaped]]]:
    """The wanted facts after the base in pieces, each with the position it leads up to."""
    stream = log.shaped(SHAPES, after=base, until=head)
    while base < head:
        batch = list(islice(stream, BATCH))
        base = batch[-1][0] if len(batch) == BATCH else head
        yield base, batch
