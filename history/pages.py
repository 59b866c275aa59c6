"""A page of the log: so many of the facts after a position, as they lie, and how far the log was read for them.

Whoever follows the log keeps that position and asks for what lies after it. Positions are given inside the append,
one append after another, so that nothing ever appears before a position that was read already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from eventsourcing.dcb.api import DCBQuery, DCBQueryItem

from history.port import Entry, FactRecorder

GROWTH = 4
"""Each stretch searched for a filter is so many times as long as the one before: few questions where few match, and
no search of the whole log for every page where many do."""
BYTES_MAX = 16 * 2**20
"""A page ends with the fact that reaches this, so that a few plans of a whole country do not fill the memory."""


class Page(NamedTuple):
    """The entries in order, and the position up to which the log holds no others that were asked for."""

    entries: list[Entry]
    until: int


def page(
    recorder: FactRecorder,
    *,
    after: int,
    until: int,
    limit: int,
    types: Sequence[str] = (),
    tags: Sequence[str] = (),
    bytes_max: int = BYTES_MAX,
) -> Page:
    """At most `limit` of the entries with after < position <= until, of any of the stored names and with all the tags.

    Without types or tags every entry is one; `until` is a position there is, or 0.
    """
    if after >= until:
        return Page([], after)
    if not types and not tags:
        last = min(until, after + limit)
        return _taken(recorder.entries(after=after, until=last), last, bytes_max)
    query = DCBQuery([DCBQueryItem(types=list(types), tags=list(tags))])
    positions: list[int] = []
    reached, span = after, limit
    while reached < until and len(positions) < limit:
        upto, room = min(until, reached + span), limit - len(positions)
        positions += [row[0] for row in recorder.rows(query, after=reached, until=upto, limit=room)]
        reached, span = upto, span * GROWTH
    if len(positions) == limit:
        reached = positions[-1]
    return _taken(recorder.entries_at(positions), reached, bytes_max)


def _taken(entries: Iterator[Entry], until: int, bytes_max: int) -> Page:
    """The entries, all up to `until` or as many as there are bytes for, at least one."""
    taken, size = [], 0
    for entry in entries:
        taken.append(entry)
        size += len(entry.data)
        if size >= bytes_max:
            return Page(taken, entry.position)
    return Page(taken, until)
