"""Demonstration sites: so many in each town, every one with its checklist complete once all is built."""

from __future__ import annotations

import pytest

from domain.plan import Plan
from domain.policy.faults import PolicyFaults
from optimizer.model import ModelFault
from optimizer.planning import solve_plan
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import (
    K,
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

FUNDS = {"F": projects_only()}


def sites_rule(least: int, most: int, **differs: object) -> dict[str, object]:
    return {"rule": "demonstration-sites", "clause": "M14", "sites_min": least, "sites_max": most, **differs}


def parts(plan: Plan) -> dict[str, str]:
    return {line.project or "": next(iter(line.parts)) for line in plan.lines}


def test_the_project_that_completes_a_site_is_built_though_others_are_worth_more() -> None:
    units = [unit("A", haves=("money",)), unit("B", haves=())]
    projects = [
        project("PA", "A", 30, closes=("place",), benefit=1),
        project("PB", "B", 30, closes=("place",), benefit=90),
    ]
    county = register(units, projects, [fund("F", 30)])
    benefit_first = [{"id": "benefit", "clause": "M26"}]
    plan = best_plan(county, policy(FUNDS, [sites_rule(1, 1)], objectives=benefit_first))
    assert (built(plan), plan.sites) == ({"PA"}, ("A",))
    assert parts(plan) == {"PA": "site"}
    assert "demonstration-sites" in plan.lines[0].rules


def test_a_site_needs_every_have_and_one_project_may_close_several() -> None:
    units = [unit("A", haves=())]
    projects = [project("P", "A", 10, closes=("money",)), project("Q", "A", 20, closes=("money", "place"))]
    county = register(units, projects, [fund("F", 20)])
    plan = best_plan(county, policy(FUNDS, [sites_rule(1, 1)]))
    assert (built(plan), plan.sites) == ({"Q"}, ("A",))


def test_work_already_paid_for_counts_towards_the_checklist_of_a_site() -> None:
    units = [unit("A", haves=("money",))]
    done = project("DONE", "A", 10, closes=("place",), started=True, spent_fen=10 * K)
    plan = best_plan(register(units, [done], [fund("F", 5)]), policy(FUNDS, [sites_rule(1, 1)]))
    assert (built(plan), plan.sites) == (set(), ("A",))


def test_points_per_site_are_part_of_the_benefit_and_stop_at_the_most_sites_allowed() -> None:
    units = [unit("A"), unit("B"), unit("C"), unit("S", township="S1")]
    plan = best_plan(register(units, [], [fund("F", 5)]), policy(FUNDS, [sites_rule(0, 2, benefit_per_site=7)]))
    assert len(plan.sites) == 2
    assert "S" not in plan.sites
    assert reached(plan, "benefit") == 14


def test_a_town_that_cannot_have_its_sites_collides_and_a_subdistrict_need_not() -> None:
    lacking = [unit("A", haves=()), unit("S", township="S1", haves=())]
    county = register(lacking, [], [fund("F", 5)])
    assert named_conflict(county, policy(FUNDS, [sites_rule(1, 2)])) == ["demonstration-sites"]
    only_subdistrict = register(lacking[1:], [], [fund("F", 5)])
    assert best_plan(only_subdistrict, policy(FUNDS, [sites_rule(1, 2)])).sites == ()


def test_sites_and_a_cap_that_starves_them_are_named_together() -> None:
    units = [unit("A", haves=("money",))]
    county = register(units, [project("P", "A", 30, closes=("place",))], [fund("F", 30)])
    rules = [sites_rule(1, 1), {"rule": "cap", "amount_yuan": 20_000}, {"rule": "floor", "amount_yuan": 0}]
    assert named_conflict(county, policy(FUNDS, rules)) == ["demonstration-sites", "cap"]


def test_as_a_should_rule_missing_and_surplus_sites_are_counted_but_no_site_is_incomplete() -> None:
    units = [unit("A"), unit("B", haves=()), unit("C", township="T2", haves=())]
    rule = sites_rule(2, 3, kind="should")
    plan = best_plan(register(units, [], [fund("F", 5)]), policy(FUNDS, [rule]))
    assert plan.sites == ("A",)
    assert reached(plan, "shortfall-1") == 3
    assert plan.run.objectives[0].unit == "sites"


def test_two_rules_may_ask_for_different_numbers_in_towns_and_subdistricts() -> None:
    units = [unit("A"), unit("B"), unit("S", township="S1"), unit("U", township="S1")]
    rules = [
        sites_rule(2, 2, id="towns", benefit_per_site=5),
        sites_rule(1, 1, id="subdistricts", town_kinds=["subdistrict"], benefit_per_site=3),
    ]
    plan = best_plan(register(units, [], [fund("F", 5)]), policy(FUNDS, rules))
    assert len(plan.sites) == 3
    assert {"A", "B"} < set(plan.sites)
    assert reached(plan, "benefit") == 13


def test_sites_and_yuan_in_one_class_of_shortfalls_cannot_be_added_up() -> None:
    county = register([unit("A")], [], [fund("F", 5)])
    rules = [sites_rule(1, 1, kind="should"), {"rule": "floor", "amount_yuan": 1, "kind": "should"}]
    with pytest.raises(ModelFault, match="demonstration-sites and floor share the priority class 1"):
        solve_plan(case_of(county, policy(FUNDS, rules)))


def test_fewer_at_most_than_at_least_is_refused() -> None:
    with pytest.raises(PolicyFaults, match="sites_min"):
        policy(FUNDS, [sites_rule(3, 2)])
