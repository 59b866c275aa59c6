"""Where the desk's tables are kept: a file beside the store, or a schema beside the store's on its server.

Statements are written once for both: `?` stands for a value, `ON CONFLICT` is what both understand, and each statement
is a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

Tables = Mapping[str, str]
"""Name of a table -> its columns, in words both kinds of database understand."""


class DeskUnavailable(Exception):
    """The tables of the desk cannot be used: `where` they are, and the `reason`. They were left as they are."""

    def __init__(self, where: str, reason: str) -> None:
        self.where = where
        self.reason = reason
        super().__init__(f"The names beside the store, {where}, cannot be used: {reason}.")


class Desk(Protocol):
    """A database of a few small tables. Everything raises `DeskUnavailable`."""

    def need(self, tables: Tables) -> None:
        """Make the tables that are not there yet; refuses a database of another program."""

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement; returns its rows."""

    def forget(self, table: str) -> None:
        """After rows of a table were deleted: see to it that they are not in the bytes of its files any more."""

    def close(self) -> None:
        """Give the database back."""
