"""The engines agree: prices narrow, reduction shrinks, CP-SAT decides, and no float can make them wrong."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.case import Case, build_case
from optimizer.formulation import Formulation
from optimizer.model import Ints, Linear, Model, Objective
from optimizer.planning import default_engine, solve_plan
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.engine import Answer, Engine, Listener, Progress
from optimizer.solve.narrowing import Narrowing
from optimizer.solve.order import NoPlan, solve_in_order
from optimizer.solve.prices import SCALE, price_bound, whole_prices
from optimizer.solve.reduction import reduced
from optimizer.solve.relaxation import Point, Relaxation, relaxation_duals
from tests.conftest import SEED
from tests.optimizer import medium
from tests.optimizer.small import small_county

ROOT = Path(__file__).resolve().parents[2]


def best(model: Model, expression: Linear, engine: Engine | None = None) -> Answer:
    """The largest value of an expression; by CP-SAT unless another engine is asked."""
    return (engine or CpSat()).solve(
        model, expression, maximise=True, gap_allowed=0, hint=None, step="best", listener=None
    )


def in_order(case: Case, engine: Engine) -> list[tuple[str, int, int]] | None:
    """Every step's value and bound; None when there is no plan."""
    try:
        return [(o.name, o.raw_value, o.raw_bound) for o in solve_in_order(case, engine).objectives]
    except NoPlan:
        return None


def exact(case: Case) -> Case:
    """The case with nothing given away between steps, so that every engine must reach the same values."""
    steps = tuple(step.model_copy(update={"tolerance": Decimal(0)}) for step in case.policy.objectives)
    policy = case.policy.model_copy(update={"objectives": steps})
    return build_case(case.register, replace(case.loaded, policy=policy))


def narrowed_case() -> tuple[Model, Objective]:
    """The tight model of the medium county, and its benefit."""
    form = Formulation(medium.build(), tight=True)
    return form.model, next(step for step in form.objectives() if step.name == "benefit")


@st.composite
def small_models(draw: st.DrawFn) -> tuple[Model, Linear]:
    """A few choice groups, amounts, definitions and rows, as formulations write them; not always possible."""
    model, whole = Model(), st.integers(-6, 6)
    choices: list[int] = []
    for g in range(draw(st.integers(1, 3))):
        group = [model.column(f"choice.{g}.{i}", 0, 1) for i in range(draw(st.integers(1, 4)))]
        model.row(f"choice.{g}", Linear(dict.fromkeys(group, 1)), low=1, high=1)
        choices += group
    if draw(st.booleans()):
        built = model.column("built", 0, 1)
        model.row(
            "built", Linear({built: -1} | dict.fromkeys(draw(st.sets(st.sampled_from(choices))), 1)), low=0, high=0
        )
    for p in range(draw(st.integers(0, 2))):
        parts = [model.column(f"pays.{f}.{p}", 0, 5) for f in range(2)]
        need = {draw(st.sampled_from(choices)): -draw(st.integers(1, 5))}
        model.row(f"full-funding.{p}", Linear(dict.fromkeys(parts, 1) | need), low=0, high=0)
    for r in range(draw(st.integers(0, 2))):
        model.column(f"rest.{r}", draw(st.integers(-1, 0)), draw(st.integers(1, 4)))
    columns = range(len(model.lower))
    for r in range(draw(st.integers(0, 5))):
        terms = draw(st.dictionaries(st.sampled_from(columns), whole, max_size=6))
        low, high = draw(st.integers(-12, 2)), draw(st.integers(3, 12))
        side = draw(st.sampled_from(["low", "high", "both"]))
        ends = {"low": low} if side == "low" else {"high": high} if side == "high" else {"low": low, "high": high}
        model.row(f"row.{r}", Linear(terms), **ends)
    objective = draw(st.dictionaries(st.sampled_from(columns), whole, max_size=8))
    return model, Linear(objective, draw(whole))


