"""A smaller model with the same best value: what is fixed, defined, redundant or alike is taken out, exactly.

A *choice group* is a row `sum of 0/1 columns = 1`. Knowing that exactly one column of each group is 1, in this order:

    a column with equal bounds, or left one value by a row, becomes that value                            (1)
    a column that a row defines by choices, x = sum(k * choice), becomes that sum                          (2)
    a choice for which some row has no room is ruled out                                                   (3)
    a row that no values within bounds and groups can break, or that another row implies, is dropped       (4)
    rows x[a] + x[b] = need, alike but for the need, become one flow X[a] + X[b] = sum of needs            (5)
    columns with the same coefficients everywhere become one, their sum                                    (6)

Every step loses no solution and `restore` brings every solution back, in whole numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from optimizer.model import UNBOUNDED, Ints, Linear, Model
from optimizer.solve.worksheet import Entries, Mask, Reduced, Undo, Worksheet, together

FEW_ROWS = 12
"""Rows are compared with one another only through columns that lie in at most so many."""
SHORT_ROW = 256
"""Only rows with at most so many entries are compared."""
Pattern = tuple[bytes, bytes]


def reduced(model: Model, expression: Linear, lower: Sequence[int], upper: Sequence[int]) -> Reduced | None:
    """The model within narrower bounds, made smaller; None when a row then cannot hold at all."""
    sheet = Worksheet(model, expression, lower, upper)
    if not _fix(sheet):
        return None
    _find_groups(sheet)
    while _substitute(sheet):
        pass
    while (ruled_out := _rule_out(sheet)) is not False:
        if ruled_out is None:
            return None
    if not _drop_redundant(sheet):
        return None
    _drop_implied(sheet)
    _merge_flows(sheet)
    _merge_alike(sheet)
    return sheet.finish()


def _fix(sheet: Worksheet) -> bool:
    """(1); whether no row is broken by what is fixed."""
    while True:
        entries = sheet.entries
        fixed = sheet.gone[entries.column]
        if fixed.any():
            constants = np.zeros(sheet.rows + 1, dtype=np.int64)
            out = entries.where(fixed)
            np.add.at(constants, out.row, out.factor * sheet.lower[out.column])
            sheet.shift(constants)
            entries = sheet.entries = entries.where(~fixed)
        least, most = sheet.reach(entries, sheet.rows + 1)
        real = sheet.real
        if bool((real & ((least > sheet.high) | (most < sheet.low))).any()):
            return False
        at_high, at_low = real & (least == sheet.high), real & (most == sheet.low)
        forced = at_high | at_low
        if not forced.any():
            return True
        left = entries.where(forced[entries.row])
        downward = (left.factor > 0) == at_high[left.row]
        value = np.where(downward, sheet.lower[left.column], sheet.upper[left.column])
        again = np.full(len(sheet.lower), 2**62, dtype=np.int64)
        np.minimum.at(again, left.column, value)
        if bool((again[left.column] != value).any()):
            return False  # two rows leave one column different values
        sheet.lower[left.column] = sheet.upper[left.column] = value
        sheet.gone[left.column] = True
        sheet.drop_rows(forced)


def _find_groups(sheet: Worksheet) -> None:
    """The choice groups; a column belongs to the first only."""
    entries = sheet.entries
    ones = (entries.factor == 1) & (sheet.lower[entries.column] == 0) & (sheet.upper[entries.column] == 1)
    other = np.zeros(sheet.rows + 1, dtype=bool)
    other[entries.row[~ones]] = True
    counts = np.bincount(entries.row, minlength=sheet.rows + 1)
    rows = np.flatnonzero(sheet.real & ~other & (counts > 0) & (sheet.low == 1) & (sheet.high == 1))
    starts = entries.starts(sheet.rows + 1)
    for r in rows.tolist():
        columns = entries.column[starts[r] : starts[r + 1]]
        if (sheet.group[columns] < 0).all():
            sheet.group[columns] = r
            sheet.group_size[r] = len(columns)


def _substitute(sheet: Worksheet) -> bool:
    """(2), all at once; whether any column was. The defined column's own bounds are looked at once, here."""
    entries, rows = sheet.entries, sheet.rows + 1
    free = sheet.group[entries.column] < 0
    alone = np.bincount(entries.row[free], minlength=rows) == 1
    alone &= sheet.real & ~sheet.of_groups() & (sheet.low == sheet.high)
    picked = np.flatnonzero(free & alone[entries.row] & (np.abs(entries.factor) == 1))
    least, most = sheet.reach(entries.where(~free & alone[entries.row]), rows)
    row, column, sign = entries.row[picked], entries.column[picked], entries.factor[picked]
    # x = sign * (end - others): what the others come to gives the ends of x
    ends = sign * (sheet.high[row] - least[row]), sign * (sheet.high[row] - most[row])
    inside = (np.minimum(*ends) >= sheet.lower[column]) & (np.maximum(*ends) <= sheet.upper[column])
    row, column, sign = row[inside], column[inside], sign[inside]
    column, first = np.unique(column, return_index=True)
    row, sign = row[first], sign[first]
    if not len(row):
        return False
    constants = sign * sheet.high[row]
    definition = np.full(len(sheet.lower), -1, dtype=np.int64)
    definition[column] = np.arange(len(column))
    of_row = np.full(rows, -1, dtype=np.int64)
    of_row[row] = np.arange(len(column))
    inside_rows = entries.where((of_row[entries.row] >= 0) & ~free)
    which = of_row[inside_rows.row]
    order = np.argsort(which, kind="stable")
    means = Entries(which[order], inside_rows.column[order], (-sign[which] * inside_rows.factor)[order])
    sheet.drop_rows(of_row >= 0)
    entries = sheet.entries
    replaced = definition[entries.column]
    out = entries.where(replaced >= 0)
    shift = np.zeros(rows, dtype=np.int64)
    of_out = definition[out.column]
    np.add.at(shift, out.row, out.factor * constants[of_out])
    starts = means.starts(len(column))
    sizes = np.diff(starts)[of_out]
    owner = np.repeat(np.arange(len(of_out)), sizes)
    inner = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + starts[of_out][owner]
    news = Entries(out.row[owner], means.column[inner], out.factor[owner] * means.factor[inner])
    sheet.shift(shift)
    sheet.entries = together(entries.where(replaced < 0), news).summed()
    sheet.gone[column] = True

    def undo(values: Ints) -> None:
        sums = constants.copy()
        np.add.at(sums, means.row, means.factor * values[means.column])
        values[column] = sums

    sheet.undo.append(undo)
    return True


