"""Faults of a register file as a planner sees them: the row of the sheet with the cells around each faulty one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.money import Lang
from domain.quoting import printable
from intake.faults import CellFault, IntakeFault, RegisterFaults, column_letter
from intake.tables import Cell, Table
from intake.workbook import read_tables
from service.register_uploads import UPLOAD_LIMITS, Upload, laid_down

__all__ = ["ROWS_SHOWN", "FaultyRow", "RegisterFaults", "SheetPart", "ShownCell", "faulty_rows"]
ROWS_SHOWN = 60
"""Nobody mends more at once; how many there are is said in any case."""
CELL_LENGTH = 40
AROUND = 1


@dataclass(frozen=True)
class ShownCell:
    """One cell: what it says, and the number of its fault among those of the row, from 1."""

    text: str
    fault: int | None = None


@dataclass(frozen=True)
class SheetPart:
    """Some cells of a sheet: their letters, and rows by their number in the sheet."""

    letters: tuple[str, ...]
    rows: tuple[tuple[int, tuple[ShownCell, ...]], ...]


@dataclass(frozen=True)
class FaultyRow:
    """The faults of one row (or of a sheet as a whole), with a picture of the place where there is one."""

    sheet: str
    row: int | None
    faults: tuple[CellFault, ...]
    part: SheetPart | None

    def sentences(self, lang: Lang) -> tuple[str, ...]:
        """Place, finding and cure of each."""
        return tuple(fault.sentence(lang) for fault in self.faults)


def faulty_rows(register: Upload, areas: Upload | None, found: RegisterFaults) -> list[FaultyRow]:
    """The first faulty rows of a file, in the order of its faults."""
    places: dict[tuple[str, int | None], list[CellFault]] = {}
    for fault in found.faults:
        places.setdefault((fault.sheet, fault.row), []).append(fault)
    tables = _tables(register, areas)
    shown = list(places.items())[:ROWS_SHOWN]
    return [FaultyRow(sheet, row, tuple(some), _part(tables.get(sheet), some)) for (sheet, row), some in shown]


def _tables(register: Upload, areas: Upload | None) -> dict[str, Table]:
    register.content.seek(0)
    try:
        with laid_down(register, areas) as (path, _):
            tables = read_tables(path, UPLOAD_LIMITS)
    except IntakeFault:
        return {}
    return {table.name: table for table in (*tables.by_sheet.values(), *tables.unknown)}


def _part(table: Table | None, faults: Sequence[CellFault]) -> SheetPart | None:
    if table is None or not table.rows or faults[0].counted != "row":
        return None
    numbers = {fault.letter: number for number, fault in reversed(list(enumerate(faults, 1))) if fault.letter}
    columns = [column for column in range(_width(table)) if column_letter(column) in numbers]
    chosen = sorted(_around(columns or [0], _width(table)) | {0})
    row = faults[0].row
    rows = sorted(_around([row - 1], len(table.rows)) | {0}) if row is not None else [0, *range(1, len(table.rows))][:3]
    marked = {row - 1} if row is not None else {0}

    def cell(line: int, column: int) -> ShownCell:
        cells = table.rows[line] if line < len(table.rows) else ()
        value = cells[column] if column < len(cells) else None
        return ShownCell(_text(value), numbers.get(column_letter(column)) if line in marked else None)

    return SheetPart(
        tuple(column_letter(column) for column in chosen),
        tuple((line + 1, tuple(cell(line, column) for column in chosen)) for line in rows),
    )


def _width(table: Table) -> int:
    return max((len(row) for row in table.rows[:1]), default=0) or max(len(row) for row in table.rows)


def _around(places: Iterable[int], size: int) -> set[int]:
    near = {place + step for place in places for step in range(-AROUND, AROUND + 1)}
    return {place for place in near if 0 <= place < size}


def _text(value: Cell) -> str:
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date) else printable(" ".join(str(value).split()))
    return text if len(text) <= CELL_LENGTH else text[: CELL_LENGTH - 1] + "…"
