"""A model handed to OR-Tools MathOpt, from the frozen arrays, and what one of its solvers says of it, in floats.

Nothing here is exact; `floating.py` makes whole numbers of it and says what they prove.
"""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from ortools.math_opt import model_pb2
from ortools.math_opt.python.model import Model as MathOptModel
from ortools.math_opt.python.model_parameters import ModelSolveParameters, SolutionHint
from ortools.math_opt.python.parameters import SolveParameters, SolverType
from ortools.math_opt.python.result import SolveResult
from ortools.math_opt.python.solve import solve
from ortools.util.python.solve_interrupter import SolveInterrupter

from optimizer.digits import Matrix
from optimizer.model import UNBOUNDED, Arrays, Ints, Linear
from optimizer.solve import stopping
from optimizer.solve.engine import SolverFault

Floats = npt.NDArray[np.float64]
Solver = Literal["highs", "gscip"]
SOLVERS: dict[Solver, SolverType] = {"highs": SolverType.HIGHS, "gscip": SolverType.GSCIP}


def exported(matrix: Matrix, expression: Linear, *, maximise: bool) -> MathOptModel:
    """The matrix as a MathOpt model with every column whole; the expression's constant stays outside."""
    arrays, proto = matrix.arrays, model_pb2.ModelProto()
    proto.variables.ids.extend(range(len(arrays.lower)))
    proto.variables.lower_bounds.extend(_floats(arrays.lower))
    proto.variables.upper_bounds.extend(_floats(arrays.upper))
    proto.variables.integers.extend([True] * len(arrays.lower))
    proto.linear_constraints.ids.extend(range(len(arrays.low)))
    proto.linear_constraints.lower_bounds.extend(_floats(arrays.low))
    proto.linear_constraints.upper_bounds.extend(_floats(arrays.high))
    rows, columns, coefficients = _sorted_by_row(arrays)
    proto.linear_constraint_matrix.row_ids.extend(rows)
    proto.linear_constraint_matrix.column_ids.extend(columns)
    proto.linear_constraint_matrix.coefficients.extend(coefficients.astype(np.float64))
    terms = sorted((c, k) for c, k in expression.terms.items() if k)
    proto.objective.maximize = maximise
    proto.objective.linear_coefficients.ids.extend(c for c, _ in terms)
    proto.objective.linear_coefficients.values.extend(float(k) for _, k in terms)
    return MathOptModel.from_model_proto(proto)


def run(
    model: MathOptModel,
    solver: Solver,
    *,
    seed: int,
    seconds: float,
    gap_allowed: int,
    hint: Ints | None,
) -> SolveResult:
    """Solve; Ctrl-C stops HiGHS (GSCIP only at its limit) and is raised again; a failure is a `SolverFault`.

    `seconds` are of the clock: these solvers count no others.
    """
    interrupter = SolveInterrupter()
    parameters = SolveParameters(
        time_limit=datetime.timedelta(seconds=seconds),
        random_seed=seed,
        absolute_gap_tolerance=float(gap_allowed),
        relative_gap_tolerance=0.0,
    )  # `threads` is left alone: HiGHS inside one process cannot change it twice
    hints = ModelSolveParameters()
    if hint is not None:
        values = dict(zip(model.variables(), hint.astype(float).tolist(), strict=False))
        hints.solution_hints.append(SolutionHint(variable_values=values))
    with ThreadPoolExecutor(max_workers=1) as pool:
        search = pool.submit(
            solve,
            model,
            SOLVERS[solver],
            params=parameters,
            model_params=hints,
            interrupter=interrupter if solver == "highs" else None,  # GSCIP's cannot: it writes errors instead
        )
        try:
            while not wait([search], timeout=0.1).done:
                if stopping.asked():
                    interrupter.interrupt()
        except KeyboardInterrupt:
            interrupter.interrupt()
            raise
    failure = search.exception()
    if failure is not None:
        raise SolverFault(f"{solver} stopped with an error: {_reason(failure)}") from failure
    return search.result()


def _reason(failure: BaseException) -> str:
    """The solver's own words: where the translator of its errors fails, they hide in the error it was translating."""
    first: Any = failure
    while first.__context__ is not None:
        first = first.__context__
    said = " ".join(str(first).split()) or type(first).__name__
    return said[:300]


def _floats(ends: Ints) -> Floats:
    result: Floats = ends.astype(np.float64)
    result[ends >= UNBOUNDED] = np.inf
    result[ends <= -UNBOUNDED] = -np.inf
    return result


def _sorted_by_row(arrays: Arrays) -> tuple[Ints, Ints, Ints]:
    rows = np.repeat(np.arange(len(arrays.low)), np.diff(arrays.row_starts))
    order = np.lexsort((arrays.columns, rows))
    return rows[order], arrays.columns[order], arrays.coefficients[order]
