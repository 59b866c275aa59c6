"""The peers: what a county could use instead. Each is handed the same step of the same case, in the numbers it holds.

Tongchou takes the tight formulation with its own search; every other engine takes the plain formulation as it is
exported (`optimizer/export`), large rows split into digits so that floats hold them. Building the model is not timed.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
import pulp
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from domain.plan import Plan
from optimizer.case import Case
from optimizer.export.formats import lines_of
from optimizer.export.sheet import sheet_of
from optimizer.export.step import StepModel, step_model
from optimizer.model import UNBOUNDED
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.engine import Engine, SolverFault
from optimizer.solve.mathopt import exported, run
from optimizer.solve.narrowing import Narrowing

Name = Literal["tongchou", "cp-sat", "highs", "gscip", "scipy", "pulp-cbc"]
SUBJECTS: tuple[Name, ...] = ("tongchou", "cp-sat", "highs", "gscip", "scipy", "pulp-cbc")
RAW: tuple[Name, ...] = ("cp-sat", "highs", "gscip")
"""The raw engines of OR-Tools: the best of them is what ratios are taken against."""


@dataclass(frozen=True)
class Outcome:
    """What a peer says of a step: its value and its own bound, None where it found or proved nothing."""

    value: float | None
    bound: float | None


@dataclass(frozen=True)
class Task:
    """One step of one case: how near to the best, and how long at most."""

    case: Case
    plan: Plan
    step: str
    gap_ratio: Fraction
    seconds: float

    def model(self, *, tight: bool) -> StepModel:
        """The step with earlier steps kept at the plan's floors."""
        return step_model(self.case, self.plan, self.step, tight=tight)

    def gap(self) -> int:
        """How far value and bound may be apart, in raw numbers."""
        stated = next(o for o in self.plan.run.objectives if o.name == self.step)
        if stated.name != "welfare":
            return int(abs(stated.raw_bound) * self.gap_ratio)
        scale, weights = self.case.welfare, self.case.total_weight  # a part of yuan per weighted household
        lower = scale.equal_grant(stated.raw_bound, weights) * (1 - self.gap_ratio)
        return (stated.raw_bound - scale.worth(lower, weights)).__floor__()


def peers(task: Task) -> dict[Name, Callable[[], Outcome]]:
    """Every subject ready to start: models are built when they are asked for here, not when they are timed."""
    plain, tight = task.model(tight=False), task.model(tight=True)
    seconds = int(task.seconds)
    return {
        "tongchou": _engine(Narrowing(deterministic_seconds=seconds), tight, task.gap()),
        "cp-sat": _engine(CpSat(deterministic_seconds=seconds), plain, task.gap()),
        "highs": _mathopt("highs", plain, task),
        "gscip": _mathopt("gscip", plain, task),
        "scipy": _scipy(plain, task),
        "pulp-cbc": _pulp(plain, task),
    }


def _engine(engine: Engine, built: StepModel, gap: int) -> Callable[[], Outcome]:
    def solve() -> Outcome:
        answer = engine.solve(
            built.model,
            built.objective.expression,
            maximise=built.maximise,
            gap_allowed=gap,
            hint=None,
            step=built.objective.name,
            listener=None,
        )
        return Outcome(None if answer.values is None else answer.value, answer.bound)

    return solve


def _mathopt(solver: Literal["highs", "gscip"], built: StepModel, task: Task) -> Callable[[], Outcome]:
    model = exported(built.matrix, built.objective.expression, maximise=built.maximise)
    constant = built.objective.expression.constant

    def solve() -> Outcome:
        try:
            result = run(model, solver, seed=1, seconds=task.seconds, gap_allowed=task.gap(), hint=None)
        except SolverFault:
            return Outcome(None, None)
        bound = result.best_objective_bound() + constant
        if not result.has_primal_feasible_solution():
            return Outcome(None, bound)
        return Outcome(result.objective_value() + constant, bound)

    return solve


def _scipy(built: StepModel, task: Task) -> Callable[[], Outcome]:
    arrays, expression = built.matrix.arrays, built.objective.expression
    sign = -1 if built.maximise else 1
    costs = np.zeros(len(arrays.lower))
    for c, k in expression.terms.items():
        costs[c] = sign * k
    shape = (len(arrays.low), len(arrays.lower))
    rows = csr_array((arrays.coefficients.astype(float), arrays.columns, arrays.row_starts), shape=shape)
    low, high = arrays.low.astype(float), arrays.high.astype(float)
    low[arrays.low <= -UNBOUNDED], high[arrays.high >= UNBOUNDED] = -np.inf, np.inf
    reach = max(1.0, abs(float(task.gap()) or 0.0))
    stated = next(o for o in task.plan.run.objectives if o.name == task.step)
    relative = 0.0 if not task.gap() else reach / max(1, abs(stated.raw_bound - expression.constant))

    def solve() -> Outcome:
        result = milp(
            costs,
            integrality=np.ones(len(costs)),
            bounds=Bounds(arrays.lower.astype(float), arrays.upper.astype(float)),
            constraints=LinearConstraint(rows, low, high),
            options={"time_limit": task.seconds, "mip_rel_gap": relative},
        )
        value = None if result.x is None else sign * result.fun + expression.constant
        bound = getattr(result, "mip_dual_bound", None)
        return Outcome(value, None if bound is None else sign * bound + expression.constant)

    return solve


def _pulp(built: StepModel, task: Task) -> Callable[[], Outcome]:
    """PuLP reads the exported file, writes its own, calls the CBC it brings, and reads the answer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "step.mps"
        path.write_text("\n".join(lines_of(sheet_of(built, []), "mps")) + "\n", encoding="ascii")
        _, problem = pulp.LpProblem.fromMPS(str(path), sense=pulp.LpMaximize if built.maximise else pulp.LpMinimize)
    stated = next(o for o in task.plan.run.objectives if o.name == task.step)
    relative = task.gap() / max(1, abs(stated.raw_bound))

    def solve() -> Outcome:
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # it brings a CBC all the same
            problem.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=task.seconds, gapRel=relative, threads=1))
        if problem.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
            return Outcome(None, None)
        value = pulp.value(problem.objective)
        done = problem.sol_status == pulp.LpSolutionOptimal and problem.status == pulp.LpStatusOptimal
        return Outcome(value, value if done else None)

    return solve
