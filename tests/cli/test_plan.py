"""`tongchou plan`: one command from a register to a recorded plan, the same object for programs on every store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import BAD_INPUT, NO_PLAN, REFUSED, USAGE, Desk, environment, facts_in, ran
from tests.service.small import edited, edited_policy


def test_json_is_one_object_on_stdout_and_nothing_else(desk: Desk) -> None:
    said = desk.done("plan", "--json", "--register", desk.register(), "--policy", desk.policy())
    assert said.out.endswith("}\n")
    assert said.out.count("\n") == 1
    found = said.json
    assert {"lines", "funds", "objectives", "verified", "instance_hash", "plan_hash"} <= set(found)
    for line in found["lines"]:
        assert {"fund", "unit", "project", "amount_fen", "rules"} <= set(line)
        assert type(line["amount_fen"]) is int
        assert line["rules"]
    for objective in found["objectives"]:
        assert {"name", "value", "bound", "gap"} <= set(objective)
        assert objective["gap"] == 0
        assert objective["value"] == objective["bound"]
    assert found["verified"] is True
    assert {fund["fund"] for fund in found["funds"]} == {"beautiful", "service"}
    for fund in found["funds"]:
        lines_fen = sum(line["amount_fen"] for line in found["lines"] if line["fund"] == fund["fund"])
        assert lines_fen == fund["allocated_fen"] == fund["amount_fen"] - fund["unallocated_fen"]
    assert {line["unit"] for line in found["lines"]} == {"v1", "v2", "v3", "v4", "v5", "v6"}
    assert "Store: sqlite:///tongchou.db" in said.err
    assert not (desk.folder / "out").exists()


@pytest.mark.slow
def test_two_processes_on_two_fresh_stores_print_the_same_object(desk: Desk) -> None:
    register, policy = desk.register(), desk.policy()
    command = ("plan", "--json", "--register", register, "--policy", policy)
    env = environment(PYTHONHASHSEED="1", TONGCHOU_STORE=f"sqlite:///{desk.folder / 'one.db'}")
    one, two = ran(desk.folder, *command, env=env), desk.done(*command, "--store", "two.db")
    assert one.code == 0, one
    assert one.json["plan_hash"] == two.json["plan_hash"]
    assert one.json == two.json


def test_the_run_says_its_store_what_it_recorded_and_what_it_wrote(desk: Desk) -> None:
    said = desk.done("plan", "--register", desk.register(), "--policy", desk.policy())
    assert said.out.startswith("Store: sqlite:///tongchou.db\n")
    assert "29 facts recorded" in said.out
    assert "Plan 2026-01 is proposed, recorded at position 32." in said.out
    written = {"distribution.xlsx", "report.html", "plan.json", "certificate.json", "verify_certificate.py", "register"}
    assert {path.name for path in (desk.folder / "out").iterdir()} == written
    assert all(f"Wrote out/{name}" in said.out for name in written)
    assert said.err == ""


def test_a_second_run_records_nothing_and_hands_out_the_same_plan(desk: Desk) -> None:
    desk.planned()
    rows, first = desk.rows(), json.loads((desk.folder / "out/plan.json").read_text())
    said = desk.done("plan")
    assert desk.rows() == rows
    assert json.loads((desk.folder / "out/plan.json").read_text()) == first
    assert "2026-01" in said.out
    assert desk.done("plan", "--json").json["plan_hash"] == first["plan_hash"]
    assert desk.rows() == rows


def test_a_changed_register_is_a_correction_and_a_second_plan(desk: Desk) -> None:
    desk.planned()
    units = edited("units", ("Village Five,village,t2,200", "Village Five,village,t2,260"))
    said = desk.done("plan", "--register", desk.register(units=units))
    assert "Plan 2026-02 is proposed" in said.out
    assert [row[1] for row in desk.rows()[32:]] == ["unit.corrected", "plan.drafted", "plan.proposed"]


def test_the_outputs_of_json_are_written_where_they_are_asked_for(desk: Desk) -> None:
    desk.planned()
    said = desk.done("plan", "--json", "--out", desk.folder / "papers")
    written = json.loads((desk.folder / "papers/plan.json").read_text())
    assert written["plan_hash"] == said.json["plan_hash"]


@pytest.mark.parametrize("by", ["option", "environment", "bare path", "default"])
def test_the_store_is_chosen_by_option_then_environment_then_the_working_directory(desk: Desk, by: str) -> None:
    chosen = {"option": "a.db", "environment": "b.db", "bare path": "c.db", "default": "tongchou.db"}[by]
    arguments: list[object] = ["register", "import", desk.register()]
    if by != "default":
        desk.environment["TONGCHOU_STORE"] = f"sqlite:///{desk.folder / 'b.db'}"
    if by == "option":
        arguments += ["--store", "sqlite:///a.db"]
    if by == "bare path":
        arguments += ["--store", "c.db"]
    desk.done(*arguments)
    assert sorted(path.name for path in desk.folder.glob("*.db") if path.stem.count(".") == 0) == [chosen]
    assert len(facts_in(desk.folder / chosen)) == 29


def test_rules_that_collide_are_named_and_no_plan_is_recorded(desk: Desk) -> None:
    tilted = edited_policy(("where: backward, at_least: 0.30", "where: backward, at_least: 0.95"))
    desk.imported()
    desk.done("policy", "adopt", desk.policy(tilted))
    told = desk.told(NO_PLAN, "plan")
    assert "backward-share" in told


def test_floors_above_the_budget_are_said_in_yuan(desk: Desk) -> None:
    desk.imported()
    desk.done("policy", "adopt", desk.policy(edited_policy(("floor_yuan: 5000", "floor_yuan: 12000"))))
    told = desk.told(BAD_INPUT, "plan")
    assert "¥72,000.00" in told
    assert "lower the floor" in told


def test_a_policy_that_names_a_fund_there_is_not_is_said_to(desk: Desk) -> None:
    desk.imported()
    desk.done("policy", "adopt", desk.policy(edited_policy(("  service:\n", "  servise:\n"))))
    assert "servise" in desk.told(BAD_INPUT, "plan")


def test_a_faulty_register_on_the_way_to_a_plan_leaves_an_empty_record(desk: Desk) -> None:
    units = edited("units", ("v5,五村", "v4,五村"))
    assert "row 6" in desk.told(BAD_INPUT, "plan", "--register", desk.register(units=units), "--policy", desk.policy())
    assert desk.rows() == []


def test_another_shipped_county_is_refused_in_a_store_that_has_one(desk: Desk) -> None:
    desk.planned()
    told = desk.told(REFUSED, "plan", "--register", "middlesbrough", "--store", "tongchou.db")
    assert "record of xiao" in told


def test_papers_that_cannot_be_written_are_said_to_and_the_plan_stands(desk: Desk) -> None:
    desk.planned()
    assert "A file cannot be used" in desk.told(BAD_INPUT, "plan", "--out", desk.folder / "policy.yaml")
    assert desk.done("plans", "list", "--json").json[0]["state"] == "proposed"


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--nonsense"),
        ("nonsense",),
        ("plan", "--lang", "fr"),
        ("plan", "--as", "nobody"),
        ("ledger", "--position", "-1"),
        ("ledger", "--as-of", "2026-13-01"),
        ("ledger", "--known-at", "yesterday"),
        ("money", "commit"),
        ("unit", "correct", "v1", "--set", "households"),
    ],
)
def test_a_command_line_that_is_not_understood_is_code_2(desk: Desk, arguments: tuple[str, ...]) -> None:
    desk.planned()
    before = desk.rows()
    said = desk.run(*arguments)
    assert (said.code, said.out.replace("Store: sqlite:///tongchou.db", "").strip()) == (USAGE, "")
    assert said.err.strip()
    assert desk.rows() == before


@pytest.mark.slow
@pytest.mark.parametrize("register, units", [(None, 90), ("middlesbrough", 90)])
def test_the_shipped_registers_are_planned_whole_and_alike_on_two_fresh_stores(
    tmp_path: Path, register: str | None, units: int
) -> None:
    printed = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        said = ran(tmp_path / name, "plan", "--json", *(["--register", register] if register else []))
        assert said.code == 0, said.err
        printed.append(json.loads(said.out))
    assert printed[0]["plan_hash"] == printed[1]["plan_hash"]
    found = printed[0]
    assert len({line["unit"] for line in found["lines"]}) == units
    for fund in found["funds"]:
        lines_fen = sum(line["amount_fen"] for line in found["lines"] if line["fund"] == fund["fund"])
        assert lines_fen + fund["unallocated_fen"] == fund["amount_fen"]
    assert {fund["fund"] for fund in found["funds"]} >= {"beautiful", "service"}
    assert next(fund["unallocated_fen"] for fund in found["funds"] if fund["fund"] == "service") == 0
    name = f"tongchou-{register}.db" if register else "tongchou.db"
    assert (tmp_path / "one" / name).exists()
