"""Programmes, stability and fewest changes against brute force: on random small counties both find the same optimum.

The engine that narrows the tight model and CP-SAT on the plain one must both agree with brute force, step by step.
"""

from __future__ import annotations

import random

import pytest

from optimizer.planning import default_engine, solve_plan
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.engine import Engine
from optimizer.solve.order import NoPlan
from optimizer.verify import verify
from tests.conftest import SEED
from tests.optimizer.brute import Brute, TooManyPlans
from tests.optimizer.small_time import SmallInTime, small_in_time

SLOW, LONG = pytest.mark.slow, pytest.mark.long

QUICK_PLANS_MAX, SLOW_PLANS_MAX = 3_000, 12_000


def reached(county: SmallInTime, engine: Engine) -> list[tuple[str, int, int]] | None:
    """Name, value and bound of every step of the optimizer's plan, verified; None when there is none."""
    try:
        plan = solve_plan(county.case, engine=engine)
    except NoPlan:
        return None
    assert verify(county.register, county.loaded, plan) == []
    return [(o.name, o.raw_value, o.raw_bound) for o in plan.run.objectives]


def best(county: SmallInTime, plans_max: int) -> list[tuple[str, int, int]] | None:
    """The same by brute force. Raises `TooManyPlans`."""
    brute = Brute(county.register, county.loaded.policy, plans_max=plans_max, baseline=county.baseline)
    left, steps = brute.outcomes(), []
    if not left:
        return None
    for place, (name, sign) in enumerate(brute.steps):
        top = sign * max(sign * outcome[place] for outcome in left)
        steps.append((name, top, top))
        left = {outcome for outcome in left if outcome[place] == top}
    return steps


def compared(name: str, *, programme: bool, plans_max: int) -> str:
    """Compare one county with brute force: `plan` or `none` where both say so, `many` when it has too many plans."""
    county = small_in_time(random.Random(name), programme=programme)
    try:
        expected = best(county, plans_max)
    except TooManyPlans:
        return "many"
    for engine in (default_engine(county.case), CpSat()):
        assert reached(county, engine) == expected, f"county {name}, {engine.name}"
    return "none" if expected is None else "plan"


@pytest.mark.slow
@pytest.mark.parametrize("programme", [False, True])
def test_over_time_every_step_is_as_good_as_brute_force_can_make_it(programme: bool) -> None:
    found = [compared(f"{SEED}:time:{n}", programme=programme, plans_max=QUICK_PLANS_MAX) for n in range(50)]
    assert found.count("plan") > 20
    assert found.count("none") > 3


@pytest.mark.parametrize("part", [pytest.param(part, marks=SLOW if part < 1 else LONG) for part in range(4)])
@pytest.mark.parametrize("programme", [False, True])
def test_over_time_many_counties_are_as_good_as_brute_force_can_make_them(programme: bool, part: int) -> None:
    names = [f"{SEED}:much-time:{part}:{n}" for n in range(60)]
    found = [compared(name, programme=programme, plans_max=SLOW_PLANS_MAX) for name in names]
    assert found.count("plan") > 20