def _rule_out(sheet: Worksheet) -> bool | None:
    """(3): choices that no row has room for; whether there were any, None when a group is left without."""
    least, most = sheet.reach(sheet.entries, sheet.rows + 1)
    chosen, first, lows, highs = sheet.by_group(sheet.entries.where(sheet.real[sheet.entries.row]))
    sizes = np.diff(np.r_[first, len(chosen.row)])
    low_here, high_here = np.repeat(lows, sizes), np.repeat(highs, sizes)
    over = least[chosen.row] - low_here + chosen.factor > sheet.high[chosen.row]
    under = most[chosen.row] - high_here + chosen.factor < sheet.low[chosen.row]
    columns = np.unique(chosen.column[over | under])
    if not len(columns):
        return False
    groups = sheet.group[columns]
    sheet.upper[columns] = 0
    sheet.gone[columns] = True
    sheet.group[columns] = -1
    np.subtract.at(sheet.group_size, groups, 1)
    sheet.entries = sheet.entries.where(~sheet.gone[sheet.entries.column])
    return None if (sheet.group_size[groups] == 0).any() else True


def _drop_redundant(sheet: Worksheet) -> bool:
    """(4), first half; False when a row cannot hold at all."""
    least, most = sheet.reach(sheet.entries, sheet.rows + 1)
    real = sheet.real & ~sheet.of_groups()
    if bool((real & ((least > sheet.high) | (most < sheet.low))).any()):
        return False
    sheet.drop_rows(real & (least >= sheet.low) & (most <= sheet.high))
    return True


def _drop_implied(sheet: Worksheet) -> None:
    """(4), second half: row b holds whenever row a does if b - a cannot exceed their difference."""
    rows = sheet.rows + 1
    counts = np.bincount(sheet.entries.row, minlength=rows)
    upward = sheet.real & ~sheet.of_groups() & (sheet.low <= -UNBOUNDED) & (counts <= SHORT_ROW)
    entries = sheet.entries.where(upward[sheet.entries.row] & (sheet.group[sheet.entries.column] < 0))
    order = np.lexsort((entries.row, entries.factor, entries.column))
    row, column, factor = entries.row[order], entries.column[order], entries.factor[order]
    pairs = []
    for step in range(1, min(FEW_ROWS, len(row))):
        same = (column[step:] == column[:-step]) & (factor[step:] == factor[:-step])
        pairs += [(row[:-step][same], row[step:][same]), (row[step:][same], row[:-step][same])]
    if not pairs:
        return
    both = np.unique(np.array([np.concatenate([pair[i] for pair in pairs]) for i in (1, 0)]), axis=1)
    b, a = both[0], both[1]
    if not len(a):
        return
    starts = sheet.entries.starts(rows)
    parts = [_rows_of(sheet.entries, starts, b, 1), _rows_of(sheet.entries, starts, a, -1)]
    _, most = sheet.reach(together(*parts).summed(), len(a))
    drop: Mask = np.zeros(rows, dtype=bool)
    for i in np.flatnonzero(most <= sheet.high[b] - sheet.high[a]).tolist():
        if not drop[a[i]]:
            drop[b[i]] = True
    sheet.drop_rows(drop)


def _rows_of(entries: Entries, starts: Ints, rows: Ints, sign: int) -> Entries:
    """Copies of rows, numbered anew in the order they are asked for."""
    sizes = (starts[1:] - starts[:-1])[rows]
    owner = np.repeat(np.arange(len(rows)), sizes)
    inner = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + starts[rows][owner]
    return Entries(owner, entries.column[inner], sign * entries.factor[inner])


