"""From a question to positions, on a server: every query item becomes seeks in an index, however long the log is.

What matches is said in `history/sqlite_query.py`; here whole questions are one statement, as asking costs a journey.
"""

from __future__ import annotations

from typing import Any

from eventsourcing.dcb.api import DCBQuery

PROBED_MAX = 20_000
"""Events of a tag that are counted to find out which of several tags is the rarest."""

Statement = tuple[str, list[Any]]


def matching(query: DCBQuery, schema: str, after: int, until: int | None) -> list[Statement]:
    """Statements whose rows are positions with after < position <= until (None: to the end) of events that match.

    For a query that does not match all; an event may be found several times. `schema` is quoted already. Items alike
    but for their one tag are asked together.
    """
    upto = "" if until is None else " AND t.position <= %s"
    span = [after, *([] if until is None else [until])]
    found: list[Statement] = []
    tags_by_types: dict[tuple[str, ...], list[str]] = {}
    for item in query.items:
        types, tags = tuple(sorted(set(item.types))), sorted(set(item.tags))
        if not tags:
            text = f"SELECT t.position FROM {schema}.facts t WHERE t.type = ANY(%s) AND t.position > %s{upto}"
            found.append((text, [list(types), *span]))
        elif len(tags) == 1:
            tags_by_types.setdefault(types, []).append(tags[0])
        else:
            text = f"SELECT t.position FROM {schema}.fact_tags t WHERE t.tag = ({_RAREST}){_and_types(types)}"
            text = f"{text} AND t.position > %s{upto} AND {_ALL_TAGS}".replace("{schema}", schema)
            found.append((text, [tags, PROBED_MAX, *_listed(types), *span, tags, len(tags)]))
    for types, tags in tags_by_types.items():
        text = f"SELECT t.position FROM {schema}.fact_tags t WHERE t.tag = ANY(%s){_and_types(types)}"
        found.append((f"{text} AND t.position > %s{upto}", [sorted(set(tags)), *_listed(types), *span]))
    return found


_RAREST = """
    SELECT one.tag FROM unnest(%s::text[]) AS one (tag) ORDER BY (
        SELECT count(*) FROM (SELECT FROM {schema}.fact_tags c WHERE c.tag = one.tag LIMIT %s) AS few
    ) LIMIT 1
"""
_ALL_TAGS = """(
    SELECT count(*) FROM {schema}.fact_tags o WHERE o.tag = ANY(%s) AND o.type = t.type AND o.position = t.position
) = %s"""


def _and_types(types: tuple[str, ...]) -> str:
    return " AND t.type = ANY(%s)" if types else ""


def _listed(types: tuple[str, ...]) -> list[Any]:
    return [list(types)] if types else []
