"""Corridors: neighbouring sites earn a bonus, or the sites of a corridor form one connected piece."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from domain.policy.faults import PolicyFaults
from domain.register import Register
from optimizer.checking.audit import PlanAudit
from optimizer.rules.corridor import Corridor
from tests.optimizer.hand import best_plan, built, fund, policy, project, projects_only, reached, register, unit
from tests.optimizer.map_collisions import named_map_conflict

FUNDS = {"F": projects_only()}
BENEFIT = [{"id": "benefit", "clause": "M26"}]
ROAD = ("A", "B", "C", "D", "E")
BESIDE = tuple(pairwise(ROAD))


def county(money_k: int = 20, **benefits: int) -> Register:
    """Five units along a road, each lacking one have that a project of 10 closes."""
    units = [unit(u, haves=("money",)) for u in ROAD]
    works = [project(f"P{u}", u, 10, closes=("place",), benefit=benefits.get(u, 1)) for u in ROAD]
    return register(units, works, [fund("F", money_k)], adjacency=BESIDE)


def sites(least: int, most: int = 5, **differs: Any) -> dict[str, Any]:
    return {"rule": "demonstration-sites", "clause": "M14", "sites_min": least, "sites_max": most, **differs}


def corridor(**differs: Any) -> dict[str, Any]:
    return {"rule": "corridor", "clause": "M15", **differs}


@pytest.mark.parametrize("points,chosen,benefit", [(3, {"PA", "PE"}, 10), (5, {"PA", "PB"}, 11)])
def test_a_bonus_draws_sites_together_once_it_outweighs_what_they_are_worth_apart(
    points: int, chosen: set[str], benefit: int
) -> None:
    rules = [sites(0), corridor(points_per_pair=points)]
    plan = best_plan(county(A=5, E=5), policy(FUNDS, rules, objectives=BENEFIT))
    assert (built(plan), reached(plan, "benefit")) == (chosen, benefit)


def test_sites_that_must_be_connected_are_those_between_the_worthy_ones_too() -> None:
    rules = [corridor(connected=True, at_least=3), sites(0)]  # asked for before the rule about sites is
    plan = best_plan(county(30, A=9, C=9, E=9), policy(FUNDS, rules, objectives=BENEFIT))
    assert plan.sites in (("A", "B", "C"), ("C", "D", "E"))
    assert built(plan) == {f"P{u}" for u in plan.sites}


def test_connected_asks_for_nothing_where_there_is_no_site_or_one() -> None:
    plan = best_plan(county(10, C=9), policy(FUNDS, [sites(0), corridor(connected=True)], objectives=BENEFIT))
    assert built(plan) == {"PC"}


def test_every_township_is_a_corridor_of_its_own_when_it_says_so() -> None:
    units = [unit(u, township=t) for u, t in zip("ABCD", ("T1", "T1", "T2", "T2"), strict=True)]
    towns = register(units, [], [fund("F", 5)], adjacency=(("A", "B"), ("B", "C")))
    rules = [sites(0, benefit_per_site=1), corridor(connected=True, each="township", points_per_pair=7)]
    plan = best_plan(towns, policy(FUNDS, rules, objectives=BENEFIT))
    assert set(plan.sites) > {"A", "B"}
    assert len(plan.sites) == 3  # C or D, but not both: they do not touch
    assert reached(plan, "benefit") == 3 + 7  # B and C touch across the border, which earns nothing here


def test_a_site_outside_the_corridor_is_free_to_lie_anywhere() -> None:
    rules = [sites(0, benefit_per_site=1), corridor(connected=True, where="poor")]
    plan = best_plan(county(20, A=9, E=9), policy(FUNDS, rules, objectives=BENEFIT))
    assert plan.sites == ("A", "E")


def test_as_a_should_rule_each_piece_beyond_the_first_counts_as_one_site() -> None:
    units = [unit(u, haves=("money",) if u in "BD" else ("money", "place")) for u in ROAD]
    apart = register(units, [], [fund("F", 5)], adjacency=BESIDE)
    rules = [sites(3), corridor(connected=True, kind="should")]
    steps = [{"id": "shortfall", "clause": "M15"}, *BENEFIT]
    plan = best_plan(apart, policy(FUNDS, rules, objectives=steps))
    assert plan.sites == ("A", "C", "E")
    assert reached(plan, "shortfall-1") == 2
    assert plan.run.objectives[0].unit == "sites"


def test_connected_sites_and_a_cap_on_what_lies_between_collide_and_the_rule_on_sites_is_named_too() -> None:
    units = [unit(u, haves=("money",), households=7 if u == "B" else 100) for u in "ABC"]
    works = [project(f"P{u}", u, 10, closes=("place",)) for u in "ABC"]
    road = register(units, works, [fund("F", 30)], adjacency=(("A", "B"), ("B", "C")))
    cap = {"rule": "cap", "amount_yuan": 5_000, "where": "households == 7"}
    rules = [sites(2), corridor(connected=True), cap, {"rule": "floor", "amount_yuan": 0}]
    assert named_map_conflict(road, policy(FUNDS, rules)) == ["demonstration-sites", "corridor", "cap"]


def test_so_many_sites_of_a_corridor_and_too_few_of_the_town_collide() -> None:
    rules = [sites(0, 2), corridor(at_least=3)]
    assert named_map_conflict(county(50), policy(FUNDS, rules)) == ["demonstration-sites", "corridor"]


def test_the_check_counts_sites_and_pieces() -> None:
    loaded = policy(FUNDS, [sites(0), corridor(connected=True, at_least=4)])
    rule = next(rule for rule in loaded.policy.rules if isinstance(rule, Corridor))
    few, apart = rule.check(PlanAudit(county(), loaded.policy, [], ["A", "C", "D"]))
    assert few.sentence == "The corridor has 3 sites, at least 4 are asked for (rule corridor, M15)."
    assert (few.amount, apart.amount) == (1, 1)
    assert "The sites of the corridor lie in 2 pieces that do not touch, one is asked for" in apart.sentence


def test_a_corridor_that_asks_for_nothing_is_refused() -> None:
    with pytest.raises(PolicyFaults, match="`points_per_pair`, `connected: true` or `at_least`"):
        policy(FUNDS, [sites(0), corridor()])


def test_a_corridor_without_a_rule_that_asks_for_sites_is_a_fault() -> None:
    with pytest.raises(PolicyFaults, match="a corridor, but no rule that asks for sites"):
        policy(FUNDS, [corridor(connected=True)])
