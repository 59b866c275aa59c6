"""The main job phase by phase on the shipped county: read, build, search, verify, hand out."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from domain.plan import Plan
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from intake.register_file import read_register
from optimizer.case import build_case
from optimizer.fairness import measure
from optimizer.planning import solve_plan
from optimizer.verify import verify
from service.policies import read_policy
from service.registers import library

SHIPPED = ("x-county", "middlesbrough")


@pytest.fixture(scope="module", params=SHIPPED)
def county(request: pytest.FixtureRequest) -> tuple[Path, Register, LoadedPolicy]:
    """A shipped register, read, with its policy."""
    folder = library() / str(request.param)
    register = read_register(folder)
    return folder, register, read_policy(folder / "policy.yaml", register)


def test_read(benchmark: BenchmarkFixture, county: tuple[Path, Register, LoadedPolicy]) -> None:
    """Register folder to typed register, every cell checked."""
    read = benchmark(read_register, county[0])
    assert read == county[1]


def test_build(benchmark: BenchmarkFixture, county: tuple[Path, Register, LoadedPolicy]) -> None:
    """Register and policy to case: scores, formula, whole quanta."""
    case = benchmark(build_case, county[1], county[2])
    assert len(case.units) == len(county[1].units)


def test_search(benchmark: BenchmarkFixture, county: tuple[Path, Register, LoadedPolicy]) -> None:
    """Case to plan, every step of the strict order proven within its tolerance."""
    case = build_case(county[1], county[2])
    plan: Plan = benchmark(solve_plan, case)
    benchmark.extra_info["gaps"] = {o.name: str(o.gap) for o in plan.run.objectives}
    assert all(o.gap <= o.tolerance for o in plan.run.objectives)


def test_verify(benchmark: BenchmarkFixture, county: tuple[Path, Register, LoadedPolicy]) -> None:
    """Plan to verdict, without a solver."""
    plan = solve_plan(build_case(county[1], county[2]))
    assert benchmark(verify, county[1], county[2], plan) == []


def test_measure(benchmark: BenchmarkFixture, county: tuple[Path, Register, LoadedPolicy]) -> None:
    """Plan to figures: groups, Gini, concentration curve."""
    plan = solve_plan(build_case(county[1], county[2]))
    figures = benchmark(measure, county[1], county[2].policy, plan)
    assert figures.whole.fen == sum(line.amount_fen for line in plan.lines)
