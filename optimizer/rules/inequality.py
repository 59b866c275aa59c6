"""A bound on inequality: the Gini index of what units get per household or weight, or the most over the least (M13).

With g[u] what unit u gets (quanta), n[u] its households or weight as whole numbers, N = sum(n), W = sum(g), and

    over[u, v] >= n[v] g[u] - n[u] g[v],   over[u, v] >= 0              for every pair u < v              (1)

the sum of |n[v] g[u] - n[u] g[v]| over all pairs is D = sum(2 over[u, v] - (n[v] g[u] - n[u] g[v])) and the Gini
index is D / (N W), half the relative mean difference (C. Gini 1912). With gini_at_most = s / q:

    s N W - q D >= 0                                                                                      (2)

Pairs whose order is settled by what the two can get at most and at least need no column.

The most over the least, max_min_at_most = s / q: with L = s times the product of the two largest n, and a column T,

    n[v] T <= L g[v]                                                    for every unit v                   (3)
    q L g[u] <= s n[u] (T + 1) - 1                                      for every unit u                   (4)

which some T keeps exactly when q g[u] / n[u] <= s g[v] / n[v] for all u and v: T is L times the least level, rounded
down, and two sides that differ at all differ by at least 1 / (s n[u] n[v]). So 2 rows per unit say what all pairs do.

Shortfalls are money. Of (2): W (Gini - s / q), how much less an equal split would need to be worth as much (A. Sen, On
Economic Inequality, 1973). Of (4): what units get above s / q times the lowest level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, combinations
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from domain.policy.expression import Expression
from domain.policy.faults import Misfit
from domain.policy.model import Number, Share
from domain.scoring import score, whole_weights
from optimizer.model import SAFE, Linear, ModelFault, total
from optimizer.rules.base import Audit, Build, PlanRule, Shortfall, chosen_units

PAIRS_MAX = 800
"""Pairs of units whose order is open, for which (1) is written; 40 units have 780. With 4,000 no plan was found."""


class Inequality(PlanRule):
    """`rule: inequality` – what units get per household or weight keeps to a Gini index or a ratio (M13)."""

    NAME: ClassVar[str] = "inequality"
    of: Literal["household", "weight"] = "household"
    """What a unit's money is divided by; units without households have no say."""
    where: Expression | None = None
    funds: tuple[str, ...] | None = None
    gini_at_most: Share | None = None
    max_min_at_most: Number | None = Field(default=None, ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _a_bound(self) -> Inequality:
        if self.gini_at_most is None and self.max_min_at_most is None:
            raise Misfit("`gini_at_most`, `max_min_at_most` or both")
        return self

    def rows(self, build: Build) -> None:
        """Inequalities (1) to (4). Raises `ModelFault` where they would be too many or their numbers too large."""
        case = build.case
        units = chosen_units(case, self.where)
        if self.of == "household":
            units = [u for u in units if case.units[u].households]
            sizes = whole_weights([Fraction(case.units[u].households) for u in units])
        else:
            sizes = whole_weights([case.weights[u] for u in units])
        if len(units) < 2:
            return
        got = [self._got(build, u) for u in units]
        if self.gini_at_most is not None:
            self._gini(build, units, sizes, got)
        if self.max_min_at_most is not None:
            self._ratio(build, units, sizes, got)

    def _got(self, build: Build, unit: str) -> Linear:
        """What a unit gets, as one column where it is a sum."""
        money = build.money([unit], self.funds)
        if len(money.terms) < 2:
            return money
        low, high = _range(build, money)
        column = build.model.column(f"got.{self.id}.{unit}", low, high)
        build.model.row(f"{self.id}.{unit}.got", money.plus(Linear({column: -1})), low=0, high=0)
        return Linear({column: 1})

    def _gini(self, build: Build, units: Sequence[str], sizes: Sequence[int], got: Sequence[Linear]) -> None:
        """Inequalities (1) and (2)."""
        ranges = [_range(build, money) for money in got]
        people, most = sum(sizes), sum(high for _, high in ranges)
        bound = Fraction(self.gini_at_most or 0)
        self._small_enough(2 * people * most * max(bound.denominator, bound.numerator), units)
        spread, opened = Linear(), 0
        for i, j in combinations(range(len(units)), 2):
            lead = got[i].times(sizes[j]).plus(got[j], -sizes[i])
            least = sizes[j] * ranges[i][0] - sizes[i] * ranges[j][1]
            furthest = sizes[j] * ranges[i][1] - sizes[i] * ranges[j][0]
            if least >= 0 or furthest <= 0:
                spread = _added(spread, lead, 1 if least >= 0 else -1)
                continue
            opened += 1
            if opened > PAIRS_MAX:
                raise ModelFault(
                    f"Rule {self.id} bounds the Gini index of {len(units)} units, of which more than {PAIRS_MAX} pairs "
                    "may stand either way, too many to plan exactly (about 40 units); bound fewer units with `where`, "
                    "or use `max_min_at_most`, which has no such limit."
                )
            over = build.model.column(f"over.{self.id}.{units[i]}.{units[j]}", 0, furthest)
            row = lead.plus(Linear({over: -1}))
            build.model.row(f"{self.id}.{units[i]}.{units[j]}", row, high=0)
            spread = _added(spread, lead, -1).add(over, 2)
        room = total(got).times(bound.numerator * people).plus(spread, -bound.denominator)
        build.demand(self, "gini", room, low=0, per=bound.denominator * people)

    def _ratio(self, build: Build, units: Sequence[str], sizes: Sequence[int], got: Sequence[Linear]) -> None:
        """Inequalities (3) and (4)."""
        bound = Fraction(self.max_min_at_most or 1)
        first, second = sorted(sizes, reverse=True)[:2]
        fine = bound.numerator * first * second
        ranges = [_range(build, money) for money in got]
        highest = min(fine * high // n for n, (_, high) in zip(sizes, ranges, strict=True))
        richest = max(high for _, high in ranges)
        self._small_enough(
            2 * (bound.denominator * fine * richest + bound.numerator * first * (highest + 1)) + first * highest, units
        )
        level = build.model.column(f"level.{self.id}", 0, highest)
        for unit, n, money in zip(units, sizes, got, strict=True):
            build.model.row(f"{self.id}.{unit}.least", money.times(-fine).plus(Linear({level: n})), high=0)
            per = bound.denominator * fine
            row = money.times(per).plus(Linear({level: -bound.numerator * n}))
            build.demand(self, unit, row, high=bound.numerator * n - 1, per=per)

    def _small_enough(self, reach: int, units: Sequence[str]) -> None:
        if reach >= SAFE:
            raise ModelFault(
                f"Rule {self.id} compares what {len(units)} units get for each {self.of} in numbers up to {reach}, "
                "beyond exact 64-bit arithmetic; bound fewer units with `where`, write the bound with fewer decimals, "
                "take `of: household`, or choose a larger quantum_yuan."
            )

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Index and ratio in exact fractions, from the levels in order."""
        units = [u.code for u in audit.chosen(self.where)]
        if self.of == "household":
            sizes = {u: Fraction(audit.register.units[u].households) for u in units}
        else:
            scores = score(audit.policy, audit.register)
            sizes = {u: scores.weight(u) for u in units}
        got = {u: audit.money_fen([u], self.funds) for u in units if sizes[u]}
        order = sorted(got, key=lambda u: (got[u] / sizes[u], u))
        whole = sum(got.values())
        if len(order) < 2:
            return
        if self.gini_at_most is not None:
            index_fen = _gini_times_money(order, got, sizes)
            if (excess := index_fen - Fraction(self.gini_at_most) * whole) > 0:
                sentence = (
                    f"The Gini index of what units get per {self.of} is {_shown(index_fen / whole)}; "
                    f"rule {self.id} ({self.clause}) allows {self.gini_at_most}."
                )
                yield Shortfall("gini", audit.round_up(excess.__ceil__()), sentence)
        if self.max_min_at_most is not None:
            allowed = Fraction(self.max_min_at_most) * got[order[0]] / sizes[order[0]]
            for unit in order:
                if (excess := got[unit] - allowed * sizes[unit]) > 0:
                    sentence = (
                        f"{audit.register.units[unit].name_en} ({unit}) gets per {self.of} more than "
                        f"{self.max_min_at_most} times what {order[0]} gets (rule {self.id}, {self.clause})."
                    )
                    yield Shortfall(unit, audit.round_up(excess.__ceil__()), sentence)


def _range(build: Build, expression: Linear) -> tuple[int, int]:
    """The least and the most an expression can come to within the bounds of its columns."""
    low = high = expression.constant
    for c, k in expression.terms.items():
        ends = (k * build.model.lower[c], k * build.model.upper[c])
        low, high = low + min(ends), high + max(ends)
    return low, high


def _added(to: Linear, other: Linear, factor: int) -> Linear:
    """`to` plus `factor` times another expression, in place: a sum of thousands would be slow anew each time."""
    to.constant += factor * other.constant
    for c, k in other.terms.items():
        to.add(c, factor * k)
    return to


def _gini_times_money(order: Sequence[str], got: dict[str, int], sizes: dict[str, Fraction]) -> Fraction:
    """Gini index × money: D / N, with units in order of their levels, so that every difference has its sign."""
    before_size = [Fraction(0), *accumulate(sizes[u] for u in order)]
    before_got = [0, *accumulate(got[u] for u in order)]
    pairs = (got[u] * n - sizes[u] * g for u, n, g in zip(order, before_size, before_got, strict=False))
    return sum(pairs, Fraction(0)) / before_size[-1]


def _shown(index: Fraction) -> Decimal:
    return round(Decimal(index.numerator) / Decimal(index.denominator), 4)
