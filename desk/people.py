"""Who is behind a pseudonymous id: the only place where a person's name stands, and it can be erased.

Facts carry the id. A name gets a random id the first time it is met; erasing the row leaves every fact and proof as
it was and nobody able to tell whose they are (personal data stays out of hashed payloads). Unlike the read models this
file cannot be computed again, so nothing here ever makes it anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

APPLICATION_ID = int.from_bytes(b"Tond")
"""In the header of the file: no database of another program is taken for ours."""
BUSY_SECONDS = 30
_REASONS = (
    ({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}, "the disk is full"),
    ({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}, "another program holds them locked"),
    ({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}, "this user may not write them"),
    ({sqlite3.SQLITE_NOTADB}, "the file is no database"),
)
TABLE = "CREATE TABLE IF NOT EXISTS people (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE)"


class DeskUnavailable(Exception):
    """The file of names cannot be used: `where` it is, and the `reason`. It was left as it is."""

    def __init__(self, where: str, reason: str) -> None:
        self.where = where
        self.reason = reason
        super().__init__(f"The names beside the store, {where}, cannot be used: {reason}.")


class People:
    """Names and ids of one store; `path` None keeps them in memory. Raises `DeskUnavailable`.

    `new_id` makes ids nobody can guess from a name; it is handed in by the composition root.
    """

    def __init__(self, path: Path | None, new_id: Callable[[], str]) -> None:
        self._where = "in memory" if path is None else str(path)
        self._new_id = new_id
        with self._faults():
            self._connection = sqlite3.connect(path or ":memory:", timeout=BUSY_SECONDS, isolation_level=None)
        try:
            self._recognise()
        except BaseException:
            self._connection.close()
            raise

    def id_of(self, name: str) -> str:
        """The id of a name, made on first sight. Safe with several processes: the first one's id holds."""
        asked = "SELECT id FROM people WHERE name = ?"
        if not self._run(asked, (name,)):
            self._run("INSERT OR IGNORE INTO people (id, name) VALUES (?, ?)", (self._new_id(), name))
        return str(self._run(asked, (name,))[0][0])

    def name_of(self, person: str) -> str | None:
        """The name behind an id; None once it is erased."""
        found = self._run("SELECT name FROM people WHERE id = ?", (person,))
        return str(found[0][0]) if found else None

    def erase(self, name: str) -> bool:
        """Forget a name for good, also in the bytes of the file; whether there was one."""
        return bool(self._run("DELETE FROM people WHERE name = ? RETURNING id", (name,)))

    def everyone(self) -> list[tuple[str, str]]:
        """Every id that still has a name, with it."""
        return [(str(person), str(name)) for person, name in self._run("SELECT id, name FROM people ORDER BY id")]

    def take_over(self, people: Iterable[tuple[str, str]]) -> None:
        """Take the ids and names of another desk, as it kept them; what is here already stays."""
        for person, name in people:
            self._run("INSERT OR IGNORE INTO people (id, name) VALUES (?, ?)", (person, name))

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def _recognise(self) -> None:
        """Make the table in a new file; refuse a file of another program."""
        ((application,),) = self._run("PRAGMA application_id")
        if application != APPLICATION_ID:
            # whoever makes the file holds the lock, so that two at once do not take each other's for a foreign one
            self._run("BEGIN IMMEDIATE")
            try:
                ((application,),) = self._run("PRAGMA application_id")
                ((tables,),) = self._run("SELECT count(*) FROM sqlite_master")
                if application != APPLICATION_ID and (application or tables):
                    raise DeskUnavailable(self._where, "it is a database of another program")
                self._run(TABLE)
                self._run(f"PRAGMA application_id = {APPLICATION_ID}")
                self._run("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        self._run("PRAGMA secure_delete = ON")  # an erased name does not stay in a free page

    def _run(self, statement: str, values: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        with self._faults():
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as fault:
            code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
            reason = next((said for some, said in _REASONS if {code, code & 0xFF} & some), str(fault))
            raise DeskUnavailable(self._where, reason) from fault
