"""Whoever owns the file of a store: what they can do to it, through SQL without its guards and byte by byte."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from history.leaf import leaf_hash

COLUMNS = ("type", "data", "tags", "recorded_at", "salt", "leaf")


def as_one_file(path: Path) -> None:
    """Bring what lies in the write-ahead log into the file itself, so that its bytes are all there is."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def unguarded(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for which no trigger and no condition of a column stands in the way; they are there again after."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in guards:
            connection.execute(sql)


def content(path: Path) -> tuple[list[Any], ...] | None:
    """Everything a store says, read by the database alone; None when it cannot."""
    asked = (
        "SELECT *, typeof(position) FROM facts ORDER BY position",
        "SELECT type, position FROM facts INDEXED BY facts_by_type ORDER BY type, position",
        "SELECT * FROM fact_tags ORDER BY tag, type, position",
        "SELECT * FROM store ORDER BY key",
        "SELECT size, note FROM checkpoints ORDER BY number",
    )
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return tuple(connection.execute(sql).fetchall() for sql in asked)
    except sqlite3.Error:
        return None


def leaves_anew(connection: sqlite3.Connection) -> None:
    """Compute every leaf from what the rows now say, as whoever owns the database can."""
    rows = connection.execute("SELECT position, type, tags, recorded_at, salt, data FROM facts").fetchall()
    for position, name, tags, recorded_at, salt, data in rows:
        leaf = leaf_hash(position, name, tags, recorded_at, salt, data)
        connection.execute("UPDATE facts SET leaf = ? WHERE position = ?", (leaf, position))


def tags_anew(connection: sqlite3.Connection) -> None:
    """Make the rows of tags fit the facts again."""
    connection.execute("DELETE FROM fact_tags")
    connection.execute(
        "INSERT INTO fact_tags SELECT DISTINCT j.value, f.type, f.position FROM facts f, json_each(f.tags) j"
    )


def shift(connection: sqlite3.Connection, after: int, by: int) -> None:
    """Move the facts after a position up or down, rows of tags too."""
    for table in ("facts", "fact_tags"):
        connection.execute(f"UPDATE {table} SET position = -position WHERE position > ?", (after,))
        connection.execute(f"UPDATE {table} SET position = -position + ? WHERE position < 0", (by,))
