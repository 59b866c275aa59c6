"""A reconciliation as a table on the terminal, as CSV and as a spreadsheet: one row per line or payment, sums signed.

Money out is above zero, money in below, on both sides alike. A line for several payments has a row for each of them;
its own columns are filled in the first only, so that every column adds up.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from xlsxwriter import Workbook

from documents.sheet import OPTIONS, Book, in_yuan
from documents.wording import day, free, shown
from domain.auditing.reconciling import BankLine, Entry, Payment
from domain.money import MINUS, yuan
from texts import Both, Lang, both, literal

OUTCOMES = ("matched", "differs", "only_here", "only_there")
HEADS = (
    *("outcome", "by", "differing", "row", "bank_date", "bank_amount", "bank_payee", "bank_voucher"),
    *("position", "code", "date", "amount", "payee", "voucher"),
)
SUMS = {"bank_amount", "amount"}
_NARROW, _WIDE = 12, 22
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | date | None
"""An `int` in a column of `SUMS` is fen."""


@dataclass(frozen=True)
class Frame:
    """What was compared."""

    file: str
    since: date
    until: date
    days: int
    position: int


def table(found: Sequence[Entry], frame: Frame, lang: Lang) -> RenderableType:
    """What `tongchou audit reconcile` prints: the sums of every outcome, then each row that does not agree."""
    title = both(
        "reconcile.title",
        file=shown(frame.file), since=day(frame.since), until=day(frame.until), position=frame.position,
    )  # fmt: skip
    rule = both("reconcile.rule", days=frame.days)
    open_ones = [entry for entry in found if entry.outcome != "matched"]
    said = both("reconcile.not_fine", count=len(open_ones)) if open_ones else both("reconcile.fine")
    pieces: list[RenderableType] = [Text(title[lang], style="bold"), Text(rule[lang], style="dim"), _sums(found, lang)]
    return Group(*pieces, Text(said[lang]), *([_rows(open_ones, frame, lang)] if open_ones else []))


def write_csv(path: Path, found: Sequence[Entry], frame: Frame, lang: Lang) -> None:
    """Everything as CSV (RFC 4180), in UTF-8 with its mark, as spreadsheets expect it.

    A text that a spreadsheet would run is written behind an apostrophe.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(both(f"reconcile.head.{head}")[lang] for head in HEADS)
    for row in _cells(found, frame, lang):
        writer.writerow(_plain(head, cell) for head, cell in zip(HEADS, row, strict=True))
    path.write_bytes(("\ufeff" + text.getvalue()).encode())


def write_workbook(path: Path, found: Sequence[Entry], frame: Frame, lang: Lang) -> None:
    """Everything as a spreadsheet; the same arguments give the same bytes."""
    with Workbook(str(path), dict(OPTIONS)) as workbook:
        workbook.set_properties({"created": datetime.combine(frame.until, time())})
        sheet = Book(workbook).sheet(both("reconcile.sheet")[lang])
        sheet.columns({at: _WIDE if "payee" in head or head == "by" else _NARROW for at, head in enumerate(HEADS)})
        sheet.heads([both(f"reconcile.head.{head}") for head in HEADS])
        first = sheet.row
        rows = list(_cells(found, frame, lang))
        for row in rows:
            for column, (head, cell) in enumerate(zip(HEADS, row, strict=True)):
                if isinstance(cell, int) and head in SUMS:
                    sheet.yuan(column, cell)
                elif isinstance(cell, int):
                    sheet.count(column, cell)
                elif isinstance(cell, date):
                    sheet.day(column, cell)
                else:
                    sheet.text(column, cell or "")
            sheet.next_row()
        for column, head in enumerate(HEADS):
            if head in SUMS and rows:
                whole = sum(cell for row in rows if isinstance(cell := row[column], int))
                sheet.total(column, [(first, sheet.row - 1)], in_yuan(whole), "yuan")


