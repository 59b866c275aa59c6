"""Rows on their way into the tables of a store on a server: a few in one journey with the commit, many as a stream."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from psycopg.sql import Identifier

from history.entries import ENTRY, Place
from history.port import Entry, TagRow, tag_rows_of
from history.postgres_server import Connection

_ENTRY_TYPES = ("int8", "text", "bytea", "text", "text", "bytea", "bytea")
_TAG_TYPES = ("text", "text", "int8")
_TOGETHER = 10_000


class Tables:
    """Where facts and tags of a schema are put; inside a transaction somebody else began and ends."""

    def __init__(self, schema: str) -> None:
        self.schema = Identifier(schema).as_string()
        self._facts = f"{self.schema}.facts ({ENTRY})"
        self._tags = f"{self.schema}.fact_tags (tag, type, position)"

    def insert(self, connection: Connection, entries: Sequence[Place], tags: Sequence[TagRow]) -> None:
        """A few rows into both tables with one statement; in a pipeline it need not wait for the answer."""
        connection.execute(
            f"WITH new AS (INSERT INTO {self._facts} {_rows_of(_ENTRY_TYPES)})"
            f" INSERT INTO {self._tags} {_rows_of(_TAG_TYPES)}",
            [*_columns(entries, _ENTRY_TYPES), *_columns(tags, _TAG_TYPES)],
        )

    def stream(self, connection: Connection, entries: Iterable[Place]) -> None:
        """Many rows through COPY, in pieces, so that no more than one lies in memory."""
        source = iter(entries)
        while piece := list(islice(source, _TOGETHER)):
            _copied(connection, self._facts, _ENTRY_TYPES, piece)
            # in the order of the index, its pages are filled one after the other
            rows = sorted(row for place in piece for row in tag_rows_of(Entry._make(place)))
            _copied(connection, self._tags, _TAG_TYPES, rows)


def _rows_of(types: Sequence[str]) -> str:
    """Rows out of columns: however many there are, the statement is the same, and planned once."""
    return f"SELECT * FROM unnest({', '.join(f'%b::{kind}[]' for kind in types)})"


def _columns(rows: Sequence[Sequence[Any]], types: Sequence[str]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in types]


def _copied(connection: Connection, table: str, types: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
