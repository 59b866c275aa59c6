"""One worksheet: its cells in their places, and which of them are formulas; values only, nothing is calculated.

Sheets are read here and not by a library because a workbook from outside must not be able to do harm: a reader that
lays a sheet out as a rectangle can be made to ask for all memory by one far cell, and formulas and failed calculations
must be told from values, which such readers hide.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

from intake.dates import DAY_ZERO, DAY_ZERO_1904
from intake.faults import IntakeFault, column_letter
from intake.limits import Budget, Limits
from intake.tables import BrokenValue, Cell, Table
from intake.xlsx_archive import Archive
from intake.xlsx_parts import Workbook
from intake.xlsx_xml import parse, unescaped

_SECONDS_PER_DAY = 86_400
_LEAP_1900 = 61
"""Smaller day numbers are ambiguous by a day (Lotus 1-2-3 counted a 29 February 1900); no register needs them."""
_LAST_DAY = 2_958_465
"""31 December 9999."""
_EXACT_INT = 2**53


def read_sheet(archive: Archive, workbook: Workbook, name: str, part: str, limits: Limits, budget: Budget) -> Table:
    """All filled cells of a sheet in their places. Raises `IntakeFault`."""
    reader = _SheetReader(archive.file, name, workbook, limits, budget)
    parse(archive.file, archive.chunks(part), reader.start, reader.end, reader.text)
    return Table(name, reader.rows, frozenset(reader.formulas), tuple(reader.merged), workbook.counts_from_1904)


class _SheetReader:
    """Follows the elements `row`, `c`, `v`, `is`/`t`, `f`, `mergeCell` (ECMA-376, 18.3.1)."""

    def __init__(self, file: str, name: str, workbook: Workbook, limits: Limits, budget: Budget) -> None:
        self.rows: list[list[Cell]] = []
        self.formulas: list[tuple[int, int]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self._file = file
        self._name = name
        self._workbook = workbook
        self._limits = limits
        self._budget = budget
        self._row = -1
        self._row_written = "0"
        self._column = -1
        self._type = ""
        self._style = -1
        self._listening = False
        self._reading = 0
        self._pieces: list[str] = []
        self._filled = False
        self._columns: dict[str, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or (name == "t" and not self._reading):
            self._listening = True
            self._filled = True
        elif name == "row":
            self._start_row(attributes.get("r"))
        elif name == "f":
            self._formula()
        elif name == "rPh":
            self._reading += 1
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._listening = False
        elif name == "c":
            if self._filled:
                self._keep(self._value("".join(self._pieces)))
        elif name == "rPh":
            self._reading -= 1

    def text(self, data: str) -> None:
        if self._listening:
            self._pieces.append(data)

    def _start_row(self, written: str | None) -> None:
        row = self._row + 1 if written is None else self._digits(written) - 1
        if row <= self._row:
            raise self._damaged()
        self._row, self._column = row, -1
        self._row_written = str(row + 1)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            letters = reference.rstrip("0123456789")
            column = self._letters(letters)
            if reference[len(letters) :] != self._row_written or column <= self._column:
                raise self._damaged()
            self._column = column
        self._type = attributes.get("t", "n")
        style = attributes.get("s", "")
        self._style = int(style) if style.isascii() and style.isdigit() and len(style) < 10 else -1
        self._filled = False
        self._pieces.clear()

    def _formula(self) -> None:
        self._within_limits()
        self._budget.spend(self._file, 1)
        self.formulas.append((self._row, self._column))
        self._filled = True

    def _keep(self, value: Cell) -> None:
        if value is None:
            return
        self._within_limits()
        while len(self.rows) <= self._row:
            self.rows.append([])
        row = self.rows[self._row]
        self._budget.spend(self._file, self._column - len(row) + 1)
        row.extend([None] * (self._column - len(row)))
        row.append(value)

    def _within_limits(self) -> None:
        limits = self._limits
        if self._row >= limits.rows:
            raise IntakeFault(
                "too-many-rows", self._file, sheet=self._name, limit=f"{limits.rows:,}", row=self._row + 1
            )
        if not 0 <= self._column < limits.columns:
            column = column_letter(max(self._column, 0))
            raise IntakeFault("too-many-columns", self._file, sheet=self._name, limit=limits.columns, column=column)

    def _value(self, text: str) -> Cell:
        """What the cell holds, by its type (ECMA-376, 18.18.11)."""
        kind = self._type
        if kind == "s":
            index = int(text) if text.isascii() and text.strip().isdigit() and len(text) < 12 else -1
            if not 0 <= index < len(self._workbook.strings):
                raise self._damaged()
            return self._short(self._workbook.strings[index])
        if kind in {"str", "inlineStr"}:
            return self._short(unescaped(text))
        if kind == "b":
            return text.strip() in {"1", "true"}
        if kind == "e":
            return BrokenValue(text[:20])
        if kind == "d":
            return self._short(text)
        return self._number(text) if text.strip() else None

    def _short(self, text: str) -> Cell:
        if len(text) > self._limits.cell_characters:
            raise IntakeFault(
                "cell-too-long", self._file, sheet=self._name, row=self._row + 1, limit=self._limits.cell_characters
            )
        return text or None

    def _number(self, text: str) -> Cell:
        try:
            number = float(text)
        except ValueError as fault:
            raise self._damaged() from fault
        if not math.isfinite(number) or "_" in text:  # Python reads 1_000, spreadsheets do not write it
            raise self._damaged()
        if self._style in self._workbook.date_styles and (shown := self._day(number)) is not None:
            return shown
        return int(number) if number.is_integer() and abs(number) < _EXACT_INT else number

    def _day(self, number: float) -> date | datetime | None:
        if not _LEAP_1900 <= number <= _LAST_DAY - 1_462:
            return None
        zero = DAY_ZERO_1904 if self._workbook.counts_from_1904 else DAY_ZERO
        whole = math.floor(number)
        seconds = round((number - whole) * _SECONDS_PER_DAY)
        if seconds == 0:
            return zero + timedelta(days=whole)
        return datetime(zero.year, zero.month, zero.day) + timedelta(days=whole, seconds=seconds)  # noqa: DTZ001  # cells have no zone

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        if last:
            self._budget.spend(self._file, 1)
            (top, left), (bottom, right) = self._place(first), self._place(last)
            self.merged.append((top, left, bottom, right))

    def _place(self, reference: str) -> tuple[int, int]:
        letters = reference.rstrip("0123456789")
        return self._digits(reference[len(letters) :]) - 1, self._letters(letters)

    def _letters(self, letters: str) -> int:
        """The column of its letters, from 0."""
        column = self._columns.get(letters)
        if column is None:
            if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
                raise self._damaged()
            column = -1
            for letter in letters.upper():
                column = (column + 1) * 26 + ord(letter) - 65
            self._columns[letters] = column
        return column

    def _digits(self, written: str) -> int:
        if not (written.isascii() and written.isdigit() and len(written) <= 7) or written[0] == "0":
            raise self._damaged()
        return int(written)

    def _damaged(self) -> IntakeFault:
        return IntakeFault("damaged", self._file)
