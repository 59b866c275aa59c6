"""Equity-weighted welfare `sum_u n[u] * U(g[u] / n[u])` in whole numbers: concave U as straight pieces.

With n = need × priority (the rubric's weight) and g what a unit gets, in quanta. U' falls as the α-th power of g/n:
α = 0 counts every yuan alike, 1 is proportional, 2 leans to the worse-off. Between geometric breakpoints ρ[k],
from an eighth of the mean grant per weight to eight times it, U is straight with slope

    s[k] = round(10^6 * (ρ[k-1] ρ[k])^(-α/2) / mean^-α)                                   (1)

(the slope at the geometric middle of the piece, 10^6 at the mean; below the first and above the last breakpoint, the
slope there), and unit u's piece k is round(n[u] ρ[k]) - round(n[u] ρ[k-1]) quanta wide. All numbers come from exact
decimal arithmetic: every machine computes the same integers. After A. B. Atkinson, On the measurement of inequality
(1970).

What the pieces cost: with the default 12 of them the equally-distributed equivalent is within 0.7 % (α = 0.5), 1.3 %
(α = 1) or 2.5 % (α = 2) of that by the smooth U; twice the pieces leave a quarter (`tests/domain/test_welfare.py`).

α = ∞, the limit of all this, has no slopes but a strict order of levels: see `domain/leximin.py`. It is exact where
units can reach no more levels than there are pieces; else levels closer than a width w may be taken for equal, where
`pieces` - 1 times w is, but for rounding w up to two digits, how far the money that is not sure to anyone would lift
the worst-off if it could be split at will.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import lcm
from typing import NamedTuple

PRECISION = Context(prec=50)
SLOPE_AT_MEAN = 10**6
REACH = 8
"""Breakpoints run from mean / REACH to mean × REACH; beyond them U goes on straight."""


class _Pieces(NamedTuple):
    """The pieces of one unit: where each but the last ends, where each starts, what a grant up to there is worth."""

    ends: tuple[int, ...]
    starts: tuple[int, ...]
    worth: tuple[int, ...]


@dataclass(frozen=True)
class WelfareScale:
    """The straight pieces: `slopes[k]` holds up to `breakpoints[k]` quanta per weight, the last one without end."""

    slopes: tuple[int, ...]
    breakpoints: tuple[Fraction, ...]

    def cuts(self, weight: Fraction) -> tuple[int, ...]:
        """Where unit pieces end, in whole quanta, for a unit of this weight; to the nearest, which errs to no side."""
        numerators, common = self._in_whole_numbers
        n, d = weight.numerator, weight.denominator * common
        return tuple(_nearest(n * numerator, d) for numerator in numerators)

    @cached_property
    def _in_whole_numbers(self) -> tuple[tuple[int, ...], int]:
        """The breakpoints on one denominator: their numerators, and it."""
        common = lcm(*(b.denominator for b in self.breakpoints))
        return tuple(b.numerator * (common // b.denominator) for b in self.breakpoints), common

    def of_grant(self, grant_quanta: int, weight: Fraction) -> int:
        """The welfare of one unit's grant, in the model's own whole numbers."""
        return self._of(grant_quanta, self._pieces(weight))

    def _pieces(self, weight: Fraction) -> _Pieces:
        ends = self.cuts(weight)
        starts, worth = [0], [0]
        for slope, end in zip(self.slopes, ends, strict=False):
            worth.append(worth[-1] + slope * (end - starts[-1]))
            starts.append(end)
        return _Pieces(ends, tuple(starts), tuple(worth))

    def _of(self, grant_quanta: int, pieces: _Pieces) -> int:
        if grant_quanta <= 0:
            return 0
        ends, starts, worth = pieces
        k = bisect_left(ends, grant_quanta)
        return worth[k] + self.slopes[k] * (grant_quanta - starts[k])

    def of_grants(self, grants: Mapping[str, int], weights: Mapping[str, Fraction]) -> int:
        """The whole county's welfare: what step 2 of the strict order makes as large as it can."""
        total, kept = 0, dict[tuple[int, int], _Pieces]()
        for unit, grant in grants.items():
            weight = weights[unit]
            key = weight.numerator, weight.denominator  # a fraction itself takes long to hash
            pieces = kept.get(key)
            if pieces is None:
                pieces = kept[key] = self._pieces(weight)
            total += self._of(grant, pieces)
        return total

    def equal_grant(self, raw: int, total_weight: Fraction) -> Fraction:
        """Quanta per weight which, given to all alike, are worth as much: the equally-distributed equivalent."""
        if not total_weight:
            return Fraction(0)  # no units: nothing is given to nobody
        left, start = Fraction(raw) / total_weight, Fraction(0)
        for slope, end in zip(self.slopes, (*self.breakpoints, None), strict=True):
            if end is None or left <= slope * (end - start):
                return start + left / slope
            left -= slope * (end - start)
            start = end
        raise AssertionError("the last piece has no end")

    def worth(self, equal: Fraction, total_weight: Fraction) -> Fraction:
        """The inverse of `equal_grant`: the raw welfare of giving every weight `equal` quanta."""
        value, start = Fraction(0), Fraction(0)
        for slope, end in zip(self.slopes, (*self.breakpoints, None), strict=True):
            stop = equal if end is None else min(equal, end)
            if stop > start:
                value += slope * (stop - start)
                start = stop
        return value * total_weight


def _nearest(numerator: int, denominator: int) -> int:
    """The whole number nearest to a fraction, from the middle the even one, as `round` has it."""
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1))


def welfare_scale(alpha: Decimal, pieces: int, mean: Fraction) -> WelfareScale:
    """The pieces for a county whose units get `mean` quanta per weight on average."""
    if mean <= 0 or alpha == 0:
        return WelfareScale((SLOPE_AT_MEAN,), ())
    ratio = PRECISION.power(Decimal(REACH * REACH), PRECISION.divide(Decimal(1), Decimal(pieces - 1)))
    relative = [PRECISION.divide(PRECISION.power(ratio, Decimal(k)), Decimal(REACH)) for k in range(pieces)]
    middles: Sequence[Decimal] = [
        relative[0],
        *(PRECISION.sqrt(PRECISION.multiply(a, b)) for a, b in pairwise(relative)),
        relative[-1],
    ]
    slopes = tuple(
        int(PRECISION.multiply(Decimal(SLOPE_AT_MEAN), PRECISION.power(m, PRECISION.minus(alpha))).to_integral_value())
        for m in middles
    )
    return WelfareScale(slopes, tuple(mean * Fraction(r) for r in relative))
