"""Knapsacks are only registers and policies: many resources against scipy, one budget against dynamic programming."""

from __future__ import annotations

import random
from decimal import Decimal

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.conftest import SEED
from tests.optimizer.hand import K, best_plan, built, fund, policy, project, projects_only, reached, register, unit

BENEFIT = [{"id": "benefit", "clause": "M26"}]
COLUMNS = ("crew_days", "cement_t", "machine_h", "transport_km")
"""With the money of the fund these are five limits."""


@pytest.mark.parametrize("number", range(4))
def test_a_hundred_projects_under_five_limits_are_solved_to_the_optimum_that_scipy_finds(number: int) -> None:
    dice = random.Random(f"{SEED}:knapsack:{number}")
    costs = [dice.randint(5, 60) for _ in range(100)]
    uses = {column: [Decimal(dice.randint(0, 400)) / 4 for _ in costs] for column in COLUMNS}
    benefits = [dice.randint(1, 99) for _ in costs]
    limits = {column: sum(amounts) * dice.choice([3, 4, 5]) / 10 for column, amounts in uses.items()}
    money = sum(costs) * 4 // 10
    units = [unit(f"U{n}") for n in range(10)]
    works = [
        project(f"P{n:03}", f"U{n % 10}", cost, benefit=benefits[n], quantities={c: uses[c][n] for c in COLUMNS})
        for n, cost in enumerate(costs)
    ]
    rules = [{"rule": "resource", "id": c, "quantity": c, "at_most": float(limits[c])} for c in COLUMNS]
    plan = best_plan(
        register(units, works, [fund("F", money)]), policy({"F": projects_only()}, rules, objectives=BENEFIT)
    )
    (step,) = plan.run.objectives
    assert step.raw_value == step.raw_bound, "proven optimal"
    rows = np.array([costs, *([float(amount) for amount in uses[c]] for c in COLUMNS)])
    found = milp(
        -np.array(benefits),
        constraints=LinearConstraint(rows, ub=[money, *(float(limits[c]) for c in COLUMNS)]),
        integrality=np.ones(100),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    assert step.raw_value == round(-found.fun)


@pytest.mark.parametrize("number", range(6))
def test_a_participatory_budget_gives_the_votes_that_dynamic_programming_finds(number: int) -> None:
    """One budget, projects with votes: the plan reaches the exact knapsack optimum."""
    dice = random.Random(f"{SEED}:votes:{number}")
    costs = [dice.randint(3, 90) for _ in range(dice.choice([20, 45, 80]))]
    votes = [dice.randint(0, 3_000) for _ in costs]
    budget = sum(costs) * dice.choice([2, 4, 6]) // 10
    works = [project(f"P{n:02}", f"U{n % 7}", cost, benefit=votes[n]) for n, cost in enumerate(costs)]
    county = register([unit(f"U{n}") for n in range(7)], works, [fund("F", budget)])
    plan = best_plan(county, policy({"F": projects_only()}, objectives=BENEFIT))
    best = [0] * (budget + 1)
    for cost, gained in zip(costs, votes, strict=True):
        for left in range(budget, cost - 1, -1):
            best[left] = max(best[left], best[left - cost] + gained)
    assert reached(plan, "benefit") == best[budget] == sum(votes[int(code[1:])] for code in built(plan))
    assert sum(line.amount_fen for line in plan.lines) <= budget * K
