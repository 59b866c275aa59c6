"""A first good plan from the relaxation: whole columns are fixed a few at a time, and the relaxation solved again.

    1. solve the relaxation; 0/1 columns that came out whole stay so, and of the others the ones nearest to 1 are fixed
       to 1 (in a choice group that settles the group);
    2. where nothing is left, take the last batch back and fix only its first; then rule that one out instead;
    3. when all 0/1 columns are whole, the money in the others mostly is too; where a share row binds CP-SAT lands it.

Only ever a suggestion: whoever uses the values checks them against every row.
"""

from __future__ import annotations

import numpy as np

from optimizer.model import Ints
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.reduction import reduced
from optimizer.solve.relaxation import Floats, Point, Relaxation
from optimizer.solve.worksheet import Reduced

WHOLE = 1e-6
SURE = 0.8
"""Columns this near to 1 are fixed all at once,"""
PART = 4
"""and of the others one in so many, the nearest first."""
TRIES_MAX, TRIES_FEW = 60, 12
LANDING_LIMIT = 1.0
"""Deterministic seconds for the money once everything else is settled."""


def dive(
    base: Reduced, relaxation: Relaxation, point: Point, *, seed: int, thorough: bool
) -> tuple[Ints | None, float]:
    """Values for the columns of a reduced model, or None, and the deterministic seconds spent.

    The relaxation's bounds are left as they were before. Not `thorough`, it hurries and gives up early.
    """
    model = base.model
    lower, upper = np.array(model.lower, dtype=np.int64), np.array(model.upper, dtype=np.int64)
    binary = np.flatnonzero((lower == 0) & (upper == 1))
    fixed, work = _Fixed(relaxation, binary), 0.0
    values: Ints | None = None
    try:
        if (settled := fixed.settle(point, eager=not thorough, tries=TRIES_MAX if thorough else TRIES_FEW)) is not None:
            values, work = _land(base, binary, settled, seed)
    finally:
        fixed.free()
    return values, work


class _Fixed:
    """Which 0/1 columns are fixed, and the relaxation with them."""

    def __init__(self, relaxation: Relaxation, binary: Ints) -> None:
        self.relaxation, self.binary = relaxation, binary
        self.touched: set[int] = set()

    def settle(self, point: Point, *, eager: bool, tries: int) -> Floats | None:
        """Fix columns until all are whole; the values then, or None when it comes to nothing.

        Eagerly, columns that are 1 already are fixed too, which is faster and often better, but more often in vain.
        """
        share = 1 / PART
        while True:
            parts = point.values[self.binary]
            open_ = np.flatnonzero((parts > WHOLE) & (parts < 1 - WHOLE))
            if not len(open_):
                return point.values
            order = open_[np.argsort(-parts[open_], kind="stable")]
            sure = int((parts[order] >= SURE).sum()) if share * PART >= 1 else 0
            batch = self.binary[order[: max(sure, int(len(order) * share), 1)]].tolist()
            done = self.binary[parts >= 1 - WHOLE].tolist() if eager else []
            after = self._try(dict.fromkeys([*done, *batch], 1), {})
            if after is None:
                self._undo([*done, *batch])
                if len(batch) > 1:
                    after = self._try({batch[0]: 1}, {})
                    share /= PART
                if after is None:
                    self._undo(batch[:1])
                    after = self._try({}, {batch[0]: 0})
            else:
                share = min(share * 2, 1 / PART)
            tries -= 1
            if after is None or not tries:
                return None
            point = after

    def _try(self, lower: dict[int, float], upper: dict[int, float]) -> Point | None:
        self.touched.update(lower, upper)
        self.relaxation.bound(lower, upper)
        return self.relaxation.best()

    def _undo(self, columns: list[int]) -> None:
        self.relaxation.bound(dict.fromkeys(columns, 0.0), {})

    def free(self) -> None:
        """Give every column its freedom back."""
        self.relaxation.bound(dict.fromkeys(self.touched, 0.0), dict.fromkeys(self.touched, 1.0))


def _land(base: Reduced, binary: Ints, point: Floats, seed: int) -> tuple[Ints | None, float]:
    """Whole values for all columns with the 0/1 columns as they are."""
    model = base.model
    values = np.rint(point).astype(np.int64)
    if not model.broken_rows(values):
        return values, 0.0
    lower, upper = list(model.lower), list(model.upper)
    for c in binary.tolist():
        lower[c] = upper[c] = int(values[c])
    small = reduced(model, base.expression, lower, upper)
    if small is None:
        return None, 0.0
    slack = sum(abs(k) for k in small.expression.terms.values())
    answer = CpSat(seed=seed, deterministic_seconds=LANDING_LIMIT, presolve=False).solve(
        small.model,
        small.expression,
        maximise=True,
        gap_allowed=slack,
        hint=None,
        step="landing",
        listener=None,
    )
    return None if answer.values is None else small.restore(answer.values), answer.work
