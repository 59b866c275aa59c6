"""Fifty open workbenches: each moves a slider, reads the whole answer, looks at it for a second and moves on.

    pytest benchmarks/test_workbenches.py --benchmark-only -s

A server of as many processes as the machine has processors, over the shipped county. No two moves are the same, so that
nothing that was answered answers another; every eighth is one where the slider rests, which begins a search. The crowd
runs on the same processors. Printed: how long they waited.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.crowd import Waited, crowd
from benchmarks.loading import serving
from benchmarks.rounds import in_rounds
from benchmarks.test_workbench import planned

CLIENTS, MOVES, RESTS_EVERY, LOOK_SECONDS = 50, 8, 8, 1.0
SLIDERS = {
    "funds.beautiful.amount_yuan": (1_500_000, 2_500_000),
    "funds.service.amount_yuan": (4_000_000, 5_000_000),
    "policy.funds.service.formula.floor_yuan": (15_000, 25_000),
}
HEADERS = {"Authorization": "Bearer anything", "Accept-Encoding": "gzip"}


def moves(clients: int, chance: Random) -> list[str]:
    """What so many workbenches ask, one after the other."""
    paths = []
    for number in range(clients):
        for turn in range(1, MOVES + 1):
            name, (low, high) = chance.choice(list(SLIDERS.items()))
            rests = "" if turn % RESTS_EVERY == 0 else "&passing=1"
            amount = chance.randrange(low, high, 100)
            paths.append(f"/workbench/answer?lang=zh&seat=s{number}&{name}={amount}{rests}")
    return paths


@pytest.mark.benchmark(group="open workbenches")
@pytest.mark.parametrize("clients", [1, CLIENTS])
def test_open_workbenches(benchmark: BenchmarkFixture, tmp_path: Path, clients: int) -> None:
    """All of them, for some moves each."""
    url = f"sqlite:///{tmp_path / 'county.db'}"
    planned(url, 1 if benchmark.disabled else 0)  # run once and unmeasured: the county that is planned in a second,
    pause = 0.1 if benchmark.disabled else LOOK_SECONDS  # and nobody looks at anything
    chance = Random(1)

    each = 2 if benchmark.disabled else MOVES

    def work() -> Waited:
        paths = moves(clients, chance)
        return crowd(port, paths, HEADERS, clients=clients, each=each, apart=MOVES, pause_seconds=pause)

    processes = 1 if benchmark.disabled else os.cpu_count() or 1
    with serving("benchmarks.served:pages", {"BENCH_STORE": url}, processes) as port:
        warm = [path for path in moves(8, chance) if "passing" in path]
        crowd(port, warm, HEADERS, clients=8, each=1)
        waited = in_rounds(benchmark, work, rounds=1)
    assert waited.faults == []
    half, most = waited.percentile_ms(50), waited.percentile_ms(95)
    benchmark.extra_info.update(clients=clients, median_ms=half, p95_ms=most)
    print(
        f"\n{clients} open workbenches, {processes} processes: answered after {half:.0f} ms (median), {most:.0f} (p95)"
    )
