"""One column per unit and allowed set of projects: the tight model says what the plain one says, and bounds closer."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from optimizer.case import Case
from optimizer.choices import PROJECTS_MAX, allowed_sets
from optimizer.formulation import Formulation
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.prices import price_bound, whole_prices
from optimizer.solve.relaxation import relaxation_duals
from tests.conftest import SEED
from tests.optimizer import medium
from tests.optimizer.hand import case_of, fund, policy, project, projects_only, register, unit
from tests.optimizer.small import small_county
from tests.optimizer.small_rules import county_with


def best_of_each(case: Case, *, tight: bool) -> list[tuple[str, int, int] | str]:
    """Value and bound of every objective by itself, over all plans that keep the must-rules."""
    form = Formulation(case, tight=tight)
    found: list[tuple[str, int, int] | str] = []
    for step in form.objectives():
        answer = CpSat().solve(
            form.model,
            step.expression,
            maximise=step.sense == "max",
            gap_allowed=0,
            hint=None,
            step=step.name,
            listener=None,
        )
        if answer.values is None:
            found.append(answer.status)
        else:
            assert form.model.broken_rows(answer.values) == []
            found.append((step.name, answer.value, answer.bound))
    return found


@pytest.mark.parametrize("part", range(4))
def test_on_small_counties_the_tight_model_has_the_same_best_values_as_the_plain_one(part: int) -> None:
    for number in range(10):
        case = small_county(random.Random(f"choices {SEED} {part} {number}")).case
        assert best_of_each(case, tight=True) == best_of_each(case, tight=False), f"county {part} {number}"


def test_bundles_leave_the_tight_model_the_same_best_values_as_the_plain_one() -> None:
    for number in range(12):
        case = county_with(random.Random(f"bundled choices {SEED} {number}"), ("bundle",)).case
        assert best_of_each(case, tight=True) == best_of_each(case, tight=False), f"county {number}"


def test_every_set_that_keeps_variants_and_prerequisites_has_a_column_and_no_other() -> None:
    works = [
        project("A", "U", 1),
        project("B", "U", 1, requires=("A",)),
        project("C", "U", 1, variant_group="V"),
        project("D", "U", 1, variant_group="V"),
        project("E", "U", 1, requires=("ELSEWHERE",)),
        project("ELSEWHERE", "W", 1),
    ]
    case = case_of(register([unit("U"), unit("W")], works, [fund("F", 9)]), policy({"F": projects_only()}))
    wanted = [
        set(chosen)
        for size in range(6)
        for chosen in combinations("ABCDE", size)
        if ("B" not in chosen or "A" in chosen) and not {"C", "D"}.issubset(chosen)
    ]
    assert [set(chosen) for chosen in allowed_sets(case, "U")] == wanted


def test_a_unit_with_too_many_projects_keeps_the_plain_pieces() -> None:
    works = [project(f"P{i}", "U", 1) for i in range(PROJECTS_MAX + 1)] + [project("Q", "W", 1)]
    case = case_of(register([unit("U"), unit("W")], works, [fund("F", 4)]), policy({"F": projects_only()}))
    form = Formulation(case, tight=True)
    form.objectives()
    names = form.model.column_names
    assert any(name.startswith("piece.U.") for name in names)
    assert not any(name.startswith("choice.U.") for name in names)
    assert any(name.startswith("choice.W.") for name in names)


def test_on_the_medium_county_the_tight_model_bounds_welfare_at_least_as_closely() -> None:
    case = medium.build()
    bounds = []
    for tight in (True, False):
        form = Formulation(case, tight=tight)
        welfare = next(step for step in form.objectives() if step.name == "welfare")
        duals = relaxation_duals(form.model, welfare.expression)
        assert duals is not None
        bounds.append(price_bound(form.model, welfare.expression, whole_prices(form.model, duals)).bound)
    assert bounds[0] <= bounds[1]
