"""The objections fold: what was objected to announced plans, and what came of each (公示, M27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.facts.base import Fact
from domain.facts.objections import ObjectionAnswered, ObjectionLodged, ObjectionWithdrawn
from domain.facts.plans import PlanDrafted, PlanLineAdjusted, PlanReturned

HEARING_FACTS: tuple[type[Fact], ...] = (
    ObjectionLodged,
    ObjectionAnswered,
    ObjectionWithdrawn,
    PlanDrafted,
    PlanLineAdjusted,
    PlanReturned,
)
"""What says how objections stand; the last three end those that were not answered."""

ObjectionState = Literal["open", "upheld", "rejected", "withdrawn", "lapsed"]


@dataclass
class Objection:
    """One objection as it stands. `lapsed`: the plan it was about was returned or changed before it was answered."""

    lodged: ObjectionLodged
    state: ObjectionState = "open"
    reason: str = ""
    """Of its answer or its withdrawal."""
    by: str | None = None
    """The person who answered it or took it back."""
    settled_on: date | None = None

    @property
    def taken_down_by(self) -> str:
        """The person who put it on the record."""
        return self.lodged.mandate.person


@dataclass(frozen=True)
class Hearing:
    """The hearing of one plan for the papers: its period, and what was objected in it."""

    since: date
    until: date
    objections: tuple[Objection, ...]


class ObjectionsFold:
    """Objections by code, in the order they were lodged; may see the facts of one plan only."""

    def __init__(self) -> None:
        self.objections: dict[str, Objection] = {}

    def apply(self, fact: Fact) -> None:
        """Take in one fact; all but those about objections and about plans made anew are ignored."""
        match fact:
            case ObjectionLodged():
                self.objections[fact.objection] = Objection(fact)
            case ObjectionAnswered():
                self._settle(fact.objection, fact.outcome, fact.reason, fact)
            case ObjectionWithdrawn():
                self._settle(fact.objection, "withdrawn", fact.reason, fact)
            case PlanReturned() | PlanDrafted() | PlanLineAdjusted():
                for one in self.open(fact.plan):
                    self._settle(one.lodged.objection, "lapsed", "", fact)
            case _:
                pass

    def open(self, plan: str) -> list[Objection]:
        """The objections to a plan that wait for their answer."""
        return [one for one in self.of(plan) if one.state == "open"]

    def of(self, plan: str | None = None) -> list[Objection]:
        """The objections to a plan, or all there are."""
        return [one for one in self.objections.values() if plan in (None, one.lodged.plan)]

    def _settle(self, code: str, state: ObjectionState, reason: str, fact: Fact) -> None:
        if (one := self.objections.get(code)) is not None:
            one.state, one.reason = state, reason
            one.by, one.settled_on = fact.mandate.person, fact.mandate.effective_on
