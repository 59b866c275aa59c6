"""When no plan keeps all must-rules: what is named collides, and no part of it does, by brute force."""

from __future__ import annotations

import random

import pytest

from optimizer.planning import solve_plan
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import fund, policy, project, projects_only, register, unit
from tests.optimizer.small import small_county


def test_on_small_counties_without_a_plan_the_rules_named_collide_and_none_could_be_spared() -> None:
    dice, found = random.Random(f"{SEED}:conflicts"), 0
    while found < 6:
        county = small_county(dice)
        try:
            solve_plan(county.case)
        except NoPlan:
            assert named_conflict(county.register, county.loaded)
            found += 1


def test_should_rules_never_collide_and_are_never_named() -> None:
    county = register([unit("A")], [project("P", "A", 30)], [fund("F", 50)])
    rules = [
        {"rule": "floor", "id": "too-much", "amount_yuan": 90_000, "kind": "should"},
        {"rule": "cap", "id": "too-little", "amount_yuan": 10_000},
        {"rule": "floor", "id": "in-between", "amount_yuan": 20_000},
    ]
    assert named_conflict(county, policy({"F": projects_only()}, rules)) == ["too-little", "in-between"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_of_several_conflicts_one_whole_one_is_named(order: tuple[int, ...]) -> None:
    county = register([unit("A")], [project("P", "A", 30)], [fund("F", 50)])
    written = [
        {"rule": "floor", "id": "thirty", "amount_yuan": 30_000},
        {"rule": "cap", "id": "twenty", "amount_yuan": 20_000},
        {"rule": "cap", "id": "ten", "amount_yuan": 10_000},
    ]
    named = named_conflict(county, policy({"F": projects_only()}, [written[i] for i in order]))
    assert "thirty" in named
    assert len(named) == 2
