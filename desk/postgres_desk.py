"""The desk in a schema of a PostgreSQL database, beside that of the store: names are the same on every machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from desk.database import DeskUnavailable, Tables

MARK = "tongchou desk"
ATTEMPTS, PAUSE_SECONDS = 100, 0.1
"""How patiently a server is waited for that was there before."""
_LOCK = int.from_bytes(b"Tond")
_RELATIONS = """
    SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""
_REASONS = {
    "53100": "the disk is full",
    "55P03": "another program holds them locked",
    "42501": "this user may not write them",
    "25006": "this user may not write them",
}


class PostgresDesk:
    """See `Desk`. `parameters` are libpq's, `where` names the desk in sentences.

    One object serves all threads of a process.
    """

    def __init__(self, parameters: Mapping[str, Any], schema: str, where: str) -> None:
        self._lock = threading.RLock()  # of the connection: a statement and its rows are one thread's
        self._parameters = {**parameters, "client_encoding": "utf8"}
        self._schema = schema
        self._where = where
        self._connection = self._connected()

    def need(self, tables: Tables) -> None:
        """See `Desk.need`."""
        try:
            if not set(tables) <= self._present():
                self._make(tables)
        except BaseException:
            self.close()
            raise

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """See `Desk.run`. What may be said twice is said once more on another connection when one was lost."""
        with self._lock, self._faults():
            if self._connection.closed:
                self._connect_again()
            try:
                return self._ran(statement, values)
            except psycopg.OperationalError as error:
                if not _is_loss(error):
                    raise
                self._connection.close()
                if not statement.startswith("SELECT") and "ON CONFLICT DO NOTHING" not in statement:
                    raise
            self._connect_again()
            return self._ran(statement, values)

    def forget(self, table: str) -> None:
        """See `Desk.forget`. The write-ahead log and backups of the server keep theirs until they are recycled."""
        self.run(f"VACUUM FULL {table}")

    def close(self) -> None:
        """See `Desk.close`."""
        self._connection.close()

    def _connect_again(self) -> None:
        """Another connection, of a server that may be coming back."""
        for attempt in range(ATTEMPTS):
            try:
                self._connection = self._connected()
                return
            except DeskUnavailable:
                if attempt + 1 == ATTEMPTS:
                    raise
                time.sleep(PAUSE_SECONDS)

    def _connected(self) -> psycopg.Connection[Any]:
        with self._faults():
            connection = psycopg.connect(**self._parameters, autocommit=True)
            connection.execute(
                "SELECT set_config('search_path', quote_ident(%s), false), set_config('lock_timeout', '30s', false)",
                [self._schema],
            )
            return connection

    def _ran(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        cursor = self._connection.execute(statement.replace("?", "%s"), values)
        return cursor.fetchall() if cursor.description else []

    def _present(self) -> set[str]:
        """The tables of our schema, none before it is made. Refuses a schema of another program."""
        with self._faults():
            found = {name for (name,) in self._connection.execute(_RELATIONS, [self._schema])}
            if found and ("desk" not in found or self._ran("SELECT mark FROM desk", ()) != [(MARK,)]):
                raise DeskUnavailable(self._where, "it is a database of another program")
            return found

    def _make(self, tables: Tables) -> None:
        """All tables that are missing in one transaction; of several processes the first makes them."""
        with self._faults(), self._connection.transaction():
            self._connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, self._schema])
            found = self._present()
            if self._ran("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?", [self._schema]) == []:
                self._connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(self._schema)))
            if not found:
                self._connection.execute("CREATE TABLE desk (mark text PRIMARY KEY)")
                self._connection.execute("INSERT INTO desk VALUES (%s)", [MARK])
            for name, columns in tables.items():
                if name not in found:
                    self._connection.execute(SQL(f"CREATE TABLE {name} ({columns})"))

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as fault:
            words = fault.diag.message_primary or str(fault).strip().partition("\n")[0] or type(fault).__name__
            raise DeskUnavailable(self._where, _REASONS.get(fault.sqlstate or "", words)) from fault


def _is_loss(error: psycopg.OperationalError) -> bool:
    """Whether the connection is gone, rather than the statement refused."""
    return error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))
