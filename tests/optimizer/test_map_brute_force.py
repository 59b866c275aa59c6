"""Rules about the map and about equality against brute force: both engines reach what no plan can better."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from domain.plan import Plan
from optimizer.planning import default_engine, solve_plan
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.engine import Engine
from optimizer.solve.order import NoPlan
from optimizer.verify import verify
from tests.conftest import SEED
from tests.optimizer.brute import TooManyPlans
from tests.optimizer.brute_map import MapBrute, below, map_county
from tests.optimizer.small import Small

PLANS_MAX = 1_000
KINDS = ("corridor", "contiguity", "inequality")


def solved(county: Small, engine: Engine) -> Plan | None:
    """The plan of one engine, verified; None when it says that there is none."""
    try:
        plan = solve_plan(county.case, engine=engine)
    except NoPlan:
        return None
    assert verify(county.register, county.loaded, plan) == []
    return plan


def as_brute_force_has_it(county: Small, name: str, plans_max: int = PLANS_MAX) -> bool:
    """Compare one county under both formulations; False when it has too many plans to write down."""
    brute = MapBrute(county.register, county.loaded.policy, plans_max=plans_max)
    try:
        best = brute.best()
    except TooManyPlans:
        return False
    for engine in (default_engine(county.case), CpSat()):
        plan = solved(county, engine)
        assert (plan is None) == (best is None), f"{name}: one finds a plan, the other none"
        if plan is None or best is None:
            continue
        wanted: dict[str, int] = {}
        for step, value in best.items():
            if step == "welfare" and county.loaded.policy.welfare.alpha == "inf":
                wanted |= (sums := leximin_sums(county, value))
                place = [name for name, _ in brute.steps].index(step)
                others = {outcome[place] for outcome in brute.every} - {value}
                assert all(leximin_sums(county, levels) != sums for levels in others), f"{name}: told apart by no step"
            else:
                wanted[step] = value
        assert {o.name: o.raw_value for o in plan.run.objectives} == wanted, f"{name} by {engine.name}"
        assert all(o.raw_bound == o.raw_value for o in plan.run.objectives), f"{name} by {engine.name}"
    return True


def leximin_sums(county: Small, levels: tuple[tuple[Fraction, Fraction], ...]) -> dict[str, int]:
    """What the steps of α = ∞ must come to for the truly best list of levels."""
    steps = county.case.leximin
    sums = {}
    for number, step in enumerate(steps.levels, 1):
        end = max(level for level, _ in levels) if step.cut is None else step.cut
        reached = below(levels, end) * step.scale
        assert reached.denominator == 1
        sums[f"welfare-{number:02d}"] = int(reached)
    return sums


@pytest.mark.parametrize("kind", KINDS)
def test_on_small_counties_every_step_is_as_good_as_brute_force_can_make_it(kind: str) -> None:
    names = [f"{SEED}:{kind}:{n}" for n in range(40)]
    compared = sum(as_brute_force_has_it(map_county(random.Random(name), kind), name) for name in names)
    assert compared > 30


@pytest.mark.slow
def test_with_as_many_pieces_as_levels_the_answer_is_leximin_with_weights_exactly() -> None:
    names = [f"{SEED}:leximin:{n}" for n in range(60)]
    compared = 0
    for name in names:
        county = map_county(random.Random(name), "none", welfare={"alpha": "inf", "pieces": 64})
        asked = any(step.id == "welfare" for step in county.loaded.policy.objectives)
        if asked and county.case.leximin.width == 0:
            compared += as_brute_force_has_it(county, name)
    assert compared > 30


def test_with_fewer_pieces_each_level_is_filled_as_far_as_those_before_it_let_it() -> None:
    compared = 0
    for n in range(40):
        name, alone = f"{SEED}:levels:{n}", {"rules": [], "objectives": [{"id": "welfare", "clause": "M11"}]}
        county = map_county(random.Random(name), "none", welfare={"alpha": "inf", "pieces": 3}, **alone)
        brute = MapBrute(county.register, county.loaded.policy, plans_max=PLANS_MAX)
        if not county.case.leximin.width:
            continue
        try:
            assert brute.best() is not None
        except TooManyPlans:
            continue
        wanted = max(tuple(leximin_sums(county, levels).values()) for (levels,) in brute.every)
        for engine in (default_engine(county.case), CpSat()):
            plan = solved(county, engine)
            assert plan is not None
            assert tuple(o.raw_value for o in plan.run.objectives) == wanted, f"{name} by {engine.name}"
        compared += 1
    assert compared > 15


@pytest.mark.parametrize("first", [pytest.param(0, marks=pytest.mark.slow), pytest.param(125, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", KINDS)
def test_on_many_small_counties_every_step_is_as_good_as_brute_force_can_make_it(kind: str, first: int) -> None:
    names = [f"{SEED}:{kind}:many:{n}" for n in range(first, first + 125)]
    compared = sum(as_brute_force_has_it(map_county(random.Random(name), kind), name, 4_000) for name in names)
    assert compared > 100
