"""Floors and caps per unit: they bind, they collide, and as should-rules they say how much is missing."""

from __future__ import annotations

import pytest

from domain.policy.faults import PolicyFaults
from optimizer.checking.audit import PlanAudit
from optimizer.planning import solve_plan
from optimizer.rules.limits import UnitFloor
from optimizer.solve.order import NoPlan
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import (
    K,
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

RICH_AND_POOR = [unit("A", households=300), unit("B", households=100)]


def test_without_a_floor_the_larger_project_wins_and_with_one_the_poorer_unit_gets_its_share() -> None:
    county = register(RICH_AND_POOR, [project("PA", "A", 60), project("PB", "B", 50)], [fund("F", 60)])
    funds = {"F": projects_only()}
    benefit_first = [{"id": "benefit", "clause": "M26"}]
    assert built(best_plan(county, policy(funds, objectives=benefit_first))) == {"PA"}
    floored = policy(funds, [{"rule": "floor", "where": 'code == "B"', "amount_yuan": 1}], objectives=benefit_first)
    assert built(best_plan(county, floored)) == {"PB"}


def test_a_floor_is_met_by_all_funds_together_unless_it_names_some() -> None:
    county = register(RICH_AND_POOR, [], [fund("F", 40), fund("G", 40)])
    funds = {"F": by_formula(mode="optimize"), "G": by_formula()}
    together = best_plan(county, policy(funds, [{"rule": "floor", "amount_yuan": 30_000}]))
    assert grants_k(together, "G") == {"A": 30, "B": 10}
    assert grants_k(together, "F")["B"] >= 20
    alone = policy(funds, [{"rule": "floor", "amount_yuan": 30_000, "funds": ["G"]}])
    with pytest.raises(NoPlan):
        solve_plan(case_of(county, alone))
    assert named_conflict(county, alone) == ["floor"]


def test_a_cap_keeps_projects_out_and_the_plan_names_it() -> None:
    county = register([unit("A")], [project("P", "A", 30), project("Q", "A", 20)], [fund("F", 50)])
    plan = best_plan(county, policy({"F": projects_only()}, [{"rule": "cap", "amount_yuan": 45_000}]))
    assert built(plan) == {"P"}
    assert [(n.project, n.reason, n.detail) for n in plan.not_funded] == [("Q", "rule", "cap")]


def test_a_floor_above_a_cap_collides_and_both_are_named() -> None:
    county = register([unit("A")], [project("P", "A", 30)], [fund("F", 50)])
    rules = [
        {"rule": "floor", "amount_yuan": 30_000},
        {"rule": "cap", "amount_yuan": 29_999},
        {"rule": "share", "where": "backward", "at_most": 1},
    ]
    assert named_conflict(county, policy({"F": projects_only()}, rules)) == ["floor", "cap"]


def test_limits_per_household_count_households() -> None:
    county = register(RICH_AND_POOR, [], [fund("F", 40)])
    plan = best_plan(
        county, policy({"F": by_formula(mode="optimize")}, [{"rule": "cap", "per_household_yuan": 100, "kind": "must"}])
    )
    assert grants_k(plan, "F") == {"A": 30, "B": 10}


def test_a_floor_that_should_hold_counts_the_quanta_missing_of_every_unit() -> None:
    county = register(RICH_AND_POOR, [], [fund("F", 40)])
    rule = {"rule": "floor", "amount_yuan": 25_500, "kind": "should"}
    plan = best_plan(county, policy({"F": by_formula(mode="optimize")}, [rule]))
    # 40 for two times 25.5, rounded up to whole thousands: 12 are missing, wherever
    assert reached(plan, "shortfall-1") == 12


def test_a_cap_that_should_hold_counts_the_quanta_above_it() -> None:
    county = register([unit("A")], [project("P", "A", 30)], [fund("F", 50)])
    rules = [
        {"rule": "cap", "amount_yuan": 25_500, "kind": "should"},
        {"rule": "floor", "amount_yuan": 30_000, "kind": "must"},
    ]
    plan = best_plan(county, policy({"F": projects_only()}, rules))
    assert reached(plan, "shortfall-1") == 5
    assert plan.run.objectives[0].unit == "yuan"
    assert plan.run.objectives[0].value == 5000


def test_the_check_says_who_gets_too_little_and_how_much_that_is() -> None:
    loaded = policy({"F": projects_only()}, [{"rule": "floor", "amount_yuan": 10_000, "id": "nobody-below"}])
    county = register([unit("A", name_en="Stone Bridge")], [], [fund("F", 50)])
    rule = loaded.policy.rules[0]
    assert isinstance(rule, UnitFloor)
    (short,) = rule.check(PlanAudit(county, loaded.policy, [], []))
    assert (short.where, short.amount) == ("A", 10 * K)
    assert "Stone Bridge (A) gets ¥0.00, less than the floor of ¥10,000.00 (rule nobody-below, M12)" in short.sentence


@pytest.mark.parametrize("amounts", [{}, {"amount_yuan": 1, "per_household_yuan": 1}])
def test_a_limit_without_an_amount_or_with_two_is_refused(amounts: dict[str, int]) -> None:
    with pytest.raises(PolicyFaults, match="either `amount_yuan` or `per_household_yuan`"):
        policy({"F": projects_only()}, [{"rule": "floor", **amounts}])
