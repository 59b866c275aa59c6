"""Scenarios somebody saved: a name, the text of the file, who, when, and how far the record went then.

Nothing here is on the record: a saved scenario is a draft, and may be deleted by whoever saved it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from desk.database import Desk

TABLES = {
    "saved_scenarios": "id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, account TEXT NOT NULL, saved_at TEXT NOT NULL, "
    "head INTEGER NOT NULL, text TEXT NOT NULL"
}
_COLUMNS = "id, name, account, saved_at, head, text"


@dataclass(frozen=True)
class SavedRow:
    """One saved scenario as it is kept."""

    id: str
    name: str
    account: str
    saved_at: datetime
    head: int
    """The position of the last fact when it was saved."""
    text: str


class SavedScenarios:
    """The saved scenarios of one store, kept at a desk. Times are handed in. Raises `DeskUnavailable`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.need(TABLES)

    def add(self, row: SavedRow) -> bool:
        """Keep one; False where the name is taken."""
        at = row.saved_at.astimezone(UTC).isoformat(timespec="microseconds")
        return bool(
            self._desk.run(
                f"INSERT INTO saved_scenarios ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
                " RETURNING id",
                (row.id, row.name, row.account, at, row.head, row.text),
            )
        )

    def get(self, saved: str) -> SavedRow | None:
        """One by its id."""
        return next(iter(self._rows("WHERE id = ?", (saved,))), None)

    def named(self, name: str) -> SavedRow | None:
        """One by its name."""
        return next(iter(self._rows("WHERE name = ?", (name,))), None)

    def newest(self) -> list[SavedRow]:
        """All of them, the newest first."""
        return self._rows("ORDER BY saved_at DESC, id", ())

    def count(self, account: str) -> int:
        """How many somebody has saved."""
        return int(self._desk.run("SELECT count(*) FROM saved_scenarios WHERE account = ?", (account,))[0][0])

    def remove(self, saved: str) -> bool:
        """Delete one; whether it was there."""
        return bool(self._desk.run("DELETE FROM saved_scenarios WHERE id = ? RETURNING id", (saved,)))

    def _rows(self, which: str, values: Sequence[Any]) -> list[SavedRow]:
        found = self._desk.run(f"SELECT {_COLUMNS} FROM saved_scenarios {which}", values)
        return [
            SavedRow(saved, name, account, datetime.fromisoformat(at), head, text)
            for saved, name, account, at, head, text in found
        ]
