"""The stores a test of the port runs against: an SQLite file, one in memory, a schema on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from history.branch import Branch, Past
from history.branch_store import BranchStore
from history.port import Clock, FactRecorder
from history.store import open_log
from tests.history.examples import ToldClock, chance, recorder_at

postgres = pytest.param("postgresql", marks=pytest.mark.postgres)


class Opens(Protocol):
    """Opens the one store of a test, as often as it is called."""

    def __call__(self, clock: Clock | None = None, busy_seconds: float = 10.0) -> FactRecorder: ...


@pytest.fixture(params=["file", postgres])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that is not there yet and that several processes can open."""
    if request.param == "file":
        return f"sqlite:///{tmp_path / 'log.db'}"
    found: str = request.getfixturevalue("postgres_store")
    return found


@pytest.fixture
def reopen(address: str) -> Opens:
    """Opens the store at `address`."""

    def opening(clock: Clock | None = None, busy_seconds: float = 10.0) -> FactRecorder:
        return open_log(address, clock=clock or ToldClock(), chance=chance, busy_seconds=busy_seconds).recorder

    return opening


@pytest.fixture(params=["file", "memory", postgres, "branch"])
def recorder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FactRecorder]:
    """An empty store of each kind; a branch of an empty one is one too."""
    if request.param == "branch":
        with recorder_at() as base, BranchStore(None, clock=ToldClock(), chance=chance) as own:
            yield Branch(Past(base, 0), own)
        return
    places = {"file": f"sqlite:///{tmp_path / 'log.db'}", "memory": "sqlite://"}
    place = places.get(request.param) or request.getfixturevalue("postgres_store")
    with open_log(place, clock=ToldClock(), chance=chance) as log:
        yield log.recorder
