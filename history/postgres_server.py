"""The connections of one store to its server: made, kept, found dead, made anew; PostgreSQL's errors in words.

A connection can die at any time: the server is restarted, the network drops it. One that lies idle is looked at before
it is used (its socket tells, without asking the server). What only reads is asked once more on a fresh connection, and
meanwhile a server that comes back within `busy_seconds` is waited for. What writes is never repeated here.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.pq import ConnStatus, TransactionStatus

from domain.quoting import printable
from history.faults import (
    StoreConnectionLost,
    StoreDamaged,
    StoreDatabaseMissing,
    StoreFault,
    StoreFull,
    StoreLocked,
    StoreLoginRefused,
    StoreNotPermitted,
    StoreOnReplica,
    StoreUnreachable,
)
from history.postgres_address import ServerAddress

Connection = psycopg.Connection[Any]
Found = list[tuple[Any, ...]]

READERS_MAX = 8
"""Connections that read at once; a server of the usual size allows a hundred for all programs together."""
CONNECT_SECONDS = 10
_PAUSE_SECONDS = 0.05
_DEFAULTS = {
    "connect_timeout": str(CONNECT_SECONDS),
    "application_name": "tongchou",
    "keepalives_idle": "30",  # a machine that vanished is noticed in a minute, not in two hours
    "tcp_user_timeout": "60000",
}
_SESSION = """
    SELECT set_config('lock_timeout', %s, false),
           set_config('idle_in_transaction_session_timeout', '60s', false),  -- whoever vanished holds nobody up
           set_config('default_transaction_isolation', 'read committed', false),
           set_config('enable_seqscan', 'off', false),  -- every question has its index, also before any statistics
           set_config('jit', 'off', false),
           CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', false) END
"""
_LOGIN = ("password", "authentication", "no pg_hba.conf entry", "role ", "not permitted to log in")
_KINDS: dict[str, type[StoreFault]] = {
    "25006": StoreOnReplica,
    "42501": StoreNotPermitted,
    "53100": StoreFull,
    "55P03": StoreLocked,
    "23505": StoreDamaged,  # something lies where the next fact belongs: the last one was taken out
    "42P01": StoreDamaged,  # a table is missing
    "XX001": StoreDamaged,
    "XX002": StoreDamaged,
}
"""What an SQLSTATE means; classes 08 and 57P are a lost connection."""


class StoreServer:
    """Connections to the server of a store, for all threads of a process. `busy_seconds` bounds every wait."""

    def __init__(self, address: ServerAddress, busy_seconds: float) -> None:
        self.address = address
        self.busy_seconds = busy_seconds
        self._parameters: dict[str, Any] = {**_DEFAULTS, **address.parameters, "client_encoding": "utf8"}
        self._seats = threading.BoundedSemaphore(READERS_MAX)
        self._idle_lock = threading.Lock()
        self._idle: list[Connection] = []
        self._closed = False

    def connect(self) -> Connection:
        """A connection of one's own, each statement a transaction unless one is begun. Raises a `StoreFault`."""
        try:
            connection: Connection = psycopg.connect(**self._parameters, autocommit=True)
        except psycopg.OperationalError as error:
            raise self._refused(error) from error
        try:
            with self.faults():
                connection.execute(_SESSION, [f"{self.busy_seconds * 1000:.0f}ms"])
        except BaseException:
            connection.close()
            raise
        return connection

    def connect_again(self) -> Connection:
        """`connect`, after a connection was lost: waits for a server that is coming back."""
        give_up = time.monotonic() + self.busy_seconds
        while True:
            try:
                return self.connect()
            except StoreUnreachable:
                if time.monotonic() > give_up:
                    raise
                time.sleep(_PAUSE_SECONDS)

    def ask(self, statement: str, values: Sequence[Any] = ()) -> Found:
        """The rows of a statement that only reads, on a connection no other thread is using."""
        with self.faults(), self._seats:
            connection = self._sitting() or self.connect_again()
            try:
                try:
                    return self._asked(connection, statement, values)
                except psycopg.OperationalError:
                    if is_alive(connection):
                        raise
                    connection = self.connect_again()
                    return self._asked(connection, statement, values)
            finally:
                self.put_back(connection)

    def close(self) -> None:
        """Give all idle connections back; those in use are closed when their answer is there."""
        with self._idle_lock:
            self._closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    @contextmanager
    def faults(self, *, recording: bool = False) -> Iterator[None]:
        """Whatever PostgreSQL raises inside becomes a `StoreFault`; with `recording`, a lost connection says that it
        is not known what was kept."""
        try:
            yield
        except psycopg.Error as error:
            raise self._fault_of(error, recording) from error

    def _asked(self, connection: Connection, statement: str, values: Sequence[Any]) -> Found:
        with connection.cursor(binary=True) as cursor:
            return cursor.execute(statement, values).fetchall()

    def _sitting(self) -> Connection | None:
        """An idle connection that lives; dead ones are dropped."""
        while True:
            with self._idle_lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            if is_alive(connection):
                return connection
            connection.close()

    def put_back(self, connection: Connection) -> None:
        """Keep a connection for the next question, or close it when it is in no state for that."""
        with self._idle_lock:
            if self._closed or connection.info.transaction_status != TransactionStatus.IDLE:
                connection.close()
            else:
                self._idle.append(connection)

    def _fault_of(self, error: psycopg.Error, recording: bool) -> StoreFault:
        state, where, reason = error.sqlstate or "", self.address.where, _said(error)
        kind = _KINDS.get(state)
        if kind is StoreLocked:
            return StoreLocked(where=where, waited=f"{self.busy_seconds:g}")
        if kind is not None:
            return kind(where=where, reason=reason)
        if state.startswith(("08", "57P", "25P03")) or (isinstance(error, psycopg.OperationalError) and not state):
            return (StoreConnectionLost if recording else StoreUnreachable)(where=where, reason=reason)
        return StoreFault(where=where, reason=reason)

    def _refused(self, error: psycopg.OperationalError) -> StoreFault:
        """Why there is no connection. libpq has only words for it, and those of the server may be in its language."""
        reason, where = _said(error), self.address.where
        if any(word in reason for word in _LOGIN):
            return StoreLoginRefused(where=where, reason=reason)
        if "database" in reason and "does not exist" in reason:
            return StoreDatabaseMissing(where=where)
        return StoreUnreachable(where=where, reason=reason)


def is_alive(connection: Connection) -> bool:
    """Whether an idle connection is still there, as far as its socket tells without asking the server."""
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    for _ in range(3):  # a server that goes says so first, and closes then; other tidings end
        if not poll.poll(0):
            return connection.pgconn.status == ConnStatus.OK
        try:
            connection.pgconn.consume_input()
        except psycopg.OperationalError:
            return False
    return False


def _said(error: psycopg.Error) -> str:
    """The database's words: the first line, without the full stop."""
    words = (error.diag.message_primary or str(error)).strip().partition("\n")[0]
    return printable(words.removeprefix("connection failed: ")).rstrip(". ") or type(error).__name__
