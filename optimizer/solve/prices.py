"""Whole-number prices on rows: a bound and a worth for every column that plain integer arithmetic proves.

For a model  low <= A x <= high, lower <= x <= upper  and an objective  c x  to be made large, any prices y, whole
numbers in units of 1 / SCALE, give

    SCALE * c x  <=  sum(y[r] * high[r] for y[r] > 0) + sum(y[r] * low[r] for y[r] < 0)
                     + sum(worth[c] * (upper[c] if worth[c] > 0 else lower[c])),   worth = SCALE * c - y A     (1)

so the right side is a bound B whatever the prices; good ones come from the linear relaxation. A plan that reaches T can
lose at most B - SCALE * T, so in every such plan a 0/1 column with worth[c] > B - SCALE * T is 1, and one with
-worth[c] > B - SCALE * T is 0                                                                                (2)

Nothing here is rounded, and nothing rests on how the prices were found (A. M. Geoffrion, Lagrangean relaxation for
integer programming, 1974).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer.model import UNBOUNDED, Linear, Model

SCALE = 2**80
"""Prices are whole multiples of 1 / SCALE: fine enough that turning a float into one loses nothing that counts."""


@dataclass(frozen=True)
class PriceBound:
    """What prices prove: the bound B of (1) and the worth of every column, both times `SCALE`."""

    scaled: int
    worth: tuple[int, ...]

    @property
    def bound(self) -> int:
        """The largest whole number an objective of whole numbers can still reach."""
        return self.scaled // SCALE

    def narrowed(self, model: Model, target: int) -> tuple[list[int], list[int]]:
        """Column bounds that every plan with an objective of at least `target` keeps, by (2)."""
        lower, upper = list(model.lower), list(model.upper)
        loss = self.scaled - SCALE * target
        for c, worth in enumerate(self.worth):
            if upper[c] - lower[c] == 1:
                if worth > loss:
                    lower[c] = upper[c]
                elif -worth > loss:
                    upper[c] = lower[c]
        return lower, upper


def whole_prices(model: Model, duals: Sequence[Fraction]) -> list[int]:
    """Duals as prices; one that leans on a side a row does not have becomes 0."""
    prices = []
    for dual, low, high in zip(duals, model.row_low, model.row_high, strict=True):
        price = int(dual * SCALE)
        sided = (price > 0 and high < UNBOUNDED) or (price < 0 and low > -UNBOUNDED)
        prices.append(price if sided else 0)
    return prices


def price_bound(model: Model, expression: Linear, prices: Sequence[int]) -> PriceBound:
    """Inequality (1) for an expression to be made large.

    Rows `sum of 0/1 columns = 1` are priced anew at what their best column is worth, which never weakens the bound.
    """
    worth = [0] * len(model.lower)
    for c, k in expression.terms.items():
        worth[c] += SCALE * k
    scaled = SCALE * expression.constant
    rows = zip(prices, model.row_terms, model.row_low, model.row_high, strict=True)
    for price, terms, low, high in rows:
        if price:
            scaled += price * (high if price > 0 else low)
            for c, k in terms.items():
                worth[c] -= price * k
    for group in choice_groups(model):
        best = max(worth[c] for c in group)
        scaled += best
        for c in group:
            worth[c] -= best
    for w, lower, upper in zip(worth, model.lower, model.upper, strict=True):
        scaled += w * (upper if w > 0 else lower)
    return PriceBound(scaled, tuple(worth))


def choice_groups(model: Model) -> list[list[int]]:
    """The columns of every row `sum of 0/1 columns = 1`; a column counts in the first such row only."""
    taken: set[int] = set()
    groups = []
    for terms, low, high in zip(model.row_terms, model.row_low, model.row_high, strict=True):
        ones = low == high == 1 and all(k == 1 and (model.lower[c], model.upper[c]) == (0, 1) for c, k in terms.items())
        if terms and ones and taken.isdisjoint(terms):
            taken.update(terms)
            groups.append(list(terms))
    return groups
