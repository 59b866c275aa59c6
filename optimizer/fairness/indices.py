"""Indices of inequality of a sum over people: Gini, Theil, Palma, Atkinson, max/min, concentration, Kakwani (M13).

A unit's money is spread evenly over its households, the people of every index; a unit without households has no say.
With p[u] the unit's share of households, x[u] its amount per household, m the mean and L the cumulated share of the
amount, units in order of x (Gini) or of a ranking (concentration):

    Gini           1 - sum(p (L + L before))                                      0 equal … 1 one has all
    concentration  the same with the units in order of the ranking, ties as one    below 0: more to the first
    Kakwani        concentration - Gini of the ranking variable                   below 0: more to them than they have
    Theil          sum(p x/m ln(x/m))                                             0 equal … ln(households)
    Atkinson       1 - (sum(p (x/m)^(1-e)))^(1/(1-e)), for e = 1 by the logarithm    the part inequality wastes
    Palma          share of the best-off tenth / share of the worst-off 40 %
    max/min        largest x / smallest x

Gini, concentration, Kakwani, Palma and max/min are worked out exactly and rounded once; Theil and Atkinson in 50
digits. After C. Gini 1912; N. C. Kakwani, Economic Journal 87, 1977; H. Theil, Economics and Information Theory, 1967;
A. B. Atkinson, Journal of Economic Theory 2, 1970; J. G. Palma, 2011.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from itertools import groupby
from math import lcm

from domain.measures import Inequality

PLACES, FINE_PLACES = 4, 6
BEST_OFF_PART, WORST_OFF_PART = Fraction(1, 10), Fraction(4, 10)
"""The Palma ratio's ends."""
AVERSIONS = (Decimal("0.5"), Decimal(1), Decimal(2))
"""Atkinson's e: how much more a yuan counts where there is little."""
DIGITS = Context(prec=50)

Amounts = Mapping[str, int]
Ranking = Mapping[str, Fraction]


@dataclass(frozen=True)
class Spread:
    """Amounts over people: (households, amount) of every unit with households."""

    people: tuple[int, ...]
    amounts: tuple[int, ...]

    @classmethod
    def of(cls, amounts: Amounts, households: Amounts, order: Sequence[str] | None = None) -> Spread:
        """The spread in order of amount per household, or in an order handed in."""
        codes = [c for c in (order or amounts) if households[c]]
        if order is None:
            rank = per_head_ranks(amounts, {c: households[c] for c in codes})
            codes.sort(key=lambda c: (rank[c], c))
        return cls(tuple(households[c] for c in codes), tuple(amounts[c] for c in codes))

    @property
    def mean(self) -> Fraction:
        """The amount per household; 0 without people."""
        return Fraction(sum(self.amounts), sum(self.people) or 1)

    def area_index(self) -> Fraction:
        """1 less twice the area under the curve of cumulated shares, in the order of the spread."""
        people, whole = sum(self.people), sum(self.amounts)
        if not whole:
            return Fraction(0)
        area = reached = 0
        for households, amount in zip(self.people, self.amounts, strict=True):
            area += households * (2 * reached + amount)
            reached += amount
        return 1 - Fraction(area, people * whole)

    def share_upto(self, part: Fraction) -> Fraction:
        """The share of the amount that the first `part` of the people hold, straight inside a unit."""
        left, held = part * sum(self.people), Fraction(0)
        for households, amount in zip(self.people, self.amounts, strict=True):
            taken = min(left, Fraction(households))
            held += taken * Fraction(amount, households)
            left -= taken
        return held / sum(self.amounts) if sum(self.amounts) else Fraction(0)


