"""Subjects × sizes × phases: one step of the strict order, by Tongchou and by what a county could use instead.

Every subject solves the same step of the same case with the same earlier floors, in one run on one machine; what is
expected: Tongchou ahead of the best raw engine on every task, and further ahead where proof is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks import instances
from benchmarks.peers import SUBJECTS, Name, Task, peers
from domain.plan import Plan
from optimizer.case import Case
from optimizer.planning import solve_plan

SIZES: dict[str, Callable[..., Case]] = {"mission": instances.mission, "hard": instances.hard}
PHASES = {
    "welfare to 0.1 %": ("welfare", Fraction(1, 1000)),
    "welfare proven": ("welfare", Fraction(0)),
    "benefit to 0.1 %": ("benefit", Fraction(1, 1000)),
    "benefit proven": ("benefit", Fraction(0)),
}
ENOUGH = 15.0
"""Seconds in which Tongchou has a plan for every step; a shorter limit may come before the first."""
TRUE_TO = 1e-6
"""A value that floats call reached may be off by this part."""


@cache
def planned(size: str, seed: str, step: str) -> tuple[Case, Plan]:
    """A case whose order ends with a step, and its plan, whose floors every subject keeps."""
    order = instances.mission_policy()["objectives"]
    upto = [o["id"] for o in order].index(step) + 1
    case = SIZES[size](seed, objectives=order[:upto])
    return case, solve_plan(case)


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("size", SIZES)
def test_step(benchmark: BenchmarkFixture, size: str, phase: str, subject: Name, seed: str, limit: float) -> None:
    """One step to the gap asked, or to the limit."""
    step, ratio = PHASES[phase]
    case, plan = planned(size, seed, step)
    task = Task(case, plan, step, ratio, limit)
    solve = peers(task)[subject]
    timed: Any = benchmark
    outcome = timed.pedantic(solve, rounds=1, iterations=1)
    gap = None if outcome.value is None or outcome.bound is None else abs(outcome.bound - outcome.value)
    benchmark.extra_info.update(
        task=f"{size}: {phase}",
        subject=subject,
        seed=seed,
        reached=gap is not None and gap <= task.gap() + TRUE_TO * abs(outcome.value),
        gap=None if gap is None else gap / max(1.0, abs(outcome.value)),
    )
    if subject == "tongchou":
        assert outcome.value is not None or limit < ENOUGH
        assert outcome.value is None or outcome.value <= outcome.bound
