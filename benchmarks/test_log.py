"""The log against the raw driver: one conditional append, in the same run as one insert of the same bytes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from secrets import token_bytes

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from pytest_benchmark.fixture import BenchmarkFixture

from history.sqlite import SQLiteRecorder

DATA = b'{"type": "money.committed", "commitment": "2026-01.service.V012", "amount_fen": 3140000}'


@pytest.fixture
def conditional_append(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Append one fact under the condition that its own command was not seen."""
    recorder = SQLiteRecorder(tmp_path / "log.db", clock=lambda: datetime.now(UTC), chance=token_bytes)
    numbers = count()

    def append() -> None:
        tags = [f"command:{next(numbers)}", "fund:service"]
        condition = DCBAppendCondition(DCBQuery([DCBQueryItem(tags=tags[:1])]))
        recorder.append([DCBEvent("money.committed", DATA, tags)], condition)

    yield append
    recorder.close()


@pytest.fixture
def raw_insert(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Insert the same bytes with the driver alone, as durably."""
    connection = sqlite3.connect(tmp_path / "raw.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(
        "CREATE TABLE facts (position INTEGER PRIMARY KEY, type TEXT, data BLOB, tags TEXT, recorded_at TEXT)"
    )

    def insert() -> None:
        row = ("money.committed", DATA, '["command:1","fund:service"]', "2026-01-01T00:00:00Z")
        connection.execute("INSERT INTO facts (type, data, tags, recorded_at) VALUES (?, ?, ?, ?)", row)

    yield insert
    connection.close()


@pytest.mark.benchmark(group="single append")
@pytest.mark.parametrize("subject", ["conditional_append", "raw_insert"])
def test_single_append(benchmark: BenchmarkFixture, request: pytest.FixtureRequest, subject: str) -> None:
    """One durable append; the ratio of the two rows is what counts."""
    work: Callable[[], None] = request.getfixturevalue(subject)
    assert benchmark(work) is None
