"""Float engines: what they find is made whole and checked, what they prove is only a claim, and all engines agree."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from optimizer.case import build_case
from optimizer.digits import float_safe
from optimizer.formulation import Formulation
from optimizer.model import Linear, Model, ModelFault
from optimizer.planning import solve_plan
from optimizer.solve import mathopt, stopping
from optimizer.solve.choosing import ENGINES, EngineName, engine_for
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.engine import Answer, Engine, Progress, SolverFault
from optimizer.solve.floating import CLAIM_PRECISION, Floating
from optimizer.solve.narrowing import Narrowing
from optimizer.solve.order import NoPlan, solve_in_order
from optimizer.verify import verify
from tests.conftest import SEED
from tests.optimizer import medium
from tests.optimizer.hand import case_of, fund, policy, project, projects_only, register, unit
from tests.optimizer.small import small_county
from tests.optimizer.test_x_county import shipped

FLOATS: tuple[Any, ...] = ("highs", "gscip")


def best(model: Model, expression: Linear, engine: Engine, **asked: Any) -> Answer:
    told = {"maximise": True, "gap_allowed": 0, "hint": None, "step": "best", "listener": None, **asked}
    return engine.solve(model, expression, **told)


def values(number: int, name: EngineName) -> list[tuple[str, int]] | None:
    """What every step of a small county reaches with an engine; None when there is no plan."""
    case = small_county(random.Random(f"floats {SEED} {number}")).case
    try:
        return [(o.name, o.raw_value) for o in solve_in_order(case, engine_for(case, name)).objectives]
    except NoPlan:
        return None


@cache
def truth(number: int) -> list[tuple[str, int]] | None:
    return values(number, "cp-sat")


@pytest.mark.parametrize("name", [name for name in ENGINES if name != "cp-sat"])
def test_all_engines_reach_the_same_values_step_by_step_on_small_counties(name: EngineName) -> None:
    assert {n: values(n, name) for n in range(25)} == {n: truth(n) for n in range(25)}


@pytest.mark.parametrize("name", ENGINES)
def test_all_engines_agree_on_middlesbrough(name: EngineName) -> None:
    county, loaded = shipped("middlesbrough")
    case = build_case(county, loaded)
    plan = solve_plan(case, engine=engine_for(case, name))
    assert verify(county, loaded, plan) == []
    assert plan.run.engine == name
    assert plan.plan_hash == solve_plan(case).plan_hash


@pytest.mark.parametrize("name", FLOATS)
def test_on_one_and_the_same_model_a_float_engine_finds_the_exact_optimum(name: Any) -> None:
    form = Formulation(medium.build(), tight=True)
    for step in form.objectives():
        exact = best(form.model, step.expression, Narrowing(), maximise=step.sense == "max")
        found = best(form.model, step.expression, Floating(name), maximise=step.sense == "max")
        assert found.values is not None
        assert form.model.broken_rows(found.values) == []
        assert found.value == exact.value
        claim = exact.value if found.claim is None else found.claim
        assert 0 <= (claim - exact.value) * (1 if step.sense == "max" else -1) <= 2 * CLAIM_PRECISION * exact.value
        side = {"low": exact.value} if step.sense == "max" else {"high": exact.value}
        form.model.row(f"keep.{step.name}", step.expression, **side)


@pytest.mark.parametrize("name", FLOATS)
def test_the_plan_of_a_float_engine_is_verified_and_its_claim_is_told_as_one(name: Any) -> None:
    plan = solve_plan(medium.build(), engine=Floating(name))
    assert verify(medium.county(), medium.loaded(), plan) == []
    for result, exact in zip(plan.run.objectives, medium.plan().run.objectives, strict=True):
        far = result.raw_value != result.raw_bound
        assert far == (f"{result.name}: claimed" in plan.run.termination)
        if result.name != "benefit":  # welfare keeps more where its bound is farther, which leaves benefit less room
            assert result.raw_value <= exact.raw_bound <= result.raw_bound or result.sense == "min"


def knapsack() -> tuple[Model, Linear]:
    model, dice = Model(), random.Random(f"{SEED} knapsack")
    columns = [model.column(f"x{i}", 0, 1) for i in range(30)]
    model.row("room", Linear({c: dice.randint(20, 99) for c in columns}), high=700)
    return model, Linear({c: dice.randint(20, 99) for c in columns}, 7)


@pytest.mark.parametrize("name", FLOATS)
def test_a_bound_is_never_taken_from_a_float(name: Any) -> None:
    model, worth = knapsack()
    exact, found = best(model, worth, CpSat()), best(model, worth, Floating(name))
    assert (found.status, found.value, found.claim) == ("claimed", exact.value, exact.value)
    assert found.bound > exact.value, "what the relaxation's prices prove, not what the engine says"
    near = best(model, worth, Floating(name), gap_allowed=found.bound - exact.value)
    assert near.status == "within-gap"


def forge(monkeypatch: pytest.MonkeyPatch, lie: Callable[[float], float]) -> None:
    """Let a float engine answer other values than it found."""
    honest = mathopt.run

    def run(*given: Any, **asked: Any) -> Any:
        result = honest(*given, **asked)
        true = result.variable_values
        monkeypatch.setattr(result, "variable_values", lambda variables: [lie(value) for value in true(variables)])
        return result

    monkeypatch.setattr("optimizer.solve.floating.run", run)


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("forged", ["fraction", "beyond"])
def test_a_wrong_float_answer_is_landed_on_a_plan_and_never_passed_on(
    monkeypatch: pytest.MonkeyPatch, name: Any, forged: str
) -> None:
    model, worth = knapsack()
    # 0.4 everywhere rounds to nothing chosen: a plan, but a poor one; 1 everywhere is no plan, and none with these held
    forge(monkeypatch, lambda true: 0.4 if forged == "fraction" else 1.0)
    found = best(model, worth, Floating(name))
    if forged == "fraction":
        assert found.values is not None
        assert (found.value, found.values.tolist()) == (7, [0] * 30)
        assert found.bound >= best(model, worth, CpSat()).value
    else:
        assert (found.status, found.values) == ("unknown", None)


def test_a_plan_whose_amounts_are_off_is_landed_with_its_choices_held(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model()
    chosen, paid = model.column("chosen", 0, 1), model.column("paid", 0, 50)
    model.row("full-funding", Linear({chosen: -37, paid: 1}), low=0, high=0)
    forge(monkeypatch, lambda true: true * 0.98)
    found = best(model, Linear({chosen: 1}), Floating("highs"))
    assert found.values is not None
    assert found.values.tolist() == [1, 37]


@pytest.mark.parametrize("name", FLOATS)
def test_an_engine_that_denies_a_plan_is_not_believed_by_itself(monkeypatch: pytest.MonkeyPatch, name: Any) -> None:
    model, worth = knapsack()
    impossible = Model()
    impossible.row("both", Linear({impossible.column("x", 0, 1): 2}), low=1, high=1)
    assert best(impossible, Linear(), Floating(name)).status == "impossible"
    denial = mathopt.run(mathopt.exported(float_safe(impossible, Linear()), Linear(), maximise=True), name, **HASTE)
    monkeypatch.setattr("optimizer.solve.floating.run", lambda *args, **asked: denial)
    found = best(model, worth, Floating(name))
    assert found.values is not None
    assert model.broken_rows(found.values) == []
    assert found.status == "limit"


HASTE: dict[str, Any] = {"seed": 1, "seconds": 5, "gap_allowed": 0, "hint": None}


def test_a_crash_of_the_translator_of_errors_is_a_sentence_with_the_solvers_own_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(*_: object, **__: object) -> None:
        try:
            raise RuntimeError("the bounds of x0\nare crossed")
        except RuntimeError:
            raise AttributeError("'Status' object has no attribute 'canonical_code'")  # noqa: B904  # as ortools does

    monkeypatch.setattr(mathopt, "solve", crash)
    model, worth = knapsack()
    with pytest.raises(SolverFault, match=r"highs stopped with an error: the bounds of x0 are crossed$"):
        best(model, worth, Floating("highs"))


def test_a_model_whose_numbers_floats_cannot_hold_is_refused_in_a_sentence() -> None:
    model = Model()
    column = model.column("money", 0, 2**54)
    with pytest.raises(ModelFault, match=r"A number of the model is 18014398509481984, beyond what floats hold; give"):
        best(model, Linear({column: 1}), Floating("highs"))
    small = Model()
    with pytest.raises(ModelFault, match=r"An objective can reach .* beyond what floats hold"):
        best(small, Linear({small.column("money", 0, 2**30): 2**24}), Floating("highs"))


@pytest.mark.parametrize("name", ["highs", "cp-sat", "narrowing"])
def test_a_search_asked_to_end_gives_the_plan_known_with_a_bound_that_holds(name: EngineName) -> None:
    model, worth = knapsack()
    exact = best(model, worth, CpSat())
    known = np.zeros(30, dtype=np.int64)
    engine = engine_for(case_of(*tiny()), name)
    stopping.ask()
    try:
        found = best(model, worth, engine, hint=known)
        nothing = best(model, worth, engine)
    finally:
        stopping.clear()
    assert found.values is not None
    assert found.value <= exact.value <= found.bound
    assert nothing.bound >= exact.value
    assert best(model, worth, engine).value == exact.value


def tiny() -> tuple[Any, Any]:
    return register([unit("A")], [project("P", "A", 5)], [fund("F", 9)]), policy({"F": projects_only()})


def test_an_engine_is_chosen_by_name_with_seed_and_limit_of_the_policy_unless_asked_otherwise() -> None:
    case = case_of(*tiny())
    for name in ENGINES:
        assert engine_for(case, name).name == name
    assert engine_for(case).name == "narrowing"
    assert engine_for(case, "highs", seed=5, limit=9).parameters()["time_limit_seconds"] == "9"
    assert engine_for(case, "cp-sat").parameters()["max_deterministic_time"] == str(
        case.policy.limits.deterministic_seconds
    )


def test_what_a_float_engine_tells_on_the_way_is_proven() -> None:
    model, worth = knapsack()
    exact = best(model, worth, CpSat()).value
    heard: list[Progress] = []
    best(model, worth, Floating("highs"), listener=heard.append)
    assert [news.step for news in heard] == ["best", "best"]
    assert all(news.bound >= exact and (news.value is None or news.value <= exact) for news in heard)
