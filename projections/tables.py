"""The file the read models are kept in: known by its header, made whole or not at all, thrown away when it is damaged.

Nothing in it is not in the log, so a file of ours that cannot be read, or has the tables of another release, is made
anew. A file that is not ours is never touched: it may be the only copy of something.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from domain.errors import Refusal

MARK = b"Tonv"
MARK_ENDS = 72
APPLICATION_ID = int.from_bytes(MARK)
"""In the header of the file, from byte 68: ours are told from those of other programs, and from the store itself."""
BUSY_SECONDS = 30
_BUSY_PAUSE_SECONDS = 0.1
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR_SHORT_READ}

_REASONS = (
    ({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}, "the disk is full"),
    ({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}, "another program holds them locked"),
    ({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}, "this user may not write them"),
)

Row = tuple[Any, ...]


class ViewsUnavailable(Refusal):
    """The file of read models cannot be used."""

    code = "views-unavailable"
    sentence_en = "The tables beside the store, {where}, cannot be used: {reason}."
    cure_en = (
        "They hold nothing that is not on the record: make room or set the permissions right, or delete that file, "
        "and run the command again."
    )


class ViewsForeign(ViewsUnavailable):
    """Where the read models belong lies a file of somebody else; it is left as it is."""

    code = "views-foreign"
    sentence_en = "{where} is where the tables beside the store belong, and it is something else: {reason}."
    cure_en = "It was left as it is. Move it away, or name another store, and run the command again."


class ViewsDamaged(ViewsUnavailable):
    """The bytes of the read models contradict each other."""

    code = "views-damaged"
    sentence_en = "The tables beside the store, {where}, are damaged: {reason}."
    cure_en = (
        "They hold nothing that is not on the record: delete that file and run the command again, and they are "
        "computed anew."
    )


BESIDE = Path()
"""Instead of a file: tables that nobody else sees and that are gone when they are closed, however large they get."""


class Tables:
    """One SQLite file (None: memory; or `BESIDE`) with the tables of `schema`, empty when it was just made.

    `form` is the format of the tables: a file of ours in another one is emptied. Raises the refusals above.
    """

    def __init__(self, path: Path | None, schema: Sequence[str], form: int) -> None:
        self.path = None if path == BESIDE else path
        self._name = ":memory:" if path is None else "" if path == BESIDE else str(path)
        self._schema = schema
        self._form = form
        self._open()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run one statement; returns its rows."""
        with self._faults():
            return self._connection.execute(statement, values).fetchall()

    def execute_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for every row; without rows nothing happens."""
        if rows:
            with self._faults():
                self._connection.executemany(statement, rows)

    @contextmanager
    def transaction(self, *, writing: bool = True) -> Iterator[None]:
        """All that is written inside is kept, or none of it; all that is read inside is of one moment."""
        with self._faults():
            self._connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # some errors, such as a full disk, have ended it already
                    with suppress(sqlite3.Error):
                        self._connection.execute("ROLLBACK")
                raise

    def empty(self) -> None:
        """Drop whatever tables there are and make those of the schema; inside a transaction."""
        for (name,) in self.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"):
            self.execute(f'DROP TABLE "{name}"')
        for statement in self._schema:
            self.execute(statement)
        self.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self.execute(f"PRAGMA user_version = {self._form}")

    def take_over(self, other: Tables) -> None:
        """Become what the other tables are, at once: until then, and if it fails, readers see these as they were.

        All is copied in one transaction, page by page, so that whoever has the file open goes on with it. (Renaming
        another file over one with a write-ahead log would leave that log to be replayed into the wrong file.)
        """
        waits = iter(range(int(BUSY_SECONDS / _BUSY_PAUSE_SECONDS)))

        def still(status: int, remaining: int, total: int) -> None:
            if status in _BUSY and next(waits, None) is None:
                raise ViewsUnavailable(where=self.path or "in memory", reason="another program holds them locked")

        with self._faults():
            other._connection.backup(self._connection, progress=still, sleep=_BUSY_PAUSE_SECONDS)

    def throw_away(self) -> None:
        """Delete a damaged file of ours and begin with empty tables; whoever has it open goes on without its name."""
        self._connection.close()
        with self._alone():
            if self._file_number() == self._opened:  # else another process has done it already
                self._delete()
            self._connect()

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def _open(self) -> None:
        with self._alone():
            try:
                self._connect()
            except ViewsDamaged:
                self._delete()
                self._connect()

    def _connect(self) -> None:
        with self._faults():
            self._connection = sqlite3.connect(
                self._name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )  # one thread at a time, not always the same
            try:
                known = self._recognised()
                self._opened = self._file_number()
                self.execute("PRAGMA journal_mode = WAL")
                self.execute("PRAGMA synchronous = NORMAL")  # what a power cut takes comes back from the log
                if not known:
                    with self.transaction():
                        self.empty()
            except BaseException:
                self._connection.close()
                raise

    def _recognised(self) -> bool:
        """Whether the file has our tables already. Raises `ViewsForeign` for what is not ours, also for what cannot be
        told, and `ViewsDamaged` for what was ours."""
        try:
            ((application,),) = self.execute("PRAGMA application_id")
        except ViewsDamaged as fault:
            if self._is_marked_ours():
                raise
            raise ViewsForeign(where=self.path, reason=fault.details["reason"]) from fault
        ((tables,),) = self.execute("SELECT count(*) FROM sqlite_master")
        if application == APPLICATION_ID:
            return self.execute("PRAGMA user_version") == [(self._form,)]
        if application or tables:
            raise ViewsForeign(where=self.path, reason="it is a database of another program")
        return False

    def _is_marked_ours(self) -> bool:
        """Whether the header says so, in a file SQLite does not open any more, such as one that was cut short."""
        if self.path is None:
            return False
        with self.path.open("rb") as file:
            return file.read(MARK_ENDS)[-len(MARK) :] == MARK

    def _delete(self) -> None:
        if self.path is not None:
            for ending in ("", "-wal", "-shm", "-journal"):
                self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    def _file_number(self) -> int | None:
        try:
            return None if self.path is None else self.path.stat().st_ino
        except FileNotFoundError:
            return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep others from making or deleting the file meanwhile; SQLite's own locks go with the file."""
        if self.path is None:
            yield
            return
        try:
            folder = os.open(self.path.parent, os.O_RDONLY)
        except OSError as fault:
            raise ViewsUnavailable(where=self.path, reason=fault.strerror or str(fault)) from fault
        try:
            with suppress(OSError):  # a file system without locks: then two processes must not begin at once
                fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as fault:
            code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
            codes = {code, code & 0xFF}
            kind = ViewsDamaged if codes & _DAMAGED else ViewsUnavailable
            reason = next((said for some, said in _REASONS if codes & some), str(fault))
            raise kind(where=self.path or "in memory", reason=reason) from fault
