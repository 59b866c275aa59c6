"""Completeness: rows that lack what they need, hold what does not belong to them, or repeat another row's code."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from intake.columns import Column
from intake.rows import Row, Rows
from intake.words import ENTRIES, listed, said


def entry_of(row: Row) -> str | None:
    """Sheet `funds`: which kind of row it is; None when that cell is faulty."""
    return None if "entry" in row.faulty else str(row.values.get("entry", "fund"))


def check_complete(rows: Rows) -> frozenset[int]:
    """Note everything missing or out of place, and return the numbers of the rows that can be made into records."""
    needed = [column for column in rows.sheet.columns if column.needed]
    bound = [column for column in rows.sheet.columns if column.entries]
    complete: set[int] = set()
    for row in rows.rows:
        entry = entry_of(row) if bound else None
        if bound and entry is None:
            continue
        lacking = [c for c in needed if c.key not in row.values and _belongs(c, entry)]
        for column in lacking:
            if column.key not in row.faulty and column.key not in rows.unread:
                rows.fault("missing-value", row, column.key, header=column.key, example=column.example or "…")
        named = _check_names(rows, row, entry)
        for column in bound:
            if not _belongs(column, entry) and column.key in row.values:
                own = said(ENTRIES, str(entry))
                rows.fault("not-for-entry", row, column.key, entry=own, entries=listed(ENTRIES, column.entries))
        if not lacking and named and not row.faulty:
            complete.add(row.number)
    return frozenset(complete)


def _belongs(column: Column, entry: str | None) -> bool:
    return not column.entries or entry in column.entries


def _check_names(rows: Rows, row: Row, entry: str | None) -> bool:
    """Whether a row has a name in one of the two languages, where it needs one."""
    if not rows.sheet.rows_need_names and entry != "fund":
        return True
    if "name_zh" in row.values or "name_en" in row.values:
        return True
    if not row.faulty & {"name_zh", "name_en"} and not rows.unread & {"name_zh", "name_en"}:
        rows.fault("missing-name", row, "name_zh" if "name_zh" in rows.places else "name_en")
    return False


def check_unique(
    rows: Rows, members: Iterable[Row] | None = None, scope: Callable[[Row], object] = lambda _row: None
) -> dict[str, Row]:
    """The first row of every code; a later row with the same code (in the same scope) is a fault that names both."""
    first: dict[object, Row] = {}
    for row in rows.rows if members is None else members:
        code = row.values.get("code")
        if code is None:
            continue
        known = first.setdefault((scope(row), code), row)
        if known is not row:
            rows.fault("code-twice", row, "code", other=known.number)
    return {str(row.values["code"]): row for row in first.values()}
