"""The ledger as a spreadsheet: per fund its own sums, below them those of every unit and project (M07, M33)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO

from xlsxwriter import Workbook

from documents.open_data.record_tables import FIGURES, LedgerLine
from documents.sheet import OPTIONS, Book, Sheet
from documents.wording import Named, day, name
from domain.register import Register
from texts import Both, both

WHOSE = ("fund", "unit", "project")
WIDTHS = (28, 24, 36, *(16 for _ in FIGURES))


def ledger_sheet(
    register: Register,
    rows: Sequence[LedgerLine],
    *,
    rests_on: Both,
    as_of: date | None,
    created: datetime,
) -> bytes:
    """The spreadsheet as bytes; the same ledger gives the same bytes. Amounts are in yuan, to the fen."""
    buffer = BytesIO()
    with Workbook(buffer, dict(OPTIONS)) as workbook:
        title = both("data.ledger.title", county=name(register))
        workbook.set_properties({"title": title.zh, "created": created.replace(tzinfo=None)})
        sheet = Book(workbook).sheet(both("data.table.ledger").zh)
        last = len(WIDTHS) - 1
        sheet.columns(dict(enumerate(WIDTHS)))
        sheet.merged(0, last, title.zh, "title")
        sheet.next_row(28)
        sheet.merged(0, last, title.en, "subtitle")
        sheet.next_row()
        counting = [] if as_of is None else [both("data.ledger.as_of", day=day(as_of))]
        sheet.merged(0, last, "\n".join(line.line for line in (both("data.ledger.unit"), *counting, rests_on)), "note")
        sheet.next_row()
        head = sheet.row
        sheet.heads([both(f"data.{column}") for column in (*WHOSE, *FIGURES)])
        sheet.worksheet.freeze_panes(sheet.row, 0)
        for row in rows:
            _write(sheet, register, row)
        sheet.print_on_a4(repeat=(head, head + 1), footer=title, area=(max(sheet.row - 1, head), last))
    return buffer.getvalue()


def _write(sheet: Sheet, register: Register, row: LedgerLine) -> None:
    own = row.unit is None
    named = (
        _called(row.fund, register.funds.get(row.fund)),
        "" if row.unit is None else _called(row.unit, register.units.get(row.unit)),
        "" if row.project is None else _called(row.project, register.projects.get(row.project)),
    )
    sheet.texts(0, named, strong=own)
    for column, figure in enumerate(FIGURES, start=len(WHOSE)):
        sheet.yuan(column, getattr(row, figure), strong=own)
    sheet.next_row()


def _called(code: str, found: Named | None) -> str:
    return code if found is None else name(found).line
