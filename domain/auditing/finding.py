"""A finding: what stands out, where on the record its witnesses are, and the figures its sentence needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from domain.facts.base import Fact

Said = int | str | date | tuple[str, ...] | None


class Entry(Protocol):
    """A fact with its place on the record."""

    @property
    def position(self) -> int:
        """In the log."""

    @property
    def recorded_at(self) -> datetime:
        """When the log learned of it."""

    @property
    def fact(self) -> Fact:
        """What happened."""


class Finding(Struct, frozen=True, kw_only=True):
    """One line of an auditor's list. A finding is a question to somebody, never a verdict."""

    kind: str
    """Of its sentence: `audit.<kind>` of the catalogue."""
    positions: tuple[int, ...]
    """The witnesses, in the order of the record."""
    amount_fen: int
    """The sum in question, by which the list is ordered, largest first."""
    said: dict[str, Said]
    """What the sentence says: sums end in `_fen`, `unit`, `project` and `fund` hold codes."""


def largest_first(found: Iterable[Finding]) -> list[Finding]:
    """The order of every list: by the sum in question, then as recorded."""
    return sorted(found, key=lambda one: (-one.amount_fen, one.positions, one.kind))
