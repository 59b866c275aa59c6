"""Prices that refute a model, found by how little its rows would have to give way, and said in small whole numbers.

With a slack per row end, in the row's own largest coefficient s[r]:

    maximise  -sum(over[r] + under[r])
    subject to  A x - s * over <= high,   A x + s * under >= low,   over, under >= 0                  (1)

The duals of (1) are prices on the rows. Where the relaxation is empty they prove it; `refutation.py` checks that in
whole numbers, so nothing rests on how they were found. Where it is not, the point found says where to branch.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from optimizer.conflicts.refutation import Row, refutes
from optimizer.model import UNBOUNDED, Linear, Model
from optimizer.solve.relaxation import relaxed

DIGITS = (0, 4, 8, 12, 16, 24, 32, 48, 80)
"""Prices are tried as whole multiples of these powers of ½, the coarsest first."""


@dataclass(frozen=True)
class Looked:
    """What the relaxation says: prices that prove it empty, or else the point it found, as floats to branch on."""

    prices: dict[int, int] | None
    point: list[float] | None


def rows_of(model: Model) -> dict[int, Row]:
    """The rows of a model as arithmetic reads them."""
    return {
        r: Row(None if low <= -UNBOUNDED else low, None if high >= UNBOUNDED else high, terms)
        for r, (low, high, terms) in enumerate(zip(model.row_low, model.row_high, model.row_terms, strict=True))
    }


def look(model: Model) -> Looked:
    """Prices that prove that no whole numbers keep the rows, if the linear relaxation can tell; else a point of it."""
    rows = rows_of(model)
    alone = next((p for r in rows if (p := _alone(model, rows, r))), None)
    if alone is not None:
        return Looked(alone, None)
    found = relaxed(*_elastic(model, rows))
    if found is None:
        return Looked(None, None)
    largest = max((abs(dual) for dual in found.duals), default=Fraction(0))
    if not largest:
        return Looked(None, found.values)
    for digits in DIGITS:
        unit = largest / 2**digits
        prices = {
            r: price for r, dual in enumerate(found.duals) if (price := round(dual / unit)) and _sided(rows[r], price)
        }
        if refutes(rows, prices, model.lower, model.upper):
            return Looked(prices, None)
    return Looked(None, found.values)


def _alone(model: Model, rows: dict[int, Row], r: int) -> dict[int, int] | None:
    """The price of a row that cannot hold by itself."""
    return next(({r: price} for price in (1, -1) if refutes(rows, {r: price}, model.lower, model.upper)), None)


def _sided(row: Row, price: int) -> bool:
    return (row.high if price > 0 else row.low) is not None


def _elastic(model: Model, rows: dict[int, Row]) -> tuple[Model, Linear]:
    """The model (1), its rows in the order of the model's, and its objective."""
    soft, objective = Model(), Linear()
    for name, lower, upper in zip(model.column_names, model.lower, model.upper, strict=True):
        soft.column(name, lower, upper)
    for r, row in rows.items():
        terms = dict(row.terms)
        scale = max((abs(k) for k in terms.values()), default=1)
        most = sum(abs(k) * max(abs(model.lower[c]), abs(model.upper[c])) for c, k in terms.items())
        for end, sign in ((row.high, -1), (row.low, 1)):
            if end is not None:
                slack = soft.column(f"slack.{r}", 0, (most + abs(end)) // scale + 1)
                terms[slack] = sign * scale
                objective.add(slack, -1)
        soft.row(model.row_names[r], Linear(terms), low=model.row_low[r], high=model.row_high[r])
    return soft, objective
