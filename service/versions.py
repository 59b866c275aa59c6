"""The version of an entry of the record: the position of the last fact that changed it, and changing only that one.

Whoever changes what somebody else changed meanwhile would undo it without having seen it. A county `based_on` a version
takes a decision only while the entry still stands at it. The facts asked for lie inside the boundary of every decision
that changes the entry, so what was asked still holds at the moment the decision is appended.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from domain.errors import Refusal
from domain.facts import FUND_FACTS, PLAN_FACTS, PROJECT_FACTS, Fact
from domain.facts.projects import ProjectAccepted
from domain.facts.register import UnitAssessed, UnitCorrected, UnitListedBackward, UnitRegistered, UnitStruckOff
from service.county import County

Kind = Literal["unit", "project", "fund", "plan"]
CHANGES: dict[Kind, tuple[type[Fact], ...]] = {
    "unit": (UnitRegistered, UnitCorrected, UnitAssessed, UnitListedBackward, UnitStruckOff, ProjectAccepted),
    "project": PROJECT_FACTS,
    "fund": FUND_FACTS,
    "plan": PLAN_FACTS,
}
"""What changes an entry of a kind, among the facts tagged with it."""


class EntryMoved(Refusal):
    """A change based on a version of the entry that is not the present one."""

    code = "entry-moved"
    sentence_en = "The {kind} {entry} is at version {present}; the change is based on version {based_on}."
    cure_en = "Read it again, look at what changed, and send the change with its present ETag."


def version_of(county: County, kind: Kind, code: str, until: int | None = None) -> int:
    """The position of the last fact that changed an entry, up to a position; 0 where there is none."""
    facts = county.log.facts(until=until, types=CHANGES[kind], tags=[f"{kind}:{code}"])
    return max((recorded.position for recorded in facts), default=0)


def based_on(county: County, kind: Kind, code: str, version: int) -> County:
    """The same county, which takes a decision only while the entry is at this version: else it raises `EntryMoved`."""

    def must(position: int) -> None:
        present = version_of(county, kind, code, position)
        if present != version:
            raise EntryMoved(kind=kind, entry=code, present=present, based_on=version)

    return replace(county, must=must)
