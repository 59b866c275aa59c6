"""CP-SAT as an engine: exact whole numbers, one worker, deterministic limits; the same model, the same plan."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import numpy as np
import ortools
from ortools.sat.python import cp_model

from optimizer.model import CURE, SAFE, UNBOUNDED, Ints, Linear, Model, ModelFault
from optimizer.solve import stopping
from optimizer.solve.engine import Answer, Listener, Progress, SolverFault, Status


class CpSat:
    """OR-Tools CP-SAT with one worker, a fixed seed and a limit in deterministic seconds."""

    name = "cp-sat"
    version = str(ortools.__version__)
    tight = False

    def __init__(self, *, seed: int = 1, deterministic_seconds: float = 60, presolve: bool = True) -> None:
        self.seed = seed
        self.deterministic_seconds = deterministic_seconds
        self.presolve = presolve

    def parameters(self) -> dict[str, str]:
        """Seed, limit and workers, as stored in the run record."""
        return {
            "random_seed": str(self.seed),
            "max_deterministic_time": str(self.deterministic_seconds),
            "num_workers": "1",
            "linearization_level": "2",
        }

    def solve(
        self,
        model: Model,
        expression: Linear,
        *,
        maximise: bool,
        gap_allowed: int,
        hint: Ints | None,
        step: str,
        listener: Listener | None,
        window: tuple[int, int] | None = None,
    ) -> Answer:
        """One step; see `Engine.solve`. Ctrl-C stops the search and is raised again here.

        With a `window` only plans whose objective lies in it count; "impossible" then says that none does.
        """
        sign = -1 if maximise else 1
        if stopping.asked():
            return _at_once(model, expression, sign, hint)
        exported = _export(model, expression, sign, hint)
        if window is not None and expression.terms:
            ends = sorted(sign * (end - expression.constant) for end in window)
            objective: Any = exported.Proto().objective
            objective.domain.extend(ends)  # far stronger than a row: 1.5 s instead of 5 s on a county
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers = 1
        parameters.random_seed = self.seed
        parameters.max_deterministic_time = self.deterministic_seconds
        parameters.linearization_level = 2  # the LP bound does most of the work here: 4 s instead of 18 s on a county
        parameters.cp_model_presolve = self.presolve
        parameters.absolute_gap_limit = float(gap_allowed)
        parameters.catch_sigint_signal = False
        watch = _Watch(step, sign, expression.constant, listener)
        if listener is not None:
            solver.best_bound_callback = watch.on_bound
        _run(solver, exported, watch)
        response = solver.response_proto
        status = _STATUS.get(response.status, "unknown")
        if response.status == cp_model.MODEL_INVALID:
            raise SolverFault(f"The solver refused the model: {exported.validate()[:300]}")
        bound = sign * int(response.inner_objective_lower_bound) + expression.constant
        if status in ("impossible", "unknown"):
            return Answer(status, None, 0, bound, response.deterministic_time)
        values = np.array(response.solution, dtype=np.int64)
        value = expression.value(values)
        if status == "optimal" and value != bound:
            status = "within-gap"
        return Answer(status, values, value, bound, response.deterministic_time)


def assumption_core(model: Model, groups: Sequence[Sequence[int]], *, seed: int, seconds: float) -> list[int] | None:
    """Indices of groups of rows that collide with one another and the rows of no group; None when none are found.

    Every group is enabled by a literal, and the literals are assumed. Such a core may be larger than need be, and has
    been seen to be wrong: whoever uses it must decide it anew.
    """
    exported = _export(model, Linear(), 1, None)
    proto: Any = exported.Proto()
    first = len(proto.variables)
    for number, rows in enumerate(groups):
        literal = proto.variables.add()
        literal.name = f"enabled.{number}"
        literal.domain.extend([0, 1])
        proto.assumptions.append(first + number)
        for row in rows:
            proto.constraints[row].enforcement_literal.append(first + number)
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = 1
    parameters.random_seed = seed
    parameters.max_deterministic_time = seconds
    parameters.catch_sigint_signal = False
    _run(solver, exported, _Watch("core", 1, 0, None))
    if solver.response_proto.status != cp_model.INFEASIBLE:
        return None
    named = {int(literal) - first for literal in solver.response_proto.sufficient_assumptions_for_infeasibility}
    return sorted(named.intersection(range(len(groups))))


_STATUS: dict[cp_model.CpSolverStatus, Status] = {
    cp_model.OPTIMAL: "optimal",
    cp_model.FEASIBLE: "limit",
    cp_model.INFEASIBLE: "impossible",
}


def _export(model: Model, expression: Linear, sign: int, hint: Ints | None) -> cp_model.CpModel:
    arrays = model.freeze()
    exported = cp_model.CpModel()
    proto: Any = exported.Proto()
    for name, lower, upper in zip(model.column_names, model.lower, model.upper, strict=True):
        column = proto.variables.add()
        column.name = name
        column.domain.extend([lower, upper])
    starts = arrays.row_starts.tolist()
    for r, name in enumerate(model.row_names):
        row = proto.constraints.add()
        row.name = name
        part = slice(starts[r], starts[r + 1])
        row.linear.vars.extend(arrays.columns[part].tolist())
        row.linear.coeffs.extend(arrays.coefficients[part].tolist())
        row.linear.domain.extend([max(model.row_low[r], -UNBOUNDED), min(model.row_high[r], UNBOUNDED)])
    reach = sum(abs(k) * max(abs(model.lower[c]), abs(model.upper[c])) for c, k in expression.terms.items())
    if reach >= SAFE:
        raise ModelFault(f"An objective can reach {reach}, beyond exact 64-bit arithmetic; {CURE}.")
    for column_index, coefficient in expression.terms.items():
        proto.objective.vars.append(column_index)
        proto.objective.coeffs.append(sign * coefficient)
    if hint is not None:
        proto.solution_hint.vars.extend(range(len(hint)))
        proto.solution_hint.values.extend(hint.tolist())
    return exported


def _run(solver: cp_model.CpSolver, exported: cp_model.CpModel, watch: _Watch) -> None:
    """Solve in a thread of its own, so that Ctrl-C reaches us at once and stops the search."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        search = pool.submit(solver.solve, exported, watch)
        try:
            while not wait([search], timeout=0.1).done:
                if stopping.asked():
                    solver.stop_search()
        except KeyboardInterrupt:
            solver.stop_search()
            raise
    failure = search.exception()
    if failure is not None:
        raise SolverFault(f"The solver stopped with an error: {failure}") from failure


