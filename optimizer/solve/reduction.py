"""A smaller model with the same best value: what is fixed, defined, redundant or alike is taken out, exactly.

A *choice group* is a row `sum of 0/1 columns = 1`. Knowing that exactly one column of each group is 1, in this order:

    a column with equal bounds becomes its value                                                          (1)
    a column that a row defines by choices, x = sum(k * choice), becomes that sum                          (2)
    a row that no values within bounds and groups can break, or that another row implies, is dropped       (3)
    rows x[a] + x[b] = need, alike but for the need, become one flow X[a] + X[b] = sum of needs            (4)
    columns with the same coefficients everywhere become one, their sum                                    (5)

Every step loses no solution and `restore` brings every solution back, in whole numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.model import UNBOUNDED, Ints, Linear, Model

Terms = dict[int, int]
Pattern = tuple[tuple[int, int], ...]
FEW_ROWS = 12
"""Rows are compared with one another only through columns that lie in at most so many."""


@dataclass(frozen=True)
class Reduced:
    """The smaller model, its objective, and the way back."""

    model: Model
    expression: Linear
    restore: Callable[[Ints], Ints]
    """From values of the smaller model to values of the whole one."""
    forward: Callable[[Ints], Ints]
    """From values of the whole model to values of the smaller one."""


def reduced(model: Model, expression: Linear, lower: Sequence[int], upper: Sequence[int]) -> Reduced | None:
    """The model within narrower bounds, made smaller; None when a row then cannot hold at all."""
    work = _Reduction(model, expression, lower, upper)
    if not work.fix():
        return None
    work.substitute()
    if not work.drop_redundant():
        return None
    work.drop_implied()
    work.merge_flows()
    work.merge_alike()
    return work.finish()


class _Reduction:
    """The model in the making. Merged columns get new indices after those of the whole model."""

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
        self.undo: list[Callable[[list[int]], None]] = []
        self.merged: list[tuple[int, list[int]]] = []

    def fix(self) -> bool:
        """(1), and find the choice groups; whether no row is broken by what is fixed."""
        for r in list(self.rows):
            self._replace_fixed(r)
            terms = self.rows[r]
            if not terms:
                if not self.low[r] <= 0 <= self.high[r]:
                    return False
                del self.rows[r]
            elif self._is_group(r) and not any(c in self.group for c in terms):
                self.group.update(dict.fromkeys(terms, r))
        for c in [c for c in self.objective.terms if c in self.gone]:
            self.objective.constant += self.objective.terms.pop(c) * self.lower[c]
        return True

    def substitute(self) -> None:
        """(2). Choices exclude one another, so the defined column's own bounds are looked at once, here."""
        where = self._rows_of()
        for r in sorted(self.rows):
            terms = self.rows[r]
            if self.low[r] != self.high[r] or r in self.group.values():
                continue
            defined = [c for c in terms if c not in self.group]
            if len(defined) != 1 or abs(terms[defined[0]]) != 1:
                continue
            (column,) = defined
            sign = terms[column]
            means = Linear({c: -sign * k for c, k in terms.items() if c != column}, sign * self.low[r])
            least, most = self._reach(means.terms)
            if least + means.constant < self.lower[column] or most + means.constant > self.upper[column]:
                continue
            del self.rows[r]
            self.gone.add(column)
            for other in where[column]:
                if other in self.rows:
                    k = self.rows[other].pop(column)
                    self._add(other, means, k)
                    for c in means.terms:
                        where[c].add(other)
            if column in self.objective.terms:
                self.objective = self.objective.plus(means, self.objective.terms.pop(column))
                self.objective.terms = {c: k for c, k in self.objective.terms.items() if k}
            self.undo.append(lambda values, column=column, means=means: _set(values, column, means.value(values)))

    def drop_redundant(self) -> bool:
        """(3), first half; False when a row cannot hold at all."""
        groups = set(self.group.values())
        for r, terms in list(self.rows.items()):
            if r in groups:
                continue
            least, most = self._reach(terms)
            if least > self.high[r] or most < self.low[r]:
                return False
            if least >= self.low[r] and most <= self.high[r]:
                del self.rows[r]
        return True

    def drop_implied(self) -> None:
        """(3), second half: row b with an upper bound holds whenever row a does and b - a cannot exceed the difference."""
        groups = set(self.group.values())
        for c, rows in self._rows_of().items():
            if c in self.group or len(rows) > FEW_ROWS:
                continue
            upper = [r for r in sorted(rows) if self.low[r] <= -UNBOUNDED and r not in groups]
            for b in upper:
                for a in upper:
                    if a != b and a in self.rows and b in self.rows and self.rows[a][c] == self.rows[b][c]:
                        terms = Linear(self.rows[b]).plus(Linear(self.rows[a]), -1).terms
                        if self._reach(terms)[1] <= self.high[b] - self.high[a]:
                            del self.rows[b]

    def merge_flows(self) -> None:
        """(4). Parts of a flow are only bounded by their need, so only the sum of needs counts."""
        where = self._rows_of()
        alike: dict[tuple[Pattern, ...], list[tuple[int, list[int]]]] = defaultdict(list)
        for r, terms in self.rows.items():
            parts = [c for c, k in terms.items() if c not in self.group and k == 1 and self.lower[c] == 0]
            if self.low[r] != self.high[r] or len(parts) < 2:
                continue
            need = self.high[r] - self._reach({c: k for c, k in terms.items() if c not in parts})[0]
            if all(self.upper[c] >= need for c in parts):
                parts.sort(key=lambda c: (self._pattern(c, where[c] - {r}), c))
                alike[tuple(self._pattern(c, where[c] - {r}) for c in parts)].append((r, parts))
        for flows in alike.values():
            if len(flows) > 1 and len({c for _, parts in flows for c in parts}) == sum(len(p) for _, p in flows):
                self._merge_flow(flows)

    def _merge_flow(self, flows: list[tuple[int, list[int]]]) -> None:
        first = flows[0][0]
        needs = [
            (parts, Linear({c: -k for c, k in self.rows[r].items() if c not in parts}, self.high[r]))
            for r, parts in flows
        ]
        sums = [self._merged([parts[i] for _, parts in flows]) for i in range(len(flows[0][1]))]
        whole = Linear()
        for _, need in needs:
            whole = whole.plus(need, -1)
        for r, _ in flows[1:]:
            del self.rows[r]
        self.rows[first] = {c: k for c, k in whole.terms.items() if k} | dict.fromkeys(sums, 1)
        self.low[first] = self.high[first] = -whole.constant

        def undo(values: list[int]) -> None:
            left = [values[c] for c in sums]
            for parts, need in needs:
                wanted = need.value(values)
                for i, c in enumerate(parts):
                    values[c] = min(left[i], wanted)
                    left[i] -= values[c]
                    wanted -= values[c]

        self.undo.append(undo)

    def merge_alike(self) -> None:
        """(5)."""
        alike: dict[Pattern, list[int]] = defaultdict(list)
        for c, rows in sorted(self._rows_of().items()):
            if c not in self.group:
                alike[self._pattern(c, rows)].append(c)
        for columns in alike.values():
            if len(columns) < 2:
                continue
            whole = self._merged(columns)

            def undo(values: list[int], whole: int = whole, columns: list[int] = columns) -> None:
                left = values[whole] - sum(self.lower[c] for c in columns)
                for c in columns:
                    more = min(left, self.upper[c] - self.lower[c])
                    values[c] = self.lower[c] + more
                    left -= more

            self.undo.append(undo)

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

    def _is_group(self, r: int) -> bool:
        ones = all(k == 1 and self.lower[c] == 0 and self.upper[c] == 1 for c, k in self.rows[r].items())
        return ones and self.low[r] == self.high[r] == 1

    def _replace_fixed(self, r: int) -> None:
        terms = self.rows[r]
        for c in [c for c in terms if c in self.gone]:
            self._shift(r, terms.pop(c) * self.lower[c])

    def _shift(self, r: int, constant: int) -> None:
        if self.low[r] > -UNBOUNDED:
            self.low[r] -= constant
        if self.high[r] < UNBOUNDED:
            self.high[r] -= constant

    def _add(self, r: int, means: Linear, factor: int) -> None:
        terms = self.rows[r]
        for c, k in means.terms.items():
            terms[c] = terms.get(c, 0) + factor * k
            if not terms[c]:
                del terms[c]
        self._shift(r, factor * means.constant)

    def _reach(self, terms: Terms) -> tuple[int, int]:
        """The least and the most that terms can come to, where of each choice group exactly one column is 1."""
        least = most = 0
        of_group: dict[int, list[int]] = defaultdict(list)
        for c, k in terms.items():
            if c in self.group:
                of_group[self.group[c]].append(k)
            else:
                ends = (k * self.lower[c], k * self.upper[c])
                least, most = least + min(ends), most + max(ends)
        for g, ks in of_group.items():
            ends = (*ks, 0) if len(ks) < len(self.rows[g]) else tuple(ks)
            least, most = least + min(ends), most + max(ends)
        return least, most

    def _rows_of(self) -> dict[int, set[int]]:
        where: dict[int, set[int]] = {c: set() for c in range(len(self.names)) if c not in self.gone}
        for r, terms in self.rows.items():
            for c in terms:
                where[c].add(r)
        return where

    def _pattern(self, column: int, rows: set[int]) -> Pattern:
        """A column's coefficients: in the objective, written as row -1, and in some rows."""
        return ((-1, self.objective.terms.get(column, 0)), *((r, self.rows[r][column]) for r in sorted(rows)))

    def _merged(self, columns: list[int]) -> int:
        """A new column, the sum of some that are alike, in their place in all rows."""
        whole = len(self.names)
        self.names.append(f"sum.{self.names[columns[0]]}")
        self.lower.append(sum(self.lower[c] for c in columns))
        self.upper.append(sum(self.upper[c] for c in columns))
        self.gone.update(columns)
        self.merged.append((whole, columns))
        member = set(columns)
        for terms in self.rows.values():
            inside = [c for c in terms if c in member]
            if inside:
                terms[whole] = terms[inside[0]]
                for c in inside:
                    del terms[c]
        held = [self.objective.terms.pop(c) for c in columns if c in self.objective.terms]
        if held:
            self.objective.terms[whole] = held[0]
        return whole


def _set(values: list[int], column: int, value: int) -> None:
    values[column] = value
