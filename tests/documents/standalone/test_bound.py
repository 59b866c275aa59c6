"""The bound of a certificate is one: no plan beats it, whatever the prices, and two programs agree on it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.plan import Plan
from intake.register_csv import write_register_folder
from optimizer.certificate.bound import SCALE, Bounder, UnboundedPrices
from optimizer.certificate.form import certificate_json
from optimizer.certificate.making import Certificate, certify
from optimizer.certificate.shape import SharedRow, keep_row, shape_of, upward
from optimizer.model import Linear, Objective
from optimizer.planning import solve_plan
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.documents.standalone.handed_out import script
from tests.optimizer.brute import Brute, TooManyPlans
from tests.optimizer.small import Small, small_county

PLANS_MAX = 1_500


def counties(name: str, count: int) -> Iterator[tuple[Small, Plan, list[list[tuple[int, ...]]]]]:
    """Small counties that have a plan, and per step what all plans reach that keep the floors of earlier steps."""
    for number in range(count):
        county = small_county(random.Random(f"{SEED}:{name}:{number}"), tolerances=number % 2 == 1)
        try:
            left = Brute(county.register, county.loaded.policy, plans_max=PLANS_MAX).outcomes()
            plan = solve_plan(county.case)
        except (TooManyPlans, NoPlan):
            continue
        per_step = []
        for place, step in enumerate(plan.run.objectives):
            per_step.append(sorted(left))
            sign = 1 if step.sense == "max" else -1
            left = {outcome for outcome in left if sign * outcome[place] >= sign * step.raw_floor}
        yield county, plan, per_step


def best(outcomes: list[tuple[int, ...]], place: int, sense: str) -> int:
    values = [outcome[place] for outcome in outcomes]
    return max(values) if sense == "max" else min(values)


@pytest.mark.slow
def test_no_plan_of_a_small_county_beats_the_certified_bound() -> None:
    seen = 0
    for county, plan, per_step in counties("certified", 40):
        for place, step in enumerate(certify(county.case, plan).steps):
            sign = 1 if step.result.sense == "max" else -1
            assert sign * best(per_step[place], place, step.result.sense) <= sign * step.raw_bound
            seen += bool(step.prices)
    assert seen > 20


def sets_up_to(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both programs write down the sets of at most so many projects."""
    monkeypatch.setattr("optimizer.certificate.shape.PROJECTS_MAX", limit)
    monkeypatch.setattr("optimizer.certificate.bound.PROJECTS_MAX", limit)
    monkeypatch.setattr(script(), "ENUMERATED_MAX", limit)


def dice_prices(dice: random.Random, rows: dict[str, SharedRow]) -> dict[str, int]:
    """Prices without any sense, each on a side its row has."""
    prices = {}
    for name, row in rows.items():
        if dice.random() < 0.6:
            size = dice.choice([1, 10**6, SCALE // 3, SCALE, 7 * SCALE, 10**6 * SCALE])
            price = dice.choice([end for end, there in ((size, row.high), (-size, row.low)) if there is not None])
            prices[name] = price
    return prices


def both_bounds(
    bounder: Bounder, step: Objective, rows: dict[str, SharedRow], prices: dict[str, int], other: Any
) -> tuple[int | None, int | None]:
    """The bound by the product and by the script; None where the prices prove nothing."""
    steps, bounds, shared = other
    welfare = (SCALE if step.name == "welfare" else 0) - prices.get("keep.welfare", 0)
    objective = Linear() if step.name == "welfare" else upward(step)
    try:
        own: int | None = bounder.scaled(objective, welfare, rows, prices)
    except UnboundedPrices:
        own = None
    try:
        theirs: int | None = bounds.scaled(steps[step.name], shared, prices)
    except script().Wrong as wrong:
        theirs = None if wrong.code == "short" else -1
    return own, theirs


@pytest.mark.parametrize("limit", [12, 1])
def test_prices_thrown_by_dice_prove_a_bound_too_and_the_script_finds_the_same(
    limit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets_up_to(limit, monkeypatch)
    proven = 0
    for number, (county, plan, per_step) in enumerate(counties("thrown", 20)):
        dice, folder = random.Random(f"{SEED}:prices:{number}"), tmp_path / str(number)
        write_register_folder(county.register, folder)
        content = certificate_json(Certificate(county.case, plan, ()))
        case = script().Case(script().read_register(folder, content["decided"]), content["policy"])
        anew = script().Rows(case)
        steps, shared = {step.name: step for step in script().steps_of(case, anew)}, dict(anew.shared)
        shape = shape_of(county.case)
        bounder, rows = Bounder(shape), dict(shape.shared)
        for place, (step, result) in enumerate(zip(shape.steps, plan.run.objectives, strict=True)):
            for _ in range(6):
                prices = dice_prices(dice, rows)
                own, theirs = both_bounds(bounder, step, rows, prices, (steps, script().Bounds(case, anew), shared))
                assert own == theirs, (number, step.name, prices)
                if own is not None:
                    sign = 1 if step.sense == "max" else -1
                    assert sign * best(per_step[place], place, step.sense) <= own // SCALE
                    proven += 1
            name, floor = f"keep.{step.name}", result.raw_floor
            rows[name] = SharedRow(name, {}, floor, None) if step.name == "welfare" else keep_row(step, floor)
            theirs_of = steps[step.name]
            end = floor - theirs_of.expression.constant
            ends = (end, None) if step.sense == "max" else (None, end)
            shared[name] = script().Shared(name, name, theirs_of.expression.terms, *ends)
    assert proven > 60


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_units_too_large_to_write_down_their_sets_are_bounded_too(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sets_up_to(limit, monkeypatch)
    for county, plan, per_step in counties(f"large:{limit}", 12):
        for place, step in enumerate(certify(county.case, plan).steps):
            sign = 1 if step.result.sense == "max" else -1
            assert sign * best(per_step[place], place, step.result.sense) <= sign * step.raw_bound
