"""Whole-number prices that prove a model empty, checked in plain arithmetic: no solver, no floats.

For rows  low <= A x <= high  within  lower <= x <= upper,  any whole prices y give

    sum(y A x)  <=  sum(y[r] * high[r] for y[r] > 0) + sum(y[r] * low[r] for y[r] < 0)            (1)
    sum(y A x)  >=  sum(w[c] * (lower[c] if w[c] > 0 else upper[c])),   w = y A                    (2)

so where (2) lies above (1) no x exists (G. Farkas, Theorie der einfachen Ungleichungen, 1902).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One row: its ends, None where it has none, and its coefficients by column."""

    low: int | None
    high: int | None
    terms: Mapping[int, int]


def refutes(rows: Mapping[int, Row], prices: Mapping[int, int], lower: Sequence[int], upper: Sequence[int]) -> bool:
    """Whether prices (by row) prove that no point within the bounds keeps the rows."""
    at_most = 0
    weights: dict[int, int] = {}
    for row, price in prices.items():
        end = rows[row].high if price > 0 else rows[row].low
        if price and end is None:
            return False
        at_most += price * (end or 0)
        for column, coefficient in rows[row].terms.items():
            weights[column] = weights.get(column, 0) + price * coefficient
    at_least = sum(w * (lower[c] if w > 0 else upper[c]) for c, w in weights.items())
    return at_least > at_most