def inequality(amounts: Amounts, households: Amounts, ranking: Ranking, income: Ranking | None = None) -> Inequality:
    """Every index of a sum over the households; concentration against a ranking, its least first.

    Kakwani compares with the inequality of `income`, a figure per head of the ranking's own order; without it, it is
    None. Amounts are 0 or more.
    """
    spread = Spread.of(amounts, households)
    worst = spread.share_upto(WORST_OFF_PART)
    each = [Fraction(a, n) for n, a in zip(spread.people, spread.amounts, strict=True)]
    concentration = concentration_index(amounts, households, ranking)
    return Inequality(
        gini=rounded(spread.area_index()),
        theil=_theil(spread),
        palma=rounded((1 - spread.share_upto(1 - BEST_OFF_PART)) / worst) if worst else None,
        atkinson=tuple((e, _atkinson(spread, e)) for e in AVERSIONS),
        max_to_min=rounded(each[-1] / each[0]) if each and each[0] else None,
        concentration=rounded(concentration),
        kakwani=None if income is None else rounded(concentration - _gini_of_figure(income, households)),
    )


def gini(amounts: Amounts, households: Amounts) -> Decimal:
    """Household-weighted Gini index of amount per household: half the relative mean difference."""
    return rounded(Spread.of(amounts, households).area_index())


def concentration_index(amounts: Amounts, households: Amounts, ranking: Ranking) -> Fraction:
    """Where in a ranking the amount goes: -1 all to the first, 1 all to the last; units of one rank count as one."""
    merged: dict[str, int] = {}
    people: dict[str, int] = {}
    for rank, codes in groupby(sorted(ranking, key=lambda c: (ranking[c], c)), key=ranking.__getitem__):
        alike = list(codes)
        merged[str(rank)] = sum(amounts[c] for c in alike)
        people[str(rank)] = sum(households[c] for c in alike)
    return Spread.of(merged, people, list(merged)).area_index()


def per_head_ranks(amounts: Amounts, heads: Amounts) -> dict[str, int]:
    """Whole numbers in the exact order of amount / heads, equal where those are equal; heads are above 0.

    Two different quotients are at least 1 / (n m) apart, so that rounding down after so many bits keeps them apart.
    """
    bits = 2 * max((n.bit_length() for n in heads.values()), default=0)
    return {code: (amounts[code] << bits) // n for code, n in heads.items()}


def rounded(value: Fraction, places: int = PLACES) -> Decimal:
    """An exact number to so many decimal places, half to even."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def _gini_of_figure(figure: Ranking, households: Amounts) -> Fraction:
    """The Gini of a figure that every household of a unit has."""
    scale = lcm(*(value.denominator for value in figure.values()))
    return Spread.of({c: int(v * scale) * households[c] for c, v in figure.items()}, households).area_index()


def _parts(spread: Spread) -> list[tuple[Decimal, Decimal]]:
    """(share of households, amount per household relative to the mean) of every unit."""
    mean, people = spread.mean, sum(spread.people)
    return [
        (_decimal(Fraction(n, people)), _decimal(Fraction(a, n) / mean))
        for n, a in zip(spread.people, spread.amounts, strict=True)
    ]


def _theil(spread: Spread) -> Decimal:
    if not sum(spread.amounts):
        return rounded(Fraction(0))
    terms = (p * x * DIGITS.ln(x) for p, x in _parts(spread) if x)
    return DIGITS.quantize(sum(terms, Decimal(0)), Decimal(1).scaleb(-PLACES)) + 0


def _atkinson(spread: Spread, aversion: Decimal) -> Decimal:
    parts = _parts(spread) if sum(spread.amounts) else []
    if not parts:
        return rounded(Fraction(0))
    if aversion >= 1 and any(not x for _, x in parts):
        equal = Decimal(0)  # where one has nothing, no equal grant is small enough to be worth as little
    elif aversion == 1:
        equal = DIGITS.exp(sum((p * DIGITS.ln(x) for p, x in parts), Decimal(0)))
    else:
        power = 1 - aversion
        equal = DIGITS.power(sum((p * DIGITS.power(x, power) for p, x in parts), Decimal(0)), 1 / power)
    return DIGITS.quantize(1 - equal, Decimal(1).scaleb(-PLACES)) + 0


def _decimal(value: Fraction) -> Decimal:
    return DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
