"""The feed against the least anything could do with the same rows: read them with the driver and encode them.

A page of the largest size over HTTP from a real server, the same through the feed alone, filtered, and bare; facts a
second are a page's facts over its seconds (`extra_info`). The server is a thread of the measuring process, so that what
the client does with the answer counts against it too. `--facts N` says how long the log is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from msgspec import Raw, Struct
from msgspec.json import Encoder
from pytest_benchmark.fixture import BenchmarkFixture

from api.app import create_app
from benchmarks.logs import committed
from benchmarks.rounds import in_rounds
from service.access.principal import ROLES, Principal
from service.feed.envelope import as_batch
from service.feed.facts import EVERYTHING, LIMIT_MAX, Wanted
from service.office import Office
from tests.api.serving import serving

ROUNDS = 20


class Bare(Struct):
    """A row as it lies there."""

    position: int
    type: str
    data: Raw
    tags: str
    recorded_at: str


@pytest.fixture(scope="module")
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A store with so many commitments."""
    office = Office(f"sqlite:///{tmp_path_factory.mktemp('feed') / 'log.db'}")
    office.log.recorder.append(committed(max(int(request.config.getoption("--facts")), LIMIT_MAX)))
    yield office
    office.close()


@pytest.fixture(scope="module")
def client(office: Office) -> Iterator[httpx.Client]:
    """Somebody who may read the feed of a real server."""
    app = create_app(office)
    app.state.authenticate = lambda header: Principal("all", "Everybody", "all-posts", frozenset(ROLES))
    headers = {"Authorization": "Bearer x"}
    with serving(app) as (url, _), httpx.Client(base_url=url, headers=headers, trust_env=False) as client:
        yield client


def measured(benchmark: BenchmarkFixture, page: Callable[[], bytes]) -> None:
    """Facts a second of pages of the largest size."""
    content = in_rounds(benchmark, page, rounds=ROUNDS, warmup_rounds=2)
    assert len(content) > LIMIT_MAX * 300
    if benchmark.stats is not None:
        benchmark.extra_info["facts_per_second"] = round(LIMIT_MAX / benchmark.stats.stats.median)


@pytest.mark.benchmark(group="feed page")
@pytest.mark.parametrize("packing", ["identity", "gzip"])
def test_a_page_over_http(benchmark: BenchmarkFixture, client: httpx.Client, packing: str) -> None:
    """Request, rule, rows, envelopes, JSON, sockets, and unpacking what was packed."""
    address = f"/v1/facts?limit={LIMIT_MAX}"
    measured(benchmark, lambda: client.get(address, headers={"Accept-Encoding": packing}).content)


@pytest.mark.benchmark(group="feed page")
@pytest.mark.parametrize("wanted", [EVERYTHING, Wanted(("money.committed",), ("fund:service",))], ids=["all", "some"])
def test_a_page_of_the_feed_alone(benchmark: BenchmarkFixture, office: Office, wanted: Wanted) -> None:
    """Rows, envelopes, JSON."""
    measured(benchmark, lambda: as_batch(office.feed.facts.page(0, LIMIT_MAX, wanted).events))


@pytest.mark.benchmark(group="feed page")
def test_bare_read_and_encode(benchmark: BenchmarkFixture, office: Office) -> None:
    """The driver's rows as JSON objects, without envelope, proof or check."""
    connection = sqlite3.connect(Path(office.url.removeprefix("sqlite:///")))
    encode = Encoder().encode
    asked = "SELECT position, type, data, tags, recorded_at FROM facts WHERE position <= ? ORDER BY position"

    def page() -> bytes:
        rows = connection.execute(asked, [LIMIT_MAX])
        return encode([Bare(position, name, Raw(data), tags, at) for position, name, data, tags, at in rows])

    measured(benchmark, page)
    connection.close()
