"""The three-year programme of the shipped county, to 0.1 % of welfare: build, search, verify (M17)."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from domain.plan import Plan
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from intake.register_file import read_register
from optimizer.case import Case, build_case
from optimizer.formulation import Formulation
from optimizer.planning import solve_plan
from optimizer.verify import verify
from service.policies import read_policy
from service.registers import library


@pytest.fixture(scope="module")
def three_years() -> tuple[Register, LoadedPolicy, Case]:
    """The shipped county with its programme, up to the step of welfare."""
    folder = library() / "x-county"
    register = read_register(folder)
    loaded = read_policy(folder / "three-years.policy.yaml", register)
    steps = tuple(step for step in loaded.policy.objectives if step.id != "benefit")
    short = LoadedPolicy(loaded.policy.model_copy(update={"objectives": steps}), loaded.text, loaded.policy_hash)
    return register, short, build_case(register, short)


def test_build(benchmark: BenchmarkFixture, three_years: tuple[Register, LoadedPolicy, Case]) -> None:
    """Case to tight model: a column per unit, allowed set and year."""
    form = benchmark(Formulation, three_years[2], tight=True)
    assert len(form.in_year) > len(form.built)


def test_search(benchmark: BenchmarkFixture, three_years: tuple[Register, LoadedPolicy, Case]) -> None:
    """Case to plan, shortfall and welfare proven within their tolerance."""
    timed: Any = benchmark
    plan: Plan = timed.pedantic(solve_plan, (three_years[2],), rounds=2)
    benchmark.extra_info["gaps"] = {o.name: str(o.gap) for o in plan.run.objectives}
    assert all(o.gap <= o.tolerance for o in plan.run.objectives)


def test_verify(benchmark: BenchmarkFixture, three_years: tuple[Register, LoadedPolicy, Case]) -> None:
    """Plan to verdict, without a solver."""
    register, loaded, case = three_years
    plan = solve_plan(case)
    timed: Any = benchmark
    assert timed.pedantic(verify, (register, loaded, plan), rounds=5) == []
