"""Cells: the values accepted in Chinese and English, and the ones refused."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import MAX_FEN
from intake.cells import read_cell, trimmed
from intake.columns import Column
from intake.faults import CellProblem
from intake.headers import Heading
from intake.sheets import BY_KEY
from intake.tables import BrokenValue, Cell


def column(name: str) -> Column:
    sheet, key = name.split(".")
    return BY_KEY[sheet].by_key[key]


def read(name: str, cell: Cell, yuan_zeros: int = 0) -> Any:
    return read_cell(cell, Heading(column(name), yuan_zeros))


def problem(name: str, cell: Cell, yuan_zeros: int = 0) -> str:
    with pytest.raises(CellProblem) as caught:
        read(name, cell, yuan_zeros)
    return caught.value.code


@pytest.mark.parametrize("cell", ["yes", "Yes", " Y ", "是", "有", "√", "✓", "true", "TRUE", "1", "１", 1, 1.0, True])
def test_yes_is_read_however_it_is_written(cell: Cell) -> None:
    assert read("units.poor", cell) is True


@pytest.mark.parametrize("cell", ["no", "NO", "否", "无", "×", "false", "0", 0, 0.0, False])
def test_no_is_read_however_it_is_written(cell: Cell) -> None:
    assert read("units.poor", cell) is False


@pytest.mark.parametrize("cell", ["maybe", "2", 2, 0.5, date(2026, 1, 1), "是否"])
def test_what_is_neither_yes_nor_no_is_refused(cell: Cell) -> None:
    assert problem("units.poor", cell) == "not-yes-no"


@pytest.mark.parametrize(
    "name,cell,word",
    [
        ("townships.kind", "镇", "town"),
        ("townships.kind", "街道办事处", "subdistrict"),
        ("townships.kind", "msoa", "msoa"),
        ("units.kind", "行政村", "village"),
        ("units.kind", "社区", "community"),
        ("units.kind", "Village", "village"),
        ("units.kind", "State Firm", "state-firm"),
        ("units.kind", "寺院", "寺院"),
        ("funds.pledge_kind", "实物", "in_kind"),
        ("projects.stage", "入库", "admitted"),
        ("units.code", " Ｖ００１ ", "V001"),
        ("units.code", 101, "101"),
        ("units.code", 101.0, "101"),
        ("units.code", "007", "007"),
    ],
)
def test_words_and_codes_become_canonical(name: str, cell: Cell, word: str) -> None:
    assert read(name, cell) == word


@pytest.mark.parametrize("separator", [";", "；", "、", ",", "，", " ; ", "\n"])
def test_lists_are_read_with_any_usual_separator_in_order_and_once(separator: str) -> None:
    assert read("units.haves", separator.join(["台账", "人", "钱", "人", ""])) == ("money", "people", "records")


def test_purposes_are_read_in_both_languages() -> None:
    assert read("funds.purposes", "运行；维护;service、公共服务建设") == (
        "maintenance",
        "operation",
        "public-service-construction",
        "service",
    )


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-30",
        "2026/11/30",
        "2026.11.30",
        "2026年11月30日",
        "2026 年 11 月 30 日",
        "２０２６－１１－３０",
        "20261130",
        "2026-11-30 00:00:00",
        46356,
        46356.0,
        "46356",
        date(2026, 11, 30),
        datetime(2026, 11, 30),  # noqa: DTZ001
    ],
)
def test_days_are_read_as_dates_numbers_and_chinese_text(cell: Cell) -> None:
    assert read("projects.due_on", cell) == date(2026, 11, 30)


def test_bare_day_numbers_of_workbooks_from_1904_count_from_there() -> None:
    heading = Heading(column("projects.due_on"))
    assert read_cell(46356 - 1462, heading, counts_from_1904=True) == date(2026, 11, 30)


@pytest.mark.parametrize(
    "cell,code",
    [
        ("2026-02-30", "no-such-day"),
        ("2026年11月", "not-a-day"),
        ("2026-11/30", "not-a-day"),
        ("年底", "not-a-day"),
        ("1900-01-01", "day-out-of-range"),
        (3, "day-out-of-range"),
        (10**12, "not-a-day"),
        (46356.5, "not-a-day"),
        (float("nan"), "not-a-day"),
        (True, "not-a-day"),
        (datetime(2026, 11, 30, 9, 30), "day-with-time"),  # noqa: DTZ001
    ],
)
def test_what_is_no_day_is_refused(cell: Cell, code: str) -> None:
    assert problem("projects.due_on", cell) == code


@pytest.mark.parametrize(
    "cell,yuan_zeros,fen",
    [
        ("1,234.56", 0, 123_456),
        (1234.56, 0, 123_456),
        (12, 0, 1_200),
        ("12.5万元", 0, 12_500_000),
        ("12.5万元", 4, 12_500_000),
        ("125000元", 4, 12_500_000),
        ("12.345678", 4, 12_345_678),
        (12.345678, 4, 12_345_678),
        (0.1, 4, 100_000),
        (3, 4, 3_000_000),
        ("1.5", 8, 15_000_000_000),
        (1.23, 8, 12_300_000_000),
    ],
)
def test_amounts_are_exact_in_the_unit_of_their_header(cell: Cell, yuan_zeros: int, fen: int) -> None:
    assert read("projects.cost_yuan", cell, yuan_zeros) == fen


@pytest.mark.parametrize(
    "cell,yuan_zeros,code",
    [
        ("-5", 0, "money-negative"),
        (-5, 4, "money-negative"),
        (-0.5, 4, "money-negative"),
        ("1.005", 0, "money-fraction"),
        (0.1 + 0.2, 0, "money-fraction"),
        (0.1 + 0.2, 4, "money-fraction"),
        (0.0000001, 4, "money-fraction"),
        ("0.0000001", 4, "money-fraction"),
        ("9" * 20, 0, "money-too-large"),
        (1e300, 4, "money-too-large"),
        (5e9, 4, "money-too-large"),
        (10**15, 4, "money-too-large"),
        ("1e5", 0, "money-exponent"),
        ("=1+1", 0, "formula-text"),
        ("many", 0, "money-unreadable"),
        (True, 0, "money-kind"),
        (date(2026, 1, 1), 0, "money-kind"),
        (float("inf"), 4, "money-kind"),
    ],
)
def test_amounts_that_are_not_exactly_fen_are_refused(cell: Cell, yuan_zeros: int, code: str) -> None:
    assert problem("projects.cost_yuan", cell, yuan_zeros) == code


@given(st.integers(0, 2**50), st.sampled_from([0, 4, 8]))
def test_the_number_cell_nearest_to_any_amount_reads_as_that_amount_in_every_unit(fen: int, yuan_zeros: int) -> None:
    assert read("projects.cost_yuan", fen / (100 * 10**yuan_zeros), yuan_zeros) == fen


@given(st.integers(0, MAX_FEN))
def test_amounts_in_wan_as_text_are_exact_up_to_the_largest(fen: int) -> None:
    text = f"{fen // 10**6}.{fen % 10**6:06d}"
    assert read("projects.cost_yuan", text, 4) == fen


@pytest.mark.parametrize(
    "text", ["=1+1", " =A1", "＝A1", "@SUM(A1)", "＠x", "+cmd|' /C calc'!A0", "-2+3", "-", "- 新建"]
)
def test_text_that_a_spreadsheet_would_run_is_refused(text: str) -> None:
    assert problem("projects.target", text) == "formula-text"


def test_a_plain_negative_number_is_no_formula() -> None:
    assert read("projects.target", "-5") == "-5"
    assert read("units.longitude", "-1.25") == -1_250_000


@pytest.mark.parametrize(
    "text", ["柳\u202e树", "柳\u200b树", "柳\u0000树", "柳\u2028树", "\ufeff柳", "柳\ud800", "柳\u00ad"]
)
def test_hidden_and_direction_changing_characters_are_refused(text: str) -> None:
    assert problem("units.name_zh", text) == "hidden-character"


def test_a_line_break_is_refused_in_a_name_and_a_space_in_a_longer_text() -> None:
    assert problem("units.name_zh", "柳树\n村") == "hidden-character"
    assert read("projects.target", "全年开放\r\n不收费") == "全年开放 不收费"


def test_overlong_texts_and_codes_are_refused() -> None:
    assert problem("units.name_zh", "村" * 121) == "too-long"
    assert problem("projects.target", "x" * 2001) == "too-long"
    assert problem("units.code", "x" * 65) == "code-too-long"


@pytest.mark.parametrize("cell", ["V 001", "V/001", "V#1", "“V1”", "V1;V2"])
def test_what_cannot_be_a_code_is_refused(cell: Cell) -> None:
    assert problem("units.code", cell) == "not-a-code"


@pytest.mark.parametrize("cell,stars", [(3, 3), ("3", 3), ("三星", 3), ("★★★", 3), ("5星级", 5)])
def test_stars_are_read_as_numbers_words_and_stars(cell: Cell, stars: int) -> None:
    assert read("units.stars", cell) == stars


@pytest.mark.parametrize(
    "cell,code", [(0, "out-of-range"), (6, "out-of-range"), (2.5, "not-whole"), ("many", "not-a-number")]
)
def test_stars_outside_one_to_five_are_refused(cell: Cell, code: str) -> None:
    assert problem("units.stars", cell) == code


@pytest.mark.parametrize(
    "name,cell,value",
    [
        ("units.households", "1,234", 1234),
        ("units.households", 358.0, 358),
        ("units.households", 0, 0),
        ("units.longitude", 113.1234567, 113_123_457),
        ("units.latitude", "28.1", 28_100_000),
        ("units.last_result", 86.50, Decimal("86.5")),
        ("funds.budget_year", "2026年", 2026),
        ("funds.budget_year", "2026年度", 2026),
    ],
)
def test_numbers_are_read_exactly(name: str, cell: Cell, value: object) -> None:
    assert read(name, cell) == value


@pytest.mark.parametrize(
    "name,cell,code",
    [
        ("units.households", -1, "out-of-range"),
        ("units.households", 1.5, "not-whole"),
        ("units.households", "358户", "not-a-number"),
        ("units.households", date(1900, 12, 23), "not-a-number"),
        ("units.households", 10**11, "out-of-range"),
        ("units.longitude", 180.1, "out-of-range"),
        ("units.latitude", -91, "out-of-range"),
        ("units.last_result", 1e200, "number-too-large"),
        ("units.last_result", 1e-200, "number-too-fine"),
        ("units.last_result", "35%", "not-a-number"),
        ("funds.budget_year", 26, "out-of-range"),
        ("projects.stage", "done", "not-a-choice"),
        ("units.name_zh", date(2026, 1, 1), "not-text"),
        ("units.name_zh", True, "not-text"),
        ("units.households", BrokenValue("#REF!"), "broken-value"),
    ],
)
def test_what_a_column_cannot_hold_is_refused(name: str, cell: Cell, code: str) -> None:
    assert problem(name, cell) == code


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=12))
def test_equal_figures_have_equal_bytes(number: Decimal) -> None:
    short = trimmed(number)
    assert short == number
    assert str(short) == str(trimmed(Decimal(f"{number:f}000")))
