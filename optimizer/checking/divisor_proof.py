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
"""d(k), doubled for Sainte-Laguë; squared for Huntington and Hill's geometric mean, and with it the weights. Never
below 0, or a unit below its floor (k < 0, a fault of its own) would turn comparisons round."""


@dataclass(frozen=True)
class Holdings:
    """What the units of one group hold above duty and floor, column by column."""

    units: list[str]
    weights: list[int]
    """In proportion to the weights of the group."""
    quanta: list[int]
    remainders_fen: list[int]
    """What is below one quantum."""
    at_cap: list[bool]


def check_method(fund: str, method: str, held: Holdings) -> Iterator[tuple[str, str, str]]:
    """(fund, unit, sentence) for everything in which the holdings of one group break (1)."""
    units, quanta = held.units, held.quanta
    for unit, weight, k, remainder in zip(units, held.weights, quanta, held.remainders_fen, strict=True):
        if weight <= 0 and (k or remainder):
            yield fund, unit, f"Unit {unit} has no weight in the formula of {fund}, but gets more than its floor."
    weighty = [i for i, weight in enumerate(held.weights) if weight > 0]
    following = [i for i in weighty if not held.at_cap[i]]
    partial = [i for i in following if held.remainders_fen[i]]
    if len(partial) > 1:
        unit = units[partial[1]]
        yield fund, unit, f"The formula of {fund} leaves more than one remainder below a quantum."
    if method == "largest-remainder":
        return
    divisor = DIVISORS[method]
    sizes = [weight * weight for weight in held.weights] if method == "huntington-hill" else held.weights
    divisors = [divisor(k) for k in quanta]
    if last := _least((sizes[i], divisor(quanta[i] - 1)) for i in weighty if quanta[i] > 0):
        for i in following:
            if _larger(sizes[i], divisors[i], *last):
                sentence = f"Unit {units[i]} should get another quantum of {fund} before one that has got it (M02)."
                yield fund, units[i], sentence
    for i in partial:
        if any(_larger(sizes[j], divisors[j], sizes[i], divisors[i]) for j in following):
            unit = units[i]
            yield fund, unit, f"The remainder of {fund} below one quantum should be with another unit than {unit}."


def _least(claims: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """The smallest of claims W / d, each as (W, d); None where there are none."""
    least: tuple[int, int] | None = None
    for claim in claims:
        if least is None or _larger(*least, *claim):
            least = claim
    return least


def _larger(size: int, divisor: int, other_size: int, other_divisor: int) -> bool:
    """Whether one claim is larger than another; a divisor of 0 makes it infinite, the heavier unit's the larger."""
    if divisor and other_divisor:
        return size * other_divisor > other_size * divisor
    return divisor == 0 and (other_divisor != 0 or size > other_size)
