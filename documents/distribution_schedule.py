"""The sheet of later years: what a programme means to build, an intention that is planned anew every year (M17)."""

from __future__ import annotations

from documents.over_time import LaterYear
from documents.sheet import Book, Sheet, in_wan, in_yuan
from documents.view import View
from documents.wording import name
from texts import Both, both, literal

COLUMNS = ("of", "unit", "project", "funds", "amount_wan", "amount_yuan")
WIDTHS = (8, 24, 40, 40, 14, 16)


class ScheduleSheet:
    """Writes the sheet; to be made only where there are later years."""

    def __init__(self, book: Book, view: View, years: list[LaterYear]) -> None:
        self.view, self.years = view, years
        self.sheet: Sheet = book.sheet(both("years.sheet").zh)

    def write(self, heading: list[Both]) -> None:
        """The whole sheet; `heading` are the lines under the title."""
        sheet, last = self.sheet, len(COLUMNS) - 1
        sheet.columns(dict(enumerate(WIDTHS)))
        title = both("years.sheet_title", county=name(self.view.register))
        sheet.merged(0, last, title.zh, "title")
        sheet.next_row(28)
        sheet.merged(0, last, title.en, "subtitle")
        sheet.next_row()
        lines = [both("years.intention"), *heading]
        sheet.merged(0, last, "\n".join(line.line for line in lines), "note")
        sheet.next_row()
        head = sheet.row
        sheet.heads([both(f"years.{word}") for word in COLUMNS])
        sheet.worksheet.freeze_panes(sheet.row, 0)
        for year in self.years:
            self._year(year)
        sheet.print_on_a4(repeat=(head, head + 1), footer=Both(title.zh, heading[0].en), area=(sheet.row, last))

    def _year(self, year: LaterYear) -> None:
        sheet, first = self.sheet, self.sheet.row
        for row in year.projects:
            sheet.text(0, literal(year.year).line, "center")
            sheet.texts(1, (row.unit.line, row.project.line, row.funds.line))
            sheet.wan(4, row.fen)
            sheet.yuan(5, row.fen)
            sheet.next_row()
        pieces = [(first, sheet.row - 1)]
        sheet.text(0, literal(year.year).line, "center", strong=True)
        sheet.text(1, both("sheet.total").line, strong=True)
        sheet.blank((2, 3), strong=True)
        sheet.total(4, pieces, in_wan(year.fen), "wan")
        sheet.total(5, pieces, in_yuan(year.fen), "yuan")
        sheet.next_row()
