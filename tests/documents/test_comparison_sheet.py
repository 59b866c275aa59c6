"""The workbook of a comparison: every figure the comparison’s, every change a formula, no text ever one."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from documents.compared import Compared
from documents.comparison_sheet import write_comparison
from domain.money import FEN_PER_YUAN
from domain.register import Register
from tests.documents.comparing import compared

UNITS, GROUPS, FLOWS = "单位", "类别", "流向"


@pytest.fixture(scope="module")
def paper() -> Compared:
    return compared()


@pytest.fixture(scope="module")
def written(paper: Compared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sheet") / "comparison.xlsx"
    write_comparison(path, paper)
    return path


def sheet(path: Path, name: str, *, values: bool = True) -> Worksheet:
    found = load_workbook(path, data_only=values)[name]
    assert isinstance(found, Worksheet)
    return found


def test_every_unit_stands_with_before_after_and_change(paper: Compared, written: Path) -> None:
    rows = {row[0]: row for row in sheet(written, UNITS).values}
    for one in paper.comparison.units:
        cells = [round(float(str(cell)) * FEN_PER_YUAN) for cell in rows[one.code][4:7]]
        assert cells == [one.before_fen, one.after_fen, one.more_fen]


def test_changes_and_totals_are_formulas_that_say_what_their_cells_say(paper: Compared, written: Path) -> None:
    formulas, values = (sheet(written, UNITS, values=shown) for shown in (False, True))
    last = formulas.max_row
    first = next(row for row in range(1, last) if formulas.cell(row, 1).value == paper.comparison.units[0].code)
    assert formulas.cell(first, 7).value == f"=F{first}-E{first}"
    assert formulas.cell(last, 5).value == f"=SUM(E{first}:E{last - 1})"
    whole = sum(one.before_fen for one in paper.comparison.units)
    assert round(float(str(values.cell(last, 5).value)) * FEN_PER_YUAN) == whole


def test_the_flows_add_up_to_what_they_are(paper: Compared, written: Path) -> None:
    found = sheet(written, FLOWS)
    amounts = [round(float(str(row[3])) * FEN_PER_YUAN) for row in found.values if isinstance(row[3], (int, float))]
    assert sorted(amounts[:-1]) == sorted(flow.amount_fen for flow in paper.comparison.flows)
    assert amounts[-1] == sum(amounts[:-1])


def test_a_workbook_of_a_what_if_says_so_and_holds_question_reason_and_gate(written: Path) -> None:
    said = [str(cell) for row in sheet(written, "问题与回答").values for cell in row if cell is not None]
    for words in ("钱少了，谁会少？", "What-if: this is not the record", "a note of June", "at most 3"):
        assert any(words in cell for cell in said)


def test_the_same_comparison_gives_the_same_bytes(paper: Compared, written: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    write_comparison(again, paper)
    assert again.read_bytes() == written.read_bytes()


def test_no_hostile_name_becomes_a_formula(hostile_county: Register, tmp_path: Path) -> None:
    path = tmp_path / "hostile.xlsx"
    write_comparison(path, compared(hostile_county, why="=1+1"))
    for one in load_workbook(path).worksheets:
        for row in one.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert str(cell.value).startswith(("=SUM(", "=E", "=F"))
                    assert str(cell.value) != "=1+1"
