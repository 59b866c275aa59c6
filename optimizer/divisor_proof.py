"""The divisor inequality: a split by a divisor method proven right without splitting again.

With weights W, what a unit holds above duty and floor as k quanta (and at most one unit a remainder r below one
quantum), and d the method's divisor function, the split is right exactly when

    W[u] / d(k[u]) <= W[v] / d(k[v] - 1)     for every u below its cap and every v with k[v] > 0      (1)

(M. L. Balinski and H. P. Young, Fair Representation, 1982, ch. 5), and the remainder is with a unit whose next claim
W / d(k) is the largest. `largest-remainder` has no such inequality.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

DIVISORS_SQUARED: dict[str, Callable[[int], Fraction]] = {
    "sainte-lague": lambda k: Fraction(2 * k + 1, 2) ** 2,
    "dhondt": lambda k: Fraction(k + 1) ** 2,
    "adams": lambda k: Fraction(k) ** 2,
    "huntington-hill": lambda k: Fraction(k * (k + 1)),
}
"""d(k)², so that Huntington and Hill's geometric mean stays rational too."""


@dataclass(frozen=True)
class Holding:
    """What one unit holds above duty and floor: whole quanta, and fen below one."""

    unit: str
    weight: Fraction
    quanta: int
    remainder_fen: int
    at_cap: bool


def check_method(fund: str, method: str, holdings: list[Holding]) -> Iterator[tuple[str, str, str]]:
    """(fund, unit, sentence) for everything in which the holdings of one group break (1)."""
    weighty = [h for h in holdings if h.weight > 0]
    for h in holdings:
        if h.weight <= 0 and (h.quanta or h.remainder_fen):
            yield fund, h.unit, f"Unit {h.unit} has no weight in the formula of {fund}, but gets more than its floor."
    partial = [h for h in weighty if h.remainder_fen and not h.at_cap]
    if len(partial) > 1:
        yield fund, partial[1].unit, f"The formula of {fund} leaves more than one remainder below a quantum."
    if method == "largest-remainder":
        return
    divisor = DIVISORS_SQUARED[method]
    last = min((_claim(h, h.quanta - 1, divisor) for h in weighty if h.quanta > 0), default=None)
    following = [(_claim(h, h.quanta, divisor), h) for h in weighty if not h.at_cap]
    for claim, h in following:
        if last is not None and claim > last:
            yield fund, h.unit, f"Unit {h.unit} should get another quantum of {fund} before one that has got it (M02)."
    for h in partial:
        if _claim(h, h.quanta, divisor) < max(claim for claim, _ in following):
            yield fund, h.unit, f"The remainder of {fund} below one quantum should be with another unit than {h.unit}."


def _claim(holding: Holding, k: int, divisor: Callable[[int], Fraction]) -> tuple[int, Fraction]:
    """W / d(k) in an order with the infinite claims of a divisor of 0 above all others, the heavier first."""
    squared = divisor(k)
    return (1, holding.weight) if squared == 0 else (0, holding.weight**2 / squared)
