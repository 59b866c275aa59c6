"""The worksheet of a reduction: a model's columns and rows while they are taken out, and the way back.

Columns keep the indices of the whole model; merged ones get new indices after those. A *choice group* is a row
`sum of 0/1 columns = 1`; knowing that exactly one of its columns is 1 sharpens what rows can come to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.model import UNBOUNDED, Ints, Linear, Model

Terms = dict[int, int]
Pattern = tuple[tuple[int, int], ...]
Undo = Callable[[list[int]], None]
"""Sets columns that were taken out, once those that replaced them are known."""


@dataclass(frozen=True)
class Reduced:
    """The smaller model, its objective, and the way back."""

    model: Model
    expression: Linear
    restore: Callable[[Ints], Ints]
    """From values of the smaller model to values of the whole one."""
    forward: Callable[[Ints], Ints]
    """From values of the whole model to values of the smaller one."""


class Worksheet:
    """The model in the making; `reduction.py` takes the steps."""

    def __init__(self, model: Model, expression: Linear, lower: Sequence[int], upper: Sequence[int]) -> None:
        self.size = len(lower)
        self.lower, self.upper = list(lower), list(upper)
        self.names = list(model.column_names)
        self.row_names = list(model.row_names)
        self.rows: dict[int, Terms] = {r: dict(terms) for r, terms in enumerate(model.row_terms)}
        self.low, self.high = list(model.row_low), list(model.row_high)
        self.objective = expression.plus(Linear())
        self.group: dict[int, int] = {}  # column -> the row of its choice group
        self.gone: set[int] = {c for c in range(self.size) if self.lower[c] == self.upper[c]}
        self.undo: list[Undo] = []
        self.merged: list[tuple[int, list[int]]] = []

    def is_group(self, r: int) -> bool:
        """Whether a row is a choice group."""
        ones = all(k == 1 and self.lower[c] == 0 and self.upper[c] == 1 for c, k in self.rows[r].items())
        return ones and self.low[r] == self.high[r] == 1

    def shift(self, r: int, constant: int) -> None:
        """Move a constant out of a row into its ends."""
        if self.low[r] > -UNBOUNDED:
            self.low[r] -= constant
        if self.high[r] < UNBOUNDED:
            self.high[r] -= constant

    def add(self, r: int, means: Linear, factor: int) -> None:
        """Add `factor` times an expression to a row."""
        terms = self.rows[r]
        for c, k in means.terms.items():
            terms[c] = terms.get(c, 0) + factor * k
            if not terms[c]:
                del terms[c]
        self.shift(r, factor * means.constant)

    def reach(self, terms: Terms) -> tuple[int, int]:
        """The least and the most that terms can come to, where of each choice group exactly one column is 1."""
        least = most = 0
        of_group: dict[int, list[int]] = defaultdict(list)
        for c, k in terms.items():
            if c in self.group:
                of_group[self.group[c]].append(k)
            else:
                one, other = k * self.lower[c], k * self.upper[c]
                least, most = least + min(one, other), most + max(one, other)
        for g, ks in of_group.items():
            ends = (*ks, 0) if len(ks) < len(self.rows[g]) else tuple(ks)
            least, most = least + min(ends), most + max(ends)
        return least, most

    def rows_of(self) -> dict[int, set[int]]:
        where: dict[int, set[int]] = {c: set() for c in range(len(self.names)) if c not in self.gone}
        for r, terms in self.rows.items():
            for c in terms:
                where[c].add(r)
        return where

    def pattern(self, column: int, rows: set[int]) -> Pattern:
        """A column's coefficients: in the objective, written as row -1, and in some rows."""
        return ((-1, self.objective.terms.get(column, 0)), *((r, self.rows[r][column]) for r in sorted(rows)))

    def merge(self, columns: list[int], where: dict[int, set[int]]) -> int:
        """A new column, the sum of some that are alike, in their place in all rows."""
        whole = len(self.names)
        self.names.append(f"sum.{self.names[columns[0]]}")
        self.lower.append(sum(self.lower[c] for c in columns))
        self.upper.append(sum(self.upper[c] for c in columns))
        self.gone.update(columns)
        self.merged.append((whole, columns))
        for c in columns:
            for r in where[c]:
                self.rows[r][whole] = self.rows[r].pop(c)
        held = [self.objective.terms.pop(c) for c in columns if c in self.objective.terms]
        if held:
            self.objective.terms[whole] = held[0]
        return whole

    def finish(self) -> Reduced:
        """The smaller model, columns and rows in their old order."""
        small = Model()
        kept = [c for c in range(len(self.names)) if c not in self.gone]
        new = {c: small.column(self.names[c], self.lower[c], self.upper[c]) for c in kept}
        for r, terms in sorted(self.rows.items()):
            small.row(
                self.row_names[r], Linear({new[c]: k for c, k in terms.items()}), low=self.low[r], high=self.high[r]
            )
        expression = Linear({new[c]: k for c, k in self.objective.terms.items()}, self.objective.constant)

        def restore(values: Ints) -> Ints:
            whole = list(self.lower)
            for c, v in zip(kept, values.tolist(), strict=True):
                whole[c] = v
            for step in reversed(self.undo):
                step(whole)
            return np.array(whole[: self.size], dtype=np.int64)

        def forward(values: Ints) -> Ints:
            whole = values.tolist() + [0] * (len(self.names) - self.size)
            for c, columns in self.merged:
                whole[c] = sum(whole[column] for column in columns)
            return np.array([whole[c] for c in kept], dtype=np.int64)

        return Reduced(small, expression, restore, forward)
