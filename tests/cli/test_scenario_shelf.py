"""The shipped scenarios from the command line: listed, run, and their schema printed."""

from __future__ import annotations

from service.scenarios.finding import shipped_scenarios
from tests.cli.running import BAD_INPUT, DONE, Desk

ONE = "income-doubled"


def test_the_shelf_is_listed_with_its_questions(desk: Desk) -> None:
    said = desk.done("scenario", "list", "--json")
    assert [row["scenario"] for row in said.json] == list(shipped_scenarios())
    assert "income deprivation weighs twice" in desk.done("scenario", "list").out
    assert "收入一项的权重加倍" in desk.done("scenario", "list", "--lang", "zh").out


def test_a_scenario_of_the_shelf_is_run_with_its_finding_money_and_gates(desk: Desk) -> None:
    said = desk.done("scenario", "list", "--run", "--only", ONE)
    assert "Little changes: 31,800 yuan move" in " ".join(said.out.split())
    assert "31,800.00" in said.out
    assert "7/7" in said.out
    chinese = desk.done("scenario", "list", "--only", ONE, "--lang", "zh").out
    assert "守住的承诺" in chinese
    (row,) = desk.done("scenario", "list", "--only", ONE, "--json").json
    assert row["moved_fen"] == 3_180_000
    assert row["kept"] is True
    assert [gate["kept"] for gate in row["gates"]] == [True] * 7
    assert desk.rows() == []


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
