"""What units, townships, projects and funds were ever called, with the position at which each name was first used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from domain.facts.funds import FundAnnounced, FundCorrected
from domain.facts.projects import ProjectCorrected, ProjectProposed
from domain.facts.register import TownshipCorrected, TownshipRegistered, UnitCorrected, UnitRegistered
from projections.replay import Shaped
from projections.tables import Row, Tables

NAMING = {
    **dict.fromkeys((UnitRegistered.stored_name(), UnitCorrected.stored_name()), "unit"),
    **dict.fromkeys((TownshipRegistered.stored_name(), TownshipCorrected.stored_name()), "township"),
    **dict.fromkeys((ProjectProposed.stored_name(), ProjectCorrected.stored_name()), "project"),
    **dict.fromkeys((FundAnnounced.stored_name(), FundCorrected.stored_name()), "fund"),
}
"""Stored name of a fact that gives names -> the kind of what is named."""
NAMES = ("name_zh", "name_en")


class NamesView:
    """The table of names, and the question whose a name is."""

    TABLES: ClassVar[dict[str, str]] = {
        "names": (
            "called TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL, position INTEGER NOT NULL, "
            "PRIMARY KEY (called, kind, code)"
        )
    }

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def take(self, batch: Sequence[Shaped]) -> None:
        """Note the names that these facts give; a name used before keeps its first position."""
        rows: list[Row] = []
        for position, _, fact_name, fact in batch:
            changed = getattr(fact, "changed", NAMES)
            called = {getattr(fact.record, name) for name in NAMES if name in changed}
            rows += [(one, NAMING[fact_name], fact.record.code, position) for one in sorted(called) if one]
        self._tables.execute_many("INSERT INTO names VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", rows)

    def called(self, name: str, position: int) -> list[tuple[str, str]]:
        """(kind, code) of everything that bore a name, in either language, at some time up to a position."""
        return [
            (str(kind), str(code))
            for kind, code in self._tables.execute(
                "SELECT kind, code FROM names WHERE called = ? AND position <= ? ORDER BY kind, code", (name, position)
            )
        ]