def _sums(found: Sequence[Entry], lang: Lang) -> Table:
    shown_table = Table(box=None, pad_edge=False, header_style="dim")
    shown_table.add_column(both("reconcile.head.outcome")[lang])
    for head in ("count", "bank_amount", "amount"):
        shown_table.add_column(both(f"reconcile.head.{head}")[lang], justify="right")
    for outcome in OUTCOMES:
        own = [entry for entry in found if entry.outcome == outcome]
        theirs = sum(_signed(line) for entry in own for line in entry.lines)
        ours = sum(_signed(one) for entry in own for one in entry.payments)
        name = both(f"reconcile.outcome.{outcome}")[lang]
        shown_table.add_row(name, str(len(own)), yuan(theirs, unit=False), yuan(ours, unit=False))
    return shown_table


def _rows(found: Sequence[Entry], frame: Frame, lang: Lang) -> Table:
    """What does not agree, the two sides beside each other."""
    shown_table = Table(box=None, pad_edge=False, header_style="dim")
    for head in ("outcome", "differing", "there", "here"):
        shown_table.add_column(both(f"reconcile.head.{head}")[lang], overflow="fold")
    for entry in found:
        differing = Both.join(both(f"reconcile.differing.{way}", days=frame.days) for way in entry.differing)
        theirs = [
            both("reconcile.there", row=line.row, **_side(line, line.voucher or line.summary)) for line in entry.lines
        ]
        ours = [
            both("reconcile.here", position=one.position, code=literal(one.code), **_side(one, one.voucher))
            for one in entry.payments
        ]
        shown_table.add_row(
            both(f"reconcile.outcome.{entry.outcome}")[lang],
            Text(differing[lang]),
            *(Text("\n".join(piece[lang] for piece in side)) for side in (theirs, ours)),
        )
    return shown_table


def _side(thing: BankLine | Payment, voucher: str) -> dict[str, Both]:
    """Day, sum, payee and voucher of one side."""
    texts = {"payee": free(thing.payee), "voucher": free(voucher)}
    return {"day": literal(thing.on), "amount": literal(yuan(_signed(thing), unit=False)), **texts}


def _cells(found: Sequence[Entry], frame: Frame, lang: Lang) -> Iterator[tuple[Cell, ...]]:
    for entry in found:
        differing = Both.join(both(f"reconcile.differing.{way}", days=frame.days) for way in entry.differing)
        head: tuple[Cell, ...] = (
            both(f"reconcile.outcome.{entry.outcome}")[lang],
            both(f"reconcile.step.{entry.step}")[lang] if entry.step else None,
            differing[lang],
        )
        for place in range(max(len(entry.lines), len(entry.payments))):
            line = entry.lines[place] if place < len(entry.lines) else None
            one = entry.payments[place] if place < len(entry.payments) else None
            yield (*head, *_of_line(line), *_of_payment(one))


def _of_line(line: BankLine | None) -> tuple[Cell, ...]:
    if line is None:
        return (None,) * 5
    return (line.row, line.on, _signed(line), line.payee, line.voucher or line.summary)


def _of_payment(one: Payment | None) -> tuple[Cell, ...]:
    if one is None:
        return (None,) * 6
    return (one.position, one.code, one.on, _signed(one), one.payee, one.voucher)


def _signed(thing: BankLine | Payment) -> int:
    return thing.amount_fen if thing.out else -thing.amount_fen


def _shown(head: str, cell: Cell) -> str:
    if isinstance(cell, int) and head in SUMS:
        return yuan(cell, unit=False)
    return "" if cell is None else shown(str(cell))


def _plain(head: str, cell: Cell) -> str:
    """A cell of the CSV: sums with a plain minus and no separators."""
    if isinstance(cell, int) and head in SUMS:
        return yuan(cell, unit=False).replace(MINUS, "-").replace(",", "")
    text = _shown(head, cell)
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) else text
