"""The same need applied for twice: two projects whose names, purposes and costs say they may be one (M06, M20).

Two projects that are neither withdrawn, nor declared alternatives (one variant group), nor built on each other
(`requires`) are listed when

    one unit    same unit, same category or a have both close, and likeness of names ≥ 60
    two units   same township, same builder or same responsible post, same purposes, costs within 2 %, and likeness ≥ 80

Likeness is that of `writing.py`, the names of the units taken out of the names first. Nothing else is weighed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from domain.auditing.finding import Finding, largest_first
from domain.auditing.writing import Writing, alike, plainly, writing
from domain.register import Project, Unit

SAME_UNIT = 60
TWO_UNITS = 80
COST_PERCENT = 2


class Declared(NamedTuple):
    """A project as it stands, where it was declared, and which funds have lines or commitments for it."""

    project: Project
    position: int
    funds: tuple[str, ...]


def applied_twice(declared: Iterable[Declared], units: Mapping[str, Unit]) -> list[Finding]:
    """Pairs by the smaller of the two costs, largest first; each pair once."""
    standing = sorted((one for one in declared if one.project.stage != "withdrawn"), key=lambda one: one.project.code)
    names = _Names(units)
    return [*largest_first(_in_a_unit(standing, names)), *largest_first(_of_two_units(standing, units, names))]


def _in_a_unit(standing: list[Declared], names: _Names) -> Iterator[Finding]:
    by_unit: dict[str, list[Declared]] = {}
    for one in standing:
        by_unit.setdefault(one.project.unit, []).append(one)
    for members in by_unit.values():
        for first, second in combinations(members, 2):
            a, b = first.project, second.project
            if _declared_apart(a, b) or not (a.category == b.category or set(a.closes) & set(b.closes)):
                continue
            score = names.alike(a, b)
            if score >= SAME_UNIT:
                yield _finding("one-unit", first, second, score)


def _of_two_units(standing: list[Declared], units: Mapping[str, Unit], names: _Names) -> Iterator[Finding]:
    """Candidates share township, purposes and a builder or post, so that no county is compared whole with itself."""
    shelves: dict[tuple[object, ...], list[Declared]] = {}
    for one in standing:
        unit = units.get(one.project.unit)
        if unit is None:
            continue
        for role, who in (("builder", one.project.builder), ("post", one.project.responsible_post)):
            if plainly(who):
                shelves.setdefault((unit.township, one.project.purposes, role, plainly(who)), []).append(one)
    seen: set[tuple[str, str]] = set()
    for members in shelves.values():
        for first, second in _near_in_cost(members):
            a, b = first.project, second.project
            pair = (a.code, b.code) if a.code < b.code else (b.code, a.code)
            if a.unit == b.unit or pair in seen or _declared_apart(a, b):
                continue
            score = names.alike(a, b)
            if score >= TWO_UNITS:
                seen.add(pair)
                ordered = (first, second) if pair[0] == a.code else (second, first)
                yield _finding("two-units", *ordered, score)


def _near_in_cost(members: list[Declared]) -> Iterator[tuple[Declared, Declared]]:
    """Pairs whose costs differ by at most `COST_PERCENT` of the larger."""
    ordered = sorted(members, key=lambda one: (one.project.cost_fen, one.project.code))
    for place, first in enumerate(ordered):
        for second in ordered[place + 1 :]:
            a, b = first.project.cost_fen, second.project.cost_fen
            if 100 * (b - a) > COST_PERCENT * b:
                break
            yield first, second


def _declared_apart(a: Project, b: Project) -> bool:
    """Whether the library itself says the two are not one: alternatives, or one built on the other."""
    alternatives = a.variant_group is not None and a.variant_group == b.variant_group
    return alternatives or a.code in b.requires or b.code in a.requires


class _Names:
    """The names of projects made ready to be compared, those of their units taken out of them."""

    def __init__(self, units: Mapping[str, Unit]) -> None:
        self._units = units
        self._ready: dict[str, tuple[Writing, Writing]] = {}

    def alike(self, a: Project, b: Project) -> int:
        """The likeness of the names in the language in which they are more alike."""
        return max(alike(one, other) for one, other in zip(self._names(a), self._names(b), strict=True))

    def _names(self, project: Project) -> tuple[Writing, Writing]:
        ready = self._ready.get(project.code)
        if ready is None:
            ready = self._bare(project.name_zh, project.unit), self._bare(project.name_en, project.unit)
            self._ready[project.code] = ready
        return ready

    def _bare(self, name: str, unit: str) -> Writing:
        """A project's name without that of its unit: every hall of Xiaba is not one hall."""
        owner = self._units.get(unit)
        bare = plainly(name)
        for called in (owner.name_zh, owner.name_en) if owner is not None else ():
            if plainly(called):
                bare = bare.replace(plainly(called), "")
        return writing(bare)


def _finding(kind: str, first: Declared, second: Declared, score: int) -> Finding:
    a, b = first.project, second.project
    return Finding(
        kind=f"twice.{kind}",
        positions=tuple(sorted((first.position, second.position))),
        amount_fen=min(a.cost_fen, b.cost_fen),
        said={
            "unit": a.unit,
            "other_unit": b.unit,
            "project": a.code,
            "other_project": b.code,
            "cost_fen": a.cost_fen,
            "other_cost_fen": b.cost_fen,
            "score": score,
            "funds": tuple(dict.fromkeys((*first.funds, *second.funds))),
            "years": tuple(str(year) for year in sorted({a.due_on.year, b.due_on.year})),
        },
    )
