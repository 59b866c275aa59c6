"""The units that change most under a what-if, and what changed for each: sites, projects, formula money.

Clauses are those behind the lines that changed, in either plan.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from documents.citations import Citations, clauses
from documents.comparison_pictures import signed
from documents.svg.bars import parts_bar
from documents.view import UnitView, View
from documents.wording import count, kind, money, name, part, standing
from domain.comparison import Comparison
from texts import Both, both

ROWS_MAX = 8
"""So many stand in the table; all of them on demand."""

SEEN_FEN = 5_000
"""A change of a part below this would read as nothing in 万元 with two decimals."""


@dataclass(frozen=True)
class UnitRow:
    """One unit of the table."""

    code: str
    name: Both
    township: Both
    about: Both
    households: str
    before: Both
    after: Both
    change: Both
    way: str
    bar: Markup
    reason: Both
    clauses: tuple[str, ...]


def changed_rows(before: View, after: View, comparison: Comparison, *, whole: bool = False) -> list[UnitRow]:
    """The units that change most, or every unit, by how much they change."""
    citations = Citations(after.policy)
    order = sorted(comparison.units, key=lambda one: (-abs(one.more_fen), one.code))
    longest = max((max(one.before_fen, one.after_fen) for one in order), default=0)
    shown = order if whole else [one for one in order[:ROWS_MAX] if one.more_fen]
    pairs = ((one, after.by_code.get(one.code), before.by_code.get(one.code)) for one in shown)
    return [
        UnitRow(
            one.code,
            name(unit.unit),
            name(unit.township),
            standing(unit.unit) if unit.unit.backward or unit.unit.poor else kind(unit.unit.kind),
            count(unit.unit.households),
            money(one.before_fen),
            money(one.after_fen),
            signed(one.more_fen),
            "less" if one.more_fen < 0 else "more" if one.more_fen > 0 else "even",
            parts_bar(unit.parts, longest, was_fen=one.before_fen),
            _why(unit, was, after, before),
            _clauses(unit, was, citations),
        )
        for one, unit, was in pairs
        if unit is not None
    ]


def _clauses(unit: UnitView, was: UnitView | None, citations: Citations) -> tuple[str, ...]:
    now, then = ({line.line: line for line in one.lines} if one is not None else {} for one in (unit, was))
    rules: list[str] = ["site"] if was is not None and unit.is_site != was.is_site else []
    for code in sorted(now.keys() | then.keys()):
        amounts = [lines[code].amount_fen if code in lines else 0 for lines in (now, then)]
        if abs(amounts[0] - amounts[1]) >= SEEN_FEN:
            rules += (now.get(code) or then[code]).rules
    return tuple(sorted(set(clauses(citations.of(rules)))))


def _why(unit: UnitView, was: UnitView | None, after: View, before: View) -> Both:
    if was is None:
        return both("workbench.new_unit")
    said: list[Both] = []
    if unit.is_site != was.is_site:
        said.append(both("workbench.site_gained" if unit.is_site else "workbench.site_lost"))
    now, then = _built(unit), _built(was)
    for key, codes, view in (("project_gained", now - then, after), ("project_lost", then - now, before)):
        if codes:
            names = Both.join(name(view.register.projects[code]) for code in sorted(codes))
            said.append(both(f"workbench.{key}", projects=names))
    for code in ("floor", "need", "priority", "duty"):
        more = unit.parts.get(code, 0) - was.parts.get(code, 0)
        if abs(more) >= SEEN_FEN:
            said.append(both("reason.part", part=part(code), amount=signed(more)))
    return Both.join(said, zh="；", en="; ") if said else both("workbench.as_before")


def _built(unit: UnitView) -> set[str]:
    return {line.project for line in unit.lines if line.project is not None}
