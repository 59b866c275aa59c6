"""The template: an empty workbook with every sheet and column explained, which reads back when it is filled in."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from domain.money import FEN_PER_YUAN
from intake.columns import Column, Kind, Sheet
from intake.register_csv import cell_text
from intake.register_rows import Degrees, Fen, Out, SheetRows
from intake.sheets import SHEETS

GUIDE = "说明 guide"
"""The name of the sheet that explains the others; the reader passes over it."""
CREATED = datetime(2026, 1, 1)  # noqa: DTZ001  # a fixed stamp, so that equal workbooks are equal bytes
ROWS_FORMATTED = 2_000
"""How far down an empty sheet is prepared for filling in."""
_EXACT_FEN_MAX = 2**50
"""Larger amounts are written as text: a number cell may not hold them to the fen."""
_EXACT_DIGITS = 15
"""A number cell keeps this many digits whatever they are; figures with more are written as text."""
_NUMBER_FORMATS: dict[Kind, str] = {
    "code": "@", "codes": "@", "name": "@", "text": "@", "condition": "@", "yuan": "#,##0.00", "date": "yyyy-mm-dd",
    "count": "0", "stars": "0", "year": "0", "degrees": "0.000000",
}  # fmt: skip
_WIDTHS: dict[Kind, int] = {"name": 26, "text": 24, "codes": 22, "condition": 34, "yuan": 16, "date": 14}
_NOTE_WIDTH = 60
_LINE_POINTS = 15
_INK, _ACCENT, _LINE, _GROUND = "#1b2733", "#00695c", "#d9e0e6", "#f6f8f9"


def write_template(path: Path) -> None:
    """Write the empty, commented workbook. Raises `OSError`."""
    write_sheets(path, {})


def write_sheets(path: Path, filled: Mapping[str, SheetRows]) -> None:
    """Write all sheets with their headers, and the rows of `filled` ones; the same bytes for the same rows."""
    buffer = io.BytesIO()
    # No text ever becomes a formula or a link, whatever it begins with.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": "统筹登记表 / Register", "created": CREATED})
    writer = _Writer(book)
    writer.guide()
    for sheet in SHEETS:
        writer.sheet(sheet, filled.get(sheet.key))
    book.close()
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(buffer.getvalue())
    os.replace(beside, path)


def header(column: Column) -> str:
    """The header of a column in both languages, as the reader takes it: `households 户数`, `cost_yuan 造价（元）`."""
    return f"{column.key} {column.zh[0]}（元）" if column.kind == "yuan" else f"{column.key} {column.zh[0]}"


class _Writer:
    """One workbook with its formats."""

    def __init__(self, book: Any) -> None:
        self._book = book
        base = {"font_name": "Noto Sans SC", "font_size": 10, "font_color": _INK, "valign": "top"}
        self._plain = book.add_format({**base, "text_wrap": True})
        self._title = book.add_format({**base, "bold": True, "font_size": 14})
        head = {**base, "bold": True, "text_wrap": True, "bg_color": _GROUND, "bottom": 1, "bottom_color": _LINE}
        self._head = book.add_format(head)
        self._needed = book.add_format({**head, "font_color": _ACCENT})
        self._cells = {
            kind: book.add_format({**base, "num_format": number}) for kind, number in _NUMBER_FORMATS.items()
        }
        self._cell = book.add_format(base)

    def guide(self) -> None:
        """The sheet that explains: every sheet and column, its meaning in both languages, and an example."""
        page = self._book.add_worksheet(GUIDE)
        page.hide_gridlines(2)
        page.set_column(0, 0, 16)
        page.set_column(1, 1, 34)
        page.set_column(2, 2, 10)
        page.set_column(3, 4, _NOTE_WIDTH)
        page.set_column(5, 5, 28)
        page.write_string(0, 0, "统筹登记表填写说明 / How to fill in the register", self._title)
        heads = ("表 sheet", "列 column", "必填 needed", "含义", "Meaning", "示例 example")
        for index, text in enumerate(heads):
            page.write_string(2, index, text, self._head)
        row = 3
        for sheet in SHEETS:
            page.write_string(row, 0, f"{sheet.key} {sheet.zh[0]}", self._head)
            for index, text in ((3, sheet.note_zh), (4, sheet.note_en)):
                page.write_string(row, index, text, self._plain)
            page.set_row(row, _height(sheet.note_zh, sheet.note_en))
            row += 1
            for column in sheet.columns:
                needed = "是 yes" if column.needed else ""
                texts = (sheet.key, header(column), needed, column.note_zh, column.note_en, column.example)
                for index, text in enumerate(texts):
                    page.write_string(row, index, text, self._plain)
                page.set_row(row, _height(column.note_zh, column.note_en))
                row += 1
        page.freeze_panes(3, 0)
        _on_paper(page, 2)

    def sheet(self, sheet: Sheet, filled: SheetRows | None) -> None:
        """One sheet: headers with comments, choices for cells, and the rows."""
        page = self._book.add_worksheet(sheet.key)
        page.freeze_panes(1, 1)
        page.set_row(0, 32)
        _on_paper(page, 0)
        last = max(ROWS_FORMATTED, len(filled.rows) if filled else 0)
        for index, column in enumerate(sheet.columns):
            width = max(_WIDTHS.get(column.kind, 12), len(column.key) + 3)
            page.set_column(index, index, width, self._cells.get(column.kind, self._cell))
            page.write_string(0, index, header(column), self._needed if column.needed else self._head)
            example = f"\n例 e.g. {column.example}" if column.example else ""
            needed = "必填 needed\n" if column.needed else ""
            comment = f"{needed}{column.note_zh}\n{column.note_en}{example}"
            page.write_comment(0, index, comment, {"x_scale": 2.2, "y_scale": 1.4, "author": ""})
            choices = _choices(column)
            if choices is not None:
                page.data_validation(1, index, last, index, choices)
        if filled is not None:
            self._rows(page, sheet, filled)

    def _rows(self, page: Any, sheet: Sheet, filled: SheetRows) -> None:
        for index in range(len(sheet.columns), len(filled.headers)):
            page.write_string(0, index, filled.headers[index], self._head)
            page.set_column(index, index, max(12, len(filled.headers[index]) + 3))
        for number, row in enumerate(filled.rows, start=1):
            for index, value in enumerate(row):
                column = sheet.columns[index] if index < len(sheet.columns) else None
                _write(page, number, index, value, self._cells.get(column.kind) if column is not None else None)


def _height(note_zh: str, note_en: str) -> int:
    """How high a row of the guide must be; not every program finds out by itself. A Chinese character is two wide."""
    return _LINE_POINTS * max(-(-2 * len(note_zh) // _NOTE_WIDTH), -(-len(note_en) // _NOTE_WIDTH))


def _on_paper(page: Any, head: int) -> None:
    """A4 across, one page wide, the header on every page."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(head)


