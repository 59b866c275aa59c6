"""A smaller model with the same best value: what is fixed, defined, redundant or alike is taken out, exactly.

A *choice group* is a row `sum of 0/1 columns = 1`. Knowing that exactly one column of each group is 1, in this order:

    a column with equal bounds, or left one value by a row, becomes that value                            (1)
    a column that a row defines by choices, x = sum(k * choice), becomes that sum                          (2)
    a row that no values within bounds and groups can break, or that another row implies, is dropped       (3)
    rows x[a] + x[b] = need, alike but for the need, become one flow X[a] + X[b] = sum of needs            (4)
    columns with the same coefficients everywhere become one, their sum                                    (5)

Every step loses no solution and `restore` brings every solution back, in whole numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from optimizer.model import UNBOUNDED, Linear, Model
from optimizer.solve.worksheet import Pattern, Reduced, Undo, Worksheet

FEW_ROWS = 12
"""Rows are compared with one another only through columns that lie in at most so many."""


def reduced(model: Model, expression: Linear, lower: Sequence[int], upper: Sequence[int]) -> Reduced | None:
    """The model within narrower bounds, made smaller; None when a row then cannot hold at all."""
    sheet = Worksheet(model, expression, lower, upper)
    if not _fix(sheet):
        return None
    _substitute(sheet)
    if not _drop_redundant(sheet):
        return None
    _drop_implied(sheet)
    _merge_flows(sheet)
    _merge_alike(sheet)
    return sheet.finish()


def _fix(sheet: Worksheet) -> bool:
    """(1), and find the choice groups; whether no row is broken by what is fixed."""
    while True:
        before = len(sheet.gone)
        for r in list(sheet.rows):
            if not _fix_row(sheet, r):
                return False
        if len(sheet.gone) == before:
            break
    for r, terms in sheet.rows.items():
        if sheet.is_group(r) and not any(c in sheet.group for c in terms):
            sheet.group.update(dict.fromkeys(terms, r))
    for c in [c for c in sheet.objective.terms if c in sheet.gone]:
        sheet.objective.constant += sheet.objective.terms.pop(c) * sheet.lower[c]
    return True


def _fix_row(sheet: Worksheet, r: int) -> bool:
    """Take fixed columns out of a row, and fix the rest where the row leaves no choice; whether it can hold."""
    terms = sheet.rows[r]
    for c in [c for c in terms if c in sheet.gone]:
        sheet.shift(r, terms.pop(c) * sheet.lower[c])
    least, most = sheet.reach(terms)
    if least > sheet.high[r] or most < sheet.low[r]:
        return False
    for at, end in ((least, sheet.high[r]), (most, sheet.low[r])):
        if at == end:
            for c, k in terms.items():
                sheet.lower[c] = sheet.upper[c] = sheet.lower[c] if (k > 0) == (at == least) else sheet.upper[c]
            sheet.gone.update(terms)
            del sheet.rows[r]
            break
    return True


def _substitute(sheet: Worksheet) -> None:
    """(2). Choices exclude one another, so the defined column's own bounds are looked at once, here."""
    where, groups = sheet.rows_of(), set(sheet.group.values())
    for r in sorted(sheet.rows):
        terms = sheet.rows[r]
        if sheet.low[r] != sheet.high[r] or r in groups:
            continue
        defined = [c for c in terms if c not in sheet.group]
        if len(defined) != 1 or abs(terms[defined[0]]) != 1:
            continue
        (column,) = defined
        sign = terms[column]
        means = Linear({c: -sign * k for c, k in terms.items() if c != column}, sign * sheet.low[r])
        least, most = sheet.reach(means.terms)
        if least + means.constant < sheet.lower[column] or most + means.constant > sheet.upper[column]:
            continue
        del sheet.rows[r]
        sheet.gone.add(column)
        for other in where[column]:
            if other in sheet.rows:
                k = sheet.rows[other].pop(column)
                sheet.add(other, means, k)
                for c in means.terms:
                    where[c].add(other)
        if column in sheet.objective.terms:
            sheet.objective = sheet.objective.plus(means, sheet.objective.terms.pop(column))
            sheet.objective.terms = {c: k for c, k in sheet.objective.terms.items() if k}
        sheet.undo.append(_defines(column, means))


