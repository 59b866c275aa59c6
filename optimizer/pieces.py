"""Welfare where the objectives decide a unit's grants: what its projects leave empty of every piece of U.

For a unit u with the choices of `optimizer/choices.py`, least[u] what its formula grants come to at least and
g[S] = least[u] + cost[S]; every piece k of the welfare function but the last has an end:

    sum(piece[u, k] for k) = sum(grant[f, u] for f) - least[u]                     (1)
    piece[u, k] <= sum(left[S, k] * choice[u, S] for S)                            (2)
    welfare[u] = n[u] U(least[u] / n[u]) + sum(n[u] (U(g[S] / n[u]) - U(least[u] / n[u])) * choice[u, S] for S)
                 + sum(slope[k] * piece[u, k] for k)                               (3)

with left[S, k] the part of piece k above g[S]. As U is concave the pieces fill from below by themselves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import pairwise

from optimizer.model import Linear, Model


class Worth:
    """The welfare of one unit's grant (`WelfareScale.of_grant`), with its pieces worked out once."""

    def __init__(self, slopes: tuple[int, ...], cuts: tuple[int, ...]) -> None:
        self.slopes, self.starts = slopes, (0, *cuts)
        self.reached = [0]
        for slope, (start, end) in zip(slopes, pairwise(self.starts), strict=False):
            self.reached.append(self.reached[-1] + slope * (end - start))

    def of(self, grant: int) -> int:
        """The worth of a grant, as `of_grant` has it."""
        if grant <= 0:
            return 0
        k = bisect_right(self.starts, grant) - 1
        return self.reached[k] + self.slopes[k] * (grant - self.starts[k])


def least_grant(model: Model, decided: Linear) -> int:
    """The least a unit's formula grants can come to, in quanta."""
    return decided.constant + sum(min(k * model.lower[c], k * model.upper[c]) for c, k in decided.terms.items())


def add_pieces(model: Model, unit: str, decided: Linear, costs: Mapping[int, int], worth: Worth) -> Linear:
    """Write (1) and (2) for one unit; returns the last sum of (3). `costs` are its choices with what they cost."""
    held = least_grant(model, decided)
    room = sum(abs(k) * (model.upper[c] - model.lower[c]) for c, k in decided.terms.items())
    most = held + room + max(costs.values())
    welfare, money, last = Linear(), decided.plus(Linear(constant=-held)), len(worth.slopes) - 1
    for k, slope in enumerate(worth.slopes):
        start = worth.starts[k]
        width = room if k == last else min(room, max(0, worth.starts[k + 1] - max(held, start)))
        if not width or start >= most:
            continue
        column = model.column(f"piece.{unit}.{k}", 0, width)
        welfare.add(column, slope)
        money.add(column, -1)
        if k != last:
            end = worth.starts[k + 1]
            left = {choice: -max(0, end - max(held + cost, start)) for choice, cost in costs.items()}
            model.row(f"left-empty.{unit}.{k}", Linear({column: 1} | left), high=0)
    model.row(f"pieces.{unit}", money, low=0, high=0)
    return welfare
