"""Contiguity: neighbouring backward units built together are worth more than the same money scattered."""

from __future__ import annotations

import pytest

from domain.policy.faults import PolicyFaults
from optimizer.checking.audit import PlanAudit
from optimizer.rules.contiguity import Contiguity
from tests.optimizer.hand import best_plan, built, fund, policy, project, projects_only, reached, register, unit
from tests.optimizer.map_collisions import named_map_conflict

FUNDS = {"F": projects_only()}
UNITS = [unit("A", backward=True), unit("B", backward=True), unit("C", backward=True), unit("D")]
BESIDE = (("A", "B"), ("B", "A"), ("C", "C"), ("C", "D"))
BENEFIT = [{"id": "benefit", "clause": "M26"}]
PAIRS = [{"id": "contiguity", "clause": "M16"}, *BENEFIT]
WORKS = [project("PA", "A", 10), project("PB", "B", 10), project("PC", "C", 10, benefit=14), project("PD", "D", 10)]
COUNTY = register(UNITS, WORKS, [fund("F", 20)], adjacency=BESIDE)


def contiguity(**differs: object) -> dict[str, object]:
    return {"rule": "contiguity", "clause": "M16", **differs}


@pytest.mark.parametrize("points,chosen,benefit", [(0, {"PC", "PA"}, 24), (3, {"PC", "PA"}, 24), (5, {"PA", "PB"}, 25)])
def test_the_slider_decides_from_which_worth_on_neighbours_are_built_together(
    points: int, chosen: set[str], benefit: int
) -> None:
    plan = best_plan(COUNTY, policy(FUNDS, [contiguity(points_per_pair=points)], objectives=BENEFIT))
    assert reached(plan, "benefit") == benefit
    assert ({"PA", "PB"} == built(plan)) == (chosen == {"PA", "PB"})


def test_so_many_pairs_must_be_built_though_scattered_projects_are_worth_more() -> None:
    plan = best_plan(COUNTY, policy(FUNDS, [contiguity(pairs_at_least=1)], objectives=BENEFIT))
    assert built(plan) == {"PA", "PB"}


def test_the_objective_makes_pairs_before_it_looks_at_what_comes_later() -> None:
    plan = best_plan(COUNTY, policy(FUNDS, [contiguity()], objectives=PAIRS))
    assert (built(plan), reached(plan, "contiguity")) == ({"PA", "PB"}, 1)
    assert plan.run.objectives[0].unit == "pairs"


def test_where_says_whose_neighbours_count_and_a_pair_listed_twice_counts_once() -> None:
    rules = [contiguity(where="true", pairs_at_least=2, kind="should")]
    plan = best_plan(COUNTY, policy(FUNDS, rules, objectives=[{"id": "shortfall", "clause": "M16"}, *BENEFIT]))
    assert reached(plan, "shortfall-1") == 1
    assert plan.run.objectives[0].unit == "pairs"
    assert built(plan) == {"PC", "PD"}  # C and D are neighbours too, and worth more


def test_two_projects_of_one_unit_make_no_pair() -> None:
    works = [project("P1", "A", 10), project("P2", "A", 10), project("PB", "B", 10, benefit=1)]
    county = register(UNITS, works, [fund("F", 20)], adjacency=BESIDE)
    plan = best_plan(county, policy(FUNDS, [contiguity(points_per_pair=8)], objectives=BENEFIT))
    assert reached(plan, "benefit") == 20


def test_pairs_and_a_cap_that_forbids_building_at_one_end_collide() -> None:
    rules = [contiguity(pairs_at_least=1), {"rule": "cap", "amount_yuan": 9_000, "where": "households == 7"}]
    units = [unit("A", backward=True, households=7), *UNITS[1:]]
    county = register(units, WORKS, [fund("F", 20)], adjacency=BESIDE)
    assert named_map_conflict(county, policy(FUNDS, rules)) == ["contiguity", "cap"]


def test_more_pairs_than_there_are_collide_by_themselves() -> None:
    rules = [contiguity(pairs_at_least=2), {"rule": "cap", "amount_yuan": 90_000}]
    assert named_map_conflict(COUNTY, policy(FUNDS, rules)) == ["contiguity"]


def test_the_check_says_how_many_pairs_are_missing() -> None:
    loaded = policy(FUNDS, [contiguity(pairs_at_least=3)])
    rule = loaded.policy.rules[0]
    assert isinstance(rule, Contiguity)
    (short,) = rule.check(PlanAudit(COUNTY, loaded.policy, [], []))
    assert short.amount == 3
    assert short.sentence == (
        "0 pairs of neighbours (backward) are built together, at least 3 are asked for (rule contiguity, M16)."
    )


def test_the_objective_without_a_rule_that_counts_pairs_is_a_fault() -> None:
    with pytest.raises(PolicyFaults, match=r"objectives\[contiguity\].*no rule that counts pairs.*add `- {rule: cont"):
        policy(FUNDS, [], objectives=PAIRS)
