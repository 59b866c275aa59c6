"""One sheet being written top down: text stays text, money is exact to the fen, totals are formulas with their values.

XlsxWriter would turn a text that begins with `=` into a formula and one like an address into a link; every cell here is
written by its type, and both switches are off as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from documents.wording import shown
from domain.money import FEN_PER_WAN_YUAN, FEN_PER_YUAN
from texts import Both

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NAME_MAX = 31
"""Characters a sheet's name may have."""
CELL_MAX = 32_000
"""Characters kept in a cell; a spreadsheet holds 32,767."""
SUM_ARGUMENTS_MAX = 200
"""More pieces than this are not listed in one formula."""

LINE_HEIGHT = 13.5
"""Points one line of text needs."""
STANDARD_WIDTH = 8.43

_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_BASE = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"font_name": "黑体", "font_size": 16, "align": "center"},
    "subtitle": {"font_size": 10, "align": "center", "font_color": "#5b6b7a"},
    "note": {"font_size": 9, "font_color": "#5b6b7a", "text_wrap": True},
    "section": {"font_name": "黑体", "font_size": 12},
    "head": {"bold": True, "border": 1, "align": "center", "text_wrap": True, "bg_color": "#eef2f5"},
    "head_en": {
        "font_size": 8,
        "border": 1,
        "align": "center",
        "text_wrap": True,
        "bg_color": "#eef2f5",
        "font_color": "#5b6b7a",
    },
    "text": {"border": 1, "text_wrap": True},
    "center": {"border": 1, "align": "center", "text_wrap": True},
    "count": {"border": 1, "num_format": "#,##0_)"},
    "wan": {"border": 1, "num_format": "#,##0.00_)"},
    "yuan": {"border": 1, "num_format": "#,##0.00_)"},
    "date": {"border": 1, "num_format": "yyyy-mm-dd", "align": "center"},
    "plain": {"text_wrap": True},
    "band": {"border": 1, "bold": True, "font_color": "#00695c"},
    "aside": {"font_color": "#5b6b7a"},
    "figure": {"border": 1, "align": "right"},
}


