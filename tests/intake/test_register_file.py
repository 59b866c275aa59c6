"""Registers from files: what people type becomes the register, and each fault of a sheet is told with its place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.register import Pledge, Register, Tranche, Unit
from intake.faults import CellFault, IntakeFault, RegisterFaults
from intake.register_file import read_register
from tests.intake.samples import Book, folder, good, put, workbook


@pytest.fixture
def where(tmp_path: Path) -> Path:
    return tmp_path / "x-county"


def faults(where: Path, book: Book, **options: Any) -> list[CellFault]:
    """The faults of a book; the same from a folder as from a workbook (but for the names of the sheets)."""
    with pytest.raises(RegisterFaults) as caught:
        read_register(folder(where, book), **options)
    with pytest.raises(RegisterFaults) as again:
        read_register(workbook(where.with_suffix(".xlsx"), book), **options)
    places = [(fault.code, fault.row, fault.letter, fault.value) for fault in caught.value.faults]
    assert places == [(fault.code, fault.row, fault.letter, fault.value) for fault in again.value.faults]
    for fault in caught.value.faults:
        assert "{" not in fault.sentence("zh") + fault.sentence("en")
        assert "None" not in fault.sentence("zh") + fault.sentence("en")
    return caught.value.faults


def only(where: Path, book: Book, **options: Any) -> CellFault:
    found = faults(where, book, **options)
    assert len(found) == 1, [fault.sentence("en") for fault in found]
    return found[0]


def test_what_people_type_becomes_the_register_whether_in_a_workbook_or_a_folder(where: Path) -> None:
    register = read_register(folder(where, good()))
    assert register == read_register(workbook(where.with_suffix(".xlsx"), good()))
    assert register.county == "x-county"
    assert list(register.units) == ["C1", "V1", "V2"]
    assert register.units["V1"] == Unit(
        code="V1",
        name_zh="柳树村",
        name_en="柳树村",
        kind="village",
        township="T1",
        households=358,
        income_fen=1_560_000,
        poor=True,
        backward=False,
        stars=3,
        haves=("people", "place"),
    )
    assert register.units["V2"].backward
    assert register.townships["T2"].kind == "subdistrict"
    project = register.projects["P2"]
    assert (project.cost_fen, project.due_on, project.requires) == (2_500_050, date(2026, 10, 31), ("P1",))
    assert register.projects["P1"].due_on == date(2026, 11, 30)
    fund = register.funds["beautiful"]
    assert fund.purposes == ("construction", "public-service-construction")
    assert fund.tranches == (
        Tranche(code="B1", amount_fen=120_000_000, due_on=date(2026, 3, 31), arrived_on=date(2026, 3, 20)),
    )
    assert fund.pledges == (
        Pledge(
            code="H1",
            by="县供电公司",
            kind="money",
            amount_fen=5_000_000,
            due_on=date(2026, 6, 30),
            arrived_fen=2_000_000,
        ),
    )


def test_a_register_that_was_read_is_one_that_can_be_stored(where: Path) -> None:
    register = read_register(folder(where, good()))
    assert msgspec.json.decode(msgspec.json.encode(register), type=Register) == register


def test_the_order_of_rows_says_nothing(where: Path) -> None:
    book = good()
    turned = {name: [rows[0], *reversed(rows[1:])] for name, rows in book.items()}
    one, two = (
        read_register(folder(where / "a", book), county="x"),
        read_register(folder(where / "b", turned), county="x"),
    )
    assert msgspec.json.encode(one) == msgspec.json.encode(two)


def test_number_cells_dates_and_text_mean_the_same(where: Path) -> None:
    book = good()
    put(book, "units", 2, "households", 358)
    put(book, "units", 2, "人均收入（万元）", 1.56)
    put(book, "projects", 2, "造价（元）", 186000.0)
    put(book, "projects", 2, "完成期限", date(2026, 11, 30))
    put(book, "funds", 2, "budget_year", 2026)
    register = read_register(workbook(where.with_suffix(".xlsx"), book))
    assert register == read_register(folder(where, good()))


def add_column(book: Book, sheet: str, header: str, *values: Any) -> Book:
    for row, value in zip(book[sheet], (header, *values), strict=True):
        row.append(value)
    return book


def test_further_columns_of_numbers_are_kept_by_their_headers_and_columns_for_people_are_not_read(where: Path) -> None:
    book = add_column(good(), "units", "IMD score (2025)", "17.850", "-3", "")
    add_column(book, "units", "备注", "好", "", "=1")
    add_column(book, "units", "序号", "1", "2", "3")
    add_column(book, "projects", "工日", "120", "")
    register = read_register(folder(where, book))
    assert register.units["V1"].indicators == {"IMD score (2025)": Decimal("17.85")}
    assert register.units["V2"].indicators == {"IMD score (2025)": Decimal(-3)}
    assert register.units["C1"].indicators == {}
    assert register.projects["P1"].quantities == {"工日": Decimal(120)}


def test_one_text_among_the_numbers_of_a_further_column_is_a_fault_of_its_cell(where: Path) -> None:
    fault = only(where, add_column(good(), "units", "耕地面积", "12.5", "3", "多"))
    assert (fault.code, fault.row, fault.letter, fault.value) == ("not-a-number", 4, "K", '"多"')


@pytest.mark.parametrize(
    "sheet,header,values,code",
    [
        ("units", "村支书", ("张", "李", "王"), "header-unknown"),
        ("units", "populaton", ("1", "2", "3"), "header-misspelt"),
        ("projects", "已支出元元", ("1", "2"), "header-unknown"),
        ("projects", "spent_yaun", ("1", "2"), "column-twice"),
        ("funds", "额度", ("1", "2", "3"), "header-unknown"),
        ("units", "poor", ("1", "2", "3"), "column-twice"),
        ("units", "集体经济收入", ("1", "2", "3"), "header-unit"),
        ("units", "", ("", "", "x"), "no-header"),
        ("units", "income", ("", "", ""), "column-twice"),
        ("units", "need score", ("1", "2", "3"), None),
        ("units", "has people", ("1", "0", "1"), "figure-name-taken"),
        ("units", "=1+1", ("1", "0", "1"), "formula-text"),
    ],
)
def test_a_column_we_do_not_know_is_named_or_kept_but_never_dropped(
    where: Path, sheet: str, header: str, values: tuple[str, ...], code: str | None
) -> None:
    book = add_column(good(), sheet, header, *values)
    if code is None:
        assert len(read_register(folder(where, book)).units["V1"].indicators) == 1
    elif header == "spent_yaun":
        assert read_register(folder(where, book)).projects["P1"].quantities == {"spent_yaun": Decimal(1)}
    elif header == "已支出元元":
        assert read_register(folder(where, book)).projects["P1"].quantities == {"已支出元元": Decimal(1)}
    else:
        fault = only(where, book)
        assert fault.code == code
        assert fault.letter is not None


def drop(book: Book, sheet: str, header: str) -> Book:
    index = book[sheet][0].index(header)
    for row in book[sheet]:
        del row[index]
    return book


def test_a_missing_column_is_one_fault_and_not_one_for_every_row(where: Path) -> None:
    fault = only(where, drop(good(), "units", "households"))
    assert (fault.code, fault.row, fault.column) == ("missing-column", None, "households")


def test_a_misspelt_column_is_told_with_the_one_that_was_meant(where: Path) -> None:
    book = good()
    book["units"][0][4] = "housholds"
    fault = only(where, book)
    assert (fault.code, fault.row, fault.column) == ("header-misspelt", 1, "housholds")
    assert "“households”" in fault.cure.en


def test_headers_below_a_title_are_one_fault(where: Path) -> None:
    book = good()
    book["projects"].insert(0, ["项目库（2026年）"])
    fault = only(where, book)
    assert (fault.code, fault.row) == ("headers-lower", None)
    assert "row 2" in fault.problem.en


def test_a_missing_sheet_is_one_fault_and_nothing_that_refers_to_it_is_another(where: Path) -> None:
    book = good()
    del book["townships"]
    fault = only(where, book)
    assert (fault.code, fault.sheet) == ("missing-sheet", "townships")


@pytest.mark.parametrize("name", ["projets", "project list", "项目库表", "Tabelle1"])
def test_a_sheet_by_nearly_the_right_name_is_told_and_not_passed_over(where: Path, name: str) -> None:
    book = good()
    book[name] = book.pop("projects")
    with pytest.raises(RegisterFaults) as caught:
        read_register(workbook(where.with_suffix(".xlsx"), book))
    assert [(fault.code, fault.sheet) for fault in caught.value.faults] == [("sheet-misspelt", name)]


def test_a_register_without_projects_is_a_register(where: Path) -> None:
    book = good()
    del book["projects"]
    assert read_register(folder(where, book)).projects == {}


@pytest.mark.parametrize(
    "sheet,row,header,value,code",
    [
        ("units", 3, "code", "V1", "code-twice"),
        ("townships", 3, "code", "T1", "code-twice"),
        ("units", 2, "township", "", "missing-value"),
        ("units", 2, "township", "T9", "unknown-reference"),
        ("units", 2, "township", "nowhere", "unknown-reference"),
        ("units", 2, "households", "", "missing-value"),
        ("units", 2, "households", "-1", "out-of-range"),
        ("units", 2, "stars", "6", "out-of-range"),
        ("units", 2, "poor", "perhaps", "not-yes-no"),
        ("units", 2, "人均收入（万元）", "-1", "money-negative"),
        ("units", 2, "人均收入（万元）", "0.0000001", "money-fraction"),
        ("units", 2, "name_zh", "=HYPERLINK(1)", "formula-text"),
        ("units", 2, "name_zh", "柳\u202e树", "hidden-character"),
        ("units", 2, "name_zh", "村" * 300, "too-long"),
        ("units", 2, "name_zh", "", "missing-name"),
        ("projects", 2, "单位", "V9", "unknown-reference"),
        ("projects", 2, "前置项目", "P2", "circle"),
        ("projects", 2, "前置项目", "P1", "circle"),
        ("projects", 2, "前置项目", "P77", "unknown-reference"),
        ("projects", 2, "造价（元）", "1.005", "money-fraction"),
        ("projects", 2, "造价（元）", "=1+1", "formula-text"),
        ("projects", 2, "已支出（元）", "186000.01", "spent-above-cost"),
        ("projects", 2, "用途", "维护", "no-payer"),
        ("projects", 2, "完成期限", "2026-02-30", "no-such-day"),
        ("funds", 3, "amount_yuan", "2000000.01", "tranches-above-fund"),
        ("funds", 3, "fund", "other", "unknown-reference"),
        ("funds", 3, "fund", "beautifull", "misspelt-reference"),
        ("funds", 3, "fund", "", "missing-value"),
        ("funds", 3, "department", "县委", "not-for-entry"),
        ("funds", 2, "due_on", "2026-01-01", "not-for-entry"),
        ("funds", 4, "arrived_yuan", "50000.01", "arrived-above-pledge"),
        ("funds", 4, "code", "B1", "code-twice"),
        ("funds", 4, "pledge_kind", "爱心", "not-a-choice"),
        ("funds", 2, "entry", "grant", "not-a-choice"),
        ("funds", 2, "eligibility", "poor and", "condition-unreadable"),
        ("funds", 2, "eligibility", "pooor", "condition-unreadable"),
        ("funds", 2, "eligibility", "kind == 'community'", "no-eligible-payer"),
        ("funds", 2, "budget_year", "26", "out-of-range"),
    ],
)
def test_each_fault_of_a_cell_is_found_at_its_place(
    where: Path, sheet: str, row: int, header: str, value: str, code: str
) -> None:
    found = faults(where, put(good(), sheet, row, header, value))
    fault = next(one for one in found if one.code == code)
    if code in {"circle", "no-eligible-payer", "tranches-above-fund"}:  # told where they can be cured best
        assert fault.sheet in {"projects.csv", "funds.csv"}
    else:
        assert (fault.sheet, fault.row, fault.column) == (f"{sheet}.csv", row, header)


def test_a_duplicate_names_both_rows_and_a_circle_names_its_projects(where: Path) -> None:
    twice = faults(where / "a", put(good(), "projects", 3, "代码", "P1"))[0]
    assert twice.sentence("en") == (
        'projects.csv, row 3, column A “代码”: the code "P1" is used in row 2 already. '
        "Give one of the two rows another code, or delete the repeated one."
    )
    assert twice.sentence("zh") == (
        '“projects.csv”，第3行，A列“代码”：代码"P1"在第2行已经用过。请给其中一行另编代码，或删去重复的行。'
    )
    circle = only(where / "b", put(good(), "projects", 2, "前置项目", "P2"))
    assert circle.problem.en == "the prerequisites go round in a circle: P1 → P2 → P1"
    assert only(where / "c", put(good(), "projects", 2, "前置项目", "P1")).problem.en.endswith(": P1 → P1")


def test_a_project_nobody_may_fund_names_its_purposes_and_those_of_the_funds(where: Path) -> None:
    fault = only(where, put(good(), "projects", 3, "用途", "运行；维护"))
    assert fault.problem.en == (
        "no fund may pay for this project: its purposes are maintenance, operation, "
        "those of the funds beautiful (construction, public-service-construction)"
    )


@pytest.mark.parametrize("stage", ["accepted", "退出"])
def test_a_project_that_needs_no_money_any_more_needs_no_fund(where: Path, stage: str) -> None:
    book = add_column(put(good(), "projects", 3, "用途", "维护"), "projects", "stage", "", stage)
    assert read_register(folder(where, book)).projects["P2"].stage in {"accepted", "withdrawn"}


def test_adjacency_and_duties_are_read_and_checked(where: Path) -> None:
    book = good()
    book["adjacency"] = [["unit_a", "unit_b"], ["V2", "V1"], ["V1", "V2"], ["C1", "V1"]]
    book["duties"] = [
        ["code", "name", "unit", "fund", "amount_yuan"],
        ["D1", "流动人口服务", "C1", "beautiful", "5000"],
    ]
    register = read_register(folder(where, book))
    assert register.adjacency == (("C1", "V1"), ("V1", "V2"))
    assert register.duties["D1"].amount_fen == 500_000
    book["adjacency"][1] = ["V1", "V1"]
    book["adjacency"][2] = ["V1", "nobody"]
    book["duties"][1][3] = "nothing"
    assert [fault.code for fault in faults(where, book)] == ["own-neighbour", "unknown-reference", "unknown-reference"]


def test_the_county_sheet_names_the_county_and_another_county_is_refused(where: Path) -> None:
    book = good()
    book["county"] = [["code", "name_zh", "name_en", "note"], ["cheng", "澄县", "Cheng County", "演示数据"]]
    register = read_register(folder(where, book), county="cheng")
    assert (register.county, register.name_zh, register.note) == ("cheng", "澄县", "演示数据")
    assert only(where, book, county="other").code == "other-county"
    book["county"].append(["cheng2", "x", "", ""])
    assert only(where, book).code == "one-row"


def test_merged_cells_are_told_because_only_one_of_them_holds_the_value(where: Path) -> None:
    import openpyxl

    path = workbook(where.with_suffix(".xlsx"), put(good(), "units", 3, "township", ""))
    book = openpyxl.load_workbook(path)
    book["units"].merge_cells("D2:D3")
    book.save(path)
    with pytest.raises(RegisterFaults) as caught:
        read_register(path)
    assert [(fault.code, fault.row) for fault in caught.value.faults] == [("merged", 2), ("missing-value", 3)]


def test_a_formula_cell_is_told_whatever_value_it_carries(where: Path) -> None:
    import openpyxl

    path = workbook(where.with_suffix(".xlsx"), good())
    book = openpyxl.load_workbook(path)
    book["projects"]["H2"] = "=2*93000"
    book["projects"]["N1"] = "crew"
    book["projects"]["N2"] = "=1+1"
    book["projects"]["N3"] = 4
    book.save(path)
    with pytest.raises(RegisterFaults) as caught:
        read_register(path)
    assert [(fault.code, fault.row, fault.letter) for fault in caught.value.faults] == [
        ("formula", 2, "H"),
        ("formula", 2, "N"),
    ]
    assert "paste it as a value" in caught.value.faults[0].cure.en


def test_a_partial_file_is_read_on_top_of_a_register(where: Path) -> None:
    base = read_register(folder(where, good()))
    closed = msgspec.structs.replace(base.funds["beautiful"], taken_back_fen=100, pooled=False)
    base = msgspec.structs.replace(base, funds={"beautiful": closed})
    funds = good()["funds"]
    second = [
        *funds,
        ["fund", "roads", "", "道路", "县交通局", "1号", "2026", "建设", "100", "", "", "", "", "", "poor"],
    ]
    merged = read_register(folder(where / "more", {"funds": second}), base=base)
    assert list(merged.funds) == ["beautiful", "roads"]
    assert (merged.funds["beautiful"].taken_back_fen, merged.funds["beautiful"].pooled) == (100, False)
    assert merged.units == base.units
    assert merged.county == base.county
    units = [good()["units"][0], ["V9", "新村", "村", "T1", "10", "", "", "", "", ""], ["V8", "新村", "村", "T7", "10"]]
    with pytest.raises(RegisterFaults) as caught:
        read_register(folder(where / "units", {"units": units}), base=base)
    assert [fault.code for fault in caught.value.faults] == ["unknown-reference"]


def test_no_more_faults_are_kept_than_anybody_reads_but_all_are_counted(where: Path) -> None:
    book = good()
    book["units"] += [[f"X{n}", "村", "村", "nowhere", "1", "?", "", "", "", ""] for n in range(6_000)]
    with pytest.raises(RegisterFaults) as caught:
        read_register(folder(where, book))
    assert (len(caught.value.faults), caught.value.count) == (10_000, 12_000)
    assert caught.value.sentence("en").splitlines()[-1] == "… and 2000 more that are not listed."


def test_faults_do_not_show_what_could_move_the_cursor_of_a_terminal(where: Path) -> None:
    fault = faults(where, put(good(), "units", 2, "township", "T1\u202e\u009b2J"))[0]
    assert "\u202e" not in fault.sentence("en")
    assert "\u009b" not in fault.sentence("zh")


def test_reading_never_touches_the_file(where: Path) -> None:
    path = workbook(where.with_suffix(".xlsx"), good())
    before = path.read_bytes()
    read_register(path)
    assert path.read_bytes() == before
    with pytest.raises(IntakeFault):
        read_register(path.with_suffix(".other"))
