"""One entry of the register at any position, out of the facts about it alone: nothing else need be read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from domain.facts import FUND_FACTS, PROJECT_FACTS, REGISTER_FACTS
from domain.facts.projects import ProjectAccepted
from domain.folds import RegisterFold
from service.county import County

KEPT = 4096
"""Entries whose pasts are kept at hand while one question is answered."""


class Entries:
    """Entries of a county's register by kind (township, unit, project, fund, duty) and code, up to a position."""

    def __init__(self, county: County, until: int) -> None:
        self._county = county
        self._until = until
        self.past = lru_cache(KEPT)(self._past)

    def at(self, kind: str, code: str, position: int) -> Any | None:
        """The entry as known at a position; None where there was none."""
        positions, entries = self.past(kind, code)
        place = bisect_right(positions, position)
        return entries[place - 1] if place else None

    def _past(self, kind: str, code: str) -> tuple[list[int], list[Any]]:
        """Every state the entry has had, and the positions at which they began."""
        types = (*REGISTER_FACTS, *PROJECT_FACTS, *FUND_FACTS)
        tag, wanted = f"{kind}:{code}", [(types, [f"{kind}:{code}"])]
        if kind == "unit":  # an accepted project changes its unit by what the project was
            accepted = self._county.log.facts(until=self._until, types=[ProjectAccepted], tags=[tag])
            wanted += [(PROJECT_FACTS, [f"project:{getattr(one.fact, 'project', '')}"]) for one in accepted]
        fold, positions, entries = RegisterFold(), list[int](), list[Any]()
        shelves: dict[str, Mapping[str, Any]] = {
            "township": fold.townships,
            "unit": fold.units,
            "project": fold.projects,
            "fund": fold.funds,
            "duty": fold.duties,
        }
        for recorded in self._county.log.matching(wanted, until=self._until):
            fold.apply(recorded.fact)
            entry = shelves.get(kind, {}).get(code)
            if entry is not None and (not entries or entry != entries[-1]):
                positions.append(recorded.position)
                entries.append(entry)
        return positions, entries
