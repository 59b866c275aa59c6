"""A table as it came out of a file: rows of cells in their places, and which of them held formulas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

Cell = str | int | float | bool | date | datetime | None
"""None: nothing in the cell. Numbers come from number cells only; tables of text hold `str` and None."""


class BrokenValue(str):
    """What a spreadsheet shows where a calculation failed: `#REF!`, `#N/A`, …"""

    __slots__ = ()


@dataclass(frozen=True)
class Table:
    """One sheet or CSV file."""

    name: str
    """As the file calls it: the sheet's name, or the file name of a CSV."""
    rows: Sequence[Sequence[Cell]]
    """`rows[0]` is the header, row 1 of the spreadsheet; shorter rows end with empty cells."""
    formulas: frozenset[tuple[int, int]] = frozenset()
    """(row, column), counted from 0, of cells that hold a formula."""
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """First row, first column, last row, last column of merged cells, from 0."""
    counts_from_1904: bool = False
    """Whether bare day numbers count from 1904 instead of 1900 (workbooks of old Macs)."""


@dataclass(frozen=True)
class Tables:
    """All tables of one register."""

    file: str
    """The file or folder, by its own name."""
    by_sheet: dict[str, Table]
    """By canonical key of the sheet."""
    unknown: tuple[Table, ...] = ()
    """Sheets by other names, with their header rows only."""


def is_blank(cell: Cell) -> bool:
    """Whether there is nothing in a cell that anybody could see."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def any_filled(cells: Iterable[Cell]) -> bool:
    """Whether any of the cells holds something."""
    return not all(is_blank(cell) for cell in cells)
