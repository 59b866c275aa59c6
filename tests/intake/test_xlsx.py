"""Workbooks by other programs: every value is read as another reader reads it, and formulas and errors are seen."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from intake.limits import Limits
from intake.tables import BrokenValue, Cell, Table
from intake.workbook import read_tables
from intake.xlsx_parts import is_date_format

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
VALUES = st.one_of(
    st.none(),
    TEXTS,
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2200, 1, 1)),
)
GRIDS = st.lists(st.lists(VALUES, max_size=6), min_size=1, max_size=6)


def by_calamine(content: bytes) -> list[list[Any]]:
    """The same sheet by an independent reader; empty cells as None, trailing ones left out."""
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("units").to_python(skip_empty_area=False)
    )
    return trimmed([[None if cell == "" else cell for cell in row] for row in rows])


def trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def ours(content: bytes, where: Path) -> Table:
    path = where / "book.xlsx"
    path.write_bytes(content)
    return read_tables(path, Limits()).by_sheet["units"]


def written_by_xlsxwriter(grid: list[list[Any]], *, from_1904: bool = False) -> bytes:
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "date_1904": from_1904}
    book = xlsxwriter.Workbook(content, options)
    sheet = book.add_worksheet("units")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, cells in enumerate(grid):
        for column, value in enumerate(cells):
            if isinstance(value, date):
                sheet.write_datetime(row, column, value, day)
            elif value is not None:
                sheet.write(row, column, value)
    book.close()
    return content.getvalue()


def written_by_openpyxl(grid: list[list[Any]]) -> bytes:
    content = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "units"
    for row, cells in enumerate(grid, start=1):
        for column, value in enumerate(cells, start=1):
            cell = sheet.cell(row, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(content)
    return content.getvalue()


@given(GRIDS)
def test_workbooks_of_two_programs_are_read_as_an_independent_reader_reads_them(
    tmp_path_factory: pytest.TempPathFactory, grid: list[list[Any]]
) -> None:
    where = tmp_path_factory.mktemp("grid")
    for content in (written_by_xlsxwriter(grid), written_by_openpyxl(grid)):
        assert [list(row) for row in ours(content, where).rows] == by_calamine(content)


@given(st.lists(st.dates(date(1905, 1, 1), date(2200, 1, 1)), min_size=1, max_size=4))
def test_dates_of_workbooks_that_count_from_1904_are_the_same_days(
    tmp_path_factory: pytest.TempPathFactory, days: list[date]
) -> None:
    table = ours(written_by_xlsxwriter([days], from_1904=True), tmp_path_factory.mktemp("days"))
    assert table.counts_from_1904
    assert list(table.rows[0]) == days


def sheet_of(where: Path, **cells: Any) -> Table:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "units"
    for place, value in cells.items():
        sheet[place] = value
    path = where / "book.xlsx"
    book.save(path)
    return read_tables(path, Limits()).by_sheet["units"]


def test_a_formula_is_seen_whether_or_not_it_carries_a_value(tmp_path: Path) -> None:
    assert sheet_of(tmp_path, A1="code", B3="=1+2").formulas == {(2, 1)}
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("units")
    sheet.write_formula("B2", "=1+2", None, 3)
    book.close()
    table = ours(content.getvalue(), tmp_path)
    assert table.formulas == {(1, 1)}
    assert list(table.rows[1]) == [None, 3]


def test_failed_calculations_times_and_merged_cells_are_seen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "units"
    sheet["A1"] = "#REF!"
    sheet["A1"].data_type = "e"
    sheet["B1"] = datetime(2026, 11, 30, 9, 30)  # noqa: DTZ001  # cells have no zone
    sheet["C1"] = "merged"
    sheet.merge_cells("C1:D3")
    path = tmp_path / "book.xlsx"
    book.save(path)
    table = read_tables(path, Limits()).by_sheet["units"]
    cells: list[Cell] = [BrokenValue("#REF!"), datetime(2026, 11, 30, 9, 30), "merged"]  # noqa: DTZ001
    assert list(table.rows[0]) == cells
    assert isinstance(table.rows[0][0], BrokenValue)
    assert table.merged == ((0, 2, 2, 3),)


def test_rich_text_is_joined_and_readings_above_characters_are_left_out(tmp_path: Path) -> None:
    import zipfile

    plain = written_by_openpyxl([["柳树村"]])
    source = zipfile.ZipFile(io.BytesIO(plain))
    runs = '<r><t>柳树</t></r><r><t xml:space="preserve"> 村</t></r><rPh sb="0" eb="1"><t>liu</t></rPh>'
    rich = f"<x:sheetData><x:row r='1'><c r='A1' t='inlineStr'><is>{runs}</is></c></x:row></x:sheetData>"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                data = f"<x:worksheet xmlns:x='m'>{rich}</x:worksheet>".encode()
            target.writestr(name, data)
    assert list(ours(content.getvalue(), tmp_path).rows[0]) == ["柳树 村"]


@pytest.mark.parametrize(
    "code,is_date",
    [
        ("General", False),
        ("0.00", False),
        ("#,##0.00", False),
        ("@", False),
        ('0"days"', False),
        ("[Red]0.00", False),
        ("0.00_);[Red]\\(0.00\\)", False),
        ("yyyy-mm-dd", True),
        ('yyyy"年"m"月"d"日"', True),
        ("[h]:mm", True),
        ("[$-804]yyyy/m/d", True),
        ('0"元"', False),
        ("0.0E+00", False),
        ("_ * #,##0_ ", False),
        ("#\\ m", True),
        ("0\\d", False),
    ],
)
def test_formats_that_show_days_are_told_from_those_that_show_numbers(code: str, is_date: bool) -> None:
    assert is_date_format(code) is is_date
