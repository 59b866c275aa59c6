"""Grants that must be matched: by ratio and ceiling, per project, per unit and in all; must and should."""

from __future__ import annotations

from typing import Any

import pytest

from domain.plan import Plan
from domain.policy.faults import PolicyFaults
from domain.register import Register
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import (
    K,
    best_plan,
    built,
    by_formula,
    fund,
    policy,
    project,
    projects_only,
    reached,
    register,
    unit,
)

BENEFIT = [{"id": "shortfall", "clause": "M20"}, {"id": "benefit", "clause": "M26"}]
MATCHED = {"rule": "matched-grant", "clause": "M10", "fund": "CITY", "local_funds": ["OWN"]}
FUNDS = {"CITY": projects_only(), "OWN": projects_only()}


def two_roads(city_k: int = 60, own_k: int = 30) -> Register:
    works = [project("PA", "A", 40), project("PB", "B", 30)]
    return register([unit("A"), unit("B")], works, [fund("CITY", city_k), fund("OWN", own_k)])


def paid(plan: Plan, fund_code: str) -> dict[str | None, int]:
    return {line.project: line.amount_fen // K for line in plan.lines if line.fund == fund_code}


def test_a_grant_is_no_larger_than_the_local_money_in_each_project() -> None:
    free = best_plan(two_roads(), policy(FUNDS, objectives=BENEFIT))
    assert built(free) == {"PA", "PB"}
    plan = best_plan(two_roads(), policy(FUNDS, [{**MATCHED, "ratio": 1}], objectives=BENEFIT))
    assert built(plan) == {"PA"}, "35 of 70 thousand are more than local money has"
    assert paid(plan, "CITY")["PA"] <= paid(plan, "OWN")["PA"]


def test_matched_in_all_one_project_may_lean_on_the_local_money_of_another() -> None:
    """Only the city pays for PA and only local money for PB: 30 face 30 in all, though nothing in PA itself."""
    works = [project("PA", "A", 30), project("PB", "B", 30, purposes=("serve",))]
    county = register([unit("A"), unit("B")], works, [fund("CITY", 60), fund("OWN", 35, purposes=("serve",))])
    apart = policy(FUNDS, [{**MATCHED, "ratio": 1, "each": "project"}], objectives=BENEFIT)
    assert built(best_plan(county, apart)) == {"PB"}
    together = policy(FUNDS, [{**MATCHED, "ratio": 1, "each": "county"}], objectives=BENEFIT)
    assert built(best_plan(county, together)) == {"PA", "PB"}


def test_per_unit_formula_money_counts_as_local_money() -> None:
    county = register([unit("A"), unit("B", households=50)], [project("PA", "A", 20), project("PB", "B", 20)],
                      [fund("CITY", 40), fund("OWN", 30)])  # fmt: skip
    rule = {**MATCHED, "ratio": 1, "each": "unit"}
    plan = best_plan(county, policy({"CITY": projects_only(), "OWN": by_formula()}, [rule], objectives=BENEFIT))
    assert built(plan) == {"PA"}, "A has 20 thousand by formula, B only 10"
    assert next(n for n in plan.not_funded if n.project == "PB").reason == "rule"


def test_a_ceiling_holds_to_the_fen() -> None:
    rule = {**MATCHED, "ceiling_yuan": 19_999}
    both = {"rule": "floor", "amount_yuan": 30_000}
    plan = best_plan(two_roads(own_k=32), policy(FUNDS, [rule, both], objectives=BENEFIT))
    assert paid(plan, "OWN") == {"PA": 21, "PB": 11}, "19 of each are all the grant may give in whole thousands"


def test_a_grant_that_should_be_matched_counts_what_is_not() -> None:
    """To build both, 70 thousand, only 30 are local: 40 of the grant face 30, so 10 are unmatched."""
    floors = {"rule": "floor", "amount_yuan": 30_000}
    rule = {**MATCHED, "ratio": 1, "each": "county", "kind": "should"}
    plan = best_plan(two_roads(), policy(FUNDS, [floors, rule], objectives=BENEFIT))
    assert reached(plan, "shortfall-1") == 10


def test_a_grant_nobody_can_match_collides_with_the_floor_that_needs_it() -> None:
    rules = [
        {**MATCHED, "id": "half", "ratio": 0.5},
        {"rule": "floor", "id": "both", "amount_yuan": 30_000},
        {"rule": "cap", "id": "idle", "amount_yuan": 90_000},
    ]
    assert named_conflict(two_roads(), policy(FUNDS, rules)) == ["half", "both"]


@pytest.mark.parametrize(
    "keys,expected",
    [
        ({}, "`ratio`, `ceiling_yuan` or both"),
        ({"ratio": 1, "local_funds": ["CITY"]}, "on both sides"),
        ({"ratio": 1, "local_funds": ["ELSE"]}, "a fund of this policy"),
        ({"ratio": 1, "local_funds": []}, "at least one entry"),
        ({"ratio": 1, "fund": "CITTY"}, "perhaps `CITY`"),
        ({"ratio": -1}, "at least 0"),
    ],
)
def test_a_matched_grant_that_says_too_little_or_too_much_is_refused(keys: dict[str, Any], expected: str) -> None:
    with pytest.raises(PolicyFaults, match=expected):
        policy(FUNDS, [{**MATCHED, **keys}])
