"""What both formats write down: a step as named columns and rows, one sense, one constant.

A constant of the objective has no place that all readers agree on; it stands as a column `constant` that is always 1.
A row with two different ends is two rows, `….low` and `….high`: ranges, too, are read in more than one way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from optimizer.export.names import file_names
from optimizer.export.step import StepModel
from optimizer.model import UNBOUNDED

CONSTANT = "constant"
Sign = Literal["<=", ">=", "="]


@dataclass(frozen=True)
class Row:
    """`sum of coefficient * column  sign  end`; columns are numbered, the last one is the constant's."""

    name: str
    columns: list[int]
    coefficients: list[int]
    sign: Sign
    end: int


@dataclass(frozen=True)
class Sheet:
    """A step in the words and numbers of a file."""

    maximise: bool
    columns: list[str]
    lower: list[int]
    upper: list[int]
    objective: dict[int, int]
    rows: list[Row]
    heading: list[str]
    """What a reader of the file should know, and every name that had to be changed."""


def sheet_of(built: StepModel, heading: list[str]) -> Sheet:
    """A step as a sheet, every number whole."""
    arrays, expression = built.matrix.arrays, built.objective.expression
    columns = [*file_names(built.matrix.column_names), CONSTANT]
    constant = len(columns) - 1
    objective = {c: k for c, k in sorted(expression.terms.items()) if k} | {constant: expression.constant}
    found = list(_rows(built, constant))
    names = file_names([row.name for row in found])
    rows = [Row(name, row.columns, row.coefficients, row.sign, row.end) for name, row in zip(names, found, strict=True)]
    pairs = [
        *zip(columns, built.matrix.column_names, strict=False),
        *zip(names, (row.name for row in found), strict=True),
    ]
    changed = [f"{short} is {name}" for short, name in pairs if short != name]
    lower, upper = [*arrays.lower.tolist(), 1], [*arrays.upper.tolist(), 1]
    return Sheet(built.maximise, columns, lower, upper, objective, rows, [*heading, *changed])


def _rows(built: StepModel, constant: int) -> Iterator[Row]:
    arrays = built.matrix.arrays
    order = np.lexsort((arrays.columns, np.repeat(np.arange(len(arrays.low)), np.diff(arrays.row_starts))))
    all_columns, all_coefficients = arrays.columns[order].tolist(), arrays.coefficients[order].tolist()
    starts, lows, highs = arrays.row_starts.tolist(), arrays.low.tolist(), arrays.high.tolist()
    for r, name in enumerate(built.matrix.row_names):
        columns = all_columns[starts[r] : starts[r + 1]] or [constant]
        coefficients = all_coefficients[starts[r] : starts[r + 1]] or [0]
        low, high = lows[r], highs[r]
        if low == high:
            yield Row(name, columns, coefficients, "=", low)
            continue
        both = low > -UNBOUNDED and high < UNBOUNDED
        if low > -UNBOUNDED:
            yield Row(f"{name}.low" if both else name, columns, coefficients, ">=", low)
        if high < UNBOUNDED:
            yield Row(f"{name}.high" if both else name, columns, coefficients, "<=", high)
