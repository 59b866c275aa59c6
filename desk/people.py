"""Who is behind a pseudonymous id: the only place where a person's name stands, and it can be erased.

Facts carry the id. A name gets a random id the first time it is met; erasing the row leaves every fact and proof as
it was and nobody able to tell whose they are (personal data stays out of hashed payloads). Unlike the read models this
table cannot be computed again, so nothing here ever makes it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from desk.database import Desk, DeskUnavailable
from desk.sqlite_desk import SQLiteDesk

__all__ = ["DeskUnavailable", "People"]

TABLES = {"people": "id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE"}


class People:
    """Names and ids of one store, kept at a desk; a path is short for the SQLite desk there, None for one in memory.

    `new_id` makes ids nobody can guess from a name; it is handed in by the composition root. Raises `DeskUnavailable`.
    """

    def __init__(self, desk: Desk | Path | None, new_id: Callable[[], str]) -> None:
        self._desk: Desk = SQLiteDesk(desk) if desk is None or isinstance(desk, Path) else desk
        self._new_id = new_id
        self._desk.need(TABLES)

    def id_of(self, name: str) -> str:
        """The id of a name, made on first sight. Safe with several processes: the first one's id holds."""
        asked = "SELECT id FROM people WHERE name = ?"
        if not self._run(asked, (name,)):
            self._run("INSERT INTO people (id, name) VALUES (?, ?) ON CONFLICT DO NOTHING", (self._new_id(), name))
        return str(self._run(asked, (name,))[0][0])

    def find(self, name: str) -> str | None:
        """The id of a name that was met before; None of another, and it stays unknown."""
        found = self._run("SELECT id FROM people WHERE name = ?", (name,))
        return str(found[0][0]) if found else None

    def name_of(self, person: str) -> str | None:
        """The name behind an id; None once it is erased."""
        found = self._run("SELECT name FROM people WHERE id = ?", (person,))
        return str(found[0][0]) if found else None

    def erase(self, name: str) -> bool:
        """Forget a name for good, also in the bytes of the files; whether there was one."""
        erased = bool(self._run("DELETE FROM people WHERE name = ? RETURNING id", (name,)))
        self._desk.forget("people")
        return erased

    def everyone(self) -> list[tuple[str, str]]:
        """Every id that still has a name, with it."""
        return [(str(person), str(name)) for person, name in self._run("SELECT id, name FROM people ORDER BY id")]

    def take_over(self, people: Iterable[tuple[str, str]]) -> None:
        """Take the ids and names of another desk, as it kept them; what is here already stays."""
        for person, name in people:
            self._run("INSERT INTO people (id, name) VALUES (?, ?) ON CONFLICT DO NOTHING", (person, name))

    def close(self) -> None:
        """Give the desk back."""
        self._desk.close()

    def _run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._desk.run(statement, values)
