"""The shipped county with each must-rule made impossible in turn: who collides is named, and a repair is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.policy.loading import load_policy
from intake.register_file import read_register
from optimizer.case import Case, build_case
from optimizer.conflicts.conflict import find_conflict, has_no_plan
from optimizer.conflicts.impossibility import check_impossibility, check_rows, impossibility_proof
from optimizer.conflicts.repairs import cheapest_repairs
from optimizer.prechecks import prechecks
from optimizer.rules import RULES

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "library" / "x-county"
SITES = ("sites_min: 2\n    sites_max: 3", "sites_min: 9\n    sites_max: 9")
CAP = ("amount_yuan: 300000", "amount_yuan: 60000")
SHARE = ("at_least: 0.42", "at_least: 0.9")
TOWN = ("at_most: 0.15", "at_most: 0.03")
FLOOR = ("amount_yuan: 25000\n    label", "amount_yuan: 90000\n    label")


def edited(*edits: tuple[str, str]) -> Case:
    """The shipped county under its policy with some words replaced."""
    text = (FOLDER / "policy.yaml").read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return build_case(read_register(FOLDER), load_policy(text, RULES))


@pytest.mark.parametrize(
    "edit, rule",
    [
        pytest.param(SITES, "sites", marks=pytest.mark.long),
        (CAP, "nobody-above-cap"),
        (SHARE, "backward-share"),
        (TOWN, "township-share"),
    ],
    ids=["sites", "cap", "share", "town"],
)
def test_a_must_rule_made_impossible_is_named_alone_with_a_proof_and_a_proven_repair(
    edit: tuple[str, str], rule: str
) -> None:
    case = edited(edit)
    assert {one for finding in prechecks(case) if finding.certain for one in finding.rules} == {rule}
    conflict = find_conflict(case)
    assert (conflict.rules, conflict.minimal) == ([rule], True)
    assert len(conflict.parts[0].where) == 1, "one place is enough to collide"
    proof = impossibility_proof(case, [part.rule for part in conflict.parts])
    assert proof is not None
    assert check_impossibility(proof) == check_rows(proof, case) == []
    repair = cheapest_repairs(case)[0]
    assert repair.proven
    assert rule in repair.levers


def test_floors_above_the_money_collide_with_the_budgets_of_both_funds() -> None:
    case = edited(FLOOR)
    assert [finding.code for finding in prechecks(case)] == ["floors-above-budget"]
    conflict = find_conflict(case)
    assert conflict.rules == ["nobody-below-floor"]
    assert {condition.fund for condition in conflict.background} >= {"beautiful", "service"}
    assert len(conflict.parts[0].where) > 50, "fewer floors than that could all be paid"


def test_the_county_as_it_is_shipped_has_nothing_that_cannot_work() -> None:
    case = edited()
    assert prechecks(case) == []
    assert not has_no_plan(case)
