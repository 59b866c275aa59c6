"""Prints of secrets that are kept elsewhere: by them it shows that another secret is in use than the first time."""

from __future__ import annotations

from desk.database import Desk

TABLES = {"prints": "secret TEXT PRIMARY KEY, print TEXT NOT NULL"}


class Prints:
    """The prints of one store. Everything raises `DeskUnavailable`."""

    def __init__(self, desk: Desk) -> None:
        self._run = desk.run
        desk.need(TABLES)

    def of(self, secret: str) -> str | None:
        """The print a secret has; None of one that was never used."""
        found = self._run("SELECT print FROM prints WHERE secret = ?", (secret,))
        return str(found[0][0]) if found else None

    def first(self, secret: str, print_: str) -> str:
        """Keep the print of a secret unless there is one; the one that is kept."""
        self._run("INSERT INTO prints (secret, print) VALUES (?, ?) ON CONFLICT DO NOTHING", (secret, print_))
        return self.of(secret) or print_

    def replace(self, secret: str, print_: str) -> None:
        """Keep another print."""
        self._run("DELETE FROM prints WHERE secret = ?", (secret,))
        self.first(secret, print_)
