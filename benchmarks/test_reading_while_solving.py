"""Fifty clients who read without a pause, alone and while four solve the shipped county: what the slowest waited.

    pytest benchmarks/test_reading_while_solving.py --benchmark-only -s

The server is a process of its own, and so are its solvers; the clients share the processors with all of them. No
client pauses, so that what each waits alone is what the whole crowd before it takes: the ratio between both is what
solving costs who reads, and the 99th percentile is what the worst served of a hundred waited.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.crowd import Waited, crowd
from benchmarks.loading import serving
from benchmarks.rounds import in_rounds
from service.shipped_year import told_year

CLIENTS, EACH, ROUNDS, SOLVERS = 50, 40, 5, 4
PATHS = (
    "/v1/plans/2026-01",
    "/v1/plans/2026-01/lines?limit=100",
    "/v1/ledger?limit=100",
    "/v1/units?limit=50",
    "/v1/funds",
    "/v1/facts?limit=100",
)
SIGNED_IN = {"Authorization": "Bearer anything"}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The finished year of the shipped county, served."""
    url = f"sqlite:///{tmp_path_factory.mktemp('year') / 'county.db'}"
    with told_year(url, tmp_path_factory.mktemp("key") / "key"):
        pass
    with serving("benchmarks.served:whole", {"BENCH_STORE": url, "TONGCHOU_SOLVERS": str(SOLVERS)}) as port:
        yield port


@contextmanager
def solving(port: int) -> Iterator[list[int]]:
    """So many who ask one what-if after the other; the statuses they were answered."""
    done, statuses, begun = threading.Event(), list[int](), threading.Barrier(SOLVERS + 1)

    def ask(solver: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        headers = {**SIGNED_IN, "Prefer": "wait=50", "Content-Type": "application/json"}
        begun.wait()
        number = solver
        while not done.is_set():
            number += SOLVERS
            change = {
                "scale": "funds.beautiful.amount_yuan",
                "by": 1 + number / 2000,
            }  # all of it is committed: less is refused
            connection.request("POST", "/v1/what-ifs", json.dumps({"change": [change]}), headers)
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(SOLVERS)]
    for thread in threads:
        thread.start()
    begun.wait()
    try:
        yield statuses
    finally:
        done.set()
        for thread in threads:
            thread.join()


@pytest.mark.benchmark(group=f"{CLIENTS} clients read")
@pytest.mark.parametrize("solve", [False, True], ids=["alone", "while-four-solve"])
def test_reading_while_solving(benchmark: BenchmarkFixture, port: int, solve: bool) -> None:
    """Every round the whole crowd, after one that nobody counts."""
    met = Waited([], [])

    def read() -> None:
        one = crowd(port, PATHS, SIGNED_IN, clients=CLIENTS, each=EACH)
        met.seconds.extend(one.seconds)
        met.faults.extend(one.faults)

    crowd(port, PATHS, SIGNED_IN, clients=CLIENTS, each=2)
    with ExitStack() as while_it_lasts:
        statuses = while_it_lasts.enter_context(solving(port)) if solve else []
        in_rounds(benchmark, read, rounds=ROUNDS)
    figures = {f"p{number}_ms": round(met.percentile_ms(number)) for number in (50, 99)}
    benchmark.extra_info.update(figures, answers=len(met.seconds), solved=len(statuses))
    what = "while four solve" if solve else "alone"
    print(f"\n{what}: {figures}, {len(met.seconds)} answers, {len(statuses)} solved")
    assert met.faults == []
    assert set(statuses) <= {200, 202}  # accepted: not done in the longest time one may wait