@given(small_models())
def test_the_narrowing_engine_finds_the_same_best_value_as_the_whole_search(drawn: tuple[Model, Linear]) -> None:
    model, expression = drawn
    one, other = best(model, expression), best(model, expression, Narrowing())
    assert (one.status, one.value) == (other.status, other.value)
    if other.values is not None:
        assert other.bound == other.value == expression.value(other.values)
        assert model.broken_rows(other.values) == []


@given(small_models())
def test_a_reduced_model_has_the_same_best_value_and_its_plans_lead_back_to_plans(drawn: tuple[Model, Linear]) -> None:
    model, expression = drawn
    whole, small = best(model, expression), reduced(model, expression, model.lower, model.upper)
    if small is None:
        assert whole.status == "impossible"
        return
    part = best(small.model, small.expression)
    assert (part.status, part.value) == (whole.status, whole.value)
    if part.values is not None and whole.values is not None:
        back = small.restore(part.values)
        assert model.broken_rows(back) == []
        assert expression.value(back) == part.value
        there = small.forward(whole.values)
        assert small.model.broken_rows(there) == []
        assert small.expression.value(there) == whole.value


@given(small_models(), st.data())
def test_any_prices_whatever_give_a_bound_and_windows_that_lose_no_plan(
    drawn: tuple[Model, Linear], data: st.DataObject
) -> None:
    model, expression = drawn
    fractions = st.fractions(-9, 9, max_denominator=7)
    duals = data.draw(st.lists(fractions, min_size=len(model.row_names), max_size=len(model.row_names)))
    prices = price_bound(model, expression, whole_prices(model, duals))
    answer = best(model, expression)
    if answer.values is not None:
        assert prices.bound >= answer.value
        lower, upper = prices.narrowed(model, answer.value)
        kept = zip(lower, answer.values.tolist(), upper, strict=True)
        assert all(low <= value <= high for low, value, high in kept)


def test_the_prices_of_the_relaxation_bound_a_county_as_closely_as_the_relaxation_itself() -> None:
    model, benefit = narrowed_case()
    duals = relaxation_duals(model, benefit.expression)
    assert duals is not None
    prices = price_bound(model, benefit.expression, whole_prices(model, duals))
    exact = best(model, benefit.expression)
    assert exact.value <= prices.bound <= exact.value * 1.2
    assert prices.scaled >= SCALE * exact.value


@pytest.mark.parametrize("part", range(4))
def test_on_small_counties_both_engines_reach_and_prove_the_same_values_step_by_step(part: int) -> None:
    for number in range(15):
        case = exact(small_county(random.Random(f"engines {SEED} {part} {number}")).case)
        assert in_order(case, Narrowing()) == in_order(case, CpSat()), f"county {part} {number}"


def test_on_the_medium_county_both_engines_reach_and_prove_the_same_values() -> None:
    case = exact(medium.build())
    assert in_order(case, Narrowing()) == in_order(case, CpSat())


@pytest.mark.parametrize("lie", [Fraction(0), Fraction(10**9), Fraction(-7, 3)])
def test_forged_duals_cost_time_and_never_the_optimum(monkeypatch: pytest.MonkeyPatch, lie: Fraction) -> None:
    case = exact(medium.build())
    truth = in_order(case, CpSat())
    monkeypatch.setattr(Relaxation, "duals", lambda self, point: [lie] * len(point.duals))
    assert in_order(case, Narrowing()) == truth


def test_a_relaxation_that_fails_leaves_the_whole_search(monkeypatch: pytest.MonkeyPatch) -> None:
    case = exact(medium.build())
    truth = in_order(case, CpSat())
    monkeypatch.setattr(Relaxation, "best", lambda self: None)
    assert in_order(case, Narrowing()) == truth


