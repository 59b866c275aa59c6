"""The data package as another program reads it: valid by its own description, exact, the same for the same facts."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package
from hypothesis import given
from hypothesis import strategies as st

from documents.open_data.columns import BEGINS_A_FORMULA, Cell, Column, Reference, Table, code
from documents.open_data.package import About, write_data_package
from domain.folds import NothingRegistered
from service.county import County
from service.exports.data_package import write_package
from service.ledger import ledger_at
from service.registers import moment, register_at
from tests.service.exports.conftest import HOSTILE
from tests.service.small import small_county
from tests.year import PLAN, Year
from texts import Both

KEYS = {
    "units": ["township"],
    "unit_indicators": ["unit"],
    "neighbours": ["unit_a", "unit_b"],
    "tranches": ["fund"],
    "pledges": ["fund"],
    "duties": ["unit", "fund"],
    "projects": ["unit", "running_fund"],
    "project_quantities": ["project"],
    "plan_funds": ["plan", "fund"],
    "plan_lines": ["plan", "fund", "unit", "project"],
    "plan_line_parts": ["plan+line"],
    "plan_sites": ["plan", "unit"],
    "plan_left_out": ["plan", "project"],
    "ledger": ["fund", "unit", "project"],
}
"""Table -> its foreign keys: all there are, where every reference holds."""


def described(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        found: dict[str, Any] = json.loads(archive.read("datapackage.json"))
        return found


def rows(path: Path, table: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"{table}.csv").decode(), newline="")))


def faults(path: Path) -> list[Any]:
    """What `frictionless` finds wrong, foreign keys and hashes included."""
    return Package(str(path)).validate().flatten(["resourceName", "rowNumber", "fieldName", "note"])


def as_recorded(cell: str) -> str:
    """A free text without the sign that keeps spreadsheets from computing it, as the description says."""
    return cell[1:] if cell.startswith("'") else cell


@pytest.fixture(scope="module")
def package(year: Year, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("package") / "county.zip"
    write_package(year.county, moment(year.county), path)
    return path


def test_a_finished_year_is_valid_by_its_own_description(package: Path) -> None:
    assert faults(package) == []


def test_every_reference_between_tables_is_stated_and_none_is_broken(package: Path) -> None:
    found = described(package)
    stated = {
        one["name"]: ["+".join(key["fields"]) for key in one["schema"]["foreignKeys"]]
        for one in found["resources"]
        if "foreignKeys" in one["schema"]
    }
    assert stated == KEYS
    assert "broken_references" not in found


def test_a_row_that_refers_to_nothing_is_found_by_whoever_validates(package: Path, tmp_path: Path) -> None:
    """The keys are really checked: a ledger of a fund nobody knows is caught."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    ledger = tmp_path / "ledger.csv"
    ledger.write_bytes(ledger.read_bytes().replace(b"\nservice,service", b"\nservice,nowhere"))
    errors = Package(str(tmp_path / "datapackage.json")).validate().flatten(["type", "message"])
    assert any(kind == "foreign-key" and "nowhere" in said for kind, said in errors)


def test_every_table_and_column_is_titled_in_both_languages_and_money_says_its_unit(package: Path) -> None:
    for table in described(package)["resources"]:
        assert " · " in table["title"]
        for column in table["schema"]["fields"]:
            assert set(column["titles"]) == {"zh", "en"}
            assert (column.get("unit") == "fen") == column["name"].endswith("_fen")


def test_what_the_tables_hold_is_what_the_record_holds(package: Path, year: Year) -> None:
    at = moment(year.county)
    register = register_at(year.county, at)
    assert [one["code"] for one in rows(package, "units")] == list(register.units)
    told = {one["entry"]: int(one["free_fen"]) for one in rows(package, "ledger")}
    kept = {"/".join(filter(None, (r.fund, r.unit, r.project))): r.free_fen for r in ledger_at(year.county, at)}
    assert told == kept
    lines = {one["line"]: int(one["amount_fen"]) for one in rows(package, "plan_lines") if one["plan"] == PLAN}
    parts: dict[str, int] = {}
    for part in rows(package, "plan_line_parts"):
        parts[part["line"]] = parts.get(part["line"], 0) + int(part["amount_fen"])
    assert lines == parts
    assert [int(one["position"]) for one in rows(package, "decisions")] == list(range(1, at.position + 1))


