"""The rules about money, projects and resources against brute force, each by itself and all together."""

from __future__ import annotations

import random

import pytest

from optimizer.planning import solve_plan
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer.collisions import named_conflict
from tests.optimizer.small_rules import KINDS, county_with
from tests.optimizer.test_brute_force import SLOW_PLANS_MAX, as_good_as_brute_force

SLOW, LONG = pytest.mark.slow, pytest.mark.long

QUICK_PLANS_MAX = 1_000


@pytest.mark.parametrize("kind", KINDS)
def test_on_small_counties_a_rule_of_the_kind_leaves_the_same_optimum_as_brute_force(kind: str) -> None:
    counties = [county_with(random.Random(f"{SEED}:{kind}:{n}"), (kind,)) for n in range(10)]
    assert sum(as_good_as_brute_force(county, f"{kind} {n}", QUICK_PLANS_MAX) for n, county in enumerate(counties)) > 6


@pytest.mark.slow
def test_where_such_rules_leave_no_plan_those_named_collide_and_none_could_be_spared() -> None:
    dice, found = random.Random(f"{SEED}:conflicts with new rules"), 0
    while found < 5:
        county = county_with(dice)
        try:
            solve_plan(county.case)
        except NoPlan:
            assert named_conflict(county.register, county.loaded)
            found += 1


@pytest.mark.parametrize("part", [pytest.param(part, marks=SLOW if part < 2 else LONG) for part in range(4)])
def test_on_many_small_counties_several_such_rules_leave_the_same_optimum_as_brute_force(part: int) -> None:
    counties = [county_with(random.Random(f"{SEED}:many:{part}:{n}")) for n in range(80)]
    assert sum(as_good_as_brute_force(c, f"{part} {n}", SLOW_PLANS_MAX) for n, c in enumerate(counties)) > 70
