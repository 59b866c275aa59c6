"""Who gains and who loses between two plans, fen by fen: units, and projects built in one of them only."""

from __future__ import annotations

from collections.abc import Iterable

from domain.plan import PlanLine
from domain.reasons import Moved


def moved_units(before: Iterable[PlanLine], after: Iterable[PlanLine]) -> tuple[Moved, ...]:
    """Units whose money differs, the largest loss first."""
    return _moved(*(_sums((line.unit, line.amount_fen) for line in lines) for lines in (before, after)))


def moved_projects(before: Iterable[PlanLine], after: Iterable[PlanLine]) -> tuple[Moved, ...]:
    """Projects whose money differs, that is: built in one plan and not in the other; the largest loss first."""
    paid = ([(line.project, line.amount_fen) for line in lines if line.project] for lines in (before, after))
    return _moved(*(_sums(pairs) for pairs in paid))


def _sums(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for code, fen in amounts:
        total[code] = total.get(code, 0) + fen
    return total


def _moved(before: dict[str, int], after: dict[str, int]) -> tuple[Moved, ...]:
    codes = sorted(before.keys() | after.keys())
    both = [Moved(code=c, before_fen=before.get(c, 0), after_fen=after.get(c, 0)) for c in codes]
    return tuple(sorted((m for m in both if m.more_fen), key=lambda m: (m.more_fen, m.code)))
