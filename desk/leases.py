"""Leases: which of several processes does what only one may do at a time, and until when if nothing is heard of it.

Moments are texts of one form (ISO 8601, UTC, six digits of microseconds), so that their order is that of time; they are
handed in by whoever has a clock.
"""

from __future__ import annotations

from desk.database import Desk

TABLES = {"leases": "name TEXT PRIMARY KEY, holder TEXT NOT NULL, held_until TEXT NOT NULL"}


class Leases:
    """The leases of one store, kept at a desk. Raises `DeskUnavailable`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._desk.need(TABLES)

    def take(self, name: str, holder: str, *, now: str, until: str) -> bool:
        """Take a lease that is free or has run out, or hold on to one's own; whether the holder has it now."""
        taken = self._desk.run(
            "INSERT INTO leases (name, holder, held_until) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until"
            " WHERE leases.holder = excluded.holder OR leases.held_until <= ? RETURNING holder",
            (name, holder, until, now),
        )
        return bool(taken)

    def give_back(self, name: str, holder: str) -> None:
        """Free a lease for others at once; one that somebody else has meanwhile stays theirs."""
        self._desk.run("DELETE FROM leases WHERE name = ? AND holder = ?", (name, holder))
