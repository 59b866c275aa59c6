"""Rows with large numbers written as several rows with small ones, which programs that count in floats hold exactly.

A float engine holds a row to within 1e-6 and a whole column to within 1e-6 of a whole number. A row such as
“keep 68.16 yuan of welfare” has coefficients of 10^9 and an end of 10^11: one unit in the last place of its sum is
more than the tolerance, and a column that is off by 1e-6 moves it by a thousand. With B = 2^11, every coefficient
written as a[j] = B h[j] + l[j] with -B/2 <= l[j] < B/2, and the end as low = B H + L with 0 <= L < B,

    sum(a[j] x[j]) >= low   if and only if there is a whole c with
        sum(l[j] x[j]) - B c >= L                                                    (1)
        sum(h[j] x[j]) + c >= H                                                      (2)

(take c = floor((sum(l[j] x[j]) - L) / B)); (2) is split again while its coefficients are large. Nothing is lost and
nothing is won: the linear relaxation, too, is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optimizer.model import CURE, UNBOUNDED, Arrays, Ints, Linear, Model, ModelFault

BASE = 2**11
LARGE = 2**30
"""Rows that can reach this are split: from here on the last place of a double passes a tolerance of 1e-6."""
EXACT_FLOAT = 2**53
"""Whole numbers up to this are themselves as doubles."""


@dataclass(frozen=True)
class Matrix:
    """A model in numbers that floats hold: its own columns first, then the carries `c` of (1)."""

    arrays: Arrays
    column_names: list[str]
    row_names: list[str]
    columns_of_model: int


def float_safe(model: Model, expression: Linear) -> Matrix:
    """The model for programs that count in floats; raises `ModelFault` where its numbers or sums pass 2^53."""
    matrix = split_rows(model)
    arrays = matrix.arrays
    for what in (arrays.lower, arrays.upper, arrays.low, arrays.high, arrays.coefficients):
        finite = what[np.abs(what) < UNBOUNDED]
        if finite.size and int(np.abs(finite).max()) > EXACT_FLOAT:
            raise ModelFault(f"A number of the model is {int(np.abs(finite).max())}, beyond what floats hold; {CURE}.")
    largest = np.maximum(np.abs(arrays.lower), np.abs(arrays.upper))
    reach = abs(expression.constant) + sum(abs(k) * int(largest[c]) for c, k in expression.terms.items())
    if reach > EXACT_FLOAT:
        raise ModelFault(f"An objective can reach {reach}, beyond what floats hold; {CURE}.")
    return matrix


def split_rows(model: Model) -> Matrix:
    """The model with every large row split into digits."""
    arrays = model.freeze()
    large = _large_rows(arrays)
    if not large:
        return Matrix(arrays, list(model.column_names), list(model.row_names), len(arrays.lower))
    sheet = _Sheet(arrays, list(model.column_names))
    for r, name in enumerate(model.row_names):
        part = slice(int(arrays.row_starts[r]), int(arrays.row_starts[r + 1]))
        columns, coefficients = arrays.columns[part], arrays.coefficients[part]
        low, high = int(arrays.low[r]), int(arrays.high[r])
        if r not in large:
            sheet.write(name, columns, coefficients, low, high)
            continue
        if low > -UNBOUNDED:
            sheet.split(f"{name}.low" if high < UNBOUNDED else name, columns, coefficients, low)
        if high < UNBOUNDED:
            sheet.split(f"{name}.high" if low > -UNBOUNDED else name, columns, -coefficients, -high)
    return sheet.matrix()


def _large_rows(arrays: Arrays) -> set[int]:
    if not arrays.columns.size:
        return set()
    terms = np.abs(arrays.coefficients) * np.maximum(np.abs(arrays.lower), np.abs(arrays.upper))[arrays.columns]
    sums = np.concatenate(([0], np.cumsum(terms.astype(np.float64))))
    reach = sums[arrays.row_starts[1:]] - sums[arrays.row_starts[:-1]]
    widest = np.zeros(len(arrays.low), dtype=np.int64)
    row_of = np.repeat(np.arange(len(arrays.low)), np.diff(arrays.row_starts))
    np.maximum.at(widest, row_of, np.abs(arrays.coefficients))
    return set(np.flatnonzero((reach >= LARGE) & (widest >= BASE)).tolist())


@dataclass
class _Sheet:
    """The rows of the new matrix while they are written down."""

    arrays: Arrays
    column_names: list[str]
    lower: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    columns: list[Ints] = field(default_factory=list)
    coefficients: list[Ints] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lower, self.upper = self.arrays.lower.tolist(), self.arrays.upper.tolist()

    def write(self, name: str, columns: Ints, coefficients: Ints, low: int, high: int) -> None:
        """One row as it is."""
        self.names.append(name)
        self.columns.append(columns)
        self.coefficients.append(coefficients)
        self.low.append(low)
        self.high.append(high)

    def split(self, name: str, columns: Ints, coefficients: Ints, low: int) -> None:
        """`sum >= low` as rows (1), one per digit, and the last (2)."""
        digit = 0
        while coefficients.size and int(np.abs(coefficients).max()) >= BASE:
            small = (coefficients + BASE // 2) % BASE - BASE // 2
            low, rest = divmod(low, BASE)
            terms = list(zip(columns.tolist(), small.tolist(), strict=True))
            least, most = (sum(pick(k * self.lower[c], k * self.upper[c]) for c, k in terms) for pick in (min, max))
            carry = len(self.lower)
            self.column_names.append(f"carry.{name}.{digit}")
            self.lower.append((least - rest) // BASE)
            self.upper.append((most - rest) // BASE)
            kept = small != 0
            self.write(
                f"{name}.{digit}", np.append(columns[kept], carry), np.append(small[kept], -BASE), rest, UNBOUNDED
            )
            coefficients = (coefficients - small) // BASE
            kept = coefficients != 0
            columns, coefficients = np.append(columns[kept], carry), np.append(coefficients[kept], 1)
            digit += 1
        self.write(name, columns, coefficients, low, UNBOUNDED)

    def matrix(self) -> Matrix:
        """All that was written."""
        starts = np.zeros(len(self.names) + 1, dtype=np.int64)
        np.cumsum([len(columns) for columns in self.columns], out=starts[1:])
        arrays = Arrays(
            lower=np.array(self.lower, dtype=np.int64),
            upper=np.array(self.upper, dtype=np.int64),
            low=np.array(self.low, dtype=np.int64),
            high=np.array(self.high, dtype=np.int64),
            row_starts=starts,
            columns=np.concatenate(self.columns).astype(np.int64),
            coefficients=np.concatenate(self.coefficients).astype(np.int64),
        )
        return Matrix(arrays, self.column_names, self.names, len(self.arrays.lower))
