"""The embedded recorder: one SQLite file, one ordered table, appends under a condition from any thread or process."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery
from eventsourcing.persistence import IntegrityError, ProgrammingError

from history.entries import COLUMNS, ENTRY
from history.faults import StoreDamaged, StoreOfAnotherRecord
from history.port import (
    Appended,
    Chance,
    Checkpoint,
    Clock,
    Entry,
    FactRecorder,
    Row,
    Rows,
    TagRow,
    moment_of,
    moment_text,
)
from history.sqlite_file import StoreFile, make_tables, transaction
from history.sqlite_query import PARAMETERS_MAX, any_match, matches_all, positions_of
from history.sqlite_write import write_copied, write_new
from history.tail import Tail

BUSY_SECONDS = 10.0
"""How long to wait for another program that is writing; ours is done in milliseconds, with an import in seconds."""

_PAGE_ROWS = 250
_FAULTS_SHOWN = 10
_LAST = "SELECT position, recorded_at FROM facts WHERE position = (SELECT max(position) FROM facts)"


class SQLiteRecorder(FactRecorder):
    """Facts in an SQLite file (WAL, synchronous=FULL), or in memory when there is no path.

    Positions are 1, 2, 3, … without a gap. `recorded_at` is the clock's moment, read while the write lock is held;
    where the clock stands behind the last fact's moment, that one is used again: order of positions is order of
    moments, so that “what was known then” is always a beginning of the log. (A clock that ran ahead thus holds all
    later facts at its mark until real time has caught up; that shows, as equal moments, and nothing is back-dated.)

    Opening and using it raise a `StoreFault` that says what is wrong. One object serves all threads of a process; it
    must not be taken along into a forked one.
    """

    def __init__(self, path: Path | None, *, clock: Clock, chance: Chance, busy_seconds: float = BUSY_SECONDS) -> None:
        self._file = StoreFile(None if path is None else Path(os.path.realpath(path)), busy_seconds, chance)
        self._clock = clock
        self._chance = chance
        self._owner = os.getpid()
        self._closed = False
        self._write_lock = threading.RLock()
        self._held = False  # read and written under the write lock only
        self._idle_lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._listeners: set[threading.Event] = set()
        self._file.ensure()
        with self._file.faults():
            self._writer = self._file.connect()
        try:
            if path is None:
                make_tables(self._writer, chance)
            self.head()  # a file that was cut short is noticed now, not in the middle of a decision
        except BaseException:
            self.close()
            raise

    def rows(
        self,
        query: DCBQuery | None = None,
        *,
        after: int | None = None,
        until: int | None = None,
        limit: int | None = None,
    ) -> Rows:
        """See `FactRecorder.rows`. Takes no lock that an append would wait for, and leaves no transaction open."""
        start = max(after or 0, 0)
        end = self.head() if until is None else min(until, self.head())
        if query is None or matches_all(query):
            last = end if limit is None else min(end, start + limit)
            if limit is not None:
                return Rows(self._range(start, last), last if last > start else None)
            return Rows(self._range(start, last), last or None)
        with self._reading() as connection:
            positions = positions_of(connection, query, start, end)
        if limit is not None:
            positions = positions[:limit]
            return Rows(self._picked(positions), positions[-1] if positions else None)
        return Rows(self._picked(positions), end or None)

    def rows_at(self, positions: Sequence[int]) -> Iterator[Row]:
        """See `FactRecorder.rows_at`; the positions rise."""
        return self._picked(list(positions))

    def append_stamped(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> Appended:
        """See `FactRecorder.append_stamped`."""
        if not events:
            raise ProgrammingError("There is nothing to append; a decision without facts is not recorded.")
        with self._writing() as connection, nullcontext() if self._held else transaction(connection):
            last, last_moment = connection.execute(_LAST).fetchone() or (0, "")
            if condition is not None:
                after = condition.after or 0
                if any_match(connection, condition.fail_if_events_match, after, last):
                    raise IntegrityError(condition)
            stamp = max(last_moment, moment_text(self._clock()))
            write_new(connection, last + 1, stamp, events, self._chance)
        self._wake_listeners()
        return Appended(range(last + 1, last + 1 + len(events)), moment_of(stamp))

    def copy_in(self, store_id: str, entries: Iterable[Entry], checkpoints: Iterable[Checkpoint] = ()) -> None:
        """See `FactRecorder.copy_in`."""
        with self._writing() as connection, nullcontext() if self._held else transaction(connection):
            if connection.execute(_LAST).fetchone() is None:
                connection.execute("UPDATE store SET value = ? WHERE key = 'id'", (store_id,))
            elif store_id != self.store_id:
                raise StoreOfAnotherRecord(where=self._file.where, found=self.store_id, other=store_id)
            write_copied(connection, entries)
            kept = set(self.checkpoints())
            new = [checkpoint for checkpoint in checkpoints if checkpoint not in kept]
            connection.executemany("INSERT INTO checkpoints (size, note) VALUES (?, ?)", new)
        self._wake_listeners()

    @property
    def store_id(self) -> str:
        """See `FactRecorder.store_id`."""
        with self._reading() as connection:
            found = connection.execute("SELECT value FROM store WHERE key = 'id'").fetchone()
        if found is None:
            raise StoreDamaged(where=self._file.where, reason="the id of the store is missing")
        return str(found[0])

    def entries(self, *, after: int = 0, until: int | None = None) -> Iterator[Entry]:
        """See `FactRecorder.entries`."""
        return map(Entry._make, self._as_they_lie(ENTRY, after, until))

    def entries_at(self, positions: Sequence[int]) -> Iterator[Entry]:
        """See `FactRecorder.entries_at`."""
        return map(Entry._make, self._picked(list(positions), ENTRY))

    def leaves(self, *, after: int = 0, until: int | None = None) -> Iterator[bytes]:
        """See `FactRecorder.leaves`."""
        return (leaf for _, leaf in self._as_they_lie("position, leaf", after, until))

    def tag_rows(self) -> Iterator[TagRow]:
        """See `FactRecorder.tag_rows`."""
        return self.tag_rows_within(None, None)

    def tag_rows_within(self, after: int | None, until: int | None) -> Iterator[TagRow]:
        """See `FactRecorder.tag_rows_within`."""
        bounds = [(mark, bound) for mark, bound in ((">", after), ("<=", until)) if bound is not None]
        where = " AND ".join(f"position {mark} ?" for mark, _ in bounds) or "TRUE"
        with self._reading() as connection:
            yield from connection.execute(
                f"SELECT tag, type, position FROM fact_tags WHERE {where} ORDER BY position, tag, type",
                [bound for _, bound in bounds],
            )

    def file_faults(self) -> list[str]:
        """See `FactRecorder.file_faults`: pages, indexes and the tables' own conditions."""
        with self._reading() as connection:
            said = [found for (found,) in connection.execute(f"PRAGMA integrity_check({_FAULTS_SHOWN})")]
        return [] if said == ["ok"] else said

    def checkpoints(self) -> list[Checkpoint]:
        """See `FactRecorder.checkpoints`."""
        with self._reading() as connection:
            found = connection.execute("SELECT size, note FROM checkpoints ORDER BY number").fetchall()
        return [Checkpoint(*row) for row in found]

    def keep_checkpoint(self, checkpoint: Checkpoint) -> None:
        """See `FactRecorder.keep_checkpoint`."""
        with self._writing() as connection, nullcontext() if self._held else transaction(connection):
            connection.execute("INSERT INTO checkpoints (size, note) VALUES (?, ?)", checkpoint)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """See `FactRecorder.holding`. The write lock of the file is held: keep it short."""
        with self._writing() as connection, transaction(connection):
            self._held = True
            try:
                yield
            finally:
                self._held = False
        self._wake_listeners()

    def head(self) -> int:
        """See `FactRecorder.head`."""
        with self._reading() as connection:
            found: int | None = connection.execute("SELECT max(position) FROM facts").fetchone()[0]
        return found or 0

    def position_at(self, moment: datetime) -> int:
        """See `FactRecorder.position_at`. Moments rise with positions, so halving finds it in some twenty steps."""
        text = moment_text(moment)
        low, high = 0, self.head()
        with self._reading() as connection:
            while low < high:
                middle = (low + high + 1) // 2
                row = connection.execute(
                    "SELECT recorded_at <= ? FROM facts WHERE position = ?", (text, middle)
                ).fetchone()
                if row is None:
                    raise self._gap(middle)
                low, high = (middle, high) if row[0] else (low, middle - 1)
        return low

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> Tail[Self]:
        """Follow the log, appends of other processes included; see `Tail`."""
        return Tail(self, query, after)

    def listen(self, wake: threading.Event) -> None:
        """See `FactRecorder.listen`."""
        self._listeners.add(wake)

    def unlisten(self, wake: threading.Event) -> None:
        """See `FactRecorder.unlisten`."""
        self._listeners.discard(wake)

    def _wake_listeners(self) -> None:
        for wake in list(self._listeners):
            wake.set()

    def close(self) -> None:
        """See `FactRecorder.close`. Waits for an append under way; closing twice is fine."""
        with self._write_lock, self._idle_lock:
            self._closed = True
            for connection in [*self._idle, self._writer]:
                connection.close()
            self._idle.clear()

    def _range(self, after: int, until: int) -> Iterator[Row]:
        """Every row of a range, page by page."""
        while after < until:
            upto = min(after + _PAGE_ROWS, until)
            page = self._fetch("position > ? AND position <= ?", [after, upto], upto - after)
            yield from page
            after = upto

    def _picked(self, positions: list[int], columns: str = COLUMNS) -> Iterator[Any]:
        """The rows at these positions, piece by piece."""
        for start in range(0, len(positions), PARAMETERS_MAX):
            piece = positions[start : start + PARAMETERS_MAX]
            yield from self._fetch(f"position IN ({', '.join('?' * len(piece))})", piece, len(piece), columns)

    def _fetch(self, where: str, values: list[int], expected: int, columns: str = COLUMNS) -> list[Any]:
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {columns} FROM facts WHERE {where} ORDER BY position", values).fetchall()
        if len(rows) != expected:
            raise self._gap(values[0])
        return rows

    def _as_they_lie(self, columns: str, after: int, until: int | None) -> Iterator[tuple[Any, ...]]:
        """Rows of a range, page by page, whatever is missing among them."""
        end = self.head() if until is None else until
        while True:
            with self._reading() as connection:
                page = connection.execute(
                    f"SELECT {columns} FROM facts WHERE position > ? AND position <= ? ORDER BY position LIMIT ?",
                    (after, end, _PAGE_ROWS),
                ).fetchall()
            yield from page
            if len(page) < _PAGE_ROWS:
                return
            after = page[-1][0]

    def _gap(self, near: int) -> StoreDamaged:
        return StoreDamaged(where=self._file.where, reason=f"a fact at or after position {near} is missing")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._write_lock:
            self._check_usable()
            with self._file.faults():
                yield self._writer

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection no other thread is using; a store in memory has but one, which is the writer's."""
        if self._file.path is None:
            with self._writing() as connection:
                yield connection
            return
        self._check_usable()
        with self._file.faults():
            with self._idle_lock:
                idle = self._idle.pop() if self._idle else None
            connection = idle or self._reader()
            try:
                yield connection
            finally:
                with self._idle_lock:
                    if self._closed:
                        connection.close()
                    else:
                        self._idle.append(connection)

    def _reader(self) -> sqlite3.Connection:
        connection = self._file.connect()
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _check_usable(self) -> None:
        if self._closed:
            raise ProgrammingError("This store was closed; open it again.")
        if os.getpid() != self._owner:  # SQLite loses its locks there, and with them facts
            raise ProgrammingError("A store that was opened before a fork cannot be used after it; open it anew.")