def _merge_flows(sheet: Worksheet) -> None:
    """(5). Parts of a flow are only bounded by their need, so only the sum of needs counts."""
    entries = sheet.entries
    part = (sheet.group[entries.column] < 0) & (entries.factor == 1) & (sheet.lower[entries.column] == 0)
    equal = sheet.real & ~sheet.of_groups() & (sheet.low == sheet.high)
    part &= equal[entries.row]
    least, most = sheet.reach(entries.where(~part), sheet.rows + 1)
    narrow = part & (sheet.upper[entries.column] < (sheet.high - least)[entries.row])
    flows = equal & (np.bincount(entries.row[part], minlength=sheet.rows + 1) >= 2) & (most <= sheet.high)
    flows[entries.row[narrow]] = False
    of_flow = part & flows[entries.row]
    if not of_flow.any():
        return
    by_column, starts = sheet.by_column()
    alike: dict[tuple[Pattern, ...], list[tuple[int, list[int]]]] = defaultdict(list)
    row_starts = entries.starts(sheet.rows + 1)
    for r in np.flatnonzero(flows).tolist():
        inside = slice(row_starts[r], row_starts[r + 1])
        columns = entries.column[inside][part[inside]].tolist()
        patterns = sorted((_pattern(by_column, starts, c, without=r), c) for c in columns)
        alike[tuple(p for p, _ in patterns)].append((r, [c for _, c in patterns]))
    in_flows = np.bincount(entries.column[flows[entries.row]], minlength=len(sheet.lower))
    chosen = [
        group
        for group in alike.values()
        if len(group) > 1 and all(in_flows[c] == 1 for _, parts in group for c in parts)
    ]
    if chosen:
        _merge_flow_rows(sheet, chosen)


def _merge_flow_rows(sheet: Worksheet, chosen: list[list[tuple[int, list[int]]]]) -> None:
    """Make one row of the flow rows of each group."""
    entries = sheet.entries
    needs = {}
    starts = entries.starts(sheet.rows + 1)
    for group in chosen:
        for r, parts in group:
            inside = slice(starts[r], starts[r + 1])
            rest = ~np.isin(entries.column[inside], parts)
            needs[r] = entries.column[inside][rest], -entries.factor[inside][rest], int(sheet.high[r])
    becomes = np.arange(sheet.rows + 1)
    drop: Mask = np.zeros(sheet.rows + 1, dtype=bool)
    for group in chosen:
        first = group[0][0]
        for r, _ in group[1:]:
            becomes[r] = first
            drop[r] = True
            sheet.low[first] += sheet.low[r]
        sheet.high[first] = sheet.low[first]
    # parts of later rows go with their rows; those of the first row become the sums
    later = np.zeros(len(sheet.lower), dtype=bool)
    for group in chosen:
        for _, parts in group[1:]:
            later[parts] = True
    gone = drop[entries.row] & later[entries.column]
    sheet.entries = Entries(becomes[entries.row], entries.column, entries.factor).where(~gone).summed()
    sheet.alive &= ~drop
    lists = [[parts[i] for _, parts in group] for group in chosen for i in range(len(group[0][1]))]
    sums = iter(sheet.merge(lists))
    for group in chosen:
        whole = [next(sums) for _ in group[0][1]]

        def undo(values: Ints, whole: list[int] = whole, group: list[tuple[int, list[int]]] = group) -> None:
            left = [int(values[c]) for c in whole]
            for r, parts in group:
                columns, factors, constant = needs[r]
                wanted = constant + int((factors * values[columns]).sum())
                for i, c in enumerate(parts):
                    values[c] = given = min(left[i], wanted)
                    left[i] -= given
                    wanted -= given

        sheet.undo.append(undo)


def _merge_alike(sheet: Worksheet) -> None:
    """(6)."""
    by_column, starts = sheet.by_column()
    alike: dict[Pattern, list[int]] = defaultdict(list)
    for c in np.flatnonzero(~sheet.gone & (sheet.group < 0)).tolist():
        alike[_pattern(by_column, starts, c)].append(c)
    lists = [columns for columns in alike.values() if len(columns) > 1]
    if not lists:
        return
    for whole, columns in zip(sheet.merge(lists), lists, strict=True):
        sheet.undo.append(_spread(whole, columns, sheet.lower, sheet.upper))


def _spread(whole: int, columns: list[int], lower: Ints, upper: Ints) -> Undo:
    """The way back from a sum of columns that are alike."""

    def undo(values: Ints) -> None:
        left = int(values[whole]) - int(lower[columns].sum())
        for c in columns:
            more = min(left, int(upper[c] - lower[c]))
            values[c] = lower[c] + more
            left -= more

    return undo


def _pattern(entries: Entries, starts: Ints, column: int, without: int = -1) -> Pattern:
    """A column's rows and coefficients as something to compare, one row aside."""
    inside = slice(starts[column], starts[column + 1])
    rows, factors = entries.row[inside], entries.factor[inside]
    if without >= 0:
        other = rows != without
        rows, factors = rows[other], factors[other]
    return rows.tobytes(), factors.tobytes()
