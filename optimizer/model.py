"""A whole-number linear model as columns and rows with names, independent of any engine.

    low[r] <= sum_c coefficient[r, c] * value[c] <= high[r]     for every row r          (1)
    lower[c] <= value[c] <= upper[c], value[c] whole            for every column c       (2)

Numbers are Python ints while the model grows and int64 arrays once frozen; engines read the arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
UNBOUNDED = 2**60
"""Stands for infinity in row bounds; far above any sum of money in quanta."""
SAFE = 2**62
"""No row or objective may be able to reach this, or 64-bit engines would overflow."""


CURE = (
    "give funds, costs, floors and caps in rounder sums and a larger quantum_yuan, or the policy's shares with fewer "
    "decimals"
)
"""What makes the whole numbers of a case smaller."""


class ModelFault(ValueError):
    """The case has no exact model: numbers too large for 64-bit arithmetic, or shortfalls that cannot be added up."""


@dataclass
class Linear:
    """A linear expression `constant + sum(terms[c] * value[c])` in whole numbers."""

    terms: dict[int, int] = field(default_factory=dict)
    constant: int = 0

    def add(self, column: int, coefficient: int) -> Linear:
        """Add `coefficient` times a column to this expression, in place, and return it."""
        if coefficient:
            self.terms[column] = self.terms.get(column, 0) + coefficient
        return self

    def plus(self, other: Linear, factor: int = 1) -> Linear:
        """A new expression: this one plus `factor` times the other."""
        result = Linear(dict(self.terms), self.constant + factor * other.constant)
        for column, coefficient in other.terms.items():
            result.add(column, factor * coefficient)
        return result

    def times(self, factor: int) -> Linear:
        """A new expression: this one `factor` times."""
        return Linear().plus(self, factor)

    def value(self, values: Sequence[int] | Ints) -> int:
        """What the expression comes to for given column values, exactly."""
        return self.constant + sum(k * int(values[c]) for c, k in self.terms.items())


@dataclass(frozen=True)
class Objective:
    """One step of the strict order: an expression to make as large or as small as possible."""

    name: str
    sense: Literal["max", "min"]
    expression: Linear
    unit: str
    tolerance: Fraction = Fraction(0)


@dataclass(frozen=True)
class Arrays:
    """The frozen model: row-major sparse coefficients, all int64."""

    lower: Ints
    upper: Ints
    low: Ints
    high: Ints
    row_starts: Ints
    """`row_starts[r]:row_starts[r + 1]` is the slice of row r in `columns` and `coefficients`."""
    columns: Ints
    coefficients: Ints


class Model:
    """Columns and rows under construction. Every one has a name, so that a planner and an exported file can tell."""

    def __init__(self) -> None:
        self.column_names: list[str] = []
        self.lower: list[int] = []
        self.upper: list[int] = []
        self.row_names: list[str] = []
        self.row_low: list[int] = []
        self.row_high: list[int] = []
        self.row_terms: list[dict[int, int]] = []

    def column(self, name: str, lower: int, upper: int) -> int:
        """A new whole-number column; returns its index."""
        self.column_names.append(name)
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.column_names) - 1

    def row(self, name: str, expression: Linear, *, low: int = -UNBOUNDED, high: int = UNBOUNDED) -> None:
        """Demand `low <= expression <= high`; the constant is moved into the bounds."""
        terms = {c: k for c, k in expression.terms.items() if k and (self.lower[c] or self.upper[c])}
        reach = sum(abs(k) * max(abs(self.lower[c]), abs(self.upper[c])) for c, k in terms.items())
        if reach >= SAFE:
            raise ModelFault(f"Row {name} can reach {reach}, beyond exact 64-bit arithmetic; {CURE}.")
        self.row_names.append(name)
        self.row_low.append(low - expression.constant if low > -UNBOUNDED else -UNBOUNDED)
        self.row_high.append(high - expression.constant if high < UNBOUNDED else UNBOUNDED)
        self.row_terms.append(terms)

    def freeze(self) -> Arrays:
        """The model as arrays, for an engine."""
        starts = np.zeros(len(self.row_terms) + 1, dtype=np.int64)
        np.cumsum([len(terms) for terms in self.row_terms], out=starts[1:])
        return Arrays(
            lower=np.array(self.lower, dtype=np.int64),
            upper=np.array(self.upper, dtype=np.int64),
            low=np.array(self.row_low, dtype=np.int64),
            high=np.array(self.row_high, dtype=np.int64),
            row_starts=starts,
            columns=np.array([c for terms in self.row_terms for c in terms], dtype=np.int64),
            coefficients=np.array([k for terms in self.row_terms for k in terms.values()], dtype=np.int64),
        )

    def broken_rows(self, values: Sequence[int] | Ints) -> list[str]:
        """Names of the rows and columns that given values break; empty when the values are a solution."""
        broken = [
            name
            for name, lower, upper, value in zip(self.column_names, self.lower, self.upper, values, strict=True)
            if not lower <= value <= upper
        ]
        for name, terms, low, high in zip(self.row_names, self.row_terms, self.row_low, self.row_high, strict=True):
            reached = sum(k * int(values[c]) for c, k in terms.items())
            if not low <= reached <= high:
                broken.append(name)
        return broken


def total(expressions: Iterable[Linear]) -> Linear:
    """The sum of expressions."""
    result = Linear()
    for expression in expressions:
        result.constant += expression.constant
        for column, coefficient in expression.terms.items():
            result.add(column, coefficient)
    return result


def weighted(terms: Mapping[int, int]) -> Linear:
    """An expression from column -> coefficient."""
    return Linear({c: k for c, k in terms.items() if k})
