"""The worksheet of a reduction: a model's columns and rows as arrays while they are taken out, and the way back.

Columns keep the indices of the whole model; merged ones get new indices after those. The objective is written as one
more row without ends. A *choice group* is a row `sum of 0/1 columns = 1`; knowing that exactly one of its columns is 1
sharpens what rows can come to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.model import CURE, SAFE, UNBOUNDED, Block, Ints, Linear, Model, ModelFault, row_numbers

Mask = npt.NDArray[np.bool_]
Undo = Callable[[Ints], None]
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


@dataclass(frozen=True)
class Entries:
    """Coefficients of a sparse matrix: `factor[i]` in row `row[i]` and column `column[i]`."""

    row: Ints
    column: Ints
    factor: Ints

    def where(self, mask: Mask | Ints) -> Entries:
        """Some of them."""
        return Entries(self.row[mask], self.column[mask], self.factor[mask])

    def summed(self) -> Entries:
        """Sorted by row and column, those of one place added up, zeros left out."""
        order = np.lexsort((self.column, self.row))
        row, column, factor = self.row[order], self.column[order], self.factor[order]
        if not len(row):
            return self
        first = np.flatnonzero(np.r_[True, (np.diff(row) != 0) | (np.diff(column) != 0)])
        sums = np.add.reduceat(factor, first)
        kept = sums != 0
        return Entries(row[first][kept], column[first][kept], sums[kept])

    def starts(self, rows: int) -> Ints:
        """Where each row starts, of entries sorted by row."""
        return np.searchsorted(self.row, np.arange(rows + 1)).astype(np.int64)


def together(*parts: Entries) -> Entries:
    """All entries of several matrices."""
    return Entries(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("row", "column", "factor")))


class Worksheet:
    """The model in the making; `reduction.py` takes the steps."""

    def __init__(self, model: Model, expression: Linear, lower: Sequence[int], upper: Sequence[int]) -> None:
        arrays = model.freeze()
        self.size, self.rows = len(lower), len(model.row_names)
        self.lower, self.upper = np.array(lower, dtype=np.int64), np.array(upper, dtype=np.int64)
        self.names, self.row_names = list(model.column_names), model.row_names
        self.low = np.append(arrays.low, -UNBOUNDED)
        self.high = np.append(arrays.high, UNBOUNDED)
        self.alive: Mask = np.ones(self.rows + 1, dtype=bool)
        self.constant = expression.constant
        terms = {c: k for c, k in expression.terms.items() if k}
        reach = sum([abs(k) * max(abs(lower[c]), abs(upper[c])) for c, k in terms.items()])
        if reach >= SAFE:
            raise ModelFault(f"An objective can reach {reach}, beyond exact 64-bit arithmetic; {CURE}.")
        objective = Entries(
            np.full(len(terms), self.rows, dtype=np.int64),
            np.array(list(terms), dtype=np.int64),
            np.array(list(terms.values()), dtype=np.int64),
        )
        whole = Entries(row_numbers(arrays.row_starts), arrays.columns, arrays.coefficients)
        self.entries = together(whole, objective).summed()
        self.group: Ints = np.full(self.size, -1, dtype=np.int64)
        """The row of a column's choice group, or -1."""
        self.group_size: Ints = np.zeros(self.rows + 1, dtype=np.int64)
        self.gone: Mask = self.lower == self.upper
        self.undo: list[Undo] = []
        self.merged: list[tuple[int, Ints]] = []

    @property
    def real(self) -> Mask:
        """Rows that demand something: not the objective, and not taken out."""
        result = self.alive.copy()
        result[self.rows] = False
        return result

    def of_groups(self) -> Mask:
        """Rows that are choice groups."""
        return self.group_size > 0

    def shift(self, constants: Ints) -> None:
        """Move a constant out of every row into its ends."""
        self.low = np.where(self.low > -UNBOUNDED, self.low - constants, self.low)
        self.high = np.where(self.high < UNBOUNDED, self.high - constants, self.high)
        self.constant += int(constants[self.rows])

    def drop_rows(self, rows: Mask) -> None:
        """Take rows out."""
        self.alive &= ~rows
        self.entries = self.entries.where(self.alive[self.entries.row])

    def reach(self, entries: Entries, rows: int) -> tuple[Ints, Ints]:
        """The least and the most that rows can come to, where of each choice group exactly one column is 1."""
        least, most = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
        free = entries.where(self.group[entries.column] < 0)
        one, other = free.factor * self.lower[free.column], free.factor * self.upper[free.column]
        np.add.at(least, free.row, np.minimum(one, other))
        np.add.at(most, free.row, np.maximum(one, other))
        chosen, first, lows, highs = self.by_group(entries)
        np.add.at(least, chosen.row[first], lows)
        np.add.at(most, chosen.row[first], highs)
        return least, most

    def by_group(self, entries: Entries) -> tuple[Entries, Ints, Ints, Ints]:
        """Entries of choices sorted by row and group, where each group in a row starts, its least and its most."""
        chosen = entries.where(self.group[entries.column] >= 0)
        none = np.zeros(0, dtype=np.int64)
        if not len(chosen.row):
            return chosen, none, none, none
        chosen = chosen.where(np.lexsort((self.group[chosen.column], chosen.row)))
        group = self.group[chosen.column]
        first = np.flatnonzero(np.r_[True, (np.diff(chosen.row) != 0) | (np.diff(group) != 0)])
        part = np.diff(np.r_[first, len(group)]) < self.group_size[group[first]]
        lows, highs = np.minimum.reduceat(chosen.factor, first), np.maximum.reduceat(chosen.factor, first)
        lows = np.where(part, np.minimum(lows, 0), lows)
        highs = np.where(part, np.maximum(highs, 0), highs)
        return chosen, first.astype(np.int64), lows, highs

    def by_column(self) -> tuple[Entries, Ints]:
        """Entries sorted by column and row, and where each column starts."""
        order = np.lexsort((self.entries.row, self.entries.column))
        sorted_ = self.entries.where(order)
        return sorted_, np.searchsorted(sorted_.column, np.arange(len(self.lower) + 1)).astype(np.int64)

    def merge(self, columns: Sequence[Sequence[int]]) -> list[int]:
        """New columns, each the sum of some that have the same coefficients, in their place in all rows."""
        first = len(self.lower)
        news = list(range(first, first + len(columns)))
        stands_for = np.full(first, -1, dtype=np.int64)
        lowers, uppers = [], []
        for new, parts in zip(news, columns, strict=True):
            some = np.array(parts, dtype=np.int64)
            self.names.append(f"sum.{self.names[parts[0]]}")
            lowers.append(int(self.lower[some].sum()))
            uppers.append(int(self.upper[some].sum()))
            self.merged.append((new, some))
            stands_for[parts[0]] = new
            self.gone[some] = True
        self.lower = np.append(self.lower, np.array(lowers, dtype=np.int64))
        self.upper = np.append(self.upper, np.array(uppers, dtype=np.int64))
        self.gone = np.append(self.gone, np.zeros(len(news), dtype=bool))
        self.group = np.append(self.group, np.full(len(news), -1, dtype=np.int64))
        replaced = stands_for[self.entries.column]
        kept = ~self.gone[self.entries.column] | (replaced >= 0)
        column = np.where(replaced >= 0, replaced, self.entries.column)
        self.entries = Entries(self.entries.row, column, self.entries.factor).where(kept).summed()
        return news

    def finish(self) -> Reduced:
        """The smaller model, columns and rows in their old order."""
        small = Model()
        kept = np.flatnonzero(~self.gone)
        new = np.full(len(self.lower), -1, dtype=np.int64)
        new[kept] = small.columns([self.names[c] for c in kept.tolist()], self.lower[kept], self.upper[kept])
        rows = np.flatnonzero(self.real)
        real = self.entries.where(self.real[self.entries.row])
        counts = np.bincount(real.row, minlength=self.rows + 1)[rows]
        starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
        block = Block(starts, new[real.column], real.factor)
        small.rows([self.row_names[r] for r in rows.tolist()], block, self.low[rows], self.high[rows])
        last = self.entries.where(self.entries.row == self.rows)
        expression = Linear(dict(zip(new[last.column].tolist(), last.factor.tolist(), strict=True)), self.constant)

        def restore(values: Ints) -> Ints:
            whole = self.lower.copy()
            whole[kept] = values
            for step in reversed(self.undo):
                step(whole)
            return whole[: self.size]

        def forward(values: Ints) -> Ints:
            whole = np.concatenate([values, np.zeros(len(self.lower) - self.size, dtype=np.int64)])
            for c, columns in self.merged:
                whole[c] = whole[columns].sum()
            return whole[kept]

        return Reduced(small, expression, restore, forward)
