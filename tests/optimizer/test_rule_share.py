"""Shares of groups, townships and kinds: at least, at most, of all money or of some funds; must and should."""

from __future__ import annotations

from fractions import Fraction

import pytest

from domain.plan import Plan
from domain.policy.faults import PolicyFaults
from domain.register import Register
from optimizer.planning import solve_plan
from optimizer.solve.order import NoPlan
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import (
    best_plan,
    built,
    by_formula,
    case_of,
    fund,
    grants_k,
    policy,
    project,
    projects_only,
    reached,
    register,
    unit,
)

UNITS = [unit("A", backward=True), unit("B", township="S1"), unit("C", township="S1", kind="community")]


def share_of(plan: Plan, *units: str) -> Fraction:
    money = {line.line: line.amount_fen for line in plan.lines}
    part = sum(line.amount_fen for line in plan.lines if line.unit in units)
    return Fraction(part, sum(money.values()))


def choice_of_three() -> Register:
    projects = [project("PA", "A", 30), project("PB", "B", 40), project("PC", "C", 50)]
    return register(UNITS, projects, [fund("F", 90)])


def test_a_share_for_the_backward_brings_in_the_project_that_no_other_objective_wants() -> None:
    benefit_first = [{"id": "benefit", "clause": "M26"}]
    free = best_plan(choice_of_three(), policy({"F": projects_only()}, objectives=benefit_first))
    assert built(free) == {"PB", "PC"}
    rule = {"rule": "share", "where": "backward", "at_least": 0.375}
    plan = best_plan(choice_of_three(), policy({"F": projects_only()}, [rule], objectives=benefit_first))
    assert built(plan) == {"PA", "PC"}
    assert share_of(plan, "A") == Fraction(3, 8)


def test_a_share_holds_to_the_fen_and_not_nearly() -> None:
    """30 of 80 are 37.5 %: a demand of a little more takes the second project away."""
    rule = {"rule": "share", "where": "backward", "at_least": 0.3751}
    benefit_first = [{"id": "benefit", "clause": "M26"}]
    plan = best_plan(choice_of_three(), policy({"F": projects_only()}, [rule], objectives=benefit_first))
    assert built(plan) == {"PA", "PB"}


def test_no_township_may_get_more_than_its_share() -> None:
    rule = {"rule": "share", "each": "township", "at_most": 0.6}
    plan = best_plan(choice_of_three(), policy({"F": projects_only()}, [rule]))
    assert built(plan) == {"PA", "PB"}
    assert share_of(plan, "B", "C") == Fraction(4, 7)


def test_a_share_of_every_kind_may_name_the_funds_it_is_about() -> None:
    county = register(UNITS, [project("PB", "B", 40)], [fund("F", 40), fund("G", 30)])
    rule = {"rule": "share", "each": "kind", "at_most": 0.5, "funds": ["G"]}
    plan = best_plan(county, policy({"F": projects_only(), "G": by_formula(mode="optimize")}, [rule]))
    grants = grants_k(plan, "G")
    assert sum(grants.values()) == 30
    assert grants["C"] == 15
    assert built(plan) == {"PB"}


def test_shares_that_cannot_all_hold_are_named_and_the_idle_one_is_not() -> None:
    county = register(UNITS, [], [fund("F", 30)])
    rules = [
        {"rule": "share", "id": "much-for-A", "where": "backward", "at_least": 0.6},
        {"rule": "share", "id": "much-for-S1", "where": 'township == "S1"', "at_least": 0.5},
        {"rule": "share", "id": "idle", "each": "kind", "at_most": 1},
    ]
    loaded = policy({"F": by_formula(mode="optimize")}, rules)
    with pytest.raises(NoPlan):
        solve_plan(case_of(county, loaded))
    assert named_conflict(county, loaded) == ["much-for-A", "much-for-S1"]


def test_a_share_no_unit_can_have_collides_alone() -> None:
    rule = {"rule": "share", "where": 'kind == "school"', "at_least": 0.01}
    loaded = policy({"F": by_formula()}, [rule])
    assert named_conflict(register(UNITS, [], [fund("F", 30)]), loaded) == ["share"]


def test_a_share_that_should_hold_counts_the_missing_money_in_quanta_rounded_up() -> None:
    """30 by formula give A 13 (weight 150 of 350); of 30 it should have 15.3: 2.3 are missing, 3 quanta."""
    county = register(UNITS, [], [fund("F", 30)])
    rule = {"rule": "share", "where": "backward", "at_least": 0.51, "kind": "should"}
    plan = best_plan(county, policy({"F": by_formula()}, [rule]))
    assert grants_k(plan, "F") == {"A": 13, "B": 9, "C": 8}
    assert reached(plan, "shortfall-1") == 3


def test_shares_that_should_hold_are_heard_class_by_class() -> None:
    county = register(UNITS, [], [fund("F", 30)])
    rules = [
        {
            "rule": "share",
            "id": "later",
            "where": 'township == "S1"',
            "at_least": 0.9,
            "kind": "should",
            "priority_class": 2,
        },
        {"rule": "share", "id": "sooner", "where": "backward", "at_least": 0.6, "kind": "should", "priority_class": 1},
    ]
    plan = best_plan(county, policy({"F": by_formula(mode="optimize")}, rules))
    assert [o.name for o in plan.run.objectives][:2] == ["shortfall-1", "shortfall-2"]
    assert (reached(plan, "shortfall-1"), reached(plan, "shortfall-2")) == (0, 27 - 12)


@pytest.mark.parametrize(
    "keys,expected",
    [
        ({"at_least": 0.5}, "either `where`"),
        ({"at_least": 0.5, "where": "poor", "each": "kind"}, "either `where`"),
        ({"where": "poor"}, "`at_least`, `at_most` or both"),
        ({"where": "poor", "at_least": 1.2}, "at_least"),
    ],
)
def test_a_share_that_says_too_little_or_too_much_is_refused(keys: dict[str, object], expected: str) -> None:
    with pytest.raises(PolicyFaults, match=expected):
        policy({"F": by_formula()}, [{"rule": "share", **keys}])