def _at_once(model: Model, expression: Linear, sign: int, hint: Ints | None) -> Answer:
    """The plan known already, with the bound that the columns' own ends prove: for a search that is to end now."""
    terms = expression.terms.items()
    ends = (k * (model.lower[c] if sign * k > 0 else model.upper[c]) for c, k in terms)
    bound = expression.constant + sum(int(end) for end in ends)
    if hint is None or len(hint) != len(model.lower) or model.broken_rows(hint):
        return Answer("unknown", None, 0, bound)
    return Answer("limit", hint, expression.value(hint), bound)


class _Watch(cp_model.CpSolverSolutionCallback):
    """Turns the solver's news into `Progress`."""

    def __init__(self, step: str, sign: int, constant: int, listener: Listener | None) -> None:
        super().__init__()
        self.step, self.sign, self.constant, self.listener = step, sign, constant, listener
        self.started = time.monotonic()
        self.reached: int | None = None
        self.bound = 0

    def on_solution_callback(self) -> None:
        """A better plan was found."""
        self.reached = self.sign * round(self.objective_value) + self.constant
        self.bound = self.sign * round(self.best_objective_bound) + self.constant
        self.tell()

    def on_bound(self, bound: float) -> None:
        """Less is left to hope for than before."""
        self.bound = self.sign * round(bound) + self.constant
        self.tell()

    def tell(self) -> None:
        """Pass the news on."""
        if self.listener is not None:
            self.listener(Progress(self.step, self.reached, self.bound, time.monotonic() - self.started))
