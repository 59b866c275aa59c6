"""The linear relaxation: columns need not be whole. Its duals suggest prices; `prices.py` says what those prove.

Solved by GLOP through MathOpt: single-threaded and without randomness, so that equal models get equal duals. Its
numbers are floats and are only ever used as suggestions. A `Relaxation` stays in the solver, so that after a change of
bounds or objective it goes on from the last basis instead of from nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.math_opt import callback_pb2, model_parameters_pb2, model_pb2, model_update_pb2, parameters_pb2, result_pb2
from ortools.math_opt.core.python import solver
from ortools.util.python.solve_interrupter import SolveInterrupter

from optimizer.model import UNBOUNDED, Ints, Linear, Model, row_numbers

Floats = npt.NDArray[np.float64]
ITERATIONS_MAX = 1_000_000
LARGE = 20_000
"""Columns from which on a relaxation costs seconds."""


@dataclass(frozen=True)
class Relaxed:
    """A best point of the relaxation: a value per column, as floats, and a dual per row."""

    values: list[float]
    duals: list[Fraction]


@dataclass(frozen=True)
class Point:
    """The same as arrays; duals are of the scaled rows."""

    values: Floats
    duals: Floats


def relaxation_duals(model: Model, expression: Linear) -> list[Fraction] | None:
    """A dual per row for an expression to be made large; None when the relaxation gives no answer to rest on."""
    found = relaxed(model, expression)
    return None if found is None else found.duals


def relaxed(model: Model, expression: Linear) -> Relaxed | None:
    """A best point of the relaxation and its duals; None when the relaxation gives no answer to rest on."""
    relaxation = Relaxation(model, expression)
    point = relaxation.best()
    return None if point is None else Relaxed(point.values.tolist(), relaxation.duals(point))


class Relaxation:
    """A model's relaxation in the solver, an expression to be made large.

    Rows and objective are scaled to coefficients of at most 1 and the duals scaled back. Ctrl-C is heard meanwhile.
    """

    def __init__(self, model: Model, expression: Linear) -> None:
        arrays = model.freeze()
        row_of = row_numbers(arrays.row_starts)
        self._scales: Floats = np.ones(len(arrays.low))
        np.maximum.at(self._scales, row_of, np.abs(arrays.coefficients).astype(np.float64))
        self._largest = max((abs(k) for k in expression.terms.values()), default=1) or 1
        proto = model_pb2.ModelProto()
        columns, rows = proto.variables, proto.linear_constraints
        columns.ids.extend(range(len(arrays.lower)))
        columns.lower_bounds.extend(arrays.lower.astype(np.float64).tolist())
        columns.upper_bounds.extend(arrays.upper.astype(np.float64).tolist())
        columns.integers.extend([False] * len(arrays.lower))
        rows.ids.extend(range(len(arrays.low)))
        rows.lower_bounds.extend(_ends(arrays.low, self._scales).tolist())
        rows.upper_bounds.extend(_ends(arrays.high, self._scales).tolist())
        order = np.lexsort((arrays.columns, row_of))
        matrix = proto.linear_constraint_matrix
        matrix.row_ids.extend(row_of[order].tolist())
        matrix.column_ids.extend(arrays.columns[order].tolist())
        matrix.coefficients.extend((arrays.coefficients / self._scales[row_of])[order].tolist())
        terms = sorted((c, k) for c, k in expression.terms.items() if k)
        proto.objective.maximize = True
        proto.objective.linear_coefficients.ids.extend([c for c, _ in terms])
        proto.objective.linear_coefficients.values.extend([k / self._largest for _, k in terms])
        self._size = len(arrays.lower)
        mathopt: Any = solver  # compiled, without types
        self._solver = mathopt.new(parameters_pb2.SOLVER_TYPE_GLOP, proto, parameters_pb2.SolverInitializerProto())
        self._warm = False

    @property
    def large(self) -> bool:
        """Whether solving it again and again would take too long."""
        return self._size >= LARGE

    def bound(self, lower: Mapping[int, float], upper: Mapping[int, float]) -> None:
        """New bounds for some columns."""
        update = model_update_pb2.ModelUpdateProto()
        for change, ends in (
            (update.variable_updates.lower_bounds, lower),
            (update.variable_updates.upper_bounds, upper),
        ):
            change.ids.extend(sorted(ends))
            change.values.extend([float(ends[c]) for c in sorted(ends)])
        self._solver.update(update)

    def move_ends(self, low: Mapping[int, float], high: Mapping[int, float]) -> None:
        """New ends for some rows, in the model's own numbers."""
        update = model_update_pb2.ModelUpdateProto()
        rows = update.linear_constraint_updates
        for change, ends in ((rows.lower_bounds, low), (rows.upper_bounds, high)):
            change.ids.extend(sorted(ends))
            change.values.extend([float(ends[r] / self._scales[r]) for r in sorted(ends)])
        self._solver.update(update)

    def best(self) -> Point | None:
        """A best point; None when there is none to rest on."""
        parameters = parameters_pb2.SolveParametersProto(iteration_limit=ITERATIONS_MAX)
        if self._warm or self._size < LARGE:  # a presolve throws the basis away, but halves the time of large ones
            parameters.presolve = parameters_pb2.EMPHASIS_OFF
        if self._warm:
            parameters.lp_algorithm = parameters_pb2.LP_ALGORITHM_DUAL_SIMPLEX
        self._warm = True
        result = self._heard(parameters)
        if result is None or result.termination.reason != result_pb2.TERMINATION_REASON_OPTIMAL or not result.solutions:
            return None
        found = result.solutions[0]
        values, duals = (
            _dense(found.primal_solution.variable_values, self._size),
            _dense(found.dual_solution.dual_values, len(self._scales)),
        )
        if not (np.isfinite(values).all() and np.isfinite(duals).all()):
            return None
        return Point(values, duals)

    def duals(self, point: Point) -> list[Fraction]:
        """A dual per row, of rows and objective as the model has them."""
        scales = self._scales.tolist()
        return [Fraction(d) * self._largest / int(s) for d, s in zip(point.duals.tolist(), scales, strict=True)]

    def _heard(self, parameters: Any) -> Any:
        """Solve in a thread of its own, so that Ctrl-C reaches us at once; None when the solver fails."""
        interrupter = SolveInterrupter()
        asked = (
            parameters,
            model_parameters_pb2.ModelSolveParametersProto(),
            None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            interrupter.pybind_interrupter,
        )
        with ThreadPoolExecutor(max_workers=1) as pool:
            search = pool.submit(self._solver.solve, *asked)
            try:
                while not wait([search], timeout=0.1).done:
                    pass
            except KeyboardInterrupt:
                interrupter.interrupt()
                raise
        return None if search.exception() is not None else search.result()


def _dense(sparse: Any, size: int) -> Floats:
    """A sparse vector of the solver's answer as an array."""
    values: Floats = np.zeros(size)
    values[np.array(sparse.ids, dtype=np.int64)] = np.array(sparse.values, dtype=np.float64)
    return values


def _ends(ends: Ints, scales: Floats) -> Floats:
    """Row ends as floats, scaled like their rows."""
    scaled: Floats = ends / scales
    scaled[ends >= UNBOUNDED] = np.inf
    scaled[ends <= -UNBOUNDED] = -np.inf
    return scaled
