"""A what-if over HTTP against the bare solve of the same change, both in warm processes, one after the other.

    pytest benchmarks/test_long_work.py --benchmark-only -s

What is above the bare solve is printed: queue, desk, both ways between the processes, the decisions on a branch, the
verifier, the comparison with the record, and HTTP itself. Searches of one case do the same work each time, so that the
difference of each pair is what counts, not how long either took.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from api.app import create_app
from benchmarks.rounds import in_rounds
from service.access.principal import ROLES, Principal
from service.county import Actor, County, open_county
from service.jobs.asks import WhatIfAsk
from service.jobs.runner import NICENESS
from service.jobs.scenario_work import what_if_given
from service.office import Office
from service.policies import policy_at
from service.prepare import prepare
from service.registers import moment, register_at
from service.scenarios.running import changed_branch, open_base
from service.solving import PlanSearch
from service.worker import Worker
from tests.api.serving import serving
from tests.service.work import store_with_work

ROUNDS = 15


def x_county(folder: Path) -> str:
    """The shipped county, its policy adopted."""
    url = f"sqlite:///{folder / 'county.db'}"
    with open_county(url) as county:
        for _ in prepare(county, Actor("li", "planner"), register=None, policy=None, lang="en"):
            pass
    return url


@contextmanager
def served(url: str) -> Iterator[httpx.Client]:
    """A server of the store, in this process, and somebody who may ask it everything."""
    office = Office(url)
    app = create_app(office, warm=True)
    app.state.authenticate = lambda header: Principal("li", "li", "planner", frozenset(ROLES))
    headers = {"Authorization": "Bearer x", "Prefer": "wait=60"}
    with serving(app) as (address, _), httpx.Client(base_url=address, headers=headers, timeout=90) as client:
        yield client
    office.close()


def change(number: int) -> WhatIfAsk:
    """A slider that stands somewhere else each time."""
    return WhatIfAsk(change=[{"scale": "funds.beautiful.amount_yuan", "by": 1 - number / 2000}])


def search_of(county: County, ask: WhatIfAsk) -> PlanSearch:
    """The bare search of the same change."""
    with (
        what_if_given(ask) as composed,
        open_base(composed.loaded.scenario.based_on, composed.path, county) as base,
        changed_branch(base, "bare", composed.changes) as branch,
    ):
        at = moment(branch)
        return PlanSearch(register_at(branch, at), policy_at(branch, at, branch.today()))


@pytest.mark.benchmark(group="what-if over HTTP")
@pytest.mark.parametrize("store", [store_with_work, x_county])
def test_a_what_if_over_http(benchmark: BenchmarkFixture, tmp_path: Path, store: Callable[[Path], str]) -> None:
    """Each round: the bare solve in a warm process, not counted, then the same change over HTTP."""
    url = store(tmp_path)
    numbers, bare, http = iter(range(1, 1000)), list[float](), list[float]()
    with open_county(url) as county, Worker(niceness=NICENESS) as worker, served(url) as client:

        def solved_bare() -> tuple[tuple[WhatIfAsk], dict[str, object]]:
            ask = change(next(numbers))
            search = search_of(county, ask)
            began = time.perf_counter()
            worker.solve(search)
            bare.append(time.perf_counter() - began)
            return (ask,), {}

        def asked(ask: WhatIfAsk) -> None:
            began = time.perf_counter()
            answer = client.post("/v1/what-ifs", json=ask.model_dump(mode="json", exclude_defaults=True))
            http.append(time.perf_counter() - began)
            assert answer.status_code == 200, answer.text

        in_rounds(benchmark, asked, setup=solved_bare, rounds=ROUNDS, warmup_rounds=2)
    counted = slice(min(2, len(http) - 1), None)  # without measuring there is one round and no warm-up
    above_ms = median(over - alone for over, alone in zip(http[counted], bare[counted], strict=True)) * 1000
    benchmark.extra_info["above_bare_ms"] = round(above_ms, 1)
    print(f"\n{store.__name__}: {above_ms:.1f} ms above the bare solve of {median(bare[counted]) * 1000:.0f} ms")
