"""Kinds of unit are data: floors, caps, shares and resources by kind, whatever the kinds are called (M21)."""

from __future__ import annotations

from decimal import Decimal

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

UNITS = [unit("V1"), unit("V2"), unit("S", kind="school"), unit("H", kind="hospital", households=500)]


def test_each_kind_has_its_floor_and_its_cap() -> None:
    rules = [
        {"rule": "floor", "id": "schools", "where": 'kind == "school"', "amount_yuan": 30_000},
        {"rule": "cap", "id": "hospitals", "where": 'kind == "hospital"', "amount_yuan": 20_000},
        {"rule": "cap", "id": "others", "where": 'kind not in ["school", "hospital"]', "per_household_yuan": 250},
    ]
    county, loaded = register(UNITS, [], [fund("F", 100)]), policy({"F": by_formula(mode="optimize")}, rules)
    plan = best_plan(county, loaded)
    grants = grants_k(plan, "F")
    case = case_of(county, loaded)
    even = case.welfare.of_grants({"V1": 25, "V2": 25, "S": 30, "H": 20}, case.weights)
    assert reached(plan, "welfare") == even  # another split is worth the same where a piece of the welfare is flat
    assert grants["S"] >= 30
    assert grants["H"] == 20  # of the greatest weight, so at its cap
    assert max(grants["V1"], grants["V2"]) <= 25
    assert sum(grants.values()) == 100


def test_a_formula_may_have_a_floor_for_every_kind() -> None:
    steps = [
        {"when": 'kind == "school"', "amount_yuan": 10_000},
        {"when": 'kind == "hospital"', "amount_yuan": 2_000},
        {"when": "true", "amount_yuan": 1_000},
    ]
    plan = best_plan(register(UNITS, [], [fund("F", 14)]), policy({"F": by_formula(floor_yuan=steps)}))
    assert grants_k(plan, "F") == {"V1": 1, "V2": 1, "S": 10, "H": 2}


def test_no_kind_gets_more_than_its_share_and_a_kind_nobody_is_of_asks_for_nothing() -> None:
    rules = [
        {"rule": "share", "id": "each", "each": "kind", "at_most": 0.4},
        {"rule": "floor", "id": "firms", "where": 'kind == "state-firm"', "amount_yuan": 90_000},
    ]
    plan = best_plan(register(UNITS, [], [fund("F", 100)]), policy({"F": by_formula(mode="optimize")}, rules))
    grants = grants_k(plan, "F")
    assert max(grants["V1"] + grants["V2"], grants["S"], grants["H"]) == 40


def test_hands_are_short_kind_by_kind() -> None:
    works = [project(f"{u.code}{n}", u.code, n, quantities={"days": Decimal(n)}) for u in UNITS for n in (1, 2)]
    rule = {"rule": "resource", "quantity": "days", "each": "kind", "at_most": 3}
    plan = best_plan(register(UNITS, works, [fund("F", 90)]), policy({"F": projects_only()}, [rule]))
    assert built(plan) >= {"S1", "S2", "H1", "H2"}
    assert sum(int(code[-1]) for code in built(plan) if code.startswith("V")) == 3
