"""The desk in an SQLite file of its own, known by its header; deleted rows do not stay in free pages."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desk.database import DeskUnavailable, Tables

APPLICATION_ID = int.from_bytes(b"Tond")
"""In the header of the file: no database of another program is taken for ours."""
BUSY_SECONDS = 30
_REASONS = (
    ({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}, "the disk is full"),
    ({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}, "another program holds them locked"),
    ({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}, "this user may not write them"),
    ({sqlite3.SQLITE_NOTADB}, "the file is no database"),
)


class SQLiteDesk:
    """See `Desk`; `path` None keeps the tables in memory. One object serves all threads of a process.

    `lasting` False: what is written survives the process, but not a machine that loses its power; many times as fast.
    """

    def __init__(self, path: Path | None, *, lasting: bool = True) -> None:
        self._lock = threading.RLock()  # of the connection: a statement and its rows are one thread's
        self._where = "in memory" if path is None else str(path)
        self._lasting = lasting
        with self._faults():
            self._connection = sqlite3.connect(
                path or ":memory:", timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )

    def need(self, tables: Tables) -> None:
        """See `Desk.need`."""
        try:
            with self._lock:
                if not self._is_ours():
                    self._begin()
                for name, columns in tables.items():
                    self.run(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
                if self._connection.in_transaction:
                    self.run(f"PRAGMA application_id = {APPLICATION_ID}")
                    self.run("COMMIT")
                self.run("PRAGMA secure_delete = ON")  # an erased name does not stay in a free page
                if not self._lasting:
                    self.run("PRAGMA journal_mode = WAL")
                    self.run("PRAGMA synchronous = OFF")
        except BaseException:
            self._connection.close()  # what was begun is undone
            raise

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """See `Desk.run`."""
        with self._lock, self._faults():
            return self._connection.execute(statement, values).fetchall()

    def forget(self, table: str) -> None:
        """See `Desk.forget`; SQLite overwrites deleted rows at once."""

    def close(self) -> None:
        """See `Desk.close`."""
        self._connection.close()

    def _is_ours(self) -> bool:
        return self.run("PRAGMA application_id") == [(APPLICATION_ID,)]

    def _begin(self) -> None:
        """Begin to make the tables; refuse a file of another program."""
        # whoever makes the file holds the lock, so that two at once do not take each other's for a foreign one
        self.run("BEGIN IMMEDIATE")
        ((application,),) = self.run("PRAGMA application_id")
        ((tables,),) = self.run("SELECT count(*) FROM sqlite_master")
        if application != APPLICATION_ID and (application or tables):
            raise DeskUnavailable(self._where, "it is a database of another program")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as fault:
            code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
            reason = next((said for some, said in _REASONS if {code, code & 0xFF} & some), str(fault))
            raise DeskUnavailable(self._where, reason) from fault
