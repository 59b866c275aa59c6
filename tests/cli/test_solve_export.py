"""`tongchou solve` and `export`: a plan without a store, and a model other programs solve to the value said."""

from __future__ import annotations

import json

import pytest

from tests.cli.running import BAD_INPUT, REFUSED, USAGE, Desk, is_told
from tests.optimizer.readers import by_cbc


def without_position(plan: dict[str, object]) -> dict[str, object]:
    """What a plan says, but not at which position of a log its case was read."""
    kept = json.loads(json.dumps(plan))
    del kept["register"]["position"], kept["run"]["register_position"]
    return dict(kept)


def test_solve_says_of_two_files_what_plan_says_of_a_store_and_needs_none(desk: Desk) -> None:
    register, policy = desk.register(), desk.policy()
    solved = desk.done("solve", register, policy, "--json").json
    assert sorted(path.name for path in desk.folder.iterdir()) == ["policy.yaml", "register"]
    planned = desk.done("plan", "--register", register, "--policy", policy, "--json").json
    assert without_position(solved) == without_position(planned)
    assert solved["run"]["register_position"] == 0


def test_solve_prints_the_summary_that_plan_prints(desk: Desk) -> None:
    said = desk.done("solve", desk.register(), desk.policy()).out
    assert "How is the ¥140,000.00 of 2026 shared" in said
    assert "Proven step by step" in said


def test_another_engine_seed_and_limit_stand_in_the_record_and_reach_the_same(desk: Desk) -> None:
    register, policy = desk.register(), desk.policy()
    usual = desk.done("solve", register, policy, "--json").json
    for engine in ("cp-sat", "highs", "gscip"):
        asked = desk.done("solve", register, policy, "--engine", engine, "--seed", "7", "--limit", "9", "--json").json
        assert asked["run"]["engine"] == engine
        assert asked["run"]["parameters"]["random_seed"] == "7"
        limit = "max_deterministic_time" if engine == "cp-sat" else "time_limit_seconds"
        assert asked["run"]["parameters"][limit] == "9"
        assert [step["name"] for step in asked["objectives"]] == [step["name"] for step in usual["objectives"]]


def test_a_shipped_register_brings_its_policy_and_ones_own_does_not(desk: Desk) -> None:
    assert desk.done("solve", "middlesbrough", "--json").json["policy"]["policy"] == "middlesbrough"
    said = desk.run("solve", desk.register())
    assert (said.code, is_told(said.err)) == (REFUSED, True)
    assert "no policy to plan" in said.err


def test_faults_of_either_file_are_told_and_end_with_their_code(desk: Desk) -> None:
    broken = desk.register(units="code,name_zh\nv1,一村\n")
    assert desk.run("solve", broken, desk.policy()).code == BAD_INPUT
    assert desk.run("solve", desk.register("fine"), desk.folder / "nowhere.yaml").code == BAD_INPUT
    assert desk.run("solve", desk.register("fine"), desk.policy(), "--engine", "abacus").code == USAGE


@pytest.mark.parametrize("form", ["mps", "lp"])
@pytest.mark.parametrize("shape", ["--tight", "--plain"])
def test_the_last_line_of_export_is_the_value_that_another_program_finds(desk: Desk, form: str, shape: str) -> None:
    desk.planned()
    said = desk.done("export", f"model.{form}", shape)
    last = said.out.splitlines()[-1]
    assert last.startswith("value: ")
    found = by_cbc(desk.folder / f"model.{form}", maximise=True)
    assert found is not None
    assert found[0] == pytest.approx(int(last.removeprefix("value: ")), abs=1e-3)


def test_every_step_can_be_exported_by_its_name(desk: Desk) -> None:
    desk.planned()
    for step in ("shortfall-1", "welfare", "benefit"):
        told = desk.done("export", f"{step}.lp", "--step", step, "--plan", "2026-01", "--json").json
        assert (told["step"], told["plan"], told["proven"]) == (step, "2026-01", True)
        found = by_cbc(desk.folder / f"{step}.lp", maximise=told["sense"] == "max")
        assert found is not None
        assert found[0] == pytest.approx(told["value"], abs=1e-3)


def test_what_cannot_be_exported_is_refused_and_leaves_no_file(desk: Desk) -> None:
    desk.planned()
    for arguments, reason in (
        (("model.txt",), "in which format"),
        (("nowhere/model.lp",), "no folder nowhere"),
        (("model.lp", "--step", "beauty"), "“beauty”"),
        (("model.lp", "--plan", "2031-01"), "2031-01"),
    ):
        said = desk.run("export", *arguments)
        assert (said.code, is_told(said.err)) == (REFUSED, True)
        assert reason in said.err
    assert not [path for path in desk.folder.rglob("*") if path.suffix in (".lp", ".mps")]
