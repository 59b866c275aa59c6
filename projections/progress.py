"""The days on which every project took its steps; what it cost and was paid is in register, plans and ledger (M20)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from domain.facts import PROJECT_FACTS
from domain.facts.projects import (
    ProjectAccepted,
    ProjectAdmitted,
    ProjectAppraised,
    ProjectProposed,
    ProjectStarted,
    ProjectWithdrawn,
)
from domain.facts.spending import LineCommitted
from projections.replay import Model, Shaped
from projections.shapes import shapes_of

Step = Literal["proposed", "appraised", "admitted", "committed", "started", "accepted", "withdrawn"]
STEPS: dict[str, Step] = {
    ProjectProposed.stored_name(): "proposed",
    ProjectAppraised.stored_name(): "appraised",
    ProjectAdmitted.stored_name(): "admitted",
    LineCommitted.stored_name(): "committed",
    ProjectStarted.stored_name(): "started",
    ProjectAccepted.stored_name(): "accepted",
    ProjectWithdrawn.stored_name(): "withdrawn",
}
"""The facts that are steps; a step taken again, such as a second commitment, keeps its first day."""

_decode = msgspec.msgpack.Decoder(dict[str, dict[Step, date]]).decode


class Steps:
    """Project -> step -> the day it counts from."""

    def __init__(self, days: dict[str, dict[Step, date]] | None = None) -> None:
        self.days = days or {}

    def take(self, facts: Iterable[Shaped]) -> None:
        """Note the days of steps."""
        for _, _, name, fact in facts:
            if fact.project is not None:
                self.days.setdefault(fact.project, {}).setdefault(STEPS[name], fact.mandate.effective_on)

    def size(self) -> int:
        """How many projects there are."""
        return len(self.days)

    def dump(self) -> bytes:
        """The days as bytes, in the order in which they were noted."""
        return msgspec.msgpack.encode(self.days)

    @classmethod
    def load(cls, state: bytes) -> Steps:
        """The fold `dump` made."""
        return cls(_decode(state))


PROGRESS = Model(
    "progress",
    {name: shape for name, shape in shapes_of(PROJECT_FACTS, [LineCommitted]).items() if name in STEPS},
    Steps,
    Steps.load,
)
