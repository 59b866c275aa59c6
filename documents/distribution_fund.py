"""The sheet of one fund: a row for every line of the plan, township by township, closing to the fen (M03, M04).

Units that receive nothing from a fund of projects are listed below the table, township by township: every unit is
visible in every plan. Chinese stands in the printed columns, the English names and reasons in columns to their right.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from documents.citations import Citations
from documents.reasons import line_basis, line_content
from documents.sheet import SUM_ARGUMENTS_MAX, Book, Sheet, in_wan, in_yuan, text_width
from documents.view import PARTS, FundView, UnitView, View
from documents.wording import free, name, part, standing, years
from domain.plan import PlanLine
from domain.register import Township
from texts import Both, both

NUMBER, TOWNSHIP, UNIT, KIND, CONTENT, BUILDER, POST, DUE, TARGET, WAN, YUAN = range(11)
FIRST_PART = YUAN + 1
WIDTHS = {NUMBER: 4.5, TOWNSHIP: 9, UNIT: 11, KIND: 9, DUE: 10.5, WAN: 9, YUAN: 13}
OF_PROJECTS = {CONTENT: 19, BUILDER: 15, POST: 13, TARGET: 22}
OF_FORMULA = {CONTENT: 15, BUILDER: 11, POST: 6.5, TARGET: 8.5}
"""A fund without projects has nothing to say in these columns, so the page is left to the figures."""
PART_WIDTH, NOTE_WIDTH, ENGLISH_WIDTH = 12.5, 6.5, 26
BASIS_LEAST, BASIS_MOST, BASIS_LINES = 22, 34, 3
"""The basis is as wide as it takes to say the longest one in three lines, within reason."""
NAMES_PER_ROW = 60


class FundSheet:
    """Writes the sheet of one fund."""

    def __init__(self, book: Book, view: View, fund: FundView, citations: Citations) -> None:
        self.view, self.fund, self.citations = view, fund, citations
        self.sheet: Sheet = book.sheet(name(fund.fund).zh)
        used = {code for line in fund.lines for code, fen in line.parts.items() if fen}
        self.parts = [code for code in (*PARTS, *sorted(used - set(PARTS))) if code in used]
        self.basis = FIRST_PART + len(self.parts)
        self.note = self.basis + 1
        self.english = self.note + 2

    def write(self, heading: list[Both]) -> None:
        """The whole sheet; `heading` are the lines under the title, about policy, plan and moment."""
        sheet, worksheet = self.sheet, self.sheet.worksheet
        self._columns()
        fund = self.fund.fund
        title = both("sheet.title", county=name(self.view.register), year=years((fund.budget_year,)), fund=name(fund))
        sheet.merged(0, self.note, title.zh, "title")
        sheet.next_row(28)
        sheet.merged(0, self.note, title.en, "subtitle")
        sheet.next_row()
        about = both("sheet.fund", department=free(fund.department), document=free(fund.document_no))
        sheet.merged(0, self.note, "\n".join(line.line for line in [about, *heading]), "note")
        sheet.next_row()
        head = sheet.row
        sheet.heads(self._heads())
        worksheet.freeze_panes(sheet.row, CONTENT)
        self._rows()
        self._not_served()
        sheet.next_row()
        for column, word in ((TOWNSHIP, "prepared"), (CONTENT, "checked"), (TARGET, "approved"), (self.basis, "date")):
            sheet.text(column, both(f"sheet.{word}").zh, "aside")
        sheet.print_on_a4(repeat=(head, head + 1), footer=Both(title.zh, heading[0].en), area=(sheet.row, self.note))

    def _columns(self) -> None:
        has_projects = any(line.project is not None for line in self.fund.lines)
        widths: dict[int, float] = WIDTHS | (OF_PROJECTS if has_projects or not self.fund.lines else OF_FORMULA)
        widths |= dict.fromkeys(range(FIRST_PART, self.basis), PART_WIDTH)
        basis = max((text_width(line_basis(line, self.citations).zh) for line in self.fund.lines), default=0)
        widths |= {
            self.basis: min(max(basis / BASIS_LINES, BASIS_LEAST), BASIS_MOST),
            self.note: NOTE_WIDTH,
            self.note + 1: 3,
        }
        widths |= dict.fromkeys(range(self.english, self.english + 5), ENGLISH_WIDTH)
        self.sheet.columns(widths)

    def _heads(self) -> list[Both]:
        words = ("number", "township", "unit", "kind", "content", "builder", "post", "due", "target", "wan", "yuan")
        parts = [both("sheet.of_which", part=part(code)) for code in self.parts]
        english = [Both(both(f"sheet.{word}").en, "") for word in ("township", "unit", "kind", "content", "basis")]
        own = [*(both(f"sheet.{word}") for word in words), *parts, both("sheet.basis"), both("sheet.note")]
        return [*own, Both("", ""), *english]

    def _rows(self) -> None:
        """Lines by township with subtotals, then the total, what is left, and the fund's amount."""
        sheet = self.sheet
        groups = self._groups()
        nested = len(groups) > SUM_ARGUMENTS_MAX
        ranges: list[tuple[int, int]] = []
        number = 0
        for township, entries in groups:
            first = sheet.row
            for unit, line in entries:
                number += 1
                self._line(number, unit, line)
            ranges.append((first, sheet.row - 1))
            lines = [line for _, line in entries if line is not None]
            self._sum_row(both("sheet.subtotal", township=name(township)), lines, [ranges[-1]], nested=nested)
        whole = [(ranges[0][0], ranges[-1][1])] if nested else ranges
        self._sum_row(both("sheet.total"), self.fund.lines, whole, nested=nested)
        total_row = sheet.row - 1
        use = self.fund.use
        for key, fen, pieces in (
            ("sheet.unallocated", use.unallocated_fen, []),
            ("sheet.amount", use.amount_fen, [(total_row, total_row + 1)]),
        ):
            sheet.merged(NUMBER, KIND, both(key).zh, "center", strong=True)
            sheet.blank((*range(CONTENT, WAN), *range(FIRST_PART, self.note + 1)), strong=True)
            sheet.text(self.english, both(key).en, "aside")
            sheet.total(WAN, pieces, in_wan(fen), "wan")
            sheet.total(YUAN, pieces, in_yuan(fen), "yuan")
            sheet.next_row()

    def _groups(self) -> list[tuple[Township, list[tuple[UnitView, PlanLine | None]]]]:
        """What gets a row: every line, and, in a fund shared by formula, also units without one."""
        entries: list[tuple[UnitView, PlanLine | None]] = []
        of_unit: dict[str, list[PlanLine]] = {}
        for line in self.fund.lines:
            of_unit.setdefault(line.unit, []).append(line)
        for unit in self.view.units:
            lines = of_unit.get(unit.unit.code, [])
            entries += [(unit, line) for line in lines]
            if not lines and self.fund.shares_by_formula:
                entries.append((unit, None))
        grouped = groupby(entries, key=lambda entry: entry[0].township.code)
        return [(members[0][0].township, members) for members in (list(group) for _, group in grouped)]

    def _line(self, number: int, unit: UnitView, line: PlanLine | None) -> None:
        sheet = self.sheet
        project = self.view.register.projects[line.project] if line is not None and line.project is not None else None
        content = line_content(line, self.view) if line is not None else both("sheet.no_line")
        basis = line_basis(line, self.citations) if line is not None else both("sheet.no_line_basis")
        sheet.count(NUMBER, number)
        kind = standing(unit.unit)
        sheet.texts(TOWNSHIP, (name(unit.township).zh, name(unit.unit).zh, kind.zh, content.zh))
        if project is not None:
            sheet.texts(BUILDER, (free(project.builder).zh, free(project.responsible_post).zh))
            sheet.day(DUE, project.due_on)
            sheet.text(TARGET, free(project.target).zh)
        else:
            sheet.texts(BUILDER, (name(unit.unit).zh, "—"))
            sheet.text(DUE, both("sheet.whole_year", year=years((self.fund.fund.budget_year,))).zh, "center")
            sheet.text(TARGET, "—")
        fen = line.amount_fen if line is not None else 0
        sheet.wan(WAN, fen)
        sheet.yuan(YUAN, fen)
        for offset, code in enumerate(self.parts):
            sheet.yuan(FIRST_PART + offset, line.parts.get(code, 0) if line is not None else 0)
        sheet.text(self.basis, basis.zh)
        sheet.text(self.note, both("sheet.site").zh if unit.is_site else "", "center")
        sheet.texts(self.english, (name(unit.township).en, name(unit.unit).en, kind.en, content.en, basis.en), "aside")
        sheet.next_row()

    def _sum_row(self, label: Both, lines: Iterable[PlanLine], pieces: list[tuple[int, int]], *, nested: bool) -> None:
        sheet, kept = self.sheet, list(lines)
        fen = sum(line.amount_fen for line in kept)
        sheet.merged(NUMBER, KIND, label.zh, "center", strong=True)
        sheet.blank((*range(CONTENT, WAN), self.basis, self.note), strong=True)
        sheet.text(self.english, label.en, "aside")
        sheet.total(WAN, pieces, in_wan(fen), "wan", nested=nested)
        sheet.total(YUAN, pieces, in_yuan(fen), "yuan", nested=nested)
        for offset, code in enumerate(self.parts):
            of_part = sum(line.parts.get(code, 0) for line in kept)
            sheet.total(FIRST_PART + offset, pieces, in_yuan(of_part), "yuan", nested=nested)
        sheet.next_row()

    def _not_served(self) -> None:
        """The units without a line, compactly (M03)."""
        if self.fund.shares_by_formula:
            return
        served = {line.unit for line in self.fund.lines}
        idle = [unit for unit in self.view.units if unit.unit.code not in served]
        if not idle:
            return
        sheet = self.sheet
        sheet.next_row()
        sheet.merged(0, self.note, both("sheet.not_served", units=str(len(idle))).line, "section")
        sheet.next_row(20)
        for _, group in groupby(idle, key=lambda unit: unit.township.code):
            members = list(group)
            for start in range(0, len(members), NAMES_PER_ROW):
                names = Both.join(name(unit.unit) for unit in members[start : start + NAMES_PER_ROW])
                sheet.blank((NUMBER,))
                sheet.text(TOWNSHIP, name(members[0].township).zh)
                sheet.merged(UNIT, TARGET, names.zh, "text")
                sheet.wan(WAN, 0)
                sheet.yuan(YUAN, 0)
                sheet.texts(self.english, (name(members[0].township).en, names.en), "aside")
                sheet.next_row()
