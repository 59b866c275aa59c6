"""From a question to positions: every query item becomes seeks in an index, however long the log is.

An event matches an item when its type is one of the item's types (or the item has none) and it carries all the item's
tags; it matches the query when it matches an item. Positions are found first and rows fetched by position afterwards,
so that a long answer can be taken piece by piece without a transaction that stays open: the log only grows, and
`until` fixes how much of it is meant.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from eventsourcing.dcb.api import DCBQuery

PARAMETERS_MAX = 400
"""Values in one statement; SQLite before 3.32 takes 999."""

_PROBE_START = 16

Statement = tuple[str, list[str | int]]


def matches_all(query: DCBQuery | None) -> bool:
    """Whether the question is about every event."""
    return query is None or not query.items or any(not item.types and not item.tags for item in query.items)


def positions_of(connection: sqlite3.Connection, query: DCBQuery, after: int, until: int) -> list[int]:
    """The positions of all events in the range that match a query which does not match all, in order."""
    found: set[int] = set()
    for text, values in _statements(connection, query, after, until):
        found.update(position for (position,) in connection.execute(text, values))
    return sorted(found)


def any_match(connection: sqlite3.Connection, query: DCBQuery, after: int, until: int) -> bool:
    """Whether an event of the range matches the query; `until` is a position there is."""
    if after >= until or matches_all(query):
        return after < until
    return any(
        connection.execute(f"{text} LIMIT 1", values).fetchone() is not None
        for text, values in _statements(connection, query, after, until)
    )


def _statements(connection: sqlite3.Connection, query: DCBQuery, after: int, until: int) -> Iterator[Statement]:
    """One statement per group of items; items alike but for their one tag are asked together."""
    tags_by_types: dict[tuple[str, ...], list[str]] = {}
    for item in query.items:
        types, tags = tuple(sorted(set(item.types))), sorted(set(item.tags))
        if types and len(tags) == 1:
            tags_by_types.setdefault(types, []).append(tags[0])
        elif not tags:
            for some in _pieces(types):
                yield _by_type(some, after, until)
        else:
            for some in _pieces(types) if types else [()]:
                yield _by_all_tags(some, _rarest_first(connection, tags), after, until)
    for types, tags in tags_by_types.items():
        for some in _pieces(types):
            for few in _pieces(dict.fromkeys(tags)):
                yield _by_any_tag(some, few, after, until)


def _by_type(types: tuple[str, ...], after: int, until: int) -> Statement:
    text = f"SELECT position FROM facts WHERE type IN ({_marks(types)}) AND position > ? AND position <= ?"
    return text, [*types, after, until]


def _by_any_tag(types: tuple[str, ...], tags: tuple[str, ...], after: int, until: int) -> Statement:
    text = (
        f"SELECT position FROM fact_tags WHERE tag IN ({_marks(tags)}) AND type IN ({_marks(types)})"
        " AND position > ? AND position <= ?"
    )
    return text, [*tags, *types, after, until]


def _by_all_tags(types: tuple[str, ...], tags: list[str], after: int, until: int) -> Statement:
    """Events with all the tags: those of the first tag, kept where each other tag has the same event."""
    first, *others = tags
    if types:
        kinds, values = _marks(types), [*types]
    else:
        # The index orders a tag's events by type. Stepping from type to type finds the few there are, and then
        # seeking in each of them finds what is new without passing over everything old.
        kinds, values = _KINDS_OF_A_TAG, [first, first]
    also = " AND EXISTS (SELECT 1 FROM fact_tags o WHERE o.tag = ? AND o.type = t.type AND o.position = t.position)"
    text = (
        f"SELECT position FROM fact_tags t WHERE t.tag = ? AND t.type IN ({kinds})"
        f" AND t.position > ? AND t.position <= ?{also * len(others)}"
    )
    return text, [first, *values, after, until, *others]


_KINDS_OF_A_TAG = """
    WITH RECURSIVE kinds (type) AS (
        SELECT min(type) FROM fact_tags WHERE tag = ?
        UNION ALL
        SELECT (SELECT min(type) FROM fact_tags WHERE tag = ? AND type > kinds.type) FROM kinds WHERE type IS NOT NULL
    )
    SELECT type FROM kinds WHERE type IS NOT NULL
"""


def _rarest_first(connection: sqlite3.Connection, tags: list[str]) -> list[str]:
    """The tags with one of the least used in front; finding out costs a small multiple of its number of events."""
    if len(tags) == 1:
        return tags
    enough = _PROBE_START
    while True:
        counts = {tag: connection.execute(_COUNT_UP_TO, (tag, enough)).fetchone()[0] for tag in tags}
        rarest = min(tags, key=lambda tag: counts[tag])
        if counts[rarest] < enough:
            return [rarest, *(tag for tag in tags if tag != rarest)]
        enough *= 16


_COUNT_UP_TO = "SELECT count(*) FROM (SELECT 1 FROM fact_tags WHERE tag = ? LIMIT ?)"


def _pieces(values: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The values in groups small enough for one statement."""
    whole = tuple(values)
    for start in range(0, len(whole), PARAMETERS_MAX):
        yield whole[start : start + PARAMETERS_MAX]


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)
