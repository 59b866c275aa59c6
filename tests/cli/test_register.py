"""`tongchou register`: files in, once; corrections with the past left visible; a template out."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.running import BAD_INPUT, REFUSED, STORE, USAGE, Desk
from tests.service.small import edited


def test_importing_the_same_folder_twice_records_nothing_new(desk: Desk) -> None:
    first = desk.done("register", "import", desk.register(), "--json").json
    assert first["facts"]["unit.registered"] == 6
    assert first["position"] == 29
    rows = desk.rows()
    again = desk.done("register", "import", desk.register(), "--json").json
    assert again["facts"] == {}
    assert desk.rows() == rows
    assert "nothing new" in desk.done("register", "import", desk.register()).out
    assert desk.rows() == rows


def test_a_changed_row_is_a_correction_and_the_old_value_stays_visible(desk: Desk) -> None:
    desk.imported()
    between = datetime.now(UTC)
    time.sleep(0.01)
    changed = desk.register(units=edited("units", ("Village Five,village,t2,200", "Village Five,village,t2,260")))
    assert desk.done("register", "import", changed, "--json").json["facts"] == {"unit.corrected": 1}

    def households(*moment: str) -> object:
        return desk.done("register", "show", "v5", "--json", *moment).json["households"]

    assert households() == 260
    assert households("--position", "29") == 200
    assert households("--known-at", between.isoformat()) == 200
    assert households("--known-at", (between + timedelta(days=2)).date().isoformat()) == 260


def test_what_counts_from_a_past_day_is_seen_as_of_that_day(desk: Desk) -> None:
    desk.done("register", "import", desk.register(), "--effective-on", "2026-01-10")
    desk.done("unit", "correct", "v5", "--set", "households=260", "--effective-on", "2026-02-10")
    desk.done(
        "unit", "correct", "v6", "--set", "households=250", "--effective-on", "2026-01-20"
    )  # late, and recorded now

    def households(unit: str, *moment: str) -> object:
        return desk.done("register", "show", unit, "--json", *moment).json["households"]

    assert households("v5", "--as-of", "2026-02-09") == 200
    assert households("v5", "--as-of", "2026-02-10") == 260
    assert households("v6", "--as-of", "2026-01-31") == 250
    assert households("v6", "--as-of", "2026-01-31", "--position", "30") == 240
    desk.told(REFUSED, "register", "show", "v5", "--as-of", "2026-01-09")


def test_a_cell_left_as_it_was_does_not_undo_a_decision(desk: Desk) -> None:
    desk.imported()
    desk.done("unit", "strike-off", "v1", "--evidence", "meets again")
    said = desk.done("register", "import", desk.register())
    assert "v1" in said.out
    assert "backward" in said.out
    assert desk.done("register", "show", "v1", "--json").json["backward"] is False


def test_units_are_listed_and_projects_funds_and_townships_shown_by_code(desk: Desk) -> None:
    desk.imported()
    assert [unit["code"] for unit in desk.done("register", "show", "--json").json] == [f"v{n}" for n in range(1, 7)]
    assert "Village One" in desk.done("register", "show").out
    assert "一村" in desk.done("register", "show", "--lang", "zh").out
    assert desk.done("register", "show", "p1", "--json").json["cost_fen"] == 30_000_00
    assert desk.done("register", "show", "beautiful", "--json").json["amount_fen"] == 80_000_00
    assert desk.done("register", "show", "t1", "--json").json["name_en"] == "East Town"
    assert "¥30,000.00" in desk.done("register", "show", "p1").out
    assert "nobody" in desk.told(USAGE, "register", "show", "nobody")


def test_the_template_is_read_back_as_a_register_with_nothing_in_it(desk: Desk) -> None:
    said = desk.done("register", "template", desk.folder / "empty.xlsx")
    assert "empty.xlsx" in said.out
    assert "Fill in at least one row" in desk.told(BAD_INPUT, "register", "import", desk.folder / "empty.xlsx")


@pytest.mark.parametrize("command", [("register", "show"), ("ledger",), ("store", "check"), ("plans", "list")])
def test_a_question_about_a_store_that_is_not_there_makes_none(desk: Desk, command: tuple[str, ...]) -> None:
    told = desk.told(REFUSED, *command)
    assert "There is no store at tongchou.db" in told
    assert list(desk.folder.iterdir()) == []


def test_a_store_in_a_folder_that_is_not_there_is_refused(desk: Desk) -> None:
    told = desk.told(STORE, "register", "import", desk.register(), "--store", "sqlite:///no/such/county.db")
    assert "does not exist" in told


def test_a_fault_is_one_object_on_stderr_for_programs(desk: Desk) -> None:
    units = edited("units", ("v5,五村", "v4,五村"))
    said = desk.run("register", "import", desk.register(units=units), "--json")
    assert (said.code, said.out) == (BAD_INPUT, "")
    told = json.loads(said.err)
    assert told["error"] == "register-faults"
    assert "3 faults" in told["sentences"][0]
    assert len(told["sentences"]) == 4
    said = desk.run("register", "import", desk.folder / "missing.xlsx", "--json", "--lang", "zh")
    assert "missing.xlsx" in json.loads(said.err)["sentences"][0]
    assert "找不到" in json.loads(said.err)["sentences"][0]
