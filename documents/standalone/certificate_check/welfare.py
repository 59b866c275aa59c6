"""Equity-weighted welfare as straight pieces, from exact decimal arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

EXACT = Context(prec=50)


@dataclass(frozen=True)
class Welfare:
    """Σ n·U(g/n) as straight pieces: `slopes[k]` up to `breaks[k]` quanta per weight, the last without end."""

    slopes: tuple[int, ...]
    breaks: tuple[Fraction, ...]

    @classmethod
    def scale(cls, alpha: Decimal, pieces: int, mean: Fraction) -> Welfare:
        """Breakpoints from an eighth of the mean to eight times it; slopes 10^6 (ρ/mean)^-α at the middles."""
        if mean <= 0 or alpha == 0:
            return cls((10**6,), ())
        ratio = EXACT.power(Decimal(64), EXACT.divide(Decimal(1), Decimal(pieces - 1)))
        points = [EXACT.divide(EXACT.power(ratio, Decimal(k)), Decimal(8)) for k in range(pieces)]
        between = (EXACT.sqrt(EXACT.multiply(points[k - 1], points[k])) for k in range(1, len(points)))
        middles = [points[0], *between, points[-1]]
        steep = [EXACT.multiply(Decimal(10**6), EXACT.power(m, EXACT.minus(alpha))) for m in middles]
        slopes = tuple(int(slope.to_integral_value(ROUND_HALF_EVEN)) for slope in steep)
        return cls(slopes, tuple(mean * Fraction(point) for point in points))

    def pieces(self, weight: Fraction) -> list[tuple[int, int | None]]:
        """(slope, end in quanta) of one unit's pieces; the last has no end."""
        return list(zip(self.slopes, [*(round(weight * b) for b in self.breaks), None], strict=True))

    def equal(self, raw: int, weights: Fraction) -> Fraction:
        """Quanta per weight which, given to all alike, are worth as much."""
        if not weights:
            return Fraction(0)
        left, start = Fraction(raw) / weights, Fraction(0)
        for slope, end in zip(self.slopes, [*self.breaks, None], strict=True):
            if end is None or left <= slope * (end - start):
                return start + left / slope
            left -= slope * (end - start)
            start = end
        return start

    def worth(self, equal: Fraction, weights: Fraction) -> Fraction:
        """The inverse of `equal`."""
        value, start = Fraction(0), Fraction(0)
        for slope, end in zip(self.slopes, [*self.breaks, None], strict=True):
            stop = equal if end is None else min(equal, end)
            if stop > start:
                value, start = value + slope * (stop - start), stop
        return value * weights


def welfare_of(pieces: Sequence[tuple[int, int | None]], quanta: int) -> int:
    value = start = 0
    for slope, end in pieces:
        stop = quanta if end is None else min(quanta, end)
        if stop > start:
            value, start = value + slope * (stop - start), stop
    return value
