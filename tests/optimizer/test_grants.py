"""Grants the objectives decide: worth as much as can be, and even between equally worthy units."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from domain.apportionment import apportion
from optimizer.assembly import Choice
from optimizer.case import Case
from optimizer.grants import settle_grants
from tests.conftest import SEED
from tests.optimizer.brute import spreads
from tests.optimizer.hand import K, best_plan, by_formula, case_of, fund, grants_k, policy, register, unit


def random_case(dice: random.Random) -> Case:
    """One fund, a few quanta, floors and sometimes caps; no projects."""
    units = [unit(f"U{i}", households=dice.randint(1, 30), backward=dice.random() < 0.4) for i in range(4)]
    amount = dice.randint(4, 12)
    formula: dict[str, Any] = {"floor_yuan": dice.choice([0, 1000])}
    if dice.random() < 0.5:
        formula["cap_yuan"] = 4000
    loaded = policy(
        {"F": by_formula(mode="optimize", **formula)},
        welfare={"alpha": dice.choice([0, 0.5, 1, 2]), "pieces": dice.choice([2, 5, 12])},
    )
    return case_of(register(units, [], [fund("F", amount)]), loaded)


def worth(case: Case, quanta: dict[str, int]) -> int:
    return case.welfare.of_grants(quanta, case.weights)


def test_no_other_spread_within_the_bounds_is_worth_more() -> None:
    dice = random.Random(f"{SEED}:grants")
    for _ in range(60):
        case = random_case(dice)
        bounds = case.grant_bounds(case.funds["F"])
        total = min(case.quanta(case.funds["F"].total_fen), sum(high for _, high in bounds.values()))
        given = settle_grants(case, Choice({}, (), {("F", "U0"): total * K}))
        quanta = {u: fen // K for (_, u), fen in given.items()}
        assert sum(quanta.values()) == total
        assert all(low <= quanta[u] <= high for u, (low, high) in bounds.items())
        floors = {u: low for u, (low, _) in bounds.items()}
        rooms = [high - low for low, high in bounds.values()]
        best = max(
            worth(case, {u: floors[u] + more for u, more in zip(bounds, parts, strict=True)})
            for parts in spreads(total - sum(floors.values()), rooms)
        )
        assert worth(case, quanta) == best


def test_where_every_quantum_is_worth_the_same_the_spread_is_in_proportion_to_weight() -> None:
    units = [unit("A", households=170), unit("B", households=110, backward=True), unit("C", households=90)]
    county = register(units, [], [fund("F", 101)])
    plan = best_plan(county, policy({"F": by_formula(mode="optimize")}, welfare={"alpha": 0}))
    fair = apportion(101, [170, 165, 90], method="sainte-lague")
    assert list(grants_k(plan, "F").values()) == fair


def test_units_alike_in_all_get_the_same_to_within_a_quantum() -> None:
    county = register([unit(f"U{i}") for i in range(5)], [], [fund("F", 33)])
    for alpha in (0, 0.5, 1, 2):
        plan = best_plan(county, policy({"F": by_formula(mode="optimize")}, welfare={"alpha": alpha}))
        grants = grants_k(plan, "F").values()
        assert max(grants) - min(grants) <= 1


def test_a_stronger_aversion_to_inequality_evens_out_what_other_funds_gave_unevenly() -> None:
    units = [unit("A", households=100), unit("B", households=100)]
    county = register(units, [], [fund("F", 20), fund("G", 30, eligibility='code == "A"')])
    funds = {"F": by_formula(mode="optimize"), "G": by_formula()}
    plan = best_plan(county, policy(funds, welfare={"alpha": 2}))
    assert grants_k(plan, "G") == {"A": 30}
    assert grants_k(plan, "F")["B"] == 20


def test_projects_may_leave_less_for_grants_than_before_and_then_all_of_it_is_spread() -> None:
    case = case_of(
        register([unit("A"), unit("B")], [], [fund("F", 10)]), policy({"F": by_formula(10, mode="optimize")})
    )
    settled = settle_grants(case, Choice({}, (), {("F", "A"): 99 * K}))
    assert sum(settled.values()) == 10 * K
    assert Fraction(settled["F", "A"]) == settled["F", "B"]