def test_a_relaxation_that_lies_about_its_point_costs_time_and_never_the_optimum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = exact(medium.build())
    truth, honest = in_order(case, CpSat()), Relaxation.best

    def lie(self: Relaxation) -> Point | None:
        point = honest(self)
        return None if point is None else Point(np.ones_like(point.values), point.duals)

    monkeypatch.setattr(Relaxation, "best", lie)
    assert in_order(case, Narrowing()) == truth


def test_a_forged_plan_of_a_window_is_caught_and_the_whole_model_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    model, benefit = narrowed_case()
    truth = best(model, benefit.expression)
    honest = CpSat.solve
    forged: list[str] = []

    def solve(self: CpSat, model: Model, expression: Linear, **asked: object) -> Answer:
        answer = honest(self, model, expression, **asked)  # type: ignore[arg-type]  # passed through as it came
        if asked.get("window") is None or answer.values is None:
            return answer
        forged.append("window")
        values: Ints = np.ones_like(answer.values)
        return Answer("optimal", values, answer.bound, answer.bound)

    monkeypatch.setattr(CpSat, "solve", solve)
    found = best(model, benefit.expression, Narrowing())
    assert forged
    assert found.values is not None
    assert model.broken_rows(found.values) == []
    assert (found.value, found.bound) == (truth.value, truth.bound)


def test_a_known_best_plan_is_proven_and_given_back() -> None:
    model, benefit = narrowed_case()
    truth = best(model, benefit.expression)
    answer = Narrowing().solve(
        model, benefit.expression, maximise=True, gap_allowed=0, hint=truth.values, step="again", listener=None
    )
    assert (answer.status, answer.value, answer.bound) == ("optimal", truth.value, truth.value)


def test_with_almost_no_limit_the_bound_is_still_true_and_a_known_plan_is_kept() -> None:
    model, benefit = narrowed_case()
    truth, any_plan = best(model, benefit.expression), best(model, Linear())
    assert truth.values is not None
    engine = Narrowing()
    engine.deterministic_seconds = 0
    answer = engine.solve(
        model, benefit.expression, maximise=True, gap_allowed=0, hint=any_plan.values, step="short", listener=None
    )
    assert answer.values is not None
    assert model.broken_rows(answer.values) == []
    assert answer.value <= truth.value <= answer.bound


def test_what_is_made_small_is_told_with_bounds_from_below_that_never_pass_the_best_value() -> None:
    model, benefit = narrowed_case()
    least = CpSat().solve(
        model, benefit.expression, maximise=False, gap_allowed=0, hint=None, step="least", listener=None
    )
    news: list[Progress] = []
    answer = Narrowing().solve(
        model, benefit.expression, maximise=False, gap_allowed=0, hint=None, step="least", listener=news.append
    )
    assert (answer.value, answer.bound) == (least.value, least.value)
    assert news
    assert all(one.step == "least" and one.bound <= least.value for one in news)
    assert all(one.value is None or one.value >= least.value for one in news)


def test_two_processes_make_the_same_plan() -> None:
    command = (
        "from optimizer.planning import solve_plan; from tests.optimizer import medium; "
        "print(solve_plan(medium.build()).plan_hash)"
    )
    hashes = [
        subprocess.run(
            [sys.executable, "-c", command],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    case = medium.build()
    assert hashes == [solve_plan(case, engine=default_engine(case)).plan_hash] * 2


def test_ctrl_c_during_the_search_is_raised_at_once_and_leaves_the_engine_usable() -> None:
    model, benefit = narrowed_case()
    engine, pressed = Narrowing(), threading.Event()

    def press(_: Progress) -> None:
        if threading.current_thread() is not threading.main_thread() and not pressed.is_set():
            pressed.set()
            signal.raise_signal(signal.SIGINT)

    def search(listener: Listener | None) -> Answer:
        expression = benefit.expression
        return engine.solve(
            model, expression, maximise=True, gap_allowed=0, hint=None, step="search", listener=listener
        )

    with pytest.raises(KeyboardInterrupt):
        search(press)
    assert search(None).value == best(model, benefit.expression).value
