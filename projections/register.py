"""The register as a table that forgets nothing: a row for every state an entry has had, with the position it began at.

What was known at a position is, for every entry, the last row at or before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from domain.facts import Fact
from domain.folds import RegisterFold
from domain.register import Duty, Fund, Project, Township, Unit
from projections.tables import Tables

KINDS: dict[str, type[msgspec.Struct]] = {
    "township": Township,
    "unit": Unit,
    "project": Project,
    "fund": Fund,
    "duty": Duty,
}
FURTHER = {"unit": ("from_unit",), "fund": ("to_fund",)}
"""Fields beside the one of the kind's own name that name an entry a fact may change."""


class RegisterView:
    """The table of register entries, and questions to it."""

    TABLES: ClassVar[dict[str, str]] = {
        "register_entries": (
            "kind TEXT NOT NULL, code TEXT NOT NULL, position INTEGER NOT NULL, recorded_at TEXT NOT NULL, "
            "effective_on TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, code, position)"
        )
    }
    INDEXES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def take(self, position: int, recorded_at: str, fact: Fact) -> None:
        """Write the entries one fact has changed."""
        touched = list(_touched(fact))
        if not touched:
            return
        fold = RegisterFold()
        shelves: dict[str, dict[str, Any]] = {
            "township": fold.townships,
            "unit": fold.units,
            "project": fold.projects,
            "fund": fold.funds,
            "duty": fold.duties,
        }
        before = {}
        for kind, code in touched:
            known = self.entry(kind, code, position)
            if known is not None:
                shelves[kind][code] = before[kind, code] = known
        fold.apply(fact)
        for kind, code in touched:
            after = shelves[kind].get(code)
            if after is not None and after != before.get((kind, code)):
                self._tables.execute(
                    "INSERT INTO register_entries VALUES (?, ?, ?, ?, ?, ?)",
                    (kind, code, position, recorded_at, fact.mandate.effective_on.isoformat(), _text(after)),
                )

    def entry(self, kind: str, code: str, position: int) -> Any | None:
        """One entry as known at a position; None where there was none."""
        found = self._tables.execute(
            "SELECT record FROM register_entries WHERE kind = ? AND code = ? AND position <= ? "
            "ORDER BY position DESC LIMIT 1",
            (kind, code, position),
        )
        return msgspec.json.decode(found[0][0], type=KINDS[kind]) if found else None

    def called(self, name: str, position: int) -> list[tuple[str, str]]:
        """(kind, code) of every entry that bore a name, in either language, at some time up to a position."""
        rows = self._tables.execute(
            "SELECT kind, code, record FROM register_entries WHERE position <= ? AND record LIKE ? ORDER BY kind, code",
            (position, f"%{name}%"),  # a wildcard in the name finds more; only what truly bears it is kept
        )
        found = ((kind, code, msgspec.json.decode(record, type=KINDS[kind])) for kind, code, record in rows)
        names = ("name_zh", "name_en")
        return list(dict.fromkeys((k, c) for k, c, entry in found if name in [getattr(entry, n, None) for n in names]))

    def past(self, kind: str, code: str) -> list[tuple[int, str, str, Any]]:
        """Every state of one entry: position, recorded_at, effective_on, record; oldest first."""
        rows = self._tables.execute(
            "SELECT position, recorded_at, effective_on, record FROM register_entries "
            "WHERE kind = ? AND code = ? ORDER BY position",
            (kind, code),
        )
        return [(p, at, on, msgspec.json.decode(record, type=KINDS[kind])) for p, at, on, record in rows]


def _touched(fact: Fact) -> Iterator[tuple[str, str]]:
    seen = set()
    for kind in KINDS:
        for name in (kind, *FURTHER.get(kind, ())):
            code = getattr(fact, name, None)
            if isinstance(code, str) and (kind, code) not in seen:
                seen.add((kind, code))
                yield kind, code


def _text(record: msgspec.Struct) -> str:
    return msgspec.json.encode(record, order="sorted").decode()
