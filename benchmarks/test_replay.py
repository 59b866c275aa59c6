"""Replay on a long log: any read model at random positions and days, and computing all of them anew.

Expected: a read model at any moment in ≤ 50 ms at a million facts, whatever their number (a kept state, the facts
since, the late ones); computing all anew in a small multiple of a plain SELECT of the same rows, which both
grow with the log.
Set-up is not timed; `--facts 1000000` measures what is promised, the default only that it works.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from secrets import token_bytes
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.long_log import FIRST_DAY, YEARS, write_log
from history.log import Log
from history.store import open_log
from projections.views import Views
from service.county import now

SELECT = "SELECT position, type, data, tags, recorded_at FROM facts ORDER BY position"
PAGE = 1_000
ROUNDS = 40
LOOK_BACK_DAYS = 700


@pytest.fixture(scope="module")
def facts(request: pytest.FixtureRequest) -> int:
    """How long the log is."""
    return int(request.config.getoption("--facts"))


@pytest.fixture(scope="module")
def store(facts: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of that log."""
    path = tmp_path_factory.mktemp("long") / "long.db"
    write_log(path, facts)
    return path


@pytest.fixture(scope="module")
def log(store: Path) -> Iterator[Log]:
    """The log, opened."""
    with open_log(f"sqlite:///{store}", clock=now, chance=token_bytes) as opened:
        yield opened


@pytest.fixture(scope="module")
def views(log: Log, store: Path) -> Iterator[Views]:
    """Its read models, caught up."""
    made = Views(store.with_name("long.views.db"))
    made.rebuild(log)
    yield made
    made.close()


def selected(store: Path) -> int:
    """Every row of the log through the driver alone, a page at a time as any reader takes them."""
    connection, rows = sqlite3.connect(store), 0
    cursor = connection.execute(SELECT)
    while page := cursor.fetchmany(PAGE):
        rows += len(page)
    connection.close()
    return rows


@pytest.mark.benchmark(group="rebuild")
@pytest.mark.parametrize("subject", ["rebuild", "plain_select"])
def test_rebuild(benchmark: BenchmarkFixture, log: Log, views: Views, store: Path, facts: int, subject: str) -> None:
    """All read models anew, and a plain SELECT of the same rows; the ratio of the two rows is what counts."""
    work: Callable[[], int] = (lambda: views.rebuild(log)) if subject == "rebuild" else (lambda: selected(store))
    timed: Any = benchmark
    assert timed.pedantic(work, rounds=3) == facts


@pytest.mark.benchmark(group="replay at random positions")
@pytest.mark.parametrize("effective", ["all", "as_of"])
@pytest.mark.parametrize("subject", ["register", "ledger", "plan", "steps"])
def test_replay(benchmark: BenchmarkFixture, log: Log, views: Views, facts: int, subject: str, effective: str) -> None:
    """A read model at a random position, of all facts or of those effective by a day up to two years before."""
    dice = Random(5)

    def moment() -> tuple[tuple[int, date | None], dict[str, object]]:
        position = dice.randrange(1, facts + 1)
        day = FIRST_DAY + timedelta(days=365 * YEARS * position // facts - dice.randrange(LOOK_BACK_DAYS))
        return (position, day if effective == "as_of" else None), {}

    def ask(position: int, as_of: date | None) -> object:
        match subject:
            case "register":
                return views.register(log, position=position, as_of=as_of)
            case "ledger":
                return views.ledger(log, position=position, as_of=as_of)
            case "steps":
                return views.steps(log, position=position, as_of=as_of)
        plans = views.lives(log, position=position, as_of=as_of).plans.values()
        return [life.content for life in list(plans)[-1:]] + [life.state for life in plans]

    timed: Any = benchmark
    timed.pedantic(ask, setup=moment, rounds=ROUNDS)
