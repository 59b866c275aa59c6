"""As much of each fact as the read models look at: facts of money as a few fields, all others whole.

Most facts of a long log move money, and a model of money needs six of their fields. Reading only those, and checking
no limits of what was checked when it was recorded, is six times as fast as reading the fact.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from domain.facts import SPENDING_FACTS, Fact

Shapes = dict[str, type[Struct]]
"""Stored name -> what is read of such facts; what is read has the attributes of the fact, as far as it has any."""


class Dated(Struct, frozen=True):
    """Of a mandate, only from when it counts."""

    effective_on: date


class Movement(Struct, frozen=True):
    """Of a fact that moves money, only what moved: fund, unit, project, amount."""

    mandate: Dated
    fund: str
    unit: str
    amount_fen: int
    project: str | None = None
    v: int = 1


def shapes_of(*groups: Iterable[type[Fact]]) -> Shapes:
    """The shapes of these kinds of facts."""
    return {kind.stored_name(): Movement if kind in SPENDING_FACTS else kind for group in groups for kind in group}
