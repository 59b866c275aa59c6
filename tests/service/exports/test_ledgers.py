"""The ledger as files: what an accountant's program adds up at any moment, and what a spreadsheet shows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from beancount.loader import load_file
from openpyxl import load_workbook

from service.county import County
from service.exports.ledgers import write_beancount, write_ledger_sheet
from service.ledger import ledger_at
from service.registers import moment
from tests.year import Year


@pytest.mark.parametrize("as_of", [None, date(2026, 4, 20)])
def test_a_plain_text_ledger_of_any_moment_is_added_up_by_its_own_program(
    year: Year, tmp_path: Path, as_of: date | None
) -> None:
    path, at = tmp_path / "county.beancount", moment(year.county, as_of=as_of)
    count = write_beancount(year.county, at, path)
    entries, errors, _ = load_file(str(path))
    assert errors == []
    moved = [entry for entry in entries if type(entry).__name__ == "Transaction"]
    assert len(moved) == count > 0
    assert as_of is None or max(entry.date for entry in moved) <= as_of
    assert (f"; Only what counts by {as_of}" in path.read_text(encoding="utf-8")) == (as_of is not None)


def test_a_spreadsheet_shows_every_row_of_the_ledger_in_yuan(year: Year, tmp_path: Path) -> None:
    path, at = tmp_path / "ledger.xlsx", moment(year.county)
    write_ledger_sheet(year.county, at, path)
    rows = list(load_workbook(path).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    told = [row for row in rows if isinstance(row[3], int | float)]
    kept = ledger_at(year.county, at)
    assert [round(float(str(row[8])) * 100) for row in told] == [one.free_fen for one in kept]
    again = tmp_path / "again.xlsx"
    write_ledger_sheet(year.county, at, again)
    assert again.read_bytes() == path.read_bytes()


def test_a_county_without_a_fen_moved_has_a_ledger_of_its_funds(hostile: County, tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    write_ledger_sheet(hostile, moment(hostile), path)
    cells = [cell for row in load_workbook(path).active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert write_beancount(hostile, moment(hostile), tmp_path / "l.beancount") > 0