class Book:
    """A workbook with the house's formats; `strong` of any format is the same in bold on grey, for totals."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self._formats: dict[str, Any] = {}
        self._names: set[str] = set()

    def format(self, name: str, *, strong: bool = False) -> Any:
        """The format of a name, made once."""
        key = f"{name}!" if strong else name
        if key not in self._formats:
            further = {"bold": True, "bg_color": "#f6f8f9"} if strong else {}
            self._formats[key] = self.workbook.add_format({**_BASE, **_FORMATS[name], **further})
        return self._formats[key]

    def sheet(self, wanted_name: str) -> Sheet:
        """A new sheet called as wanted as far as spreadsheets allow: 31 characters, none of `[]:*?/\\`, none twice."""
        base = _FORBIDDEN_IN_NAMES.sub(" ", shown(wanted_name)).strip("' ")[:NAME_MAX].strip("' ") or "表"
        name, number = base, 2
        while name.casefold() in self._names or name.casefold() == "history":
            ending = f" ({number})"
            name, number = base[: NAME_MAX - len(ending)] + ending, number + 1
        self._names.add(name.casefold())
        return Sheet(self, self.workbook.add_worksheet(name))


class Sheet:
    """A sheet and the row it stands at."""

    def __init__(self, book: Book, worksheet: Worksheet) -> None:
        self.book = book
        self.worksheet = worksheet
        self.row = 0
        self._widths: dict[int, float] = {}
        self._lines = 1
        worksheet.set_default_row(16)

    def columns(self, widths: Mapping[int, float]) -> None:
        """How wide columns are, in characters of the standard font."""
        self._widths |= widths
        for column, width in widths.items():
            self.worksheet.set_column(column, column, width)

    def next_row(self, height: float | None = None) -> None:
        """Go to the next row; this one becomes as high as its longest text needs: not every program works that out."""
        if height is not None or self._lines > 1:
            self.worksheet.set_row(self.row, height if height is not None else LINE_HEIGHT * self._lines + 2)
        self.row += 1
        self._lines = 1

    def text(self, column: int, value: str, style: str = "text", *, strong: bool = False) -> None:
        """A text, whatever it looks like."""
        kept = "\n".join(shown(line) for line in value.split("\n"))[:CELL_MAX]
        self.worksheet.write_string(self.row, column, kept, self.book.format(style, strong=strong))
        if style != "aside":
            self._lines = max(self._lines, _lines(kept, self._widths.get(column, STANDARD_WIDTH), _size(style)))

    def texts(self, first_column: int, values: Iterable[str], style: str = "text", *, strong: bool = False) -> None:
        """Texts side by side."""
        for offset, value in enumerate(values):
            self.text(first_column + offset, value, style, strong=strong)

    def count(self, column: int, value: int, *, strong: bool = False) -> None:
        """A whole number."""
        self.worksheet.write_number(self.row, column, value, self.book.format("count", strong=strong))

    def day(self, column: int, value: date) -> None:
        """A date."""
        self.worksheet.write_datetime(self.row, column, datetime.combine(value, time()), self.book.format("date"))

    def wan(self, column: int, fen: int, *, strong: bool = False) -> None:
        """An amount in 万元."""
        self.worksheet.write_number(self.row, column, in_wan(fen), self.book.format("wan", strong=strong))

    def yuan(self, column: int, fen: int, *, strong: bool = False) -> None:
        """An amount in 元, to the fen."""
        self.worksheet.write_number(self.row, column, in_yuan(fen), self.book.format("yuan", strong=strong))

    def formula(self, column: int, formula: str, value: float, style: str, *, strong: bool = False) -> None:
        """A formula of ours with its value, for whoever reads the file without working it out."""
        self.worksheet.write_formula(self.row, column, formula, self.book.format(style, strong=strong), value)

    def total(
        self, column: int, pieces: Sequence[tuple[int, int]], value: float, style: str, *, nested: bool = False
    ) -> None:
        """The sum of row ranges of this very column, as a formula with its value.

        `nested` uses SUBTOTAL, which leaves out other subtotals of its range: for sheets with very many townships.
        """
        if not pieces:
            self.worksheet.write_number(self.row, column, value, self.book.format(style, strong=True))
            return
        cells = ",".join(_range(first, last, column) for first, last in pieces)
        formula = f"=SUBTOTAL(9,{cells})" if nested else f"=SUM({cells})"
        self.worksheet.write_formula(self.row, column, formula, self.book.format(style, strong=True), value)

    def blank(self, columns: Iterable[int], style: str = "text", *, strong: bool = False) -> None:
        """Empty cells with their borders."""
        for column in columns:
            self.worksheet.write_blank(self.row, column, None, self.book.format(style, strong=strong))

    def merged(self, first: int, last: int, value: str, style: str, *, strong: bool = False) -> None:
        """One text over several columns."""
        before = self._lines
        if last > first:
            self.worksheet.merge_range(self.row, first, self.row, last, "", self.book.format(style, strong=strong))
        self.text(first, value, style, strong=strong)
        width = sum(self._widths.get(column, STANDARD_WIDTH) for column in range(first, last + 1))
        self._lines = max(before, _lines(value, width, _size(style)))

    def heads(self, columns: Sequence[Both], first_column: int = 0) -> None:
        """Two rows of column heads, Chinese above English."""
        for style, lang_row in (("head", [c.zh for c in columns]), ("head_en", [c.en for c in columns])):
            self.texts(first_column, lang_row, style)
            self.next_row()

    def print_on_a4(self, *, repeat: tuple[int, int] | None, footer: Both, area: tuple[int, int] | None = None) -> None:
        """A4 landscape, one page wide, numbered; `repeat`: head rows; `area`: the last row and column to print."""
        sheet = self.worksheet
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_footer(f"&L&8{_footer(footer.zh)}&C&8第 &P 页，共 &N 页 / Page &P of &N&R&8{_footer(footer.en)}")
        if repeat is not None:
            sheet.repeat_rows(*repeat)
        if area is not None:
            sheet.print_area(0, 0, *area)


def in_yuan(fen: int) -> float:
    """The number a cell in 元 holds: the double nearest to the exact amount."""
    return fen / FEN_PER_YUAN


def in_wan(fen: int) -> float:
    """The number a cell in 万元 holds: the double nearest to the exact amount."""
    return fen / FEN_PER_WAN_YUAN


def _size(style: str) -> float:
    """The size of a style's type against the standard one."""
    return float(_FORMATS[style].get("font_size", _BASE["font_size"])) / 10


def _lines(text: str, width: float, size: float) -> int:
    """How many lines a text takes in a column: a Chinese character counts as two."""
    room = max(width - 0.8, 1.0) / size
    return sum(max(-(-text_width(line) // room), 1) for line in text.split("\n")).__int__()


def text_width(text: str) -> float:
    """How wide a text is in characters of a column: a Chinese character counts as two."""
    return sum(2.0 if unicodedata.east_asian_width(ch) in {"W", "F", "A"} else 1.0 for ch in text)


def _range(first_row: int, last_row: int, column: int) -> str:
    first, last = (str(xl_rowcol_to_cell(row, column)) for row in (first_row, last_row))
    return first if first == last else f"{first}:{last}"


def _footer(text: str) -> str:
    """A text for a page's foot, where `&` begins a code and 255 characters are all there is."""
    return shown(text)[:60].replace("&", "&&")
