"""The shipped scenarios from the command line: listed, run, and their schema printed."""

from __future__ import annotations

import pytest

from service.scenarios.finding import shipped_scenarios
from tests.cli.running import BAD_INPUT, DONE, NO_PLAN, Desk, environment, ran

ONE = "income-doubled"
BROKEN_GATE = 1
CITY = """\
scenario: wenn
question: {zh: 问, en: what if}
based_on: {register: city-reward}
change:
  - {set: policy.rules.poor-share.at_least, to: 0.9, why: M23}
"""


def written(desk: Desk, more: str) -> str:
    """A scenario of the city in the desk's folder."""
    (desk.folder / "wenn.scenario.yaml").write_text(CITY + more, encoding="utf-8")
    return "wenn.scenario.yaml"


def test_the_shelf_is_listed_with_its_questions(desk: Desk) -> None:
    said = desk.done("scenario", "list", "--json")
    assert [row["scenario"] for row in said.json] == list(shipped_scenarios())
    assert "income deprivation weighs twice" in desk.done("scenario", "list").out
    assert "收入一项的权重加倍" in desk.done("scenario", "list", "--lang", "zh").out


def test_a_scenario_of_the_shelf_is_run_with_its_finding_money_and_gates(desk: Desk) -> None:
    chinese = desk.done("scenario", "list", "--run", "--only", ONE, "--lang", "zh").out
    assert "31,800.00" in chinese
    assert "7/7" in chinese
    assert "守住的承诺" in chinese
    assert "E01012068减少最多，少3,800元。" in "".join(chinese.split()), "a long line of Chinese is folded, not cut"
    (row,) = desk.done("scenario", "list", "--only", ONE, "--json").json
    assert row["finding_en"].startswith("Little changes: 31,800 yuan move")
    assert row["moved_fen"] == 3_180_000
    assert row["kept"] is True
    assert [gate["kept"] for gate in row["gates"]] == [True] * 7
    assert desk.rows() == []


@pytest.mark.slow
def test_another_process_with_other_hashes_finds_the_same_to_the_byte(desk: Desk) -> None:
    command = ("scenario", "run", "tilted-batch", "--json")
    other = ran(desk.folder, *command, env=environment(PYTHONHASHSEED="4711"))
    assert desk.done(*command).out == other.out


def test_a_scenario_that_is_not_on_the_shelf_is_refused_with_those_that_are(desk: Desk) -> None:
    said = desk.run("scenario", "list", "--only", "income")
    assert said.code != DONE
    assert ONE in said.err


def test_the_schema_is_printed_for_editors(desk: Desk) -> None:
    assert desk.done("scenario", "schema").json["title"] == "Scenario"


def test_a_file_with_faults_is_told_line_by_line(desk: Desk) -> None:
    text = "scenario: wenn\nquestion: {zh: 问, en: what if}\nchange:\n  - {sett: units.v1.stars, to: 1, why: x}\n"
    (desk.folder / "wenn.scenario.yaml").write_text(text, encoding="utf-8")
    assert "wenn.scenario.yaml, line 4" in desk.told(BAD_INPUT, "scenario", "run", "wenn.scenario.yaml")


def test_a_broken_gate_is_named_and_the_run_exits_with_one(desk: Desk) -> None:
    gates = "gates:\n  - {measure: poor_share, at_least: 0.5}\n  - {measure: poor_share, at_least: 0.6}\n"
    said = desk.run("scenario", "run", written(desk, gates))
    assert said.code == BROKEN_GATE
    assert [words[-1] for line in said.out.splitlines() if (words := line.split())[:1] == ["poor_share"]] == [
        "Kept",
        "Broken",
    ]


def test_a_gate_with_nothing_to_measure_is_broken(desk: Desk) -> None:
    gates = "gates:\n  - {measure: township_change_yuan, of: nowhere, at_least: -100}\n"
    said = desk.run("scenario", "run", written(desk, gates), "--json")
    assert said.code == BROKEN_GATE
    assert said.json["gates"][0]["found"] is None


def test_an_impossible_scenario_names_the_rules_that_collide_and_the_cheapest_repair(desk: Desk) -> None:
    cap = "{rule: cap, id: poor-cap, clause: M13, where: poor, amount_yuan: 1000000}"
    told = desk.told(NO_PLAN, "scenario", "run", written(desk, f"  - {{add: policy.rules, entry: {cap}, why: M13}}\n"))
    assert "cannot all hold" in told
    assert "poor-cap" in told
    assert "Repair 1" in told
