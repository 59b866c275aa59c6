"""The template: empty, explained in both languages, and read back when a planner fills it in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from intake.faults import RegisterFaults
from intake.register_file import read_register
from intake.sheets import SHEETS
from intake.template import GUIDE, write_template

FILLED: dict[str, list[dict[str, Any]]] = {
    "county": [{"code": "cheng", "name_zh": "澄县", "note": "演示"}],
    "townships": [{"code": "T01", "name_zh": "桥头镇", "kind": "镇"}],
    "units": [
        {
            "code": "V001",
            "name_zh": "柳树村",
            "kind": "村",
            "township": "T01",
            "households": 358,
            "poor": "是",
            "stars": 3,
            "haves": "人；地",
            "income_per_head_yuan": 15600.5,
            "longitude": 113.123456,
            "latitude": 28.5,
        },
        {"code": "V002", "name_en": "Stone Bridge", "kind": "village", "township": "T01", "households": "1,204"},
    ],
    "projects": [
        {
            "code": "P0001",
            "unit": "V001",
            "name_zh": "新建文化活动室",
            "category": "culture",
            "builder": "柳树村村委会",
            "responsible_post": "村党支部书记",
            "purposes": "建设",
            "cost_yuan": 186000,
            "benefit": 72,
            "target": "全年开放",
            "due_on": "2026-11-30",
            "stage": "入库",
        },
    ],
    "funds": [
        {
            "entry": "资金",
            "code": "beautiful",
            "name_zh": "美丽工程",
            "department": "县委组织部",
            "document_no": "1号",
            "budget_year": 2026,
            "purposes": "建设",
            "amount_yuan": 2000000,
        },
        {"entry": "分期", "code": "B1", "fund": "beautiful", "amount_yuan": 1200000.01, "due_on": "2026-03-31"},
    ],
    "adjacency": [{"unit_a": "V001", "unit_b": "V002"}],
    "duties": [{"code": "D1", "name": "流动人口服务", "unit": "V001", "fund": "beautiful", "amount_yuan": 5000}],
}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.xlsx"
    write_template(path)
    return path


def test_a_template_that_a_planner_fills_in_reads_back(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    for name, rows in FILLED.items():
        sheet = book[name]
        columns = {str(cell.value).split(" ")[0]: cell.column for cell in sheet[1]}
        for number, row in enumerate(rows, start=2):
            for key, value in row.items():
                sheet.cell(number, columns[key]).value = value
    book.save(template)
    register = read_register(template)
    assert (register.county, register.note) == ("cheng", "演示")
    assert register.units["V001"].income_fen == 1_560_050
    assert register.units["V001"].haves == ("people", "place")
    assert register.units["V002"].name_zh == "Stone Bridge"
    assert register.projects["P0001"].cost_fen == 18_600_000
    assert register.funds["beautiful"].tranches[0].amount_fen == 120_000_001
    assert register.adjacency == (("V001", "V002"),)
    assert register.duties["D1"].amount_fen == 500_000


def test_an_empty_template_has_headers_that_read_and_no_rows(template: Path) -> None:
    with pytest.raises(RegisterFaults) as caught:
        read_register(template)
    assert [fault.code for fault in caught.value.faults] == ["no-rows"]


def test_every_column_is_explained_in_both_languages_and_every_sheet_is_in_the_guide(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    assert book.sheetnames == [GUIDE, *(sheet.key for sheet in SHEETS)]
    guide = {str(row[1].value) for row in book[GUIDE].iter_rows() if row[1].value}
    for sheet in SHEETS:
        page = book[sheet.key]
        assert page.freeze_panes == "B2"
        for cell, column in zip(page[1], sheet.columns, strict=True):
            assert str(cell.value) in guide
            assert column.note_zh in cell.comment.text
            assert column.note_en in cell.comment.text
            assert column.example in cell.comment.text


def test_the_template_offers_yes_and_no_and_checks_stars(template: Path) -> None:
    page = openpyxl.load_workbook(template)["units"]
    columns = {str(cell.value).split(" ")[0]: cell.column_letter for cell in page[1]}
    found = {str(rule.sqref).split(":")[0]: rule for rule in page.data_validations.dataValidation}
    assert found[f"{columns['poor']}2"].formula1 == '"是,否,yes,no"'
    stars = found[f"{columns['stars']}2"]
    assert (stars.type, stars.formula1, stars.formula2) == ("whole", "1", "5")


def test_the_template_is_the_same_file_every_time(tmp_path: Path, template: Path) -> None:
    write_template(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == template.read_bytes()


def test_the_example_of_every_column_is_one_the_reader_accepts() -> None:
    from intake.cells import read_cell
    from intake.headers import Heading

    for sheet in SHEETS:
        for column in sheet.columns:
            for example in column.example.split(" / ") if column.example else ():
                read_cell(example, Heading(column, 0))
