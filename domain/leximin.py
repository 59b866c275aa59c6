"""The worst-off first, then the next: welfare for α = ∞ as a strict order over levels, in whole numbers (M11, M13).

With n[u] the weight of unit u and g[u] what it gets in quanta, a plan is better when fewer weights are left at the
lowest level g/n at which two plans differ (leximin with weights: what the sum of n U(g/n) tends to as α grows; A. Sen,
Collective Choice and Social Welfare, 1970). Cut at levels c[1] < c[2] < …, that is

    make sum(min(g[u], c[k] n[u]) for u) as large as it can be, for k = 1, 2, … in strict order,                (1)

and last the sum of all g. For (1) grows from level to level by what is not left below: two plans that differ first at a
level c[k] which is one of the cuts are told apart by step k + 1, the right one coming first.

So where the cuts hold every level that units can reach, the answer is leximin exactly. That is so where there are
no more than `pieces` of them. Else the cuts are multiples of a width w between the lowest level that is sure and the
level to which the money would lift all if it could be split at will, at most `pieces` of them: levels
closer than w may be taken for equal, and above the last cut every quantum counts alike. w is `Leximin.width`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import NamedTuple


class Reach(NamedTuple):
    """What one unit may come to hold: `least` quanta, on top of them any of `costs`, and up to `free` more."""

    weight: Fraction
    least: int
    costs: tuple[int, ...]
    free: int

    @property
    def most(self) -> int:
        """All of it, in quanta."""
        return self.least + sum(self.costs) + self.free


STEP = "welfare-"
"""How the names of the steps begin."""
UNIT, UP_TO = "yuan per weighted household", ", up to "
SCALE_MAX = 10**6
"""Ends of levels that are no multiples of a millionth of a quantum are rounded to one, to keep the numbers small."""


@dataclass(frozen=True)
class Level:
    """One step of (1): up to `cut` quanta per weight, or without end where it is None; counted `scale` times."""

    cut: Fraction | None
    scale: int

    def end(self, weight: Fraction) -> Fraction | None:
        """Up to how many quanta a unit of this weight counts; a multiple of 1 / `scale`."""
        return None if self.cut is None else Fraction(round(self.cut * weight * self.scale), self.scale)

    def of_grant(self, quanta: int, weight: Fraction) -> int:
        """What a unit's grant comes to, `scale` times: a whole number."""
        end = self.end(weight)
        return quanta * self.scale if end is None or quanta <= end else int(end * self.scale)


@dataclass(frozen=True)
class Leximin:
    """The levels in order, the last without end, and how far apart levels may be and yet be taken for equal."""

    levels: tuple[Level, ...]
    width: Fraction
    """Quanta per weight; 0 where the answer is leximin exactly."""
    quantum_fen: int
    total_weight: Fraction

    def names(self) -> list[str]:
        """What the steps of the strict order are called: `welfare-01`, `welfare-02`, …"""
        return [f"{STEP}{number:02d}" for number in range(1, len(self.levels) + 1)]

    def level(self, name: str) -> Level:
        """The level of a step."""
        return self.levels[int(name.removeprefix(STEP)) - 1]

    def unit(self, name: str) -> str:
        """What a step is counted in: `yuan per weighted household, up to 57.50`."""
        cut = self.level(name).cut
        return UNIT if cut is None else f"{UNIT}{UP_TO}{_yuan(cut * self.quantum_fen / 100)}"

    def in_unit(self, name: str, raw: int) -> Fraction:
        """A whole number of a step in that unit: yuan below the level, spread over all weights."""
        if not self.total_weight:
            return Fraction(0)
        return Fraction(raw * self.quantum_fen, 100 * self.level(name).scale) / self.total_weight


def leximin(reaches: Mapping[str, Reach], pieces: int, money: Fraction, quantum_fen: int) -> Leximin:
    """The levels for a county whose units have these reaches and share `money` quanta.

    Levels that every unit reaches anyhow decide nothing and are left out; so are those that none can.
    """
    units = [reach for reach in reaches.values() if reach.weight > 0]
    lowest = min((Fraction(r.least) / r.weight for r in units), default=Fraction(0))
    highest = max((Fraction(r.most) / r.weight for r in units), default=Fraction(0))
    reachable, lifted = _reachable(units, pieces), _lifted(units, money)
    if reachable is not None or lifted <= lowest:
        cuts, width = sorted(cut for cut in reachable or () if lowest < cut < highest), Fraction(0)
    else:
        width = _two_digits((lifted - lowest) / (pieces - 1) * quantum_fen) / quantum_fen
        first, last = int(lowest / width) + 1, -int(-lifted // width)
        cuts = [cut for k in range(first, last + 1) if lowest < (cut := k * width) < highest][:pieces]
    levels = (*(Level(cut, _scale(cut, units)) for cut in cuts), Level(None, 1))
    return Leximin(levels, width, quantum_fen, sum((r.weight for r in units), Fraction(0)))


def _scale(cut: Fraction, units: Sequence[Reach]) -> int:
    """The least number that makes every unit's end of a level whole, but no more than `SCALE_MAX`."""
    scale = 1
    for reach in units:
        scale = lcm(scale, (cut * reach.weight).denominator)
        if scale > SCALE_MAX:
            return SCALE_MAX
    return scale


def _reachable(units: Sequence[Reach], most: int) -> set[Fraction] | None:
    """Every level a unit can reach; None where there are more than `most` but for the first and the last."""
    levels: set[Fraction] = set()
    for reach in units:
        sums = {0}
        for cost in reach.costs:
            sums |= {held + cost for held in sums}
            if len(sums) > most + 2:
                return None
        if reach.free > most + 2:
            return None
        levels |= {(reach.least + held + more) / reach.weight for held in sums for more in range(reach.free + 1)}
        if len(levels) > most + 2:
            return None
    return levels


def _lifted(units: Sequence[Reach], money: Fraction) -> Fraction:
    """The level to which `money` lifts all units if it can be split at will: those with no room left stay behind."""
    left = money - sum(reach.least for reach in units)
    steps: dict[Fraction, Fraction] = {}
    for reach in units:
        for ends, sign in ((reach.least, 1), (reach.most, -1)):
            level = Fraction(ends) / reach.weight
            steps[level] = steps.get(level, Fraction(0)) + sign * reach.weight
    rising, at = Fraction(0), Fraction(0)
    for level, change in sorted(steps.items()):
        needed = rising * (level - at)
        if needed > left:
            return at + left / rising
        left -= needed
        rising, at = rising + change, level
    return at


def _two_digits(number: Fraction) -> Fraction:
    """The next number with two digits that count: widths are to be read aloud."""
    unit = Fraction(1)
    while number <= 10 * unit:
        unit /= 10
    while number > 100 * unit:
        unit *= 10
    return -(-number // unit) * unit


def _yuan(amount: Fraction) -> Decimal:
    return round(Decimal(amount.numerator) / Decimal(amount.denominator), 2)
