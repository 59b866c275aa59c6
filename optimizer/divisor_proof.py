"""The divisor inequality: a split by a divisor method proven right without splitting again.

With weights W, what a unit holds above duty and floor as k quanta (and at most one unit a remainder r below one
quantum), and d the method's divisor function, the split is right exactly when

    W[u] / d(k[u]) <= W[v] / d(k[v] - 1)     for every u below its cap and every v with k[v] > 0      (1)

(M. L. Balinski and H. P. Young, Fair Representation, 1982, ch. 5), and the remainder is with a unit whose next claim
W / d(k) is the largest. `largest-remainder` has no such inequality. Claims are compared crosswise, in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

DIVISORS: dict[str, Callable[[int], int]] = {
    "sainte-lague": lambda k: abs(2 * k + 1),
    "dhondt": lambda k: abs(k + 1),
    "adams": abs,
    "huntington-hill": lambda k: k * (k + 1),
}
"""d(k), doubled for Sainte-Laguë; squared for Huntington and Hill's geometric mean, and with it the weights. Never below
0, or a unit below its floor (k < 0, a fault of its own) would turn comparisons round."""

Claim = tuple[int, int]
"""W and d, for W / d; a divisor of 0 makes it infinite, the heavier unit's the larger."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What one unit holds above duty and floor: whole quanta, and fen below one."""

    unit: str
    weight: int
    """In proportion to the weights of its group."""
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
    divisor, power = DIVISORS[method], 2 if method == "huntington-hill" else 1
    last = _least((h.weight**power, divisor(h.quanta - 1)) for h in weighty if h.quanta > 0)
    following = [((h.weight**power, divisor(h.quanta)), h) for h in weighty if not h.at_cap]
    if last is not None:
        for claim, h in following:
            if _larger(claim, last):
                sentence = f"Unit {h.unit} should get another quantum of {fund} before one that has got it (M02)."
                yield fund, h.unit, sentence
    for h in partial:
        own = h.weight**power, divisor(h.quanta)
        if any(_larger(claim, own) for claim, _ in following):
            yield fund, h.unit, f"The remainder of {fund} below one quantum should be with another unit than {h.unit}."


def _least(claims: Iterable[Claim]) -> Claim | None:
    least: Claim | None = None
    for claim in claims:
        if least is None or _larger(least, claim):
            least = claim
    return least


def _larger(one: Claim, other: Claim) -> bool:
    """Whether one claim is larger than another: crosswise where both divisors are above 0."""
    if one[1] and other[1]:
        return one[0] * other[1] > other[0] * one[1]
    return one[1] == 0 and (other[1] != 0 or one[0] > other[0])
