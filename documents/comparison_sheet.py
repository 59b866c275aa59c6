"""The workbook of a comparison: the page's tables, every change a formula of the two cells it comes from."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from documents.compared import Compared
from documents.comparison import built
from documents.comparison_page import headline
from documents.proof import objective_name, unit_name
from documents.sheet import OPTIONS, Book, Sheet, in_yuan
from documents.wording import figure, name, shown
from domain.reasons import Moved
from texts import Both, both, literal

FIRST_ROW_HEIGHT = 28


def write_comparison(path: Path, paper: Compared) -> None:
    """Write the workbook; the same for the same argument."""
    with Workbook(str(path), dict(OPTIONS)) as workbook:
        began = paper.after.policy.in_force_from  # nothing in the file comes from a clock
        workbook.set_properties({"title": paper.question.zh[:200], "created": datetime.combine(began, time())})
        book = Book(workbook)
        _answer(book, paper)
        _units(book, paper)
        _groups(book, paper)
        _flows(book, paper)
        _rules(book, paper)


def _answer(book: Book, paper: Compared) -> None:
    sheet = _begun(book, "sheet_answer", paper, {0: 46, 1: 46, 2: 20, 3: 16})
    if paper.state != "record":
        _line(sheet, both(f"comparing.band.{paper.state.replace('-', '_')}"), "band")
    for said in (headline(paper), both("comparing.sides", before=paper.before.name, after=paper.after.name)):
        _line(sheet, said, "plain")
    for said in built(paper.comparison, paper.words):
        _line(sheet, said, "plain")
    if paper.changes:
        sheet.next_row()
        sheet.heads([both("scenario.change_made"), both("comparing.why"), both("comparing.alone")])
        for change in paper.changes:
            sheet.texts(0, [change.what.line, shown(change.why), change.alone.line if change.alone else ""])
            sheet.next_row()
    if paper.gates:
        sheet.next_row()
        sheet.heads([both("scenario.measure"), both("scenario.wanted"), both("scenario.found"), both("scenario.gates")])
        for gate in paper.gates:
            kept = both("scenario.kept" if gate.kept else "scenario.broken")
            sheet.texts(0, [gate.measure.line, gate.wanted.line, gate.found, kept.line])
            sheet.next_row()
    sheet.next_row()
    for side in (paper.before, paper.after):
        _line(sheet, side.name + literal(f": {side.plan.plan_hash}"), "note")


def _units(book: Book, paper: Compared) -> None:
    sheet = _begun(book, "sheet_units", paper, {0: 16, 1: 20, 2: 26, 3: 16, 4: 16, 5: 16, 6: 16})
    head = [both(f"comparing.{key}") for key in ("code", "name_zh", "name_en", "township")]
    sheet.heads([*head, *_amount_heads()])
    sheet.worksheet.freeze_panes(sheet.row, 2)
    first = sheet.row
    for one in paper.comparison.units:
        unit = paper.register.units.get(one.code)
        called = paper.words.unit(one.code)
        town = paper.register.townships.get(unit.township) if unit is not None else None
        sheet.texts(0, [one.code, called.zh, called.en, name(town).zh if town is not None else ""])
        _amounts(sheet, 4, one)
        sheet.next_row()
    _total(sheet, first, 4, [(one.before_fen, one.after_fen) for one in paper.comparison.units], blank=range(1, 4))


def _groups(book: Book, paper: Compared) -> None:
    sheet = _begun(book, "sheet_groups", paper, {0: 24, 1: 26, 2: 9, 3: 9, 4: 16, 5: 16, 6: 16, 7: 10, 8: 10})
    names = ("scenario.group", "scenario.group", "scenario.units", "units.households")
    sheet.heads([both(key) for key in names] + _amount_heads() + [both("comparing.winners"), both("comparing.losers")])
    for group in paper.comparison.groups:
        called = paper.words.group(group)
        sheet.texts(0, [called.zh, called.en])
        sheet.count(2, group.units)
        sheet.count(3, group.households)
        _amounts(sheet, 4, Moved(code=group.group, before_fen=group.before_fen, after_fen=group.after_fen))
        sheet.count(7, group.winners)
        sheet.count(8, group.losers)
        sheet.next_row()


def _flows(book: Book, paper: Compared) -> None:
    sheet = _begun(book, "sheet_flows", paper, {0: 30, 1: 34, 2: 34, 3: 16})
    _line(sheet, both("comparing.flows_measure"), "note")
    sheet.heads([both("scenario.fund"), both("scenario.from"), both("scenario.to"), both("scenario.amount")])
    first = sheet.row
    flows = sorted(paper.comparison.flows, key=lambda one: -one.amount_fen)
    for flow in flows:
        words = paper.words
        sheet.texts(0, [words.fund(flow.fund).line, words.unit(flow.giver).line, words.unit(flow.taker).line])
        sheet.yuan(3, flow.amount_fen)
        sheet.next_row()
    sheet.text(0, both("comparing.whole").line, strong=True)
    sheet.blank(range(1, 3), strong=True)
    pieces = [(first, sheet.row - 1)] if flows else []
    sheet.total(3, pieces, in_yuan(sum(flow.amount_fen for flow in flows)), "yuan")
    sheet.next_row()


def _rules(book: Book, paper: Compared) -> None:
    sheet = _begun(book, "sheet_rules", paper, {0: 60, 1: 22, 2: 22})
    sheet.heads([both("scenario.rule"), both("scenario.was"), both("scenario.is")])
    for rule in paper.comparison.rules:
        standings = [both(f"scenario.standing.{at}").line for at in (rule.before, rule.after)]
        sheet.texts(0, [paper.words.rule(rule.rule).line, *standings])
        sheet.next_row()
    sheet.next_row()
    sheet.heads([both("scenario.objective"), both("scenario.was"), both("scenario.is")])
    for one in paper.comparison.objectives:
        values = ["–" if value is None else figure(value, 2) for value in (one.before, one.after)]
        sheet.text(0, f"{objective_name(one.objective).line} ({unit_name(one.unit).line})")
        sheet.texts(1, values, "figure")
        sheet.next_row()


def _begun(book: Book, called: str, paper: Compared, widths: dict[int, float]) -> Sheet:
    sheet = book.sheet(both(f"comparing.{called}").zh)
    sheet.columns(widths)
    last = max(widths)
    sheet.merged(0, last, paper.question.zh, "title")
    sheet.next_row(FIRST_ROW_HEIGHT)
    sheet.merged(0, last, paper.question.en, "subtitle")
    sheet.next_row()
    sheet.print_on_a4(repeat=None, footer=paper.question)
    return sheet


def _line(sheet: Sheet, said: Both, style: str) -> None:
    sheet.merged(0, 3, said.line, style)
    sheet.next_row()


def _amount_heads() -> list[Both]:
    return [both(f"comparing.{key}_yuan") for key in ("before", "after", "change")]


def _amounts(sheet: Sheet, column: int, one: Moved, *, strong: bool = False) -> None:
    """Before, after, and the change as a formula with its value."""
    sheet.yuan(column, one.before_fen, strong=strong)
    sheet.yuan(column + 1, one.after_fen, strong=strong)
    before, after = (xl_rowcol_to_cell(sheet.row, at) for at in (column, column + 1))
    sheet.formula(column + 2, f"={after}-{before}", in_yuan(one.more_fen), "yuan", strong=strong)


def _total(sheet: Sheet, first: int, column: int, amounts: list[tuple[int, int]], *, blank: range) -> None:
    sheet.text(0, both("comparing.whole").line, strong=True)
    sheet.blank(blank, strong=True)
    pieces = [(first, sheet.row - 1)] if amounts else []
    before, after = (sum(pair[at] for pair in amounts) for at in (0, 1))
    for offset, fen in enumerate((before, after, after - before)):
        sheet.total(column + offset, pieces, in_yuan(fen), "yuan")
    sheet.next_row()
