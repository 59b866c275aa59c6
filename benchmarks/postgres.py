"""The benchmarks of the log on PostgreSQL: a durable server of the run's own, and the raw driver beside the recorder.

What belongs to a folder of the run lies in schemas named after it, which go when the folder has gone.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Any

from msgspec.json import Decoder

from benchmarks import logs
from benchmarks.logs import PLAIN_ROW, Raw
from domain.facts import FACT_BY_NAME
from history.port import Entry, FactRecorder, TagRow
from history.postgres_address import server_address
from history.store import open_recorder
from tests.postgres_server import Server, running

_made: dict[str, Path] = {}


@cache
def server() -> Server:
    """Started when it is first needed; a commit is on the disk before it is acknowledged."""
    started = running({})
    atexit.register(lambda: next(started, None))  # goes on after the yield, which stops the server
    return next(started)


def address(folder: Path, kind: str) -> str:
    """The address of a store that stands for a file in the folder."""
    for schema, old in list(_made.items()):
        if not old.exists():
            with server().admin() as admin:
                admin.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            del _made[schema]
    schema = f"{kind}_{sha256(str(folder).encode()).hexdigest()[:16]}"
    _made[schema] = folder
    return f"{server().url()}?schema={schema}"


def recorder_in(folder: Path, kind: str = "log") -> FactRecorder:
    """The recorder."""
    return open_recorder(address(folder, kind), clock=lambda: datetime.now(UTC), chance=token_bytes)


class RawPostgres:
    """psycopg on the tables of a store, and on a table of plain rows; see `Raw`."""

    def __init__(self, folder: Path) -> None:
        recorder_in(folder, "raw").close()
        self._schema = server_address(address(folder, "raw")).schema
        self._connection = server().admin()
        self._connection.execute(
            f"CREATE TABLE {self._schema}.plain (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, type text,"
            " data bytea, tags text, recorded_at text)"
        )

    def insert_all(self, facts: Sequence[Entry], tags: Sequence[TagRow]) -> None:
        """See `Raw`; through COPY."""
        with self._connection.transaction():
            self._copy("facts", ("int8", "text", "bytea", "text", "text", "bytea", "bytea"), facts)
            self._copy("fact_tags", ("text", "text", "int8"), tags)

    def insert_one(self) -> None:
        """See `Raw`."""
        self._connection.execute(
            f"INSERT INTO {self._schema}.plain (type, data, tags, recorded_at) VALUES (%s, %s, %s, %s)", PLAIN_ROW
        )

    def read_all(self) -> int:
        """See `Raw`."""
        decoders: dict[str, Callable[[bytes], Any]] = {
            name: Decoder(kind).decode for name, kind in FACT_BY_NAME.items()
        }
        with self._connection.cursor(binary=True) as cursor:
            rows = cursor.execute(f"SELECT type, data FROM {self._schema}.facts ORDER BY position")
            return sum(decoders[name](data) is not None for name, data in rows)

    def close(self) -> None:
        """See `Raw`."""
        self._connection.close()

    def _copy(self, table: str, types: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        command = f"COPY {self._schema}.{table} FROM STDIN (FORMAT binary)"
        with self._connection.cursor() as cursor, cursor.copy(command) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)


RECORDERS: dict[str, Callable[[Path], FactRecorder]] = {**logs.RECORDERS, "postgresql": recorder_in}
RAW: dict[str, Callable[[Path], Raw]] = {**logs.RAW, "postgresql": RawPostgres}
