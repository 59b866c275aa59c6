"""A good plan near the relaxation: CP-SAT on the few columns that the relaxation leaves in doubt.

Of the plans that prices do not rule out, only those are searched that

    `support`    use no 0/1 column of a choice group that is 0 in the relaxation's best point, or
    `settled`    use every 0/1 column that is 1 there                                              (RENS, Berthold 2014)

so that a hundredth of a second or a few say whether a near plan is among them. Only ever a suggestion: that there is
none here says nothing of the whole model.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from optimizer.model import Ints
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.prices import PriceBound, choice_groups
from optimizer.solve.reduction import reduced
from optimizer.solve.relaxation import Point
from optimizer.solve.worksheet import Reduced

WHOLE = 1e-6
Part = Literal["support", "settled"]


def search_kernel(
    base: Reduced, prices: PriceBound, point: Point, part: Part, *, width: int, near: int, seed: int, limit: float
) -> tuple[Ints | None, float]:
    """A plan within `width` of the bound, `near` where it can be, and the deterministic seconds spent."""
    model, target = base.model, prices.bound - width
    ends = prices.narrowed(model, target)
    lower, upper = np.array(ends[0], dtype=np.int64), np.array(ends[1], dtype=np.int64)
    if part == "settled":
        binary = (np.array(model.lower) == 0) & (np.array(model.upper) == 1)
        ones = binary & (point.values > 1 - WHOLE) & (upper == 1)
        lower[ones] = 1
    else:
        chosen = np.array([c for group in choice_groups(model) for c in group], dtype=np.int64)
        idle = chosen[(point.values[chosen] < WHOLE) & (lower[chosen] == 0)]
        upper[idle] = 0
    small = reduced(model, base.expression, lower.tolist(), upper.tolist())
    if small is None:
        return None, 0.0
    answer = CpSat(seed=seed, deterministic_seconds=limit, presolve=False).solve(
        small.model,
        small.expression,
        maximise=True,
        gap_allowed=near,
        hint=None,
        step="kernel",
        listener=None,
        window=(target, prices.bound),
    )
    return None if answer.values is None else small.restore(answer.values), answer.work
