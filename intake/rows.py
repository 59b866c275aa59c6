"""Rows: every row of a table as typed values by column, and a fault for every cell and header that cannot be one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from intake.cells import Value, decimal_of, read_cell, refuse_formula
from intake.columns import Sheet
from intake.faults import CellProblem, FaultList, Place, column_letter
from intake.headers import Heading
from intake.layout import Layout
from intake.sheets import ORDER
from intake.tables import BrokenValue, Cell, Table, any_filled, is_blank
from texts import Both


@dataclass(frozen=True)
class Row:
    """One row that holds something."""

    number: int
    """As the spreadsheet counts: the header is row 1."""
    values: dict[str, Value]
    """By canonical header; an empty or faulty cell is absent."""
    further: dict[str, Decimal]
    """The numeric columns beyond ours, by header."""
    faulty: frozenset[str]
    """Canonical headers of cells that hold something unreadable."""


@dataclass(frozen=True)
class Rows:
    """A sheet as typed rows, and where its columns stand, for the faults that later checks find."""

    sheet: Sheet
    table: Table
    rows: tuple[Row, ...]
    places: dict[str, tuple[int, str]]
    """Canonical header -> (column from 0, header as written)."""
    unread: frozenset[str]
    """Canonical headers of columns whose own fault is told already, so that their cells are not missed one by one."""
    further: dict[str, int]
    """Further columns: header -> column from 0."""
    faults: FaultList

    def fault(self, code: str, row: Row | int | None, key: str | None = None, **details: object) -> None:
        """Note a fault of a row of this sheet, in column `key`."""
        number = row.number if isinstance(row, Row) else row
        index, header = self.places.get(key, (None, key)) if key is not None else (None, None)
        value = None
        if number is not None and index is not None and number <= len(self.table.rows):
            cells = self.table.rows[number - 1]
            value = cells[index] if index < len(cells) else None
        place = Place(self.table.name, ORDER[self.sheet.key], number, header, index)
        self.faults.add(code, place, value, **details)


def read_rows(sheet: Sheet, table: Table, faults: FaultList) -> Rows:
    """Read a table by the columns of `sheet`; every fault goes to `faults`."""
    layout = Layout(sheet, table, faults)
    further = {name: index for index, name in layout.further}
    rows = Rows(sheet, table, (), layout.places, frozenset(layout.unread), further, faults)
    filled = ((number, cells) for number, cells in enumerate(table.rows[1:], start=2) if cells and any_filled(cells))
    read = tuple(_read_row(rows, layout, number, cells) for number, cells in filled)
    _note_merged(rows)
    return replace(rows, rows=read)


def _read_row(rows: Rows, layout: Layout, number: int, cells: Sequence[Cell]) -> Row:
    values: dict[str, Value] = {}
    faulty: set[str] = set()
    table = rows.table
    width = len(cells)
    row = Row(number, values, {}, frozenset())
    for index, found in layout.known:
        cell = cells[index] if index < width else None
        formula = (number - 1, index) in table.formulas
        if not formula and is_blank(cell):
            continue
        key = found.column.key
        try:
            if formula:
                raise CellProblem("formula")
            values[key] = read_cell(cell, found, counts_from_1904=table.counts_from_1904)
        except CellProblem as problem:
            faulty.add(key)
            rows.fault(problem.code, row, key, **_worded(problem, found))
    for index, name in layout.further:
        cell = cells[index] if index < width else None
        formula = (number - 1, index) in table.formulas
        if formula or not is_blank(cell):
            _read_further(rows, row, index, name, cell, formula)
    return Row(number, values, row.further, frozenset(faulty))


def _read_further(rows: Rows, row: Row, index: int, name: str, cell: Cell, formula: bool) -> None:
    try:
        if formula:
            raise CellProblem("formula")
        if isinstance(cell, BrokenValue):
            raise CellProblem("broken-value")
        if isinstance(cell, str):
            refuse_formula(cell, textual=False)
        row.further[name] = decimal_of(cell)
    except CellProblem as problem:
        place = Place(rows.table.name, ORDER[rows.sheet.key], row.number, name, index)
        rows.faults.add(problem.code, place, cell, **problem.details)


def _worded(problem: CellProblem, found: Heading) -> dict[str, object]:
    """The details of a problem as words."""
    details = dict(problem.details)
    if "choices" in details:
        choices = cast(tuple[str, ...], details["choices"])
        words = found.column.words
        details["choices"] = Both.join(
            Both(f"{words[choice][0]}（{choice}）", f"{choice} ({words[choice][0]})") for choice in choices
        )
    return details


def _note_merged(rows: Rows) -> None:
    """Merged cells hold their value only once, so that the other rows would silently lack it."""
    for top, left, bottom, right in rows.table.merged:
        if bottom >= 1 and any(left <= index <= right for index, _ in rows.places.values()):
            key = next((key for key, (index, _) in rows.places.items() if left <= index <= right), None)
            span = f"{column_letter(left)}{top + 1}:{column_letter(right)}{bottom + 1}"
            rows.fault("merged", max(top, 1) + 1 if top < len(rows.table.rows) else None, key, span=span)
