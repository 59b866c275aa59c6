"""What the page of a unit says of its money: the parts with their reasons and clauses, and what was left out (M03)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from documents.citations import ALWAYS, Citations
from documents.proof import objective_name
from documents.reasons import part_reason
from documents.report_projects import left_out_detail
from documents.svg.bars import labelled_bar
from documents.svg.markup import spoken
from documents.view import UnitView, View
from documents.why import number
from documents.why_not import unit_of
from documents.wording import name, part, percent, ratio
from domain.reasons import Nearness
from texts import Both, both

CLAUSE_OF_REASON = {
    "no-money": "M20",
    "objective": "M36",
    "no-fund": "M05",
    "prerequisite": "M20",
    "variant": "M20",
    "by-hand": "M27",
}
"""Why a project is left out -> the clause it rests on; a rule cites its own."""


@dataclass(frozen=True)
class PartRow:
    """One part of a unit's money."""

    code: str
    label: Both
    why: Both
    clause: str | None
    amount_fen: int


@dataclass(frozen=True)
class LeftOutRow:
    """One project of the unit that is not in the plan, and what stands in its way."""

    project: str
    name: Both
    cost_fen: int
    reason: Both
    detail_head: Both
    detail: Both
    clause: str | None
    near: Both | None
    """How far off it is at least; None where that is not a question of being good enough."""


def part_rows(unit: UnitView, view: View) -> list[PartRow]:
    """The parts, and a project's place where there is none: residents look for it."""
    citations = Citations(view.policy)
    rows = []
    for code, fen in unit.parts.items():
        cited = citations["by-hand" if code == "manual" else code]
        why = part_reason(code, unit, view, citations) or cited.label
        rows.append(PartRow(code, part(code), why, cited.clause or ALWAYS.get(cited.rule), fen))
    return rows


def parts_picture(unit: UnitView) -> Markup | None:
    """The bar of the parts with names and shares; None for a unit that gets nothing."""
    total = unit.total_fen
    if total <= 0:
        return None
    lang = spoken()[0]
    labels = {code: part(code)[lang] for code in unit.parts}
    said = (f"{labels[code]} {percent(ratio(fen, total) or Decimal(0), 0)}" for code, fen in unit.parts.items())
    return labelled_bar(unit.parts, labels, ("，" if lang == "zh" else ", ").join(said))


def left_out_rows(unit: UnitView, view: View, near: Mapping[str, Nearness]) -> list[LeftOutRow]:
    """Every project of a unit that was left out, the nearest first."""
    citations, projects = Citations(view.policy), view.register.projects
    rows = []
    for entry in view.plan.not_funded:
        project = projects[entry.project]
        if project.unit != unit.unit.code:
            continue
        clause = citations[entry.detail].clause if entry.reason == "rule" else CLAUSE_OF_REASON.get(entry.reason)
        known = near.get(entry.project)
        rows.append(
            LeftOutRow(
                entry.project,
                name(project),
                project.remaining_fen,
                both(f"left_out.{entry.reason}.label"),
                both(f"web.left.{entry.reason}"),
                left_out_detail(entry, view, citations),
                clause,
                _near(known),
            )
        )
    order = list(near)
    return sorted(rows, key=lambda row: order.index(row.project) if row.project in near else len(order))


def _near(known: Nearness | None) -> Both | None:
    if known is None or not known.short_at_least:
        return None
    words = {"objective": objective_name(known.objective), "unit": unit_of(known.measure)}
    return both("web.left.near", points=number(known.short_at_least), **words)
