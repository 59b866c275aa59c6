"""New events as what a store keeps of them: position, moment, tags as text, salt and leaf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eventsourcing.dcb.api import DCBEvent
from msgspec.json import Encoder

from history.leaf import SALT_BYTES, leaf_hash

COLUMNS = "position, type, data, tags, recorded_at"
ENTRY = f"{COLUMNS}, salt, leaf"

_json = Encoder().encode

Place = tuple[int, str, bytes, str, str, bytes, bytes]
"""The columns of an `Entry`."""


def sealed(first: int, recorded_at: str, events: Sequence[DCBEvent], salts: bytes) -> Iterator[Place]:
    """The rows of events that take the positions from `first` on; `salts` are those of all of them together."""
    at, used = first, 0
    for event in events:
        tags = _json(event.tags).decode()
        salt = salts[used : used + SALT_BYTES]
        name, data = event.type, event.data
        yield at, name, data, tags, recorded_at, salt, leaf_hash(at, name, tags, recorded_at, salt, data)
        at += 1
        used += SALT_BYTES
