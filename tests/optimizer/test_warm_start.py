"""A plan that is known leads back into the model, helps the search, and never decides what is proven."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from optimizer.assembly import Choice
from optimizer.case import Case
from optimizer.formulation import Formulation
from optimizer.model import Linear
from optimizer.planning import default_engine, finished_choice
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.keeping import step_with_keeps
from optimizer.solve.landing import landed
from optimizer.solve.narrowing import Narrowing
from optimizer.solve.order import Solved, solve_in_order
from optimizer.solve.warm import Warm
from tests.conftest import SEED
from tests.optimizer import medium
from tests.optimizer.small import small_county


def best_choice(case: Case) -> tuple[Solved, Choice]:
    """The best plan of a case, as the search found it and as it stands settled."""
    solved = solve_in_order(case, default_engine(case))
    return solved, finished_choice(case, solved, default_engine(case))[0]


def floors(solved: Solved, step: str) -> dict[str, int]:
    """What a step had to keep of those before it."""
    names = [o.name for o in solved.objectives]
    return {o.name: o.raw_floor for o in solved.objectives[: names.index(step)]}


@pytest.mark.parametrize("tight", [False, True])
def test_a_finished_plan_lands_on_values_that_keep_every_row(tight: bool) -> None:
    case = medium.build()
    _, choice = best_choice(case)
    form = Formulation(case, tight=tight)
    benefit = {step.name: step for step in form.objectives()}["benefit"].expression
    values = landed(form, choice)
    assert values is not None
    assert form.model.broken_rows(values) == []
    assert {p for p, column in form.built.items() if values[column]} == choice.built
    assert benefit.value(values) >= sum(case.projects[p].benefit for p in choice.built)


def test_a_plan_that_breaks_a_rule_lands_nowhere() -> None:
    case = medium.build()
    _, choice = best_choice(case)
    form = Formulation(case, tight=True)
    form.objectives()
    assert landed(form, replace(choice, sites=tuple(case.units))) is None
    built = sorted(choice.built)[0]
    form.model.row("without", Linear({form.built[built]: 1}), high=0)
    assert landed(form, choice) is None


def test_starting_from_the_plan_proves_the_same_bounds_and_reaches_as_much() -> None:
    case = medium.build()
    solved, choice = best_choice(case)
    again = solve_in_order(case, default_engine(case), start=choice)
    for one, other in zip(solved.objectives, again.objectives, strict=True):
        assert one.gap <= one.tolerance
        assert other.gap <= other.tolerance
    assert again.formulation.model.broken_rows(again.values) == []


def test_a_start_from_another_case_is_no_harm() -> None:
    one, other = (small_county(random.Random(f"start {SEED} {n}")).case for n in (1, 2))
    _, choice = best_choice(one)
    plain = solve_in_order(other, CpSat())
    helped = solve_in_order(other, CpSat(), start=choice)
    assert [(o.name, o.raw_bound) for o in plain.objectives] == [(o.name, o.raw_bound) for o in helped.objectives]


def test_one_step_with_the_floors_of_the_others_is_what_the_order_found() -> None:
    case = medium.build()
    solved, choice = best_choice(case)
    found = {o.name: o for o in solved.objectives}["benefit"]
    for start in (None, choice):
        _, answer = step_with_keeps(case, floors(solved, "benefit"), "benefit", Narrowing(), start=start)
        assert (answer.value, answer.bound) == (found.raw_value, found.raw_bound)

    def without(form: Formulation) -> None:
        form.model.row("without", Linear({form.built["POND"]: 1}), high=0)

    _, less = step_with_keeps(case, floors(solved, "benefit"), "benefit", Narrowing(), shape=without)
    assert less.status == "impossible" or less.value <= found.raw_value


def test_an_estimate_is_what_the_relaxation_says_and_moves_with_the_money() -> None:
    case = medium.build()
    solved, _ = best_choice(case)
    found = {o.name: o for o in solved.objectives}["benefit"]
    warm = Warm(case, floors(solved, "benefit"), "benefit")
    now, richer, again = (warm.estimate({"beautiful": fen}) for fen in (0, 5_000_000, 0))
    assert now is not None
    assert richer is not None
    assert again == now
    assert now.unit == "points"
    assert richer.value > now.value >= found.raw_value
    assert warm.estimate({"nobody": 5}) is None
