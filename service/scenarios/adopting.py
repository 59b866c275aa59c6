"""A scenario becomes a proposal: its decisions taken on the record, and the plan it found drafted there.

Adopting is no shortcut: what the scenario decided on a branch is decided anew on the record, by a person in a post, in
one piece or not at all, and the draft must be the very plan the scenario found. Where the record has moved on since
the position the scenario was read at, adopting is refused with what moved.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import Refusal
from domain.facts import CASE_FACTS
from history.log import Recorded
from service.county import Actor, County
from service.planning import Planned, compute, draft_and_propose
from service.registers import moment
from service.scenarios.running import ScenarioRun


class NothingToAdopt(Refusal):
    """A scenario about another register than the one on the record."""

    code = "nothing-to-adopt"
    sentence_en = "Scenario {scenario} is based on the shipped register {register}, not on this record."
    cure_en = "Base it on the record: leave `register` out of `based_on`."


class RecordMovedOn(Refusal):
    """Register, funds or policy changed since the scenario was read."""

    code = "record-moved-on"
    sentence_en = "Scenario {scenario} was computed at position {based_on}; “{what}” was recorded at {position} since."
    cure_en = "Run the scenario again, on the record as it stands now, and adopt what it finds then."


class AnotherPlanFound(Refusal):
    """The record, brought to where the scenario was, gives another plan than the scenario found."""

    code = "another-plan-found"
    sentence_en = "Scenario {scenario} found plan {found}, the record gives {given}; nothing was drafted."
    cure_en = "Run the scenario again with this release, and look at what differs."


@dataclass(frozen=True)
class Adopted:
    """The draft, and how many facts of decisions went before it."""

    planned: Planned
    facts: int
