"""The tables of the report as rows of words: units with their reasons, groups of units, rules and clauses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from documents.citations import Citation, Citations, clause_name, clauses
from documents.findings import standings
from documents.reasons import unit_citations, unit_reason
from documents.report_pictures import row_id
from documents.svg.bars import parts_bar
from documents.view import UnitView, View
from documents.wording import count, kind, money, name, small_money, standing
from domain.measures import GroupMeasure
from texts import Both, both, literal


@dataclass(frozen=True)
class UnitRow:
    """One line of the main table."""

    anchor: str
    name: Both
    about: Both
    """Its kind, whether it is backward or poor, and how many households it has."""
    is_site: bool
    amount: Both
    per_household: Both
    bar: Markup
    reason: Both
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class TownshipRows:
    """The units of one township and their sum."""

    name: Both
    about: Both
    amount: Both
    per_household: Both
    rows: tuple[UnitRow, ...]


@dataclass(frozen=True)
class GroupRow:
    """One group of units and what it gets."""

    name: Both
    units: str
    households: str
    amount: Both
    per_household: Both
    per_need: Both
    sites: str
    projects: str


@dataclass(frozen=True)
class GroupTable:
    """Groups that divide the county in one way."""

    caption: Both
    rows: tuple[GroupRow, ...]


@dataclass(frozen=True)
class RuleRow:
    """One rule of the policy."""

    kind: Literal["must", "should"]
    label: Both
    clause: str | None
    rule: str


def township_rows(view: View, citations: Citations) -> list[TownshipRows]:
    """The main table: every unit, township by township."""
    longest = max((unit.total_fen for unit in view.units), default=0)
    by_code = {group.group: group for group in view.measures.townships}
    result = []
    for township, units in view.by_township:
        measure = by_code.get(township.code)
        result.append(
            TownshipRows(
                name(township),
                both(
                    "units.about_town",
                    kind=kind(township.kind),
                    units=count(len(units)),
                    households=count(sum(unit.unit.households for unit in units)),
                ),
                money(sum(unit.total_fen for unit in units)),
                small_money(measure.per_household_fen if measure else None),
                tuple(_unit_row(unit, view, citations, longest) for unit in units),
            )
        )
    return result


def group_tables(view: View) -> list[GroupTable]:
    """Townships, kinds, backward and poor: who gets how much, per household and per need."""
    measures = view.measures
    towns = {code: name(township) for code, township in view.register.townships.items()}
    whole = _group_row(both("groups.whole"), measures.whole)
    tables = [
        GroupTable(both("groups.by_standing"), tuple(_group_row(label, group) for label, group in standings(view))),
        GroupTable(
            both("groups.by_township"),
            (*(_group_row(towns.get(g.group, literal(g.group)), g) for g in measures.townships), whole),
        ),
        GroupTable(both("groups.by_kind"), (*(_group_row(kind(g.group), g) for g in measures.kinds), whole)),
    ]
    return [table for table in tables if table.rows]


def rule_rows(citations: Citations) -> list[RuleRow]:
    """The policy's rules: what must hold, then what should."""
    rows = [RuleRow(rule.kind, rule.label, rule.clause, rule.rule) for rule in citations.rules]
    return sorted(rows, key=lambda row: row.kind != "must")


def clause_legend(used: Iterable[str]) -> list[tuple[str, Both]]:
    """Every clause a document cites, in order, with its short title."""
    return [(clause, clause_name(clause)) for clause in sorted(set(used))]


def cited(view: View, citations: Citations) -> set[str]:
    """Every clause the report cites anywhere."""
    everywhere: list[Citation] = [
        *citations.rules,
        *citations.of(rule for line in view.plan.lines for rule in line.rules),
    ]
    for unit in view.units:
        everywhere += unit_citations(unit, view, citations)
    objectives = {objective.clause for objective in view.policy.objectives}
    objectives |= {"M17"} if view.plan.schedule else set()
    objectives |= {"M45"} if view.measures.churn is not None else set()
    return {*clauses(everywhere), *objectives, *(fund.clause for fund in view.policy.funds.values()), "M13", "M20"}


def _unit_row(unit: UnitView, view: View, citations: Citations, longest_fen: int) -> UnitRow:
    return UnitRow(
        row_id(unit.unit.code),
        name(unit.unit),
        both("units.about", standing=standing(unit.unit), households=count(unit.unit.households)),
        unit.is_site,
        money(unit.total_fen),
        small_money(unit.per_household_fen),
        parts_bar(unit.parts, longest_fen),
        unit_reason(unit, view, citations),
        tuple(sorted(clauses(unit_citations(unit, view, citations)))),
    )


def _group_row(label: Both, group: GroupMeasure) -> GroupRow:
    return GroupRow(
        label,
        count(group.units),
        count(group.households),
        money(group.fen),
        small_money(group.per_household_fen if group.households else None),
        small_money(group.per_need_fen if group.units else None),
        count(group.sites),
        count(group.projects),
    )
