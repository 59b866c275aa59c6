"""Proofs that no plan exists: every impossible small county has one that checks, and none tampered with does."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest

from optimizer.conflicts.impossibility import check_impossibility, check_rows, impossibility_proof
from optimizer.planning import solve_plan
from optimizer.rules import stated_rules
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer.hand import case_of, fund, policy, project, projects_only, register, unit
from tests.optimizer.small import small_county


def leaves(tree: dict[str, Any]) -> list[dict[str, Any]]:
    """The leaves of a proof's tree."""
    return [tree] if "prices" in tree else leaves(tree["below"]) + leaves(tree["above"])


def knapsack() -> Any:
    """30 + 30 of 50: the relaxation builds one and two thirds projects, whole ones only one."""
    projects = [project("P", "A", 30, started=True), project("Q", "A", 30, started=True), project("R", "A", 30)]
    rules = [
        {"rule": "floor", "id": "floor", "amount_yuan": 50_000},
        {"rule": "cap", "id": "cap", "amount_yuan": 50_000, "repair_cost": 2},
    ]
    return case_of(register([unit("A")], projects, [fund("F", 50)]), policy({"F": projects_only()}, rules))


@pytest.mark.slow
def test_every_impossible_small_county_has_a_proof_that_checks_and_no_possible_one_has() -> None:
    dice, impossible, branched = random.Random(f"{SEED}:proofs"), 0, 0
    for _ in range(120):
        case = small_county(dice).case
        musts = [rule for rule in stated_rules(case.policy) if rule.kind == "must"]
        try:
            solve_plan(case)
        except NoPlan:
            proof = json.loads(json.dumps(impossibility_proof(case)))
            assert check_impossibility(proof) == []
            assert check_rows(proof, case) == []
            impossible += 1
            branched += "branch" in proof["tree"]
        else:
            assert impossibility_proof(case, musts) is None
    assert impossible > 5


def test_where_only_whole_projects_make_it_impossible_the_proof_branches_on_them() -> None:
    proof = impossibility_proof(knapsack())
    assert proof is not None
    assert "branch" in proof["tree"]
    assert check_impossibility(proof) == []
    assert {row["name"] for row in proof["rows"]} > {"floor.A"}


def test_a_proof_longer_than_allowed_is_not_given() -> None:
    assert impossibility_proof(knapsack(), leaves_max=1) is None


def test_a_branch_left_out_a_price_or_a_row_changed_are_refused() -> None:
    case = knapsack()
    proof = impossibility_proof(case)
    assert proof is not None
    shorter = {**proof, "tree": leaves(proof["tree"])[0]}
    assert check_impossibility(shorter) != []
    for place in range(len(leaves(proof["tree"]))):
        forged = copy.deepcopy(proof)
        leaves(forged["tree"])[place]["prices"] = {}
        assert check_impossibility(forged) != []
    for place, row in enumerate(proof["rows"]):
        for end in ("low", "high"):
            if row[end] is not None:
                forged = copy.deepcopy(proof)
                forged["rows"][place][end] += 1
                assert check_rows(forged, case) != []
    wider = copy.deepcopy(proof)
    wider["columns"][next(iter(wider["columns"]))][1] += 1
    assert check_rows(wider, case) != []


@pytest.mark.parametrize(
    "edit",
    [
        {"kind": "optimal"},
        {"tree": {}},
        {"tree": {"prices": {"no such row": 1}}},
        {"tree": {"prices": {"budget.F": 0.5}}},
        {"rows": []},
        {"columns": {}},
    ],
)
def test_what_is_no_proof_is_called_one_fault_and_not_a_crash(edit: dict[str, Any]) -> None:
    proof = impossibility_proof(knapsack())
    assert proof is not None
    assert len(check_impossibility({**proof, **edit})) == 1


def test_a_proof_under_rules_the_policy_does_not_have_is_refused() -> None:
    case = knapsack()
    proof = impossibility_proof(case)
    assert proof is not None
    assert check_rows({**proof, "rules": ["statute"]}, case) != []
    assert check_rows({**proof, "instance_hash": "0"}, case) != []
