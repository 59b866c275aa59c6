"""What the papers of a comparison are made from: two plans with their registers, what differs, and what was asked.

The page and the workbook read the same object, so that no figure can stand in one and not in the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import msgspec

from documents.comparison import Words
from domain.comparison import Comparison
from domain.plan import Plan
from domain.policy.model import Policy
from domain.register import Register
from texts import Both

State = Literal["what-if", "past", "record"]
"""What the reader must not mistake it for: a what-if, the record worked out again, or plans that are on the record."""


@dataclass(frozen=True)
class Side:
    """One of the two plans, and what it was computed from."""

    name: Both
    register: Register
    policy: Policy
    plan: Plan


@dataclass(frozen=True)
class ChangeRow:
    """One change of a scenario: what it does, why, and, where that was worked out, what it moves by itself in fen."""

    what: Both
    why: str
    alone: Both | None = None


@dataclass(frozen=True)
class GateRow:
    """One gate: the measure, what was found, what was asked, and whether it was kept."""

    measure: Both
    found: str
    wanted: Both
    kept: bool


@dataclass(frozen=True)
class Compared:
    """Everything a paper says."""

    question: Both
    state: State
    before: Side
    after: Side
    comparison: Comparison
    changes: tuple[ChangeRow, ...] = ()
    gates: tuple[GateRow, ...] = ()
    stamps: tuple[tuple[Both, Both], ...] = field(default=())
    """What stands in the head about the moment and the file, as label and value."""

    @cached_property
    def register(self) -> Register:
        """What either register knows; where both do, the entry of the first, by which groups are fixed."""
        first, second = self.before.register, self.after.register
        return msgspec.structs.replace(
            first,
            townships={**second.townships, **first.townships},
            units={**second.units, **first.units},
            projects={**second.projects, **first.projects},
            funds={**second.funds, **first.funds},
            areas={**second.areas, **first.areas},
        )

    @cached_property
    def words(self) -> Words:
        """Names of whatever either plan speaks of."""
        return Words(self.register, [self.before.policy, self.after.policy])
