"""A whole-number linear model as columns and rows with names, independent of any engine.

    low[r] <= sum_c coefficient[r, c] * value[c] <= high[r]     for every row r          (1)
    lower[c] <= value[c] <= upper[c], value[c] whole            for every column c       (2)

Numbers are Python ints while the model grows and int64 arrays once frozen; engines read the arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, pairwise
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


@dataclass(frozen=True)
class Block:
    """Rows as arrays: coefficient `coefficients[i]` of column `columns[i]`, row r in `starts[r]:starts[r + 1]`."""

    starts: Ints
    columns: Ints
    coefficients: Ints

    def terms(self) -> list[dict[int, int]]:
        """The same rows as dictionaries."""
        starts, columns, ks = self.starts.tolist(), self.columns.tolist(), self.coefficients.tolist()
        return [dict(zip(columns[a:b], ks[a:b], strict=True)) for a, b in pairwise(starts)]


class Model:
    """Columns and rows under construction. Every one has a name, so that a planner and an exported file can tell.

    Rows come one by one (`row`), as rules write them, or whole blocks at a time (`rows`) from arrays.
    """

    def __init__(self) -> None:
        self.column_names: list[str] = []
        self.lower: list[int] = []
        self.upper: list[int] = []
        self.row_names: list[str] = []
        self.row_low: list[int] = []
        self.row_high: list[int] = []
        self._blocks: list[Block] = []  # rows before those of `_terms`, as long as nobody asked for them one by one
        self._terms: list[dict[int, int]] = []

    @property
    def row_terms(self) -> list[dict[int, int]]:
        """Column -> coefficient of every row; a live list."""
        if self._blocks:
            self._terms[:0] = [terms for block in self._blocks for terms in block.terms()]
            self._blocks = []
        return self._terms

    @row_terms.setter
    def row_terms(self, terms: list[dict[int, int]]) -> None:
        self._blocks, self._terms = [], terms

    def column(self, name: str, lower: int, upper: int) -> int:
        """A new whole-number column; returns its index."""
        self.column_names.append(name)
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.column_names) - 1

    def columns(self, names: Sequence[str], lower: Ints, upper: Ints) -> Ints:
        """Many new columns at once; returns their indices."""
        first = len(self.column_names)
        self.column_names += names
        self.lower += lower.tolist()
        self.upper += upper.tolist()
        return np.arange(first, len(self.column_names), dtype=np.int64)

    def row(self, name: str, expression: Linear, *, low: int = -UNBOUNDED, high: int = UNBOUNDED) -> None:
        """Demand `low <= expression <= high`; the constant is moved into the bounds."""
        lower, upper = self.lower, self.upper
        terms = {c: k for c, k in expression.terms.items() if k and (lower[c] or upper[c])}
        reach = sum([abs(k) * max(abs(lower[c]), abs(upper[c])) for c, k in terms.items()])
        if reach >= SAFE:
            raise ModelFault(f"Row {name} can reach {reach}, beyond exact 64-bit arithmetic; {CURE}.")
        self.row_names.append(name)
        self.row_low.append(low - expression.constant if low > -UNBOUNDED else -UNBOUNDED)
        self.row_high.append(high - expression.constant if high < UNBOUNDED else UNBOUNDED)
        self._terms.append(terms)

    def rows(self, names: Sequence[str], block: Block, low: Ints, high: Ints) -> None:
        """Many rows at once, `low <= block <= high`; coefficients are not 0 and no column comes twice in a row."""
        most = np.maximum(np.abs(self._ends(self.lower)), np.abs(self._ends(self.upper))).astype(np.float64)
        parts = np.abs(block.coefficients).astype(np.float64) * most[block.columns]
        reach = np.bincount(row_numbers(block.starts), weights=parts, minlength=len(names))
        if len(reach) and float(reach.max()) >= SAFE * (1 - 2**-20):
            worst = int(reach.argmax())
            raise ModelFault(
                f"Row {names[worst]} can reach {reach[worst]:.3g}, beyond exact 64-bit arithmetic; {CURE}."
            )
        if self._terms:
            self._blocks.append(block_of(self._terms))
            self._terms = []
        self._blocks.append(block)
        self.row_names += names
        self.row_low += low.tolist()
        self.row_high += high.tolist()

    def cut(self, rows: int) -> None:
        """Take back all rows but the first so many."""
        del self.row_terms[rows:], self.row_names[rows:], self.row_low[rows:], self.row_high[rows:]

    def freeze(self) -> Arrays:
        """The model as arrays, for an engine."""
        whole = joined([*self._blocks, block_of(self._terms)])
        return Arrays(
            lower=self._ends(self.lower),
            upper=self._ends(self.upper),
            low=self._ends(self.row_low),
            high=self._ends(self.row_high),
            row_starts=whole.starts,
            columns=whole.columns,
            coefficients=whole.coefficients,
        )

    def broken_rows(self, values: Sequence[int] | Ints) -> list[str]:
        """Names of the rows and columns that given values break; empty when the values are a solution."""
        arrays, found = self.freeze(), np.array(values, dtype=np.int64)
        if len(found) != len(self.column_names):
            raise ValueError(f"{len(found)} values for {len(self.column_names)} columns")
        outside = np.flatnonzero((found < arrays.lower) | (found > arrays.upper))
        broken = [self.column_names[c] for c in outside.tolist()]
        exact = found if not broken else found.astype(object)  # beyond their bounds values could leave 64 bits
        reached = sums_by_row(arrays, exact)
        missed = np.flatnonzero((reached < arrays.low) | (reached > arrays.high))
        return broken + [self.row_names[r] for r in missed.tolist()]

    @staticmethod
    def _ends(ends: list[int]) -> Ints:
        return np.array(ends, dtype=np.int64)


def block_of(terms: Sequence[Mapping[int, int]]) -> Block:
    """Rows given one by one, as arrays."""
    starts = np.zeros(len(terms) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in terms], out=starts[1:])
    entries = int(starts[-1])
    return Block(
        starts,
        np.fromiter(chain.from_iterable(terms), dtype=np.int64, count=entries),
        np.fromiter(chain.from_iterable(row.values() for row in terms), dtype=np.int64, count=entries),
    )


def joined(blocks: Sequence[Block]) -> Block:
    """The rows of several blocks, in order."""
    sizes = np.concatenate([np.diff(block.starts) for block in blocks])
    starts = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=starts[1:])
    columns = np.concatenate([block.columns for block in blocks])
    return Block(starts, columns, np.concatenate([block.coefficients for block in blocks]))


def row_numbers(starts: Ints) -> Ints:
    """The row of every entry."""
    return np.repeat(np.arange(len(starts) - 1, dtype=np.int64), np.diff(starts))


def sums_by_row(arrays: Arrays, values: Ints) -> Ints:
    """What every row comes to, exactly; `values` may hold Python ints (dtype object) where 64 bits could overflow."""
    parts = arrays.coefficients * values[arrays.columns]
    running = np.zeros(len(parts) + 1, dtype=parts.dtype)
    np.cumsum(parts, out=running[1:])  # sums wrap around alike at both ends, so that their differences are exact
    sums: Ints = running[arrays.row_starts[1:]] - running[arrays.row_starts[:-1]]
    return sums


def most(model: Model, expression: Linear) -> int:
    """The most an expression can come to within the bounds of its columns."""
    lower, upper = model.lower, model.upper
    return expression.constant + sum([max(k * lower[c], k * upper[c]) for c, k in expression.terms.items()])


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
