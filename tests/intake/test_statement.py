"""A bank statement: columns in both languages, money out and in told apart, every fault at its cell, fuzzed."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from domain.auditing.reconciling import BankLine
from intake.faults import IntakeFault, RegisterFaults
from intake.limits import Limits
from intake.statement import STATEMENT, read_statement

SMALL = Limits(unpacked_bytes=5_000_000, cells=100_000)
HEADERS = [header for column in STATEMENT.columns for header in (column.key, *column.zh, f"{column.zh[0]}（元）")]
CELLS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(HEADERS),
    st.sampled_from(["", "借", "贷", "2026-04-20", "20260420", "2026-04-20 09:10:11", "甲公司", "V-1、V-2", "合计"]),
    st.sampled_from(["1", "-1", "1e9", "=1", "０", "1,000", "99999999999999999999", "nan", "∞"]),
)
ROWS = st.lists(st.lists(CELLS, max_size=9), max_size=7)


def csv(folder: Path, text: str, name: str = "statement.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def told(folder: Path, text: str) -> list[str]:
    with pytest.raises(RegisterFaults) as faults:
        read_statement(csv(folder, text))
    return [f"{one.row} {one.letter or '-'} {one.code}" for one in faults.value.faults]


def line(row: int, day: int, fen: int, *, out: bool = True, **texts: str) -> BankLine:
    return BankLine(row=row, on=date(2026, 4, day), amount_fen=fen, out=out, **texts)


def test_chinese_headers_with_money_out_and_in_are_read(tmp_path: Path) -> None:
    text = (
        "交易日期,支出（元）,收入（元）,对方户名,凭证号码,摘要,余额,账号\n"
        '2026-04-20,"1,250.50",,张木村委会,V-1,工程款,9,6222\n2026年4月21日,,300,李某,,退款,9,6222\n'
    )
    assert read_statement(csv(tmp_path, text)) == (
        line(2, 20, 1_250_50, payee="张木村委会", voucher="V-1", summary="工程款"),
        line(3, 21, 300_00, out=False, payee="李某", summary="退款"),
    )


def test_english_headers_and_a_time_of_day_are_read(tmp_path: Path) -> None:
    text = "Booking date,Debit (yuan),Credit (yuan),Counterparty,Reference\n2026-04-20 14:03:11,20,,Li,V-1\n"
    assert read_statement(csv(tmp_path, text)) == (line(2, 20, 20_00, payee="Li", voucher="V-1"),)


@pytest.mark.parametrize(
    "rows,out",
    [
        ("日期,金额（元）\n2026-04-20,100\n2026-04-20,50", [True, True]),
        ("日期,金额（元）\n2026-04-20,-100\n2026-04-20,50", [True, False]),
        ("交易日期,借方发生额,贷方发生额\n2026-04-20,100,\n2026-04-20,,50", [True, False]),
        ("日期,金额（元）,借贷标志\n2026-04-20,100,借\n2026-04-20,50,贷", [True, False]),
        ("date,amount (万元),direction\n2026-04-20,0.01,debit\n2026-04-20,0.02,credit", [True, False]),
    ],
)
def test_direction_is_a_column_or_a_sign_and_else_money_out(tmp_path: Path, rows: str, out: list[bool]) -> None:
    assert [one.out for one in read_statement(csv(tmp_path, rows))] == out


def test_a_workbook_is_read_from_the_sheet_that_has_the_headers(tmp_path: Path) -> None:
    path = tmp_path / "bank.xlsx"
    with Workbook(str(path)) as workbook:
        workbook.add_worksheet("说明").write(0, 0, "仅供对账")
        sheet = workbook.add_worksheet("Sheet2")
        for column, header in enumerate(["日期", "支出（元）", "对方户名"]):
            sheet.write(0, column, header)
        sheet.write_datetime(
            1,
            0,
            datetime(2026, 4, 20, 10, 30, tzinfo=UTC).replace(tzinfo=None),
            workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        )
        sheet.write_number(1, 1, 12.34)
        sheet.write_string(1, 2, "甲")
    assert read_statement(path) == (line(2, 20, 1234, payee="甲"),)


@pytest.mark.parametrize(
    "text,expected",
    [
        ("日期,对方户名\n2026-04-20,甲\n", ["None - statement-no-sum"]),
        ("金额（元）\n5\n", ["None - missing-column"]),
        ("日期,金额（元）,支出（元）\n2026-04-20,5,5\n", ["1 B statement-two-sums"]),
        ("日期,支出（元）,收入（元）\n2026-04-20,5,6\n", ["2 C statement-both-ways"]),
        ("日期,支出（元）,收入（元）\n2026-04-20,,\n", ["2 B missing-value"]),
        ("日期,支出（元）\n2026-02-30,5\n昨天,x\n", ["2 A no-such-day", "3 A not-a-day", "3 B money-unreadable"]),
        ("日期,支出（元）\n2026-04-20,-5\n", ["2 B money-negative"]),
        ("日期,支出（元）,摘要\n2026-04-20,5,=1+1\n", ["2 C formula-text"]),
        ("账单\n日期,支出（元）\n2026-04-20,5\n", ["None - headers-lower"]),
    ],
)
def test_every_fault_is_told_at_its_cell(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert told(tmp_path, text) == expected


def test_rows_of_nothing_are_left_out_and_a_statement_may_be_empty(tmp_path: Path) -> None:
    assert read_statement(csv(tmp_path, "日期,支出（元）,收入（元）\n2026-04-20,0,0\n,,\n")) == ()
    assert read_statement(csv(tmp_path, "日期,支出（元）\n")) == ()


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("statements")


def attempt(path: Path) -> None:
    """Read, and accept only what a reader may answer."""
    try:
        for one in read_statement(path, SMALL):
            assert one.amount_fen > 0
    except (IntakeFault, RegisterFaults) as fault:
        for lang in ("zh", "en"):
            sentence = fault.sentence(lang)
            assert sentence
            assert all(ch.isprintable() or ch in "\n\u3000" for ch in sentence)


@given(ROWS)
def test_nonsense_tables_are_read_or_told(there: Path, rows: list[list[str]]) -> None:
    attempt(csv(there, "\n".join(",".join(row) for row in rows)))


@given(ROWS)
def test_nonsense_under_the_right_headers_is_read_or_told(there: Path, rows: list[list[str]]) -> None:
    head = "日期,支出（元）,收入（元）,对方户名,凭证号,摘要\n"
    attempt(csv(there, head + "\n".join(",".join(row) for row in rows)))


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"<"]))
def test_random_bytes_are_never_a_surprise(there: Path, content: bytes, start: bytes) -> None:
    for name in ("random.csv", "random.xlsx"):
        (there / name).write_bytes(start + content)
        attempt(there / name)


NUMBERS: st.SearchStrategy[Any] = st.none() | st.integers() | st.floats() | st.booleans() | CELLS


@settings(max_examples=60)
@given(st.lists(st.lists(NUMBERS, max_size=5), max_size=5), st.integers(0, 10**9))
def test_altered_workbooks_are_never_a_surprise(there: Path, rows: list[list[Any]], seed: int) -> None:
    path = there / "altered.xlsx"
    with Workbook(str(path), {"nan_inf_to_errors": True, "strings_to_formulas": True}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate([["日期", "支出（元）", "收入（元）", "对方户名", "凭证号"], *rows]):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell if not isinstance(cell, int) or abs(cell) < 2**60 else 7)
    attempt(path)
    dice, content = random.Random(seed), bytearray(path.read_bytes())
    for _ in range(dice.randint(1, 6)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    path.write_bytes(content)
    attempt(path)
