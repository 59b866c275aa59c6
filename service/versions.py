"""The version of an entry of the record: the position of the last fact that changed it."""

from __future__ import annotations

from typing import Literal

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


def version_of(county: County, kind: Kind, code: str, until: int | None = None) -> int:
    """The position of the last fact that changed an entry, up to a position; 0 where there is none."""
    facts = county.log.facts(until=until, types=CHANGES[kind], tags=[f"{kind}:{code}"])
    return max((recorded.position for recorded in facts), default=0)