def test_nobody_is_named_in_a_decision(package: Path, year: Year) -> None:
    with zipfile.ZipFile(package) as archive:
        text = archive.read("decisions.csv").decode()
    people = {recorded.fact.mandate.person for recorded in year.county.log.facts()}
    assert people
    assert [person for person in people if person in text] == []
    assert [name for name in ("li-na", "chen-jie", "payee of") if name in text] == []


def test_the_same_facts_give_the_same_bytes_and_sizes_and_hashes_are_true(
    package: Path, year: Year, tmp_path: Path
) -> None:
    again = tmp_path / "again.zip"
    write_package(year.county, moment(year.county), again)
    assert again.read_bytes() == package.read_bytes()
    with zipfile.ZipFile(again) as archive:
        for table in described(again)["resources"]:
            content = archive.read(table["path"])
            assert (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}") == (table["bytes"], table["hash"])


@pytest.mark.parametrize("day", [date(2026, 4, 20)])
def test_any_past_is_valid_too_and_says_which_it_is(year: Year, tmp_path: Path, day: date) -> None:
    path = tmp_path / "past.zip"
    write_package(year.county, moment(year.county, as_of=day), path)
    assert faults(path) == []
    assert described(path)["moment"]["as_of"] == day.isoformat()
    assert all(one["effective_on"] <= day.isoformat() for one in rows(path, "decisions"))


def test_hostile_names_come_through_whole_and_no_spreadsheet_computes_them(hostile: County, tmp_path: Path) -> None:
    path = tmp_path / "hostile.zip"
    write_package(hostile, moment(hostile), path)
    assert faults(path) == []
    cells = [one["name_zh"] for one in rows(path, "units")]
    assert [as_recorded(cell) for cell in cells][:5] == list(HOSTILE.values())
    assert [cell for cell in cells if cell.startswith(tuple("=+-@＝＋－＠"))] == []


def test_before_the_first_fact_there_is_nothing_to_hand_out_and_no_file(tmp_path: Path) -> None:
    with small_county(tmp_path) as county, pytest.raises(NothingRegistered):
        write_package(county, moment(county), tmp_path / "nothing.zip")
    assert not (tmp_path / "nothing.zip").exists()


def test_a_reference_that_does_not_hold_is_named_and_not_stated(tmp_path: Path) -> None:
    """As in a past whose facts count in another order than they were recorded."""
    path = tmp_path / "broken.zip"
    funds = Table("funds", (code("code"),), ("code",), [("a",)])
    to_funds = Reference(("fund",), "funds", ("code",))
    ledger = Table(
        "ledger", (code("entry"), code("fund", required=False)), ("entry",), [("1", "b"), ("2", None)], (to_funds,)
    )
    write_data_package(path, [funds, ledger], about())
    assert described(path)["broken_references"] == ["ledger.fund"]
    assert faults(path) == []


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
begun = st.builds(lambda first, rest: first + rest, st.sampled_from(BEGINS_A_FORMULA), texts)
cells = st.tuples(
    texts | begun, st.integers(-(2**62), 2**62), st.decimals(allow_nan=False, allow_infinity=False, places=6)
)


@given(st.lists(cells, max_size=6))
def test_any_text_and_number_comes_back_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, given: list[tuple[str, int, Decimal]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.zip"
    columns = (Column("entry"), Column("amount_fen", "integer"), Column("value", "number"))
    kept: list[tuple[Cell, ...]] = list(given)
    write_data_package(path, [Table("ledger", columns, ("entry",), kept)], about())
    back = [(as_recorded(one["entry"]), int(one["amount_fen"]), Decimal(one["value"])) for one in rows(path, "ledger")]
    assert back == given


def about() -> About:
    from datetime import UTC, datetime

    return About(Both("县", "County"), "0" * 32, 1, None, datetime(2026, 1, 1, tzinfo=UTC), Both("据", "on"), {})
