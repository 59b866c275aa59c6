"""The cheapest repairs of small counties without a plan, compared with all that brute force can write down."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from domain.policy.model import Policy, Rule
from optimizer.conflicts.repairs import cheapest_repairs
from optimizer.planning import solve_plan
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer.brute import Brute, TooManyPlans
from tests.optimizer.hand import K, by_formula, case_of, fund, policy, project, projects_only, register, unit
from tests.optimizer.small import Small, small_county


def without_plan(dice: random.Random) -> Iterator[Small]:
    """Small counties in which no plan keeps all must-rules and no fund may be raised."""
    while True:
        county = small_county(dice)
        try:
            solve_plan(county.case)
        except NoPlan:
            funds = {f: p.model_copy(update={"raisable": False}) for f, p in county.loaded.policy.funds.items()}
            fixed = county.loaded.policy.model_copy(update={"funds": funds})
            yield Small(county.register, replace(county.loaded, policy=fixed))


def every_repair(county: Small) -> dict[frozenset[str], Fraction]:
    """Sets of relaxed rules -> the least that a plan which misses just these costs, in yuan; by brute force."""
    policy, quantum = county.loaded.policy, county.case.quantum_fen
    musts = [rule for rule in policy.rules if rule.kind == "must"]
    others = [rule for rule in policy.rules if rule.kind == "should"]
    classes: dict[int, Rule] = dict(enumerate(musts, start=10))
    rules = [r.model_copy(update={"kind": "should", "priority_class": n}) for n, r in classes.items()]
    shortfall = policy.objectives[0].model_copy(update={"id": "shortfall"})
    asked: Policy = policy.model_copy(update={"rules": (*others, *rules), "objectives": (shortfall,)})
    brute = Brute(county.register, asked, plans_max=4_000)
    found: dict[frozenset[str], Fraction] = {}
    for outcome in brute.outcomes():
        missed = {
            classes[int(step[10:])]: n
            for (step, _), n in zip(brute.steps, outcome, strict=True)
            if n and int(step[10:]) >= 10
        }
        cost = sum(
            (n * (Fraction(quantum, 100) if rule.measure == "fen" else 1) for rule, n in missed.items()), Fraction(0)
        )
        key = frozenset(rule.id for rule in missed)
        found[key] = min(cost, found.get(key, cost))
    return found


def test_on_small_counties_without_a_plan_repairs_are_the_cheapest_that_brute_force_finds() -> None:
    dice, compared = random.Random(f"{SEED}:repairs"), 0
    for county in without_plan(dice):
        try:
            left = every_repair(county)
        except TooManyPlans:
            continue
        repairs = cheapest_repairs(county.case)
        for repair in repairs:
            assert repair.proven
            assert repair.cost == min(left.values())
            assert left[repair.levers] == repair.cost
            left = {levers: cost for levers, cost in left.items() if not levers >= repair.levers}
        assert len(repairs) == 3 or not left
        compared += 1
        if compared == 8:
            break


def test_a_county_with_too_little_money_may_raise_the_fund_or_relax_the_rule_whichever_its_policy_calls_cheaper() -> (
    None
):
    county = register([unit("A")], [project("P", "A", 30), project("Q", "A", 50)], [fund("F", 50)])
    rule = {"rule": "floor", "amount_yuan": 70_000}
    by_fund, by_rule = cheapest_repairs(case_of(county, policy({"F": {**projects_only(), "repair_cost": 0.5}}, [rule])))
    assert [(r.fund, r.amount_fen) for r in by_fund.raises] == [("F", 30 * K)]
    assert by_fund.cost == 15_000
    assert [(r.rule.id, r.where, r.amount) for r in by_rule.relaxes] == [("floor", "A", 20 * K)]
    assert by_rule.cost == 20_000
    assert by_fund.proven
    assert by_rule.proven


def test_statutory_rules_and_funds_that_cannot_be_raised_are_never_offered() -> None:
    county = register([unit("A")], [project("P", "A", 30)], [fund("F", 50)])
    fixed = {"F": {**projects_only(), "raisable": False}}
    rules = [{"rule": "floor", "amount_yuan": 30_000, "statutory": True}, {"rule": "cap", "amount_yuan": 20_000}]
    (repair,) = cheapest_repairs(case_of(county, policy(fixed, rules)))
    assert repair.levers == {"cap"}
    assert repair.cost == 10_000
    rules[1]["statutory"] = True
    assert cheapest_repairs(case_of(county, policy(fixed, rules))) == []


def test_a_fund_with_a_formula_is_raised_by_the_least_that_does() -> None:
    county = register([unit("A"), unit("B")], [], [fund("F", 50)])
    rules = [{"rule": "floor", "amount_yuan": 40_000, "statutory": True}]
    (repair,) = cheapest_repairs(case_of(county, policy({"F": by_formula()}, rules)))
    assert [(r.fund, r.amount_fen) for r in repair.raises] == [("F", 30 * K)]
    assert repair.proven


@pytest.mark.parametrize("yuan_of_cap, cheaper", [(1, "cap"), (2, "sites")])
def test_what_a_rule_costs_to_relax_decides_which_is_relaxed(yuan_of_cap: int, cheaper: str) -> None:
    county = register([unit("A", haves=("money",))], [project("P", "A", 30, closes=("place",))], [fund("F", 50)])
    rules = [
        {"rule": "demonstration-sites", "id": "sites", "sites_min": 1, "repair_cost": 30_000},
        {"rule": "cap", "amount_yuan": 10_000, "repair_cost": yuan_of_cap},
    ]
    first, second = cheapest_repairs(case_of(county, policy({"F": projects_only()}, rules)))
    assert first.levers == {cheaper}
    assert first.cost == min(30_000, 20_000 * yuan_of_cap)
    assert second.cost == max(30_000, 20_000 * yuan_of_cap)