def _choices(column: Column) -> dict[str, Any] | None:
    """What a spreadsheet offers and checks while the planner types."""
    if column.kind == "yes_no":
        return {"validate": "list", "source": ["是", "否", "yes", "no"]}
    if column.kind == "stars":
        return {
            "validate": "integer", "criteria": "between", "minimum": 1, "maximum": 5,
            "error_title": "星级 stars", "error_message": "1 – 5",
        }  # fmt: skip
    if column.words and column.kind == "code":
        source = [*(written[0] for written in column.words.values()), *column.words]
        return {"validate": "list", "source": source, "error_type": "stop" if column.closed else "information"}
    return None


def _write(page: Any, row: int, index: int, value: Out, style: Any) -> None:
    """A value as a number, a date or text, never as anything that would be calculated."""
    match value:
        case None:
            return
        case Fen(fen=fen) if fen < _EXACT_FEN_MAX:
            # int / int is correctly rounded: the cell is the double nearest to the amount, as the reader asks.
            page.write_number(row, index, fen / FEN_PER_YUAN, style)
        case Decimal() if len(value.as_tuple().digits) <= _EXACT_DIGITS:
            page.write_number(row, index, float(value), style)
        case Degrees(micro=micro):
            page.write_number(row, index, micro / 1_000_000, style)
        case bool():
            page.write_string(row, index, "是" if value else "否", style)
        case int():
            page.write_number(row, index, value, style)
        case date():
            page.write_datetime(row, index, value, style)
        case _:
            page.write_string(row, index, cell_text(value), style)
