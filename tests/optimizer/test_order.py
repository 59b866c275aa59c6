"""The strict order: an engine that stops early is taken at its word and no further; tolerances are not spent twice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from optimizer.case import Case
from optimizer.formulation import Formulation
from optimizer.outcome import own_unit
from optimizer.planning import solve_plan
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.engine import Answer
from optimizer.solve.order import NotFound, solve_in_order
from optimizer.verify import verify
from tests.optimizer import medium
from tests.optimizer.hand import (
    best_plan,
    built,
    case_of,
    fund,
    policy,
    project,
    projects_only,
    reached,
    register,
    unit,
)


class Lazy(CpSat):
    """Finds the best, but claims to have stopped before it could prove more than a looser bound."""

    def __init__(self, loose: int) -> None:
        super().__init__()
        self.loose = loose

    def solve(self, *model: Any, **how: Any) -> Answer:
        answer = super().solve(*model, **how)
        return replace(answer, status="limit", bound=answer.bound + (self.loose if how["maximise"] else -self.loose))


class Hopeless(CpSat):
    """Finds nothing."""

    def solve(self, *model: Any, **how: Any) -> Answer:
        return Answer("unknown", None, 0, 0)


def small_case(tolerance: float = 0) -> Case:
    projects = [project("P", "A", 30, benefit=10), project("Q", "B", 29, benefit=99)]
    objectives = [{"id": "welfare", "clause": "M11", "tolerance": tolerance}, {"id": "benefit", "clause": "M26"}]
    loaded = policy({"F": projects_only()}, objectives=objectives, welfare={"alpha": 0})
    return case_of(register([unit("A"), unit("B")], projects, [fund("F", 30)]), loaded)


@pytest.mark.parametrize("tolerance,expected", [(0, {"P"}), (0.03, {"P"}), (0.04, {"Q"})])
def test_a_later_objective_may_cost_an_earlier_one_its_tolerance_and_not_more(
    tolerance: float, expected: set[str]
) -> None:
    """Q has most of the benefit and a thirtieth less money."""
    plan = solve_plan(small_case(tolerance))
    assert built(plan) == expected
    welfare = plan.run.objectives[0]
    assert welfare.gap <= welfare.tolerance == Decimal(str(tolerance))


def test_a_step_that_reached_the_limit_says_so_and_gives_nothing_away() -> None:
    case = small_case(0.001)
    plan = solve_plan(case, engine=Lazy(10**7))
    assert verify(case.register, case.loaded, plan) == []
    welfare = plan.run.objectives[0]
    assert plan.run.termination.startswith("welfare: limit")
    assert welfare.raw_floor == welfare.raw_value < welfare.raw_bound
    assert welfare.gap > welfare.tolerance


def test_a_search_that_finds_nothing_in_time_does_not_say_that_there_is_nothing() -> None:
    with pytest.raises(NotFound, match="welfare"):
        solve_plan(small_case(), engine=Hopeless())


def test_every_column_and_row_of_a_solved_case_is_kept_by_the_plan_found() -> None:
    solved = solve_in_order(medium.build(), CpSat())
    assert solved.formulation.model.broken_rows(solved.values) == []


def test_the_plain_and_the_tight_model_reach_the_same() -> None:
    case = medium.build()
    plain, tight = (Formulation(case, tight=tight).objectives() for tight in (False, True))
    assert [(o.name, o.sense, o.unit) for o in plain] == [(o.name, o.sense, o.unit) for o in tight]
    exact = [{"id": "shortfall", "clause": "M20"}, {"id": "benefit", "clause": "M26"}]
    loaded = policy({"F": projects_only()}, objectives=exact)
    county = register([unit("A")], [project("P", "A", 30)], [fund("F", 30)])
    assert reached(best_plan(county, loaded), "benefit") == 30


def test_welfare_is_stated_in_yuan_per_weighted_household() -> None:
    """4000 to a village of 100 households, and 6000 to a backward one of 100 (weight 150): 40 000 yuan each."""
    county = register(
        [unit("A"), unit("B", backward=True)], [project("P", "A", 4000), project("Q", "B", 6000)], [fund("F", 10_000)]
    )
    welfare = best_plan(county, policy({"F": projects_only()})).run.objectives[0]
    assert welfare.unit == "yuan per weighted household"
    assert welfare.gap == 0
    assert abs(welfare.value / 40_000 - 1) < Decimal("0.0005")


def test_a_raw_shortfall_of_money_is_stated_in_yuan_and_points_as_they_are() -> None:
    case = small_case()
    assert own_unit(case, "shortfall-1", "yuan", 3) == 3000
    assert own_unit(case, "shortfall-1", "sites", 3) == own_unit(case, "benefit", "points", 3) == 3
    assert own_unit(case, "welfare", "yuan per weighted household", 0) == Fraction(0)
