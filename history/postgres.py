"""The recorder for several machines: facts in a schema of a PostgreSQL database, appended under a condition."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

import psycopg
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery
from eventsourcing.persistence import IntegrityError, ProgrammingError
from psycopg.pq import TransactionStatus

from history.entries import COLUMNS, ENTRY, sealed
from history.faults import StoreDamaged, StoreOfAnotherRecord
from history.leaf import SALT_BYTES
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
from history.postgres_address import ServerAddress
from history.postgres_query import Statement, matching
from history.postgres_schema import ensure, lock_key
from history.postgres_server import Connection, Found, StoreServer, is_alive
from history.postgres_write import Tables
from history.sqlite_query import matches_all
from history.tail import Tail

BUSY_SECONDS = 10.0
"""How long to wait for another program that is appending, and for a server that is coming back."""
FEW = 64
"""So many facts go in with the commit in one journey; more are streamed, which pays from here on."""

_PAGE_ROWS = 4_000


class PostgresRecorder(FactRecorder):
    """Facts on a PostgreSQL server, under the same promises as `SQLiteRecorder`: dense positions, moments in order.

    An append takes two journeys: one takes the lock that all appends to this store take in turn, looks for what the
    condition forbids, and reads the last fact; the other inserts and commits. In between the facts get their
    positions, their moment (the clock's, read while the lock is held) and their leaves. The lock is the server's, so
    the turns are taken by all processes on all machines, and a follower never sees a position before a smaller one.

    Opening and using it raise a `StoreFault` that says what is wrong. One object serves all threads of a process; it
    must not be taken along into a forked one.
    """

    def __init__(
        self, address: ServerAddress, *, clock: Clock, chance: Chance, busy_seconds: float = BUSY_SECONDS
    ) -> None:
        self._server = StoreServer(address, busy_seconds)
        self._clock = clock
        self._chance = chance
        self._owner = os.getpid()
        self._closed = False
        self._write_lock = threading.RLock()
        self._writer: Connection | None = None
        self._held = False  # read and written under the write lock only
        self._listeners: set[threading.Event] = set()
        self._tables = Tables(address.schema)
        self._schema = self._tables.schema
        self._keep = f"INSERT INTO {self._schema}.checkpoints (size, note) VALUES (%s, %s)"
        self._lock = f"SELECT {lock_key(address.schema)}"
        try:
            ensure(self._server, chance)
        except BaseException:
            self._server.close()
            raise

    def rows(
        self,
        query: DCBQuery | None = None,
        *,
        after: int | None = None,
        until: int | None = None,
        limit: int | None = None,
    ) -> Rows:
        """See `FactRecorder.rows`. Holds no lock and leaves no transaction open while the rows are taken."""
        start = max(after or 0, 0)
        if query is None or matches_all(query):
            end = self.head() if until is None else min(until, self.head())
            if limit is not None:
                end = min(end, start + limit)
                return Rows(self._range(start, end), end if end > start else None)
            return Rows(self._range(start, end), end or None)
        head, positions = self._found(query, start, until, limit)
        if limit is not None:
            return Rows(self._picked(positions), positions[-1] if positions else None)
        return Rows(self._picked(positions), (head if until is None else min(until, head)) or None)

    def append_stamped(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> Appended:
        """See `FactRecorder.append_stamped`. Raises `StoreConnectionLost` when the server's answer was lost."""
        if not events:
            raise ProgrammingError("There is nothing to append; a decision without facts is not recorded.")
        with self._writing():
            connection, last, last_moment = self._begin(condition)
            stamp = max(last_moment, moment_text(self._clock()))
            places = sealed(last + 1, stamp, events, self._chance(SALT_BYTES * len(events)))
            if len(events) <= FEW:
                tags = [
                    (tag, event.type, at)
                    for at, event in enumerate(events, last + 1)
                    for tag in dict.fromkeys(event.tags)
                ]
                with connection.pipeline():
                    self._tables.insert(connection, list(places), tags)
                    self._commit(connection)
            else:
                self._tables.stream(connection, places)
                self._commit(connection)
        self._wake_listeners()
        return Appended(range(last + 1, last + 1 + len(events)), moment_of(stamp))

    def copy_in(self, store_id: str, entries: Iterable[Entry], checkpoints: Iterable[Checkpoint] = ()) -> None:
        """See `FactRecorder.copy_in`."""
        with self._writing():
            connection, last, _ = self._begin(None)
            if last == 0:
                connection.execute(f"UPDATE {self._schema}.store SET value = %s WHERE key = 'id'", [store_id])
            elif store_id != self.store_id:
                raise StoreOfAnotherRecord(where=self._server.address.where, found=self.store_id, other=store_id)
            self._tables.stream(connection, entries)
            kept = set(self.checkpoints())
            for checkpoint in checkpoints:
                if checkpoint not in kept:
                    connection.execute(self._keep, checkpoint)
            self._commit(connection)
        self._wake_listeners()

    @property
    def store_id(self) -> str:
        """See `FactRecorder.store_id`."""
        found = self._ask(f"SELECT value FROM {self._schema}.store WHERE key = 'id'")
        if not found:
            raise StoreDamaged(where=self._server.address.where, reason="the id of the store is missing")
        return str(found[0][0])

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
        """See `FactRecorder.tag_rows_within`. Sorted by the server, on a connection of its own while rows are taken."""
        self._check_usable()
        limits = {" position > %s": after, " position <= %s": until}
        given = {text: value for text, value in limits.items() if value is not None}
        where = f" WHERE{' AND'.join(given)}" if given else ""
        rows = f"SELECT tag, type, position FROM {self._schema}.fact_tags{where} ORDER BY position, tag, type"
        with (
            self._server.connect() as connection,
            self._server.faults(),
            connection.transaction(),
            connection.cursor("tag_rows", binary=True) as cursor,
        ):
            cursor.itersize = _PAGE_ROWS
            yield from cursor.execute(rows, list(given.values()))

    def checkpoints(self) -> list[Checkpoint]:
        """See `FactRecorder.checkpoints`."""
        return [
            Checkpoint(*row) for row in self._ask(f"SELECT size, note FROM {self._schema}.checkpoints ORDER BY number")
        ]

    def keep_checkpoint(self, checkpoint: Checkpoint) -> None:
        """See `FactRecorder.keep_checkpoint`."""
        with self._writing():
            self._the_writer().execute(
                f"INSERT INTO {self._schema}.checkpoints (size, note) VALUES (%s, %s)", checkpoint
            )

    @contextmanager
    def holding(self) -> Iterator[None]:
        """See `FactRecorder.holding`. The lock of all appends to this store is held: keep it short."""
        with self._writing():
            connection, *_ = self._begin(None)
            self._held = True
            try:
                yield
            finally:
                self._held = False
            connection.execute("COMMIT")
        self._wake_listeners()

    def head(self) -> int:
        """See `FactRecorder.head`."""
        return int(self._ask(f"SELECT coalesce(max(position), 0) FROM {self._schema}.facts")[0][0])

    def position_at(self, moment: datetime) -> int:
        """See `FactRecorder.position_at`. Moments rise with positions, so the server halves its way there."""
        found = self._ask(
            f"""
            WITH RECURSIVE span (low, high) AS (
                SELECT 0::bigint, coalesce(max(position), 0) FROM {self._schema}.facts
                UNION ALL
                SELECT CASE WHEN recorded_at <= %s THEN position ELSE low END,
                       CASE WHEN recorded_at <= %s THEN high ELSE position - 1 END
                FROM span JOIN {self._schema}.facts ON position = (low + high + 1) / 2 WHERE low < high
            )
            SELECT low, high FROM span ORDER BY high - low LIMIT 1
            """,
            [moment_text(moment)] * 2,
        )
        low, high = found[0]
        if low < high:
            raise self._gap((low + high + 1) // 2)
        return int(low)

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
        with self._write_lock:
            self._closed = True
            self._server.close()
            if self._writer is not None:
                self._writer.close()

    def _begin(self, condition: DCBAppendCondition | None) -> tuple[Connection, int, str]:
        """Take the turn; the connection that has it, the last position and moment. Nothing was sent that could be
        recorded, so that a connection lost meanwhile is replaced. Raises IntegrityError for an event the condition
        forbids.
        """
        asked = self._state(condition)
        connection = self._the_writer()
        try:
            met, last, moment = self._first_journey(connection, asked)
        except psycopg.OperationalError:
            if self._held or is_alive(connection):
                raise
            connection = self._the_writer()
            met, last, moment = self._first_journey(connection, asked)
        if met:
            if not self._held:
                connection.execute("ROLLBACK")
            raise IntegrityError(condition)
        return connection, last, moment

    def _first_journey(self, connection: Connection, asked: Statement) -> tuple[bool, int, str]:
        with connection.pipeline():
            if not self._held:
                connection.execute("BEGIN")
                connection.execute(self._lock)
            answer = connection.execute(*asked)
        met, last, moment = answer.fetchone() or (False, None, None)
        return met, last or 0, moment or ""

    def _state(self, condition: DCBAppendCondition | None) -> Statement:
        """Asks whether there is an event the condition forbids, and for the last position and moment."""
        forbidden, values = ("false", []) if condition is None else self._forbidden(condition)
        last = f"SELECT position, recorded_at FROM {self._schema}.facts ORDER BY position DESC LIMIT 1"
        text = f"SELECT {forbidden}, position, recorded_at FROM (SELECT) AS one LEFT JOIN ({last}) AS last ON true"
        return text, values

    def _forbidden(self, condition: DCBAppendCondition) -> Statement:
        query, after = condition.fail_if_events_match, condition.after or 0
        if matches_all(query):
            return f"EXISTS (SELECT FROM {self._schema}.facts WHERE position > %s)", [after]
        found = matching(query, self._schema, after, None)
        return " OR ".join(f"EXISTS ({text})" for text, _ in found), [value for _, some in found for value in some]

    def _commit(self, connection: Connection) -> None:
        if not self._held:
            connection.execute("COMMIT")

    def _found(self, query: DCBQuery, after: int, until: int | None, limit: int | None) -> tuple[int, list[int]]:
        """The head of the log and the positions that match, both as of one moment."""
        statements = matching(query, self._schema, after, until)
        texts = " UNION ".join(text for text, _ in statements)
        upto = "" if limit is None else " LIMIT %s"
        ((head, positions),) = self._ask(
            f"SELECT (SELECT coalesce(max(position), 0) FROM {self._schema}.facts),"
            f" ARRAY(SELECT position FROM ({texts}) AS found ORDER BY position{upto})",
            [*(value for _, values in statements for value in values), *([] if limit is None else [limit])],
        )
        return head, positions

    def _range(self, after: int, until: int) -> Iterator[Row]:
        """Every row of a range, page by page."""
        while after < until:
            upto = min(after + _PAGE_ROWS, until)
            yield from self._fetch("position > %s AND position <= %s", [after, upto], upto - after, after)
            after = upto

    def _picked(self, positions: list[int], columns: str = COLUMNS) -> Iterator[Any]:
        """The rows at these positions, piece by piece."""
        for start in range(0, len(positions), _PAGE_ROWS):
            piece = positions[start : start + _PAGE_ROWS]
            yield from self._fetch("position = ANY(%s)", [piece], len(piece), piece[0], columns)

    def _fetch(self, where: str, values: list[Any], expected: int, near: int, columns: str = COLUMNS) -> Found:
        rows = self._ask(f"SELECT {columns} FROM {self._schema}.facts WHERE {where} ORDER BY position", values)
        if len(rows) != expected:
            raise self._gap(near)
        return rows

    def _as_they_lie(self, columns: str, after: int, until: int | None) -> Iterator[tuple[Any, ...]]:
        """Rows of a range, page by page, whatever is missing among them."""
        end = self.head() if until is None else until
        while True:
            page = self._ask(
                f"SELECT {columns} FROM {self._schema}.facts WHERE position > %s AND position <= %s"
                " ORDER BY position LIMIT %s",
                [after, end, _PAGE_ROWS],
            )
            yield from page
            if len(page) < _PAGE_ROWS:
                return
            after = page[-1][0]

    def _gap(self, near: int) -> StoreDamaged:
        where = self._server.address.where
        return StoreDamaged(where=where, reason=f"a fact at or after position {near} is missing")

    def _ask(self, statement: str, values: Sequence[Any] = ()) -> Found:
        self._check_usable()
        return self._server.ask(statement, values)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One thread at a time. Whatever ends the span amiss, nothing of it stays open on the server."""
        with self._write_lock:
            self._check_usable()
            try:
                with self._server.faults(recording=True):
                    yield
            finally:
                writer = self._writer
                if not self._held and writer and writer.info.transaction_status != TransactionStatus.IDLE:
                    writer.close()  # the server drops what was begun

    def _the_writer(self) -> Connection:
        """The one connection that appends; another one when it is dead and nothing hangs on it."""
        if self._writer is None or not (self._held or is_alive(self._writer)):
            self._writer = self._server.connect_again()
        return self._writer

    def _check_usable(self) -> None:
        if self._closed:
            raise ProgrammingError("This store was closed; open it again.")
        if os.getpid() != self._owner:  # two processes on one connection would read each other's answers
            raise ProgrammingError("A store that was opened before a fork cannot be used after it; open it anew.")
