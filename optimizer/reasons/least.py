"""The least of what would have to give way, by yes-or-no questions: is there a plan with at most so much of it?

    least  =  min e(x)   subject to   the rows, and v(x) >= target                                   (1)

A bound from prices says where to begin; then wider and wider, then halving between the last no and the least yes. Every
answer is exact, so that the two ends agree when all questions were decided, and hold the truth between them when not.
The objective v, not e, is what is searched: its bound is close, that of e is not (31 s become 4 s on a county).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from optimizer.model import Ints, Linear, Objective
from optimizer.reasons.footing import Footing
from optimizer.solve.deciding import bound_of, decide


@dataclass(frozen=True)
class Found:
    """The least lies between `low` and `high`, ends included; `values` are of the plan with `high`."""

    low: int
    high: int | None
    """None where no plan was found within the limit."""
    values: Ints | None = None


def least(
    footing: Footing,
    amount: Linear,
    most: int,
    *,
    keep: Collection[str],
    ask: Mapping[int, int],
    reach: Objective | None = None,
    target: int | None = None,
    first: int = 1,
) -> Found | None:
    """(1) for an expression of 0 to `most`; None when no plan does it however much gives way.

    `keep` are the objectives whose recorded floors are rows; `reach` with its raw `target` (default: the last of `keep`
    with its floor) is v. `first` is how much the first question allows above the bound.
    """
    if reach is None and keep:
        reach = footing.steps[len(keep) - 1]
        target = footing.recorded[reach.name].raw_floor
        keep = [name for name in keep if name != reach.name]
    sign = -1 if reach is not None and reach.sense == "min" else 1
    upward = Linear() if reach is None else reach.expression.times(sign)
    goal = sign * (target or 0)
    limits = footing.case.policy.limits
    with footing.asked(keep, ask) as form:
        model = form.model
        model.row("reach", upward, low=goal)
        start = bound_of(model, amount.times(-1))
        if start is None:
            return None
        model.row("at-most", amount, high=most)
        low, high = max(-start, 0), None  # no plan needs less than `low`; one with `high` is known
        best: Ints | None = None
        width = max(first, 1)
        while high is None or low < high:
            at = min(low + width, most) if high is None else (low + high) // 2
            model.row_high[-1] = at - amount.constant
            verdict, values = decide(
                model, upward, goal, seed=limits.seed, deterministic_seconds=limits.deterministic_seconds
            )
            if values is not None:
                high, best = amount.value(values), values
            elif verdict == "unknown":  # what is left open stays an interval
                break
            elif at >= most:
                return None
            else:
                low, width = at + 1, width * 2
    return Found(low, high, best)
