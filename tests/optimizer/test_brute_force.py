"""The optimizer against brute force: on random small counties both find the same optimum, or that there is none.

Strict order with tolerance 0 leaves no room: every step's value and bound must be brute force's. With tolerances a step
owes less: a bound that nothing beats, a floor its tolerance below it, and a plan that keeps every floor.
"""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from domain.plan import ObjectiveResult, Plan
from optimizer.planning import solve_plan
from optimizer.solve.order import NoPlan
from optimizer.verify import verify
from tests.conftest import SEED
from tests.optimizer.brute import Brute, TooManyPlans
from tests.optimizer.small import Small, small_county

SLOW, LONG = pytest.mark.slow, pytest.mark.long

QUICK_PLANS_MAX = 1_500
SLOW_PLANS_MAX = 5_000
"""Counties with more plans than this are passed over; about one in twenty."""


def solved(county: Small) -> Plan | None:
    """The optimizer's plan, verified; None when it says that there is none."""
    try:
        plan = solve_plan(county.case)
    except NoPlan:
        return None
    assert verify(county.register, county.loaded, plan) == []
    return plan


def equal_to_brute_force(name: str, plans_max: int) -> bool:
    """Compare one county; False when it has too many plans to write down."""
    return as_good_as_brute_force(small_county(random.Random(name)), name, plans_max)


def as_good_as_brute_force(county: Small, name: str, plans_max: int) -> bool:
    """Compare one county with strict order and no tolerance; False when it has too many plans to write down."""
    brute = Brute(county.register, county.loaded.policy, plans_max=plans_max)
    try:
        left = brute.outcomes()
    except TooManyPlans:
        return False
    plan = solved(county)
    assert (plan is None) == (not left), f"county {name}: one finds a plan, the other none"
    if plan is None:
        return True
    assert [o.name for o in plan.run.objectives] == [step for step, _ in brute.steps]
    for place, ((step, sign), reached) in enumerate(zip(brute.steps, plan.run.objectives, strict=True)):
        best = sign * max(sign * outcome[place] for outcome in left)
        assert (reached.raw_value, reached.raw_bound) == (best, best), f"county {name}, step {step}"
        left = {outcome for outcome in left if outcome[place] == best}
    return True


def keeps_its_tolerances(name: str, plans_max: int) -> bool:
    """Compare one county with tolerances; False when it has too many plans to write down."""
    county = small_county(random.Random(name), tolerances=True)
    brute = Brute(county.register, county.loaded.policy, plans_max=plans_max)
    try:
        left = brute.outcomes()
    except TooManyPlans:
        return False
    plan = solved(county)
    assert (plan is None) == (not left), f"county {name}: one finds a plan, the other none"
    if plan is None:
        return True
    results = plan.run.objectives
    assert tuple(o.raw_value for o in results) in left, f"county {name}: no such plan can be written down"
    for place, ((step, sign), reached) in enumerate(zip(brute.steps, results, strict=True)):
        best = max(sign * outcome[place] for outcome in left)
        assert sign * reached.raw_bound >= best, f"county {name}: the bound of {step} is beaten"
        assert sign * reached.raw_value >= sign * reached.raw_floor, f"county {name}: {step} fell below its floor"
        assert reached.gap <= reached.tolerance, f"county {name}: {step} is not proven within its tolerance"
        if step != "welfare":
            assert reached.raw_floor == floor_of(reached)
        left = {outcome for outcome in left if sign * outcome[place] >= sign * reached.raw_floor}
    return True


def floor_of(reached: ObjectiveResult) -> int:
    """The bound less the tolerance, in whole numbers, for steps counted in points, yuan or sites."""
    share = Fraction(reached.tolerance)
    if reached.sense == "max":
        return (reached.raw_bound * (1 - share)).__ceil__()
    return (reached.raw_bound * (1 + share)).__floor__()


@pytest.mark.slow
def test_on_small_counties_every_step_is_as_good_as_brute_force_can_make_it() -> None:
    compared = sum(equal_to_brute_force(f"{SEED}:{n}", QUICK_PLANS_MAX) for n in range(100))
    assert compared > 90


@pytest.mark.slow
def test_on_small_counties_tolerances_cost_no_more_than_they_say() -> None:
    compared = sum(keeps_its_tolerances(f"{SEED}:tolerant:{n}", QUICK_PLANS_MAX) for n in range(40))
    assert compared > 35


@pytest.mark.parametrize("part", [pytest.param(part, marks=SLOW if part < 3 else LONG) for part in range(6)])
def test_on_many_small_counties_every_step_is_as_good_as_brute_force_can_make_it(part: int) -> None:
    compared = sum(equal_to_brute_force(f"{SEED}:many:{part}:{n}", SLOW_PLANS_MAX) for n in range(80))
    assert compared > 70


@pytest.mark.parametrize("part", [pytest.param(part, marks=SLOW if part < 1 else LONG) for part in range(3)])
def test_on_many_small_counties_tolerances_cost_no_more_than_they_say(part: int) -> None:
    compared = sum(keeps_its_tolerances(f"{SEED}:many-tolerant:{part}:{n}", SLOW_PLANS_MAX) for n in range(80))
    assert compared > 70