def _drop_redundant(sheet: Worksheet) -> bool:
    """(3), first half; False when a row cannot hold at all."""
    groups = set(sheet.group.values())
    for r, terms in list(sheet.rows.items()):
        if r in groups:
            continue
        least, most = sheet.reach(terms)
        if least > sheet.high[r] or most < sheet.low[r]:
            return False
        if least >= sheet.low[r] and most <= sheet.high[r]:
            del sheet.rows[r]
    return True


def _drop_implied(sheet: Worksheet) -> None:
    """(3), second half: row b holds whenever row a does if b - a cannot exceed their difference."""
    groups = set(sheet.group.values())
    for c, rows in sheet.rows_of().items():
        if c in sheet.group or len(rows) > FEW_ROWS:
            continue
        upper = [r for r in sorted(rows) if sheet.low[r] <= -UNBOUNDED and r not in groups]
        for b in upper:
            for a in upper:
                if a != b and a in sheet.rows and b in sheet.rows and sheet.rows[a][c] == sheet.rows[b][c]:
                    terms = Linear(sheet.rows[b]).plus(Linear(sheet.rows[a]), -1).terms
                    if sheet.reach(terms)[1] <= sheet.high[b] - sheet.high[a]:
                        del sheet.rows[b]


def _merge_flows(sheet: Worksheet) -> None:
    """(4). Parts of a flow are only bounded by their need, so only the sum of needs counts."""
    where = sheet.rows_of()
    alike: dict[tuple[Pattern, ...], list[tuple[int, list[int]]]] = defaultdict(list)
    for r, terms in sheet.rows.items():
        parts = [c for c, k in terms.items() if c not in sheet.group and k == 1 and sheet.lower[c] == 0]
        if sheet.low[r] != sheet.high[r] or len(parts) < 2:
            continue
        rest = sheet.reach({c: k for c, k in terms.items() if c not in parts})
        if rest[1] <= sheet.high[r] and all(sheet.upper[c] >= sheet.high[r] - rest[0] for c in parts):
            parts.sort(key=lambda c: (sheet.pattern(c, where[c] - {r}), c))
            alike[tuple(sheet.pattern(c, where[c] - {r}) for c in parts)].append((r, parts))
    of_flows = {r for flows in alike.values() for r, _ in flows}
    for flows in alike.values():
        if len(flows) > 1 and all(where[c] & of_flows == {r} for r, parts in flows for c in parts):
            _merge_flow(sheet, flows, where)


def _merge_flow(sheet: Worksheet, flows: list[tuple[int, list[int]]], where: dict[int, set[int]]) -> None:
    first = flows[0][0]
    needs = [
        (parts, Linear({c: -k for c, k in sheet.rows[r].items() if c not in parts}, sheet.high[r]))
        for r, parts in flows
    ]
    sums = [sheet.merge([parts[i] for _, parts in flows], where) for i in range(len(flows[0][1]))]
    whole = Linear()
    for _, need in needs:
        whole = whole.plus(need, -1)
    for r, _ in flows[1:]:
        del sheet.rows[r]
    sheet.rows[first] = {c: k for c, k in whole.terms.items() if k} | dict.fromkeys(sums, 1)
    sheet.low[first] = sheet.high[first] = -whole.constant

    def undo(values: list[int]) -> None:
        left = [values[c] for c in sums]
        for parts, need in needs:
            wanted = need.value(values)
            for i, c in enumerate(parts):
                values[c] = min(left[i], wanted)
                left[i] -= values[c]
                wanted -= values[c]

    sheet.undo.append(undo)


def _merge_alike(sheet: Worksheet) -> None:
    """(5)."""
    alike: dict[Pattern, list[int]] = defaultdict(list)
    where = sheet.rows_of()
    for c, rows in sorted(where.items()):
        if c not in sheet.group:
            alike[sheet.pattern(c, rows)].append(c)
    for columns in alike.values():
        if len(columns) < 2:
            continue
        whole = sheet.merge(columns, where)

        def undo(values: list[int], whole: int = whole, columns: list[int] = columns) -> None:
            left = values[whole] - sum(sheet.lower[c] for c in columns)
            for c in columns:
                more = min(left, sheet.upper[c] - sheet.lower[c])
                values[c] = sheet.lower[c] + more
                left -= more

        sheet.undo.append(undo)


def _defines(column: int, means: Linear) -> Undo:
    """The way back from a column that a row defines."""

    def undo(values: list[int]) -> None:
        values[column] = means.value(values)

    return undo
