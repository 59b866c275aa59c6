"""A bank statement against a finished year: what agrees, what does not, in both times, and the result as a file."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.auditing.reconciling import Entry
from domain.facts.spending import MoneyDisbursed, MoneyReturned
from intake.statement import read_statement
from service.asking.reconciliation import ResultFormatUnknown, StatementOutside, reconciled
from service.county import County
from service.registers import moment

HEAD = "日期,支出（元）,收入（元）,对方户名,凭证号\n"


def honest(county: County, folder: Path, *, booked_after: int = 0, without: str = "") -> Path:
    """The statement a bank would send of the whole year."""
    rows, payees = [], {}
    for recorded in county.log.facts(types=[MoneyDisbursed, MoneyReturned]):
        fact = recorded.fact
        day = fact.mandate.effective_on + timedelta(days=booked_after)
        if isinstance(fact, MoneyDisbursed):
            payees[fact.disbursement] = fact.payee
            if fact.disbursement != without:
                rows.append(f"{day},{fact.amount_fen / 100:.2f},,{fact.payee},{fact.voucher}")
        elif isinstance(fact, MoneyReturned):
            rows.append(f"{day},,{fact.amount_fen / 100:.2f},{payees[fact.disbursement]},")
    path = folder / "bank.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def open_ones(found: tuple[Entry, ...]) -> list[tuple[str, list[str]]]:
    return [(one.outcome, [x.code for x in one.payments]) for one in found if one.outcome != "matched"]


def test_an_honest_statement_agrees_whole_also_booked_two_days_later(county: County, tmp_path: Path) -> None:
    assert reconciled(county, honest(county, tmp_path), moment(county)).fine
    later = reconciled(county, honest(county, tmp_path, booked_after=2), moment(county))
    assert later.fine
    strict = reconciled(county, honest(county, tmp_path, booked_after=2), moment(county), days=1)
    assert {one.differing for one in strict.found if one.payments[0].out} == {("date",)}


def test_what_the_bank_does_not_know_is_only_here_and_the_other_way_round(county: County, tmp_path: Path) -> None:
    path = honest(county, tmp_path, without="w-001")
    path.write_text(path.read_text(encoding="utf-8") + "2026-10-10,99.00,,丙,V-99\n", encoding="utf-8")
    found = reconciled(county, path, moment(county))
    assert not found.fine
    assert open_ones(found.found) == [("only_there", []), ("only_here", ["w-001"])]


def test_only_the_days_asked_for_are_compared_and_a_neighbouring_day_may_be_the_other_side(
    county: County, tmp_path: Path
) -> None:
    april = reconciled(
        county, honest(county, tmp_path), moment(county), since=date(2026, 4, 1), until=date(2026, 4, 30)
    )
    assert april.fine
    assert len(april.found) == 8
    over_the_edge = reconciled(
        county,
        honest(county, tmp_path, booked_after=3),
        moment(county),
        since=date(2026, 4, 21),
        until=date(2026, 4, 30),
    )
    assert over_the_edge.fine
    with pytest.raises(StatementOutside):
        reconciled(county, honest(county, tmp_path), moment(county), since=date(2025, 1, 1), until=date(2025, 2, 1))


def test_the_record_is_compared_as_it_was_known(county: County, tmp_path: Path) -> None:
    paid = next(one for one in county.log.facts(types=[MoneyDisbursed]))
    then = reconciled(county, honest(county, tmp_path), moment(county, position=paid.position))
    assert [one.outcome for one in then.found].count("matched") == 1
    by_may = reconciled(
        county, honest(county, tmp_path), moment(county, as_of=date(2026, 5, 1)), until=date(2026, 4, 30)
    )
    assert by_may.fine


def test_a_statement_without_movements_is_refused(county: County, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text(HEAD, encoding="utf-8")
    with pytest.raises(StatementOutside):
        reconciled(county, path, moment(county))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_result_as_a_file_adds_up_to_both_sides(county: County, tmp_path: Path, suffix: str) -> None:
    found = reconciled(county, honest(county, tmp_path, without="d-003"), moment(county))
    path = found.write(tmp_path / f"result{suffix}", "zh")
    first = path.read_bytes()
    assert found.write(path, "zh").read_bytes() == first
    if suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        ours = sum(round(float(row["账上金额（元）"] or 0) * 100) for row in rows)
        paid = [one.fact for one in county.log.facts(types=[MoneyDisbursed, MoneyReturned])]
        assert ours == sum(x.amount_fen if isinstance(x, MoneyDisbursed) else -x.amount_fen for x in paid)
        assert [row["结果"] for row in rows].count("只在账上") == 1


def test_a_result_of_another_kind_of_file_is_refused(county: County, tmp_path: Path) -> None:
    found = reconciled(county, honest(county, tmp_path), moment(county))
    with pytest.raises(ResultFormatUnknown):
        found.write(tmp_path / "result.pdf", "en")


def test_the_statement_of_the_test_is_read_as_it_was_meant(county: County, tmp_path: Path) -> None:
    lines = read_statement(honest(county, tmp_path))
    assert sum(not one.out for one in lines) == 1
    assert all(one.voucher for one in lines if one.out)
