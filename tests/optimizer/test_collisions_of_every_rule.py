"""Rules of every kind, programmes of years too: sums raise no false alarm, collisions have proofs, repairs suffice."""

from __future__ import annotations

import random

import pytest

from optimizer.case import Case
from optimizer.conflicts.conflict import find_conflict, has_no_plan
from optimizer.conflicts.impossibility import check_impossibility, check_rows, impossibility_proof
from optimizer.conflicts.repairs import cheapest_repairs
from optimizer.planning import solve_plan
from optimizer.prechecks import prechecks
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer.small_rules import county_with
from tests.optimizer.small_time import small_in_time


def thrown(kind: str, number: int) -> Case:
    """A random county: with every kind of rule, or planned over years, or with rules of stability."""
    dice = random.Random(f"{SEED}:{kind}:{number}")
    return county_with(dice).case if kind == "rules" else small_in_time(dice, programme=kind == "years").case


@pytest.mark.parametrize("kind", ["rules", "years", "stability"])
def test_whatever_the_rules_what_is_said_of_impossible_counties_agrees(kind: str) -> None:
    impossible = 0
    for number in range(24):
        case = thrown(kind, number)
        certain = [finding for finding in prechecks(case) if finding.certain]
        try:
            solve_plan(case)
        except NoPlan:
            assert has_no_plan(case)
            rules = [part.rule for part in find_conflict(case).parts]
            proof = impossibility_proof(case, rules)
            assert proof is not None
            assert check_impossibility(proof) == check_rows(proof, case) == []
            assert all(repair.proven for repair in cheapest_repairs(case, most=1))
            impossible += 1
        else:
            assert certain == []
            assert not has_no_plan(case)
    assert impossible > 1
