"""Engines that count in floats (HiGHS, GSCIP), used so that nothing rests on a float.

A float engine holds rows to within 1e-6 and proves its bound in rounded arithmetic; either can be wrong. So

    what it finds   is rounded and checked against every row in whole numbers; where that fails its 0/1 columns are held
                    and CP-SAT lands the rest exactly; where that fails too, the plan known before is kept;
    what it proves  is only a claim (`Answer.claim`); the bound given is the one whole-number prices prove
                    (`prices.py`), and where the two are apart the step is `claimed`, not `optimal`;
    “impossible”    is believed when CP-SAT says so too.
"""

from __future__ import annotations

import math
import time
from typing import Literal

import numpy as np
from ortools.math_opt.python.result import SolveResult, TerminationReason
from ortools.math_opt.python.variables import Variable

from optimizer.digits import float_safe
from optimizer.model import Ints, Linear, Model
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.engine import Answer, Listener, Progress, Status
from optimizer.solve.mathopt import exported, run
from optimizer.solve.prices import price_bound, whole_prices
from optimizer.solve.relaxation import relaxation_duals

CLAIM_PRECISION = 1e-9
"""A claimed bound is rounded outwards by this part of itself before it is made whole: floats sum no better."""
LANDING_LIMIT = 5.0
"""Deterministic seconds for making an imprecise answer exact."""


class Floating:
    """One float engine behind MathOpt. Its limit is one of the clock: where it is struck, answers may differ."""

    version = CpSat.version
    tight = True

    def __init__(self, name: Literal["highs", "gscip"], *, seed: int = 1, seconds: float = 60) -> None:
        self.name: str = name
        self._solver: Literal["highs", "gscip"] = name
        self.seed = seed
        self.seconds = seconds

    def parameters(self) -> dict[str, str]:
        """Seed, limit and what bounds rest on, as stored in the run record."""
        return {
            "random_seed": str(self.seed),
            "time_limit_seconds": str(self.seconds),
            "bounds": "whole-number prices on glop's relaxation",
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
    ) -> Answer:
        """One step; see `Engine.solve`. Raises `ModelFault` where the numbers pass what floats hold."""
        started = time.monotonic()
        matrix = float_safe(model, expression)
        sign = 1 if maximise else -1
        bound = _proven_bound(model, expression, sign)
        known = hint if hint is not None and len(hint) == len(model.lower) and not model.broken_rows(hint) else None
        if known is not None and abs(bound - expression.value(known)) <= gap_allowed:
            return _answer(known, expression, bound, gap_allowed, sign, None)

        def tell(values: Ints | None) -> None:
            if listener is not None:
                value = None if values is None else expression.value(values)
                listener(Progress(step, value, bound, time.monotonic() - started))

        tell(known)
        asked = exported(matrix, expression, maximise=maximise)
        result = run(
            asked,
            self._solver,
            seed=self.seed,
            seconds=self.seconds,
            gap_allowed=gap_allowed,
            hint=known,
        )
        if result.termination.reason in (TerminationReason.INFEASIBLE, TerminationReason.INFEASIBLE_OR_UNBOUNDED):
            return self._denied(model, expression, known, bound, gap_allowed, sign, step)
        values = _better(expression, known, self._whole(model, result, list(asked.variables())), sign)
        tell(values)
        return _answer(values, expression, bound, gap_allowed, sign, _claim(result, expression, sign))

    def _whole(self, model: Model, result: SolveResult, variables: list[Variable]) -> Ints | None:
        """The engine's plan in whole numbers that keep every row, or None; variables beyond the columns are carries."""
        if not result.has_primal_feasible_solution():
            return None
        found = result.variable_values(variables[: len(model.column_names)])
        values = np.array([round(value) for value in found], dtype=np.int64)
        if not model.broken_rows(values):
            return values
        answer = CpSat(seed=self.seed, deterministic_seconds=LANDING_LIMIT).solve(
            _held(model, values),
            Linear(),
            maximise=True,
            gap_allowed=0,
            hint=values,
            step="landing",
            listener=None,
        )
        return answer.values

    def _denied(
        self, model: Model, expression: Linear, known: Ints | None, bound: int, gap_allowed: int, sign: int, step: str
    ) -> Answer:
        """The engine says there is no plan: CP-SAT decides, unless a plan is known."""
        if known is None:
            answer = CpSat(seed=self.seed, deterministic_seconds=self.seconds).solve(
                model, Linear(), maximise=True, gap_allowed=0, hint=None, step=step, listener=None
            )
            if answer.values is None:
                return Answer(answer.status, None, 0, bound)
            known = answer.values
        return _answer(known, expression, bound, gap_allowed, sign, None)


def _proven_bound(model: Model, expression: Linear, sign: int) -> int:
    """A bound that whole-number arithmetic proves: by prices, or by the columns' own ends."""
    upward = expression.times(sign)
    duals = relaxation_duals(model, upward)
    if duals is not None:
        return sign * price_bound(model, upward, whole_prices(model, duals)).bound
    ends = (k * (model.upper[c] if k > 0 else model.lower[c]) for c, k in upward.terms.items())
    return sign * (upward.constant + sum(ends))


def _claim(result: SolveResult, expression: Linear, sign: int) -> int | None:
    """The engine's own bound, rounded outwards; None when it has none, or did not say that it is done."""
    if result.termination.reason != TerminationReason.OPTIMAL:
        return None
    bound = sign * result.best_objective_bound()
    if not math.isfinite(bound):
        return None
    return sign * math.floor(bound + CLAIM_PRECISION * max(1.0, abs(bound))) + expression.constant


def _better(expression: Linear, one: Ints | None, other: Ints | None, sign: int) -> Ints | None:
    if one is None or other is None:
        return other if one is None else one
    return max((other, one), key=lambda values: sign * expression.value(values))


def _answer(
    values: Ints | None, expression: Linear, bound: int, gap_allowed: int, sign: int, claim: int | None
) -> Answer:
    if values is None:
        return Answer("unknown", None, 0, bound)
    value = expression.value(values)
    status: Status = "limit" if claim is None else "claimed"
    if sign * (bound - value) <= gap_allowed:
        status = "optimal" if value == bound else "within-gap"
    return Answer(status, values, value, bound, claim=claim if status == "claimed" else None)


def _held(model: Model, values: Ints) -> Model:
    """The model with its 0/1 columns held at these values."""
    arrays, held = model.freeze(), Model()
    for c, name in enumerate(model.column_names):
        lower, upper = int(arrays.lower[c]), int(arrays.upper[c])
        if (lower, upper) == (0, 1) and 0 <= int(values[c]) <= 1:
            lower = upper = int(values[c])
        held.column(name, lower, upper)
    for r, name in enumerate(model.row_names):
        part = slice(int(arrays.row_starts[r]), int(arrays.row_starts[r + 1]))
        terms = dict(zip(arrays.columns[part].tolist(), arrays.coefficients[part].tolist(), strict=True))
        held.row(name, Linear(terms), low=int(arrays.low[r]), high=int(arrays.high[r]))
    return held
