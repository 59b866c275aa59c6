"""The summary sheet: funds, townships, kinds and groups, the demonstration sites and the proof (M04, M11, M14)."""

from __future__ import annotations

from collections.abc import Sequence

from documents.citations import Citations
from documents.findings import answer, question, standings
from documents.neighbours import neighbour_findings
from documents.proof import proof_of
from documents.sheet import Book, Sheet, in_wan, in_yuan
from documents.view import View
from documents.wording import free, kind, name, years
from domain.measures import GroupMeasure
from texts import Both, both, literal

LABEL_WIDTH, FIGURE_WIDTH = 34, 15.5
Row = tuple[Both, GroupMeasure]


class SummarySheet:
    """Writes the summary."""

    def __init__(self, book: Book, view: View, rests_on: Both | None = None) -> None:
        self.view = view
        self.rests_on = rests_on
        self.sheet: Sheet = book.sheet(both("sheet.summary").zh)
        self.last = max(len(view.funds) + 6, 7)

    def write(self, heading: list[Both]) -> None:
        """The whole sheet; `heading` are the lines under the title."""
        sheet, view = self.sheet, self.view
        sheet.columns({0: LABEL_WIDTH, **dict.fromkeys(range(1, self.last + 1), FIGURE_WIDTH)})
        title = both("sheet.summary_title", county=name(view.register), year=years(view.budget_years))
        sheet.merged(0, self.last, title.zh, "title")
        sheet.next_row(28)
        sheet.merged(0, self.last, title.en, "subtitle")
        sheet.next_row()
        found = answer(view)
        lines = [question(view), found.sentence, found.compared, *heading]
        sheet.merged(0, self.last, "\n".join(line.line for line in lines), "note")
        sheet.next_row()
        sheet.worksheet.freeze_panes(sheet.row, 1)
        self._funds()
        head = self._group_heads()
        self._groups(both("groups.by_township"), self._townships(), total=True)
        self._groups(both("groups.by_kind"), [(kind(g.group), g) for g in view.measures.kinds], total=True)
        self._groups(both("groups.by_standing"), standings(view), total=False)
        self._sites()
        self._proof()
        sheet.print_on_a4(repeat=head, footer=Both(title.zh, heading[0].en), area=(sheet.row, self.last))

    def _section(self, head: Both) -> None:
        self.sheet.next_row()
        self.sheet.merged(0, self.last, head.line, "section")
        self.sheet.next_row(20)

    def _funds(self) -> None:
        sheet = self.sheet
        self._section(both("sheet.by_fund"))
        sheet.heads([both(f"sheet.{word}") for word in FUND_COLUMNS])
        first = sheet.row
        for fund in self.view.funds:
            use = fund.use
            sheet.text(0, name(fund.fund).line)
            sheet.texts(1, (free(fund.fund.department).zh, free(fund.fund.document_no).zh))
            for column, fen in enumerate((use.amount_fen, use.allocated_fen, use.unallocated_fen), start=3):
                sheet.wan(column, fen)
            sheet.yuan(6, use.allocated_fen)
            sheet.yuan(7, use.unallocated_fen)
            sheet.next_row()
        pieces = _pieces(first, sheet.row)
        sheet.text(0, both("sheet.total").line, strong=True)
        sheet.blank((1, 2), strong=True)
        view = self.view
        for column, fen in enumerate((view.amount_fen, view.allocated_fen, view.unallocated_fen), start=3):
            sheet.total(column, pieces, in_wan(fen), "wan")
        sheet.total(6, pieces, in_yuan(view.allocated_fen), "yuan")
        sheet.total(7, pieces, in_yuan(view.unallocated_fen), "yuan")
        sheet.next_row()

    def _group_heads(self) -> tuple[int, int]:
        """One head for all tables of groups; its rows are printed again on every further page."""
        self._section(both("groups.title"))
        first = self.sheet.row
        columns = [both("groups.group"), both("groups.units"), both("units.households")]
        columns += [both("sheet.fund_wan", fund=name(fund.fund)) for fund in self.view.funds]
        columns += [both("sheet.all_wan"), both("sheet.all_yuan"), both("units.per_household"), both("groups.sites")]
        self.sheet.heads(columns)
        return first, first + 1

    def _groups(self, head: Both, rows: Sequence[Row], *, total: bool) -> None:
        if not rows:
            return
        sheet = self.sheet
        sheet.merged(0, len(self.view.funds) + 6, head.line, "band")
        sheet.next_row()
        first = sheet.row
        for label, group in rows:
            self._group(label, group)
        if total:
            self._group_total([group for _, group in rows], _pieces(first, sheet.row))

    def _group(self, label: Both, group: GroupMeasure) -> None:
        sheet, funds = self.sheet, self.view.funds
        sheet.text(0, label.line)
        sheet.count(1, group.units)
        sheet.count(2, group.households)
        for column, fund in enumerate(funds, start=3):
            sheet.wan(column, group.fen_by_fund.get(fund.fund.code, 0))
        after = 3 + len(funds)
        sheet.wan(after, group.fen)
        sheet.yuan(after + 1, group.fen)
        sheet.yuan(after + 2, group.per_household_fen)
        sheet.count(after + 3, group.sites)
        sheet.next_row()

    def _group_total(self, groups: Sequence[GroupMeasure], pieces: list[tuple[int, int]]) -> None:
        sheet, funds = self.sheet, self.view.funds
        sheet.text(0, both("sheet.total").line, strong=True)
        sheet.total(1, pieces, sum(group.units for group in groups), "count")
        sheet.total(2, pieces, sum(group.households for group in groups), "count")
        for column, fund in enumerate(funds, start=3):
            sheet.total(column, pieces, in_wan(sum(g.fen_by_fund.get(fund.fund.code, 0) for g in groups)), "wan")
        after, whole = 3 + len(funds), sum(group.fen for group in groups)
        sheet.total(after, pieces, in_wan(whole), "wan")
        sheet.total(after + 1, pieces, in_yuan(whole), "yuan")
        sheet.yuan(after + 2, self.view.measures.whole.per_household_fen, strong=True)
        sheet.total(after + 3, pieces, sum(group.sites for group in groups), "count")
        sheet.next_row()

    def _townships(self) -> list[Row]:
        known = self.view.register.townships
        return [
            (name(known[group.group]) if group.group in known else literal(group.group), group)
            for group in self.view.measures.townships
        ]

    def _sites(self) -> None:
        for label, saying in neighbour_findings(self.view, Citations(self.view.policy)):
            self._section(label + Both("：", ": ") + saying)
        if not self.view.plan.sites:
            return
        self._section(both("map.sites"))
        for township, units in self.view.by_township:
            names = [name(unit.unit) for unit in units if unit.is_site]
            if names:
                self._wide_row(name(township).line, Both.join(names).line)

    def _proof(self) -> None:
        proof = proof_of(self.view.plan)
        self._section(both("proof.title") + Both("：", ": ") + proof.saying)
        self.sheet.heads([both(f"proof.{word}") for word in ("objective", "value", "bound", "distance", "unit")])
        for step in proof.steps:
            self.sheet.text(0, step.name.line)
            self.sheet.texts(1, (step.value, step.bound, step.distance), "figure")
            self.sheet.text(4, step.unit.line)
            self.sheet.next_row()
        if self.rests_on is not None:
            self._wide_row(both("rests.label").line, self.rests_on.line)

    def _wide_row(self, label: str, value: str) -> None:
        self.sheet.text(0, label)
        self.sheet.merged(1, self.last, value, "text")
        self.sheet.next_row()


FUND_COLUMNS = (
    "fund_name",
    "department",
    "document",
    "amount_wan",
    "allocated_wan",
    "unallocated_wan",
    "allocated_yuan",
    "unallocated_yuan",
)


def _pieces(first: int, after: int) -> list[tuple[int, int]]:
    return [(first, after - 1)] if after > first else []
