"""A bank statement out of a file: columns in Chinese and English, every fault at its cell, nothing guessed.

Money out and money in are two columns (支出, 收入; debit, credit), or one amount with a direction (借, 贷), or one
with a sign (below zero is out); an amount with neither is money out. Sums without a unit are in yuan. Columns a bank
adds beyond ours are not read, and neither are times of day.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from domain.auditing.reconciling import BankLine
from intake.columns import Column, Sheet, Words
from intake.completeness import check_complete
from intake.csv_table import read_csv
from intake.faults import FaultList, IntakeFault
from intake.headers import heading
from intake.limits import Budget, Limits
from intake.rows import Row, Rows, read_rows
from intake.tables import Cell, Table
from intake.workbook import read_bytes
from intake.xlsx_archive import Archive
from intake.xlsx_parts import read_workbook
from intake.xlsx_sheet import read_sheet

DIRECTIONS: Words = {
    "out": ("借", "付", "支出", "付款", "转出", "d", "dr", "debit"),
    "in": ("贷", "收", "收入", "收款", "转入", "c", "cr", "credit"),
}
"""From the account holder's side of a bank's paper: a debit takes money out."""

STATEMENT = Sheet(
    "statement",
    ("对账单", "银行对账单", "交易明细", "账户明细"),
    "银行对账单，每笔一行。",
    "A bank's statement, one movement a row.",
    (
        Column(
            "date",
            "date",
            ("日期", "交易日期", "记账日期", "入账日期", "发生日期", "交易日"),
            "交易日期。",
            "The day of the movement.",
            "2026-04-20",
            en=("transaction_date", "booking_date", "posting_date", "value_date"),
            needed=True,
            timed=True,
        ),
        Column(
            "amount",
            "yuan",
            ("金额", "交易金额", "发生额"),
            "金额；小于零是支出。",
            "The sum; below zero is money out.",
            "20000.00",
            en=("transaction_amount", "amount_yuan"),
            signed=True,
        ),
        Column(
            "direction",
            "code",
            ("借贷", "借贷标志", "借贷方向", "收付", "收付标志", "收支"),
            "借（支出）或贷（收入）。",
            "Debit (out) or credit (in).",
            "借 / debit",
            en=("dr_cr", "debit_credit", "type"),
            words=DIRECTIONS,
            closed=True,
        ),
        Column(
            "paid",
            "yuan",
            ("支出", "支出金额", "借方", "借方金额", "借方发生额", "付款金额", "转出金额"),
            "支出金额。",
            "Money out.",
            "20000.00",
            en=("debit", "debit_amount", "withdrawal", "paid_out", "money_out"),
        ),
        Column(
            "received",
            "yuan",
            ("收入", "收入金额", "贷方", "贷方金额", "贷方发生额", "收款金额", "转入金额"),
            "收入金额。",
            "Money in.",
            "100.00",
            en=("credit", "credit_amount", "deposit", "paid_in", "money_in"),
        ),
        Column(
            "payee",
            "text",
            ("收款人", "收款人名称", "收款方", "对方户名", "对方名称", "对方账户名称", "对方单位", "户名"),
            "对方户名。",
            "Who is on the other side.",
            "张木村民委员会",
            en=("counterparty", "counterparty_name", "beneficiary", "name"),
            longest=2000,
        ),
        Column(
            "voucher",
            "text",
            ("凭证号", "凭证号码", "凭证编号", "票据号", "票据号码", "凭证"),
            "凭证号；一笔付几张凭证的，用顿号隔开。",
            "The voucher; several in one movement are separated by commas.",
            "V-17",
            en=("voucher_no", "voucher_number", "reference", "ref"),
        ),
        Column(
            "summary",
            "text",
            ("摘要", "用途", "附言", "备注摘要", "交易摘要"),
            "摘要。",
            "What the bank says of it.",
            "拨付工程款",
            en=("description", "purpose", "details", "memo", "narrative"),
        ),
    ),
    needed=True,
    lenient=True,
)
SUMS = ("amount", "paid", "received")


def read_statement(path: Path, limits: Limits | None = None) -> tuple[BankLine, ...]:
    """The movements of a statement (`.csv` or `.xlsx`), in the order of its rows, without those of nothing.

    Raises `IntakeFault` for a file that cannot be read at all, else `RegisterFaults` with every faulty cell.
    """
    table = _table(path, limits or Limits())
    faults = FaultList()
    rows = read_rows(STATEMENT, table, faults)
    whole = check_complete(rows)
    _check_sums(rows)
    faults.raise_if_any(path.name)
    signed = any(isinstance(row.values.get("amount"), int) and int(str(row.values["amount"])) < 0 for row in rows.rows)
    lines = (_line(row, signed=signed) for row in rows.rows if row.number in whole)
    return tuple(line for line in lines if line.amount_fen)


def _table(path: Path, limits: Limits) -> Table:
    """The one table of a CSV file, or the sheet of a workbook that has the headers of a statement."""
    content = read_bytes(path, limits.workbook_bytes)
    budget = Budget(limits)
    if path.suffix.casefold() in {".csv", ".txt", ".tsv"}:
        return read_csv(path.name, content, limits, budget, _known)
    archive = Archive(path.name, content, limits)
    workbook = read_workbook(archive, budget)
    tables = [read_sheet(archive, workbook, name, part, limits, budget) for name, part in workbook.sheets]
    best = max(tables, key=lambda table: _known(_texts(table)), default=None)
    if best is None:
        raise IntakeFault("no-statement", path.name)
    return best


def _known(cells: list[str]) -> int:
    """How many cells are headers of a statement."""
    return sum(len(cell) <= 100 and heading(STATEMENT, cell) is not None for cell in cells)


def _texts(table: Table) -> list[str]:
    """The cells of the first rows that hold texts: headers are there, or a little lower."""
    cells: list[Cell] = [cell for row in table.rows[:6] for cell in row]
    return [cell for cell in cells if isinstance(cell, str)]


def _check_sums(rows: Rows) -> None:
    """A statement has one way to say its sums, and every row says one."""
    there = [key for key in SUMS if key in rows.places]
    if rows.unread >= {"date"} and not there:
        return
    if not there:
        rows.fault("statement-no-sum", None)
        return
    if "amount" in there and len(there) > 1:
        rows.fault("statement-two-sums", 1, "amount", other=rows.places[there[1]][1])
        return
    for row in rows.rows:
        given = [key for key in there if row.values.get(key)]
        if row.faulty & {*SUMS, "direction"}:
            continue
        if len(given) > 1:
            rows.fault("statement-both-ways", row, given[1], other=rows.places[given[0]][1])
        elif not given and not any(key in row.values for key in there):
            rows.fault("missing-value", row, there[0], header=there[0], example="20000.00")


def _line(row: Row, *, signed: bool) -> BankLine:
    values = row.values
    fen = next((value for key in SUMS if isinstance(value := values.get(key), int) and value), 0)
    if values.get("received"):
        out = False
    elif "direction" in values:
        out = values["direction"] == "out"
    else:
        out = fen < 0 or not signed or "paid" in values
    on = values["date"]
    assert isinstance(on, date)
    texts = {key: str(values.get(key, "")) for key in ("payee", "voucher", "summary")}
    return BankLine(row=row.number, on=on, amount_fen=abs(fen), out=out, **texts)
