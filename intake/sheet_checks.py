"""Sheets as wholes: those that must be there, names of figures, conditions of funds, positions given by halves."""

from __future__ import annotations

from collections.abc import Iterable

from domain.figures import COUNTED, FIGURES, figure_name
from domain.policy.expression import Expression, ExpressionFault
from domain.register import Unit
from intake.columns import Sheet
from intake.faults import FaultList, Place
from intake.headers import heading, likely_sheet
from intake.rows import Row, Rows
from intake.sheets import ORDER, SHEETS
from intake.tables import Table, Tables
from intake.words import HAVES
from texts import Both, text

_RECOGNISED_MIN = 4


def check_sheets(tables: Tables, faults: FaultList, *, partial: bool) -> None:
    """Note sheets that must be there and are not (unless the file may be `partial`), and names that are nearly ours."""
    missing = [sheet for sheet in SHEETS if sheet.key not in tables.by_sheet]
    for table in tables.unknown:
        stem = table.name.removesuffix(".csv")
        meant = likely_sheet(SHEETS, stem, (sheet.key for sheet in missing)) or _recognised(table, missing)
        if meant is not None:
            faults.add("sheet-misspelt", Place(table.name, ORDER[meant]), meant=meant)
            missing = [sheet for sheet in missing if sheet.key != meant]
    for sheet in missing:
        if sheet.needed and not partial:
            name = f"{sheet.key} / {sheet.zh[0]}"
            faults.add("missing-sheet", Place(sheet.key, ORDER[sheet.key]), name=name, file=tables.file)


def _recognised(table: Table, missing: Iterable[Sheet]) -> str | None:
    """Which missing sheet a table is by its headers, when all that one needs are there."""
    headers = [cell for cell in (table.rows[0] if table.rows else ()) if isinstance(cell, str)]
    for sheet in missing:
        found = {known.column.key for cell in headers if (known := heading(sheet, cell)) is not None}
        needed = {column.key for column in sheet.columns if column.needed and not column.entries}
        if len(found) >= _RECOGNISED_MIN and found >= needed:
            return sheet.key
    return None


def check_figures(units: Rows, funds: Rows, base: Iterable[Unit]) -> None:
    """Indicators have names of their own in expressions, and the conditions of funds can be read (M05).

    `base` are units that stand elsewhere, whose indicators conditions may name too.
    """
    haves = {*HAVES, *(have for row in units.rows for have in codes_of(row, "haves"))}
    taken: dict[str, str] = {name: name for name in (*FIGURES, *COUNTED, *(f"has_{have}" for have in haves))}
    for header, index in units.further.items():
        name = figure_name(header)
        if name in taken:
            place = Place(units.table.name, ORDER["units"], 1, header, index)
            units.faults.add("figure-name-taken", place, name=name, other=taken[name])
        taken.setdefault(name, header)
    names = {*taken, *(figure_name(header) for header in {header for unit in base for header in unit.indicators})}
    for row in funds.rows:
        condition = row.values.get("eligibility")
        if isinstance(condition, str):
            try:
                Expression.parse(condition, names)
            except ExpressionFault as fault:
                why = Both(text(f"intake.condition.{fault.code}", "zh"), fault.problem)
                funds.fault("condition-unreadable", row, "eligibility", at=fault.column, why=why)


def check_positions(units: Rows) -> None:
    """A position is a longitude and a latitude."""
    for row in units.rows:
        given = [key for key in ("longitude", "latitude") if key in row.values or key in row.faulty]
        if len(given) == 1:
            units.fault("half-position", row, given[0])


def codes_of(row: Row, key: str) -> tuple[str, ...]:
    """The list in a column; nothing where it is empty."""
    value = row.values.get(key, ())
    return value if isinstance(value, tuple) else ()
