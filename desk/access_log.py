"""What was refused at the door, and what was changed about who may come in: for whoever has to look into it later.

A refusal that is repeated in the same minute is one row with a count, so that a flood of wrong keys does not fill the
disk; the structured log has each. No secret and no password is ever in a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk.accounts import moment, seconds
from desk.database import Desk

TABLES = {
    "access_log": (
        "id TEXT PRIMARY KEY, at BIGINT NOT NULL, what TEXT NOT NULL, refused INTEGER NOT NULL, account TEXT, "
        "address TEXT NOT NULL, method TEXT NOT NULL, route TEXT NOT NULL, about TEXT NOT NULL, "
        "request TEXT NOT NULL, times BIGINT NOT NULL"
    )
}
_COLUMNS = "id, at, what, refused, account, address, method, route, about, request, times"


@dataclass(frozen=True)
class AccessEntry:
    """One refusal or change: `what` is its code, `account` who did or tried it, `about` whom or what it was about.

    `request` is the id of the first request it came with, `times` how often it came within a minute, at least.
    """

    id: str
    at: datetime
    what: str
    refused: bool
    account: str | None
    address: str
    method: str
    route: str
    about: str
    request: str
    times: int

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> AccessEntry:
        """A row of `_COLUMNS`."""
        entry, at, what, refused, *rest = row
        return cls(entry, moment(at), what, bool(refused), *rest)


class AccessLog:
    """The entries of one store; ids are handed in and sort by time. Everything raises `DeskUnavailable`."""

    def __init__(self, desk: Desk) -> None:
        self._run = desk.run
        desk.need(TABLES)

    def put(self, entry: AccessEntry) -> None:
        """Keep an entry, or how often it came by now."""
        values = (entry.id, seconds(entry.at), entry.what, int(entry.refused), entry.account, entry.address)
        self._run(
            f"INSERT INTO access_log ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET times = excluded.times",
            (*values, entry.method, entry.route, entry.about, entry.request, entry.times),
        )

    def newest(self, *, refused: bool, before: str | None, limit: int) -> list[AccessEntry]:
        """Refusals, or changes, newest first; `before` the id of the last one seen."""
        if before is None:
            statement = f"SELECT {_COLUMNS} FROM access_log WHERE refused = ? ORDER BY id DESC LIMIT ?"
            found = self._run(statement, (int(refused), limit))
        else:
            statement = f"SELECT {_COLUMNS} FROM access_log WHERE refused = ? AND id < ? ORDER BY id DESC LIMIT ?"
            found = self._run(statement, (int(refused), before, limit))
        return [AccessEntry.of(row) for row in found]

    def forget_before(self, at: datetime) -> None:
        """Forget what is older than a moment."""
        self._run("DELETE FROM access_log WHERE at < ?", (seconds(at),))
