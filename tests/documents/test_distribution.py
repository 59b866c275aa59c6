"""The spreadsheet as another program reads it: text stays text, sums close to the fen, every unit is in it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from openpyxl import load_workbook

from documents.distribution import distribution, write_distribution
from documents.distribution_fund import UNIT, WAN, YUAN
from documents.sheet import Book, in_wan, in_yuan
from documents.view import make_view
from domain.measures import Measures
from domain.plan import Plan
from domain.policy.model import Policy
from domain.register import Register
from tests.documents.conftest import HOSTILE
from tests.documents.county import everything, register, view

Case = tuple[Register, Policy, Plan, Measures]
FUND_HEADS = [
    "序号",
    "乡镇",
    "单位",
    "类型",
    "建设内容",
    "实施单位",
    "责任人",
    "期限",
    "绩效目标",
    "金额（万元）",
    "金额（元）",
]


def opened(content: bytes, *, values: bool) -> Any:
    """The workbook with its formulas, or with the values the formulas carry."""
    return load_workbook(BytesIO(content), data_only=values)


@pytest.fixture(scope="module")
def content(case: Case) -> bytes:
    return distribution(make_view(*case), checkpoint="#412 7f3a", as_of=date(2026, 3, 31))


def rows_of(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_there_is_a_summary_and_one_sheet_per_fund(content: bytes) -> None:
    names = opened(content, values=True).sheetnames
    assert names == ["汇总 Summary", "美丽工程建设经费", "农村公共服务运行维护建设资金"]


def test_the_heads_an_official_expects_stand_above_their_english(content: bytes) -> None:
    for sheet in opened(content, values=True).worksheets[1:]:
        head = next(row for row in sheet.iter_rows() if row[0].value == "序号")
        assert [cell.value for cell in head[:11]] == FUND_HEADS
        labels = [cell.value for cell in head]
        assert "依据" in labels
        assert any(str(label).startswith("其中：") for label in labels)
        below = [cell.value for cell in sheet[head[0].row + 1][:11]]
        assert below[0] == "No."
        assert all(below)


def test_every_unit_stands_on_the_sheet_of_the_formula_fund_with_a_row_of_its_own() -> None:
    county = register(10, 9)
    service = opened(distribution(view(county)), values=True).worksheets[2]
    numbers = [row[0] for row in rows_of(service) if isinstance(row[0], int)]
    assert numbers == list(range(1, 91))
    names = {row[UNIT] for row in rows_of(service) if isinstance(row[0], int)}
    assert names == {unit.name_zh for unit in county.units.values()}


def test_units_without_a_project_are_all_named_on_the_sheet_of_the_project_fund(case: Case, content: bytes) -> None:
    found = make_view(*case)
    sheet = opened(content, values=True).worksheets[1]
    text = "\n".join(str(value) for row in rows_of(sheet) for value in row if isinstance(value, str))
    for unit in found.units:
        assert unit.unit.name_zh in text
    served = {line.unit for line in found.plan.lines if line.fund == "beautiful"}
    assert f"共 {len(found.units) - len(served)} 个" in text


def test_the_rows_of_every_fund_add_up_to_what_it_gives_out_to_the_fen(case: Case, content: bytes) -> None:
    found = make_view(*case)
    for fund, sheet in zip(found.funds, opened(content, values=True).worksheets[1:], strict=True):
        fen = sum(round(row[YUAN] * 100) for row in rows_of(sheet) if isinstance(row[0], int))
        assert fen == fund.use.allocated_fen
        labelled = {row[0]: row for row in rows_of(sheet) if isinstance(row[0], str)}
        assert round(labelled["合计"][YUAN] * 100) == fund.use.allocated_fen
        assert round(labelled["未分配"][YUAN] * 100) == fund.use.unallocated_fen
        assert round(labelled["资金总额"][YUAN] * 100) == fund.use.amount_fen
        assert labelled["合计"][WAN] == fund.use.allocated_fen / 1_000_000


def test_totals_are_formulas_and_carry_the_value_a_spreadsheet_would_compute(content: bytes) -> None:
    formulas, values = opened(content, values=False), opened(content, values=True)
    checked = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.value.startswith("=SUM(")
                    computed = sum(evaluated(piece, formulas, sheet.title) for piece in cell.value[5:-1].split(","))
                    carried = values[sheet.title][cell.coordinate].value
                    assert abs(computed - carried) < 0.000_001
                    checked += 1
    assert checked > 30


def evaluated(piece: str, workbook: Any, title: str) -> float:
    """The sum of one range of one sheet, formulas inside it worked out as well."""
    sheet = workbook[title]
    cells = sheet[piece] if ":" in piece else ((sheet[piece],),)
    total = 0.0
    for row in cells:
        for cell in row:
            if cell.data_type == "f":
                total += sum(evaluated(inner, workbook, title) for inner in cell.value[5:-1].split(","))
            else:
                total += float(cell.value)
    return total


def test_every_township_has_its_subtotal(case: Case, content: bytes) -> None:
    sheet = opened(content, values=True).worksheets[2]
    labels = {row[0]: row[YUAN] for row in rows_of(sheet) if isinstance(row[0], str)}
    for group in case[3].townships:
        wanted = group.fen_by_fund["service"]
        assert round(labels[f"{case[0].townships[group.group].name_zh}小计"] * 100) == wanted


def test_no_text_becomes_a_formula_a_link_or_a_number(hostile_county: Register) -> None:
    content = distribution(view(hostile_county), checkpoint="=9+9")
    written = set()
    for sheet in opened(content, values=False).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.value.startswith("=SUM(")
                assert cell.hyperlink is None
                if isinstance(cell.value, str):
                    written.add(cell.value)
    for text in ("=1+1", "@SUM(A1)", "+1", "http://example.invalid/x"):
        assert any(text in value for value in written)
    with ZipFile(BytesIO(content)) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if "worksheets/" in name]
    assert not any("<hyperlink" in part for part in parts)
    assert not any(ord(ch) < 32 and ch not in "\t\n\r" for part in parts for ch in part)


def test_sheet_names_a_spreadsheet_would_refuse_are_made_acceptable() -> None:
    county = register()
    names = ["a/b:c*d?e[f]g\\h" + "x" * 40, "a/b:c*d?e[f]g\\h" + "x" * 40]
    funds = {
        code: msgspec.structs.replace(fund, name_zh=name)
        for (code, fund), name in zip(county.funds.items(), names, strict=True)
    }
    content = distribution(view(msgspec.structs.replace(county, funds=funds)))
    titles = opened(content, values=True).sheetnames
    assert len({title.casefold() for title in titles}) == 3
    assert all(0 < len(title) <= 31 and not set("[]:*?/\\") & set(title) for title in titles)


@pytest.mark.parametrize("name,kept", [("History", "History (2)"), ("''", "表"), ("  ", "表"), ("'a'", "a")])
def test_names_a_spreadsheet_keeps_for_itself_are_changed(name: str, kept: str) -> None:
    from xlsxwriter import Workbook

    with Workbook(BytesIO(), {"in_memory": True}) as workbook:
        assert Book(workbook).sheet(name).worksheet.get_name() == kept


def test_every_sheet_prints_on_a4_across_with_its_head_on_every_page(content: bytes) -> None:
    for sheet in opened(content, values=True).worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) in {(1, 0), (None, 0)}
        assert "&P" in str(sheet.oddFooter.center.text)
        assert sheet.freeze_panes is not None
        assert sheet.print_area
    for sheet in opened(content, values=True).worksheets[1:]:
        assert sheet.print_title_rows == "$4:$5"


def test_the_title_names_policy_version_plan_and_moment(content: bytes) -> None:
    for sheet in opened(content, values=True).worksheets:
        top = "\n".join(str(row[0]) for row in rows_of(sheet)[:3])
        for said in (
            "格子县2026年",
            "格子县2026年统筹资金分配办法，第 3 版",
            "b91e04d7b91e",
            "2026年3月31日",
            "#412 7f3a",
        ):
            assert said in top


def test_the_same_plan_gives_the_same_bytes_whatever_the_clock_says(case: Case, content: bytes) -> None:
    assert distribution(make_view(*case), checkpoint="#412 7f3a", as_of=date(2026, 3, 31)) == content
    with ZipFile(BytesIO(content)) as archive:
        assert "2026-03-31T00:00:00Z" in archive.read("docProps/core.xml").decode()


def test_the_file_is_written_where_it_is_wanted(case: Case, content: bytes, tmp_path: Path) -> None:
    target = tmp_path / "distribution.xlsx"
    write_distribution(target, *case, checkpoint="#412 7f3a", as_of=date(2026, 3, 31))
    assert target.read_bytes() == content
    with pytest.raises(OSError, match="missing"):
        write_distribution(tmp_path / "missing" / "x.xlsx", *case)


def test_the_largest_amount_there_is_keeps_its_fen() -> None:
    from domain.money import MAX_FEN, fen_from_cell

    for fen in (MAX_FEN // 4, 450_000_001, 1, 99):
        assert fen_from_cell(in_yuan(fen)) == fen
    assert in_wan(1) == 0.000_001


@pytest.mark.slow
def test_a_register_of_very_many_townships_still_adds_up() -> None:
    found = view(register(210, 1, projects=False))
    content = distribution(found)
    sheet = opened(content, values=False).worksheets[1]
    total = next(row for row in sheet.iter_rows() if row[0].value == "合计")
    assert str(total[YUAN].value).startswith("=SUBTOTAL(9,")
    carried = next(row for row in rows_of(opened(content, values=True).worksheets[1]) if row[0] == "合计")
    assert round(carried[YUAN] * 100) == found.allocated_fen


def test_a_unit_outside_a_formula_fund_has_a_row_that_says_so(case: Case) -> None:
    county, rules, plan, measures = case
    kept = tuple(line for line in plan.lines if line.line != "service.T01-02")
    found = make_view(county, rules, msgspec.structs.replace(plan, lines=kept), measures)
    sheet = opened(distribution(found), values=True).worksheets[2]
    rows = [row for row in rows_of(sheet) if isinstance(row[0], int) and row[UNIT] == county.units["T01-02"].name_zh]
    assert [row[YUAN] for row in rows] == [0]
    assert "本资金没有安排" in rows[0]


def test_hostile_texts_are_not_in_the_name_of_any_part_of_the_file(hostile_county: Register) -> None:
    with ZipFile(BytesIO(distribution(view(hostile_county)))) as archive:
        assert all(name.isascii() and ".." not in name for name in archive.namelist())
    assert len(HOSTILE) > 10


def test_a_plan_of_one_unit_and_one_fund_has_its_sheets() -> None:
    content = distribution(make_view(*everything(register(1, 1, areas=False, projects=False))))
    assert len(opened(content, values=True).sheetnames) == 2
