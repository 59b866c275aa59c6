"""The linear relaxation: columns need not be whole. Its duals suggest prices; `prices.py` says what those prove.

Solved by GLOP through MathOpt: single-threaded and without randomness, so that equal models get equal duals. Its
numbers are floats and are only ever used as suggestions.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from ortools.math_opt import model_pb2
from ortools.math_opt.python.model import Model as MathOptModel
from ortools.math_opt.python.parameters import SolveParameters, SolverType
from ortools.math_opt.python.result import SolveResult, TerminationReason
from ortools.math_opt.python.solve import solve
from ortools.util.python.solve_interrupter import SolveInterrupter

from optimizer.model import UNBOUNDED, Ints, Linear, Model

Floats = npt.NDArray[np.float64]
ITERATIONS_MAX = 1_000_000


@dataclass(frozen=True)
class Relaxed:
    """A best point of the relaxation: a value per column, as floats, and a dual per row."""

    values: list[float]
    duals: list[Fraction]


def relaxation_duals(model: Model, expression: Linear) -> list[Fraction] | None:
    """A dual per row for an expression to be made large; None when the relaxation gives no answer to rest on."""
    found = relaxed(model, expression)
    return None if found is None else found.duals


def relaxed(model: Model, expression: Linear) -> Relaxed | None:
    """A best point of the relaxation and its duals; None when the relaxation gives no answer to rest on.

    Rows and objective are scaled to coefficients of at most 1 and the duals scaled back. Ctrl-C is heard meanwhile.
    """
    arrays = model.freeze()
    row_of = np.repeat(np.arange(len(model.row_terms)), np.diff(arrays.row_starts))
    scales = np.ones(len(model.row_terms))
    np.maximum.at(scales, row_of, np.abs(arrays.coefficients).astype(np.float64))
    largest = max((abs(k) for k in expression.terms.values()), default=1) or 1
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(len(model.lower)))
    proto.variables.lower_bounds.extend(arrays.lower.astype(np.float64))
    proto.variables.upper_bounds.extend(arrays.upper.astype(np.float64))
    proto.variables.integers.extend([False] * len(model.lower))
    proto.linear_constraints.ids.extend(range(len(model.row_terms)))
    proto.linear_constraints.lower_bounds.extend(_ends(arrays.low, scales))
    proto.linear_constraints.upper_bounds.extend(_ends(arrays.high, scales))
    order = np.lexsort((arrays.columns, row_of))
    proto.linear_constraint_matrix.row_ids.extend(row_of[order])
    proto.linear_constraint_matrix.column_ids.extend(arrays.columns[order])
    proto.linear_constraint_matrix.coefficients.extend((arrays.coefficients / scales[row_of])[order])
    terms = sorted((c, k) for c, k in expression.terms.items() if k)
    proto.objective.maximize = True
    proto.objective.linear_coefficients.ids.extend(c for c, _ in terms)
    proto.objective.linear_coefficients.values.extend(k / largest for _, k in terms)
    exported = MathOptModel.from_model_proto(proto)
    result = _solve(exported)
    if result is None or result.termination.reason != TerminationReason.OPTIMAL:
        return None
    if not result.has_dual_feasible_solution():
        return None
    duals = result.dual_values(list(exported.linear_constraints()))
    if not all(math.isfinite(dual) for dual in duals):
        return None
    whole = [Fraction(dual) * largest / int(scale) for dual, scale in zip(duals, scales, strict=True)]
    return Relaxed(result.variable_values(list(exported.variables())), whole)


def _ends(ends: Ints, scales: Floats) -> Floats:
    """Row ends as floats, scaled like their rows."""
    scaled: Floats = ends / scales
    scaled[ends >= UNBOUNDED] = np.inf
    scaled[ends <= -UNBOUNDED] = -np.inf
    return scaled


def _solve(exported: MathOptModel) -> SolveResult | None:
    """Solve in a thread of its own, so that Ctrl-C reaches us at once; None when the solver fails."""
    interrupter = SolveInterrupter()
    parameters = SolveParameters(iteration_limit=ITERATIONS_MAX)
    glop = SolverType.GLOP
    with ThreadPoolExecutor(max_workers=1) as pool:
        search = pool.submit(solve, exported, glop, params=parameters, interrupter=interrupter)
        try:
            while not wait([search], timeout=0.1).done:
                pass
        except KeyboardInterrupt:
            interrupter.interrupt()
            raise
    return None if search.exception() is not None else search.result()
