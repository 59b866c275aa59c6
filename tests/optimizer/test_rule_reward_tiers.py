"""Rewards by tiers of results: nothing below the lowest, never less for a better one, stated sums that rise (M22)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain.policy.faults import PolicyFaults
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from domain.scoring import ScoringFault
from optimizer.planning import solve_plan
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import best_plan, by_formula, case_of, fund, grants_k, policy, reached, register, unit

TIERS = [{"from_result": 60}, {"from_result": 75}, {"from_result": 90}]
RULE = {"rule": "reward-tiers", "clause": "M22", "fund": "F", "result": "last_result", "tiers": TIERS}


def county(money_k: int = 100, **households: int) -> Register:
    """A fails, B and C reach the first tier, D the second and E the third."""
    results = {"A": 50, "B": 60, "C": 74.5, "D": 89, "E": 90}
    units = [
        unit(code, last_result=Decimal(str(result)), households=households.get(code, 100))
        for code, result in results.items()
    ]
    return register(units, [], [fund("F", money_k)])


def by_objectives(*rules: dict[str, Any]) -> LoadedPolicy:
    return policy({"F": by_formula(mode="optimize")}, rules)


def test_no_result_no_reward_and_a_small_unit_of_a_better_tier_gets_no_less_than_a_large_one_of_a_worse() -> None:
    households = {"B": 400, "C": 400}
    free = grants_k(best_plan(county(**households), by_objectives()), "F")
    assert free["A"] > 0
    assert free["B"] > free["E"]
    grants = grants_k(best_plan(county(**households), by_objectives(RULE)), "F")
    assert "A" not in grants
    assert max(grants["B"], grants["C"]) <= grants["D"] <= grants["E"]
    assert sum(grants.values()) == 100


def test_per_household_a_large_unit_may_get_more_in_all_but_not_per_household() -> None:
    grants = grants_k(best_plan(county(B=400, C=400), by_objectives({**RULE, "per": "household"})), "F")
    assert grants["B"] > grants["E"]
    assert max(grants["B"], grants["C"]) / 400 <= grants["D"] / 100 <= grants["E"] / 100


def test_a_formula_with_steps_keeps_the_tiers_and_a_flat_one_falls_short() -> None:
    steps = by_formula()
    steps["formula"]["factors"][0]["weight"] = "step(last_result, [[0, 0], [60, 1], [75, 2], [90, 3]])"
    assert grants_k(best_plan(county(70), policy({"F": steps}, [RULE])), "F") == {"B": 10, "C": 10, "D": 20, "E": 30}
    plan = best_plan(county(100), policy({"F": by_formula()}, [{**RULE, "kind": "should"}]))
    assert reached(plan, "shortfall-1") == 20, "all get 20 by formula; only A's are out of order"


def test_stated_sums_are_given_as_stated_and_per_household_down_to_whole_quanta() -> None:
    amounts = [{**tier, "amount_yuan": sum_} for tier, sum_ in zip(TIERS, [8_000, 12_000, 30_000], strict=True)]
    unallocated = by_formula(mode="optimize", rest="unallocated")
    plan = best_plan(county(), policy({"F": unallocated}, [{**RULE, "tiers": amounts}]))
    assert grants_k(plan, "F") == {"B": 8, "C": 8, "D": 12, "E": 30}
    each = [{**tier, "amount_yuan": sum_} for tier, sum_ in zip(TIERS, [5, "12.50", 40], strict=True)]
    rule = {**RULE, "tiers": each, "per": "household"}
    plan = best_plan(county(B=350, D=130), policy({"F": unallocated}, [rule]))
    assert grants_k(plan, "F") == {"B": 1, "D": 1, "E": 4}, "1,750, 500, 1,625 and 4,000 in whole thousands"


def test_between_tiers_nobody_reaches_the_order_still_holds() -> None:
    gap = [{"from_result": 60}, {"from_result": 80}, {"from_result": 85}, {"from_result": 90}]
    grants = grants_k(best_plan(county(B=900), by_objectives({**RULE, "tiers": gap})), "F")
    assert grants["B"] <= grants["D"] <= grants["E"]


def test_tiers_and_a_floor_for_those_without_results_collide() -> None:
    rules = [RULE, {"rule": "floor", "where": "last_result < 60", "amount_yuan": 1_000}]
    assert named_conflict(county(6), by_objectives(*rules)) == ["reward-tiers", "floor"]


def test_a_missing_result_is_named_and_not_taken_for_nothing() -> None:
    bare = register([unit("A")], [], [fund("F", 10)])
    with pytest.raises(ScoringFault, match="last_result"):
        solve_plan(case_of(bare, by_objectives(RULE)))


@pytest.mark.parametrize(
    "keys,expected",
    [
        ({"tiers": [{"from_result": 60}, {"from_result": 60}]}, "lowest to the highest"),
        (
            {"tiers": [{"from_result": 1, "amount_yuan": 5}, {"from_result": 2, "amount_yuan": 5}]},
            "rise from tier to tier",
        ),
        ({"tiers": [{"from_result": 1, "amount_yuan": 5}, {"from_result": 2}]}, "every tier or in none"),
        ({"tiers": []}, "at least one entry"),
        ({"fund": "G"}, "a fund of this policy"),
    ],
)
def test_tiers_that_do_not_rise_are_refused(keys: dict[str, Any], expected: str) -> None:
    with pytest.raises(PolicyFaults, match=expected):
        by_objectives({**RULE, **keys})
