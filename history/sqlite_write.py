"""Rows on their way into the tables of the log: new facts with their salts and leaves, and facts of another store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import islice

from eventsourcing.dcb.api import DCBEvent

from history.entries import ENTRY, sealed
from history.leaf import SALT_BYTES
from history.port import Chance, Entry, tag_rows_of

_FACT = f"INSERT INTO facts ({ENTRY}) VALUES (?, ?, ?, ?, ?, ?, ?)"
_TAG = "INSERT INTO fact_tags (tag, type, position) VALUES (?, ?, ?)"
_TOGETHER = 10_000


def write_new(
    connection: sqlite3.Connection, first: int, recorded_at: str, events: Sequence[DCBEvent], chance: Chance
) -> None:
    """Put new events at the positions from `first` on; inside a transaction that ends as a whole."""
    connection.executemany(_FACT, sealed(first, recorded_at, events, chance(SALT_BYTES * len(events))))
    rows = [(tag, event.type, at) for at, event in enumerate(events, first) for tag in dict.fromkeys(event.tags)]
    rows.sort()  # in the order of the index, its pages are filled one after the other
    connection.executemany(_TAG, rows)


def write_copied(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Put entries at their own positions, as they are; inside a transaction that ends as a whole."""
    source = iter(entries)
    while batch := list(islice(source, _TOGETHER)):
        connection.executemany(_FACT, batch)
        connection.executemany(_TAG, sorted(row for entry in batch for row in tag_rows_of(entry)))
