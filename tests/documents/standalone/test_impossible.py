"""A proof that no plan exists is checked by the script: its arithmetic, and that its rows are the county's."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from intake.register_csv import write_register_folder
from optimizer.case import Case
from optimizer.certificate.form import portable_impossibility
from optimizer.conflicts.impossibility import impossibility_proof
from optimizer.planning import solve_plan
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.documents.standalone.handed_out import checked, is_one_sentence, run_alone, write_json
from tests.optimizer.hand import case_of, fund, policy, project, projects_only, register, unit
from tests.optimizer.small import small_county


def knapsack() -> Case:
    """A floor of 50 that only two projects of 30 could reach, and a fund of 50: whole ones never fit."""
    projects = [project("P", "A", 30), project("Q", "A", 30), project("R", "A", 30)]
    rules = [{"rule": "floor", "id": "floor", "amount_yuan": 50_000}]
    return case_of(register([unit("A")], projects, [fund("F", 50)]), policy({"F": projects_only()}, rules))


def hand_out(folder: Path, case: Case) -> Any:
    """The proof of a case as JSON in `plan.json`'s place, with the register beside it."""
    proof = impossibility_proof(case)
    assert proof is not None
    portable = json.loads(json.dumps(portable_impossibility(proof, case)))
    write_register_folder(case.register, folder / "register", areas=False)
    write_json(folder / "plan.json", portable)
    return portable


@pytest.mark.slow
def test_every_impossible_small_county_is_found_impossible_by_the_script_too(tmp_path: Path) -> None:
    dice, found = random.Random(f"{SEED}:impossible"), 0
    for number in range(100):
        case = small_county(dice).case
        try:
            solve_plan(case)
        except NoPlan:
            folder = tmp_path / str(number)
            folder.mkdir()
            hand_out(folder, case)
            answer = checked(folder)
            assert answer.code == 0, answer
            assert "on trust" not in answer.out
            found += 1
    assert found > 5


def test_the_script_alone_says_which_rules_and_how_many_cases(tmp_path: Path) -> None:
    hand_out(tmp_path, knapsack())
    answer = run_alone(tmp_path, "plan.json")
    assert answer.code == 0, answer
    assert "these rules within the funds: floor." in answer.out
    said = json.loads(run_alone(tmp_path, "plan.json", "--json").out)
    assert said["right"] is True
    assert said["cases"] > 1
    assert "属实" in run_alone(tmp_path, "plan.json", "--lang", "zh").out


def test_of_a_proof_without_its_policy_the_rows_are_named_as_taken_on_trust(tmp_path: Path) -> None:
    proof = hand_out(tmp_path, knapsack())
    write_json(
        tmp_path / "plan.json", {k: v for k, v in proof.items() if k not in ("policy", "policy_hash", "decided")}
    )
    answer = checked(tmp_path)
    assert answer.code == 0
    assert "on trust" in answer.out
    assert "floor.A" in answer.out


def changes(proof: Any) -> list[Any]:
    """The proof with a row, a column, a rule, a hash or a half of its tree changed."""
    forged: list[Any] = []
    for i, row in enumerate(proof["rows"]):
        for key in ("low", "high"):
            if row[key] is not None:
                forged += [(("rows", i, key), row[key] - 1), (("rows", i, key), None)]
        forged += [(("rows", i, "terms", column), k + 1) for column, k in row["terms"].items()]
    forged += [(("columns", name, 1), ends[1] + 1) for name, ends in proof["columns"].items()]
    forged += [(("columns", name, 0), 0.5) for name in proof["columns"]]
    forged += [(("rules",), ["nobody"]), (("instance_hash",), "0"), (("policy_hash",), "0"), (("policy", "version"), 2)]
    forged += [(("tree",), proof["tree"]["below"]), (("tree", "below"), {"prices": {}})]
    forged += [(("tree",), {"prices": {"nobody": 1}}), (("tree", "branch", "column"), "nobody")]
    forged += [(("tree", "above"), None), (("kind",), "proof")]
    return forged


def test_a_proof_of_which_anything_that_carries_it_was_changed_is_refused(tmp_path: Path) -> None:
    proof = hand_out(tmp_path, knapsack())
    assert "branch" in proof["tree"]
    for trail, value in changes(proof):
        forged = copy.deepcopy(proof)
        holder = forged
        for step in trail[:-1]:
            holder = holder[step]
        holder[trail[-1]] = value
        write_json(tmp_path / "plan.json", forged)
        assert is_one_sentence(checked(tmp_path)), (trail, value)


@pytest.mark.parametrize("content", [{"kind": "impossible"}, {"kind": "impossible", "rows": 1}])
def test_what_is_no_proof_is_refused_in_one_sentence(tmp_path: Path, content: Any) -> None:
    write_json(tmp_path / "plan.json", content)
    assert is_one_sentence(checked(tmp_path))
