"""Layout: which column of a table is which column of its sheet, and a fault for every header that cannot be one."""

from __future__ import annotations

from collections.abc import Sequence

from domain.quoting import printable
from intake.cells import clean, is_number, refuse_formula
from intake.columns import Column, Sheet
from intake.faults import CellProblem, FaultList, Place, column_letter
from intake.headers import Heading, heading, is_ignored, likely
from intake.sheets import ORDER
from intake.tables import Cell, Table, is_blank

HEADER_LONGEST = 100
TITLE_ROWS = 5
"""How far down headers are looked for when row 1 has none, to say where they are."""


class Layout:
    """Which column of the table is which column of the sheet; faults of headers go to the list at construction."""

    def __init__(self, sheet: Sheet, table: Table, faults: FaultList) -> None:
        self.known: list[tuple[int, Heading]] = []
        """(column from 0, what its header means) of every column that can be read."""
        self.further: list[tuple[int, str]] = []
        """(column from 0, header) of the numeric columns beyond ours."""
        self.places: dict[str, tuple[int, str]] = {}
        """Canonical header -> (column from 0, header as written)."""
        self.unread: set[str] = set()
        """Canonical headers of columns that are missing or cannot be read, which is one fault and not one a row."""
        self._sheet = sheet
        self._table = table
        self._faults = faults
        headers = table.rows[0] if table.rows else ()
        unknown: list[tuple[int, str]] = []
        if not self._any_known(headers) and (row := self._headers_further_down()) is not None:
            self._fault("headers-lower", None, None, found=row)
            self.unread.update(column.key for column in sheet.columns)
            return
        for index, cell in enumerate(headers):
            if is_blank(cell):
                if not sheet.lenient:
                    self._unnamed(index)
            else:
                self._place(index, cell, unknown)
        if not sheet.lenient:
            self._beyond(len(headers))
        missing = [column for column in sheet.columns if column.key not in self.places]
        self._place_unknown(unknown, [column.key for column in missing])
        for column in missing:
            if column.needed and (not column.entries or "fund" in column.entries) and column.key not in self.unread:
                self.unread.add(column.key)
                self._fault("missing-column", column.key, None, headers=_accepted(column))

    def _fault(self, code: str, header: str | None, index: int | None, **details: object) -> None:
        place = Place(self._table.name, ORDER[self._sheet.key], None if index is None else 1, header, index)
        self._faults.add(code, place, **details)

    def _place(self, index: int, cell: Cell, unknown: list[tuple[int, str]]) -> None:
        header = cell.strip() if isinstance(cell, str) else str(cell)
        shown = header[:HEADER_LONGEST]
        if (0, index) in self._table.formulas:
            self._fault("formula", shown, index)
            return
        found = heading(self._sheet, header) if len(header) <= HEADER_LONGEST else None
        if found is None:
            unknown.append((index, header))
        elif found.column.key in self.places:
            other = column_letter(self.places[found.column.key][0])
            self._fault("column-twice", shown, index, other=other)
        else:
            self.places[found.column.key] = (index, shown)
            if found.column.kind == "yuan" and found.yuan_zeros is None and not self._sheet.lenient:
                self.unread.add(found.column.key)
                self._fault("header-unit", shown, index, name=found.column.zh[0])
            else:
                self.known.append((index, found))

    def _place_unknown(self, unknown: list[tuple[int, str]], missing: list[str]) -> None:
        """Misspelt columns are faults; further columns of numbers are kept where the sheet keeps them."""
        if self._sheet.lenient:
            missing = [key for key in missing if self._sheet.by_key[key].needed]
        names: dict[str, int] = {}
        for index, header in unknown:
            shown = header[:HEADER_LONGEST]
            meant = likely(self._sheet, header, missing)
            if meant is not None:
                self.unread.add(meant)
                self._fault("header-misspelt", shown, index, meant=meant)
                continue
            if self._sheet.lenient or is_ignored(header):
                continue
            cells = [row[index] for row in self._table.rows[1:] if index < len(row) and not is_blank(row[index])]
            if not cells:
                continue
            numbers = sum(map(is_number, cells))
            if self._sheet.further is None or 2 * numbers < len(cells):
                self._fault("header-unknown", shown, index)
                continue
            name = self._name(header, index)
            if name is None:
                continue
            if name in names:
                self._fault("column-twice", shown, index, other=column_letter(names[name]))
            else:
                names[name] = index
                self.further.append((index, name))

    def _name(self, header: str, index: int) -> str | None:
        """A further column's header as the register keeps it."""
        try:
            refuse_formula(header, textual=True)
            name = clean(header)
            if len(name) > HEADER_LONGEST:
                raise CellProblem("too-long", longest=HEADER_LONGEST, length=len(name))
        except CellProblem as problem:
            place = Place(self._table.name, ORDER[self._sheet.key], 1, header[:HEADER_LONGEST], index)
            self._faults.add(problem.code, place, header, **problem.details)
            return None
        return name

    def _unnamed(self, index: int) -> None:
        """A column without a header: a fault when it holds something."""
        for number, row in enumerate(self._table.rows[1:], start=2):
            if index < len(row) and not is_blank(row[index]):
                self._headless(index, number, row[index])
                return

    def _beyond(self, width: int) -> None:
        """The same for columns to the right of the last header."""
        seen: set[int] = set()
        for number, row in enumerate(self._table.rows[1:], start=2):
            for index in range(width, len(row)):
                if index not in seen and not is_blank(row[index]):
                    seen.add(index)
                    self._headless(index, number, row[index])

    def _headless(self, index: int, number: int, cell: Cell) -> None:
        place = Place(self._table.name, ORDER[self._sheet.key], number, None, index)
        self._faults.add("no-header", place, cell)

    def _any_known(self, cells: Sequence[Cell], least: int = 1) -> bool:
        """Whether at least so many of the cells are headers of the sheet."""
        texts = [cell for cell in cells if isinstance(cell, str) and len(cell) <= HEADER_LONGEST]
        return sum(heading(self._sheet, cell) is not None for cell in texts) >= least

    def _headers_further_down(self) -> int | None:
        """The row where the headers are, below a title."""
        rows = enumerate(self._table.rows[1 : TITLE_ROWS + 1], start=2)
        return next((number for number, row in rows if self._any_known(row, 2)), None)


def _accepted(column: Column) -> str:
    """The headers of a column, for the sentence that misses it."""
    zh = f"{column.zh[0]}（元）" if column.kind == "yuan" else column.zh[0]
    return printable(f"{column.key} / {zh}")
