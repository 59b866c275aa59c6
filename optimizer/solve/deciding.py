"""One yes-or-no question: does any plan reach a target? Prices close what cannot, CP-SAT decides the rest exactly.

The steps are those of one window of `narrowing.py`; a question of its own, because halving what is asked beside
the target (money, a cut of a cost, a shortfall) needs no best value, only the answer.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from optimizer.model import Ints, Linear, Model
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.engine import Answer
from optimizer.solve.prices import price_bound, whole_prices
from optimizer.solve.reduction import reduced
from optimizer.solve.relaxation import relaxation_duals

Verdict = Literal["yes", "no", "unknown"]


def decide(
    model: Model, upward: Linear, target: int, *, seed: int = 1, deterministic_seconds: float = 60
) -> tuple[Verdict, Ints | None]:
    """Whether the rows allow `upward >= target`, with column values that do; `unknown` when the limit came first."""
    base = reduced(model, upward, model.lower, model.upper)
    if base is None:
        return "no", None
    duals = relaxation_duals(base.model, base.expression)
    if duals is None:
        return _whole(model, upward, target, seed, deterministic_seconds)
    prices = price_bound(base.model, base.expression, whole_prices(base.model, duals))
    if prices.bound < target:
        return "no", None
    small = reduced(base.model, base.expression, *prices.narrowed(base.model, target))
    if small is None:
        return "no", None
    answer = CpSat(seed=seed, deterministic_seconds=deterministic_seconds, presolve=False).solve(
        small.model,
        small.expression,
        maximise=True,
        gap_allowed=max(prices.bound - target, 0),  # any plan that reaches the target will do
        hint=None,
        step="decide",
        listener=None,
        window=(target, prices.bound),
    )
    if answer.values is None:
        return _verdict(answer), None
    values = base.restore(small.restore(answer.values))
    if model.broken_rows(values) or upward.value(values) < target:
        return _whole(model, upward, target, seed, deterministic_seconds)
    return "yes", values


def bound_of(model: Model, upward: Linear) -> int | None:
    """The largest value prices leave possible; None where the rows already rule everything out.

    Where the relaxation suggests no prices, what the bounds of the columns allow.
    """
    base = reduced(model, upward, model.lower, model.upper)
    if base is None:
        return None
    duals = relaxation_duals(base.model, base.expression) or [Fraction(0)] * len(base.model.row_low)
    return price_bound(base.model, base.expression, whole_prices(base.model, duals)).bound


def _whole(
    model: Model, upward: Linear, target: int, seed: int, deterministic_seconds: float
) -> tuple[Verdict, Ints | None]:
    """The same question to CP-SAT alone."""
    most = upward.constant + sum(max(k * model.lower[c], k * model.upper[c]) for c, k in upward.terms.items())
    if most < target:
        return "no", None
    answer = CpSat(seed=seed, deterministic_seconds=deterministic_seconds).solve(
        model,
        upward,
        maximise=True,
        gap_allowed=most - target,
        hint=None,
        step="decide",
        listener=None,
        window=(target, most),
    )
    return ("yes", answer.values) if answer.values is not None else (_verdict(answer), None)


def _verdict(answer: Answer) -> Verdict:
    return "no" if answer.status == "impossible" else "unknown"
