"""Reading a plan or the ledger over HTTP against a bare route that returns the same bytes: at least half as often.

Two uvicorn processes of one worker each, asked in turn over the same kind of connections; ratios between the two rows
of a group are what counts. `first` is the answer that nobody has asked for before, by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.loading import Client, serving
from benchmarks.rounds import in_rounds
from service.shipped_year import told_year

REQUESTS, ROUNDS = 1000, 5
PATHS = {
    "plan": "/v1/plans/2026-01",
    "plan lines": "/v1/plans/2026-01/lines?limit=1000",
    "ledger": "/v1/ledger?limit=1000",
}
SIGNED_IN = {"Authorization": "Bearer anything"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The finished year of the shipped county."""
    folder = tmp_path_factory.mktemp("year")
    url = f"sqlite:///{folder / 'county.db'}"
    with told_year(url, tmp_path_factory.mktemp("key") / "key"):
        return url


@pytest.fixture(scope="module")
def served(store: str) -> Iterator[int]:
    """The port of the application."""
    with serving("benchmarks.served:whole", {"BENCH_STORE": store}) as port:
        yield port


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("subject", ["application", "bare route"])
@pytest.mark.parametrize("path", PATHS)
def test_reading(
    benchmark: BenchmarkFixture, served: int, tmp_path: Path, path: str, subject: str, packed: bool
) -> None:
    """So many requests, one after another on each of a few connections."""
    benchmark.group = f"{path}, {'gzip' if packed else 'plain'}: {REQUESTS} requests"
    headers = SIGNED_IN | ({"Accept-Encoding": "gzip"} if packed else {})
    with ExitStack() as closing:
        client = closing.enter_context(Client(served, PATHS[path], headers))
        content = client.content()
        if subject == "bare route":
            (tmp_path / "bytes").write_bytes(content)
            port = closing.enter_context(serving("benchmarks.served:bare", {"BENCH_BYTES": str(tmp_path / "bytes")}))
            client = closing.enter_context(Client(port, "/bare", headers))
        got = in_rounds(benchmark, client.ask, args=(REQUESTS,), rounds=ROUNDS, warmup_rounds=1)
    assert got == REQUESTS * len(content)


@pytest.mark.benchmark(group="a first answer, nobody asked before")
@pytest.mark.parametrize("path", PATHS)
def test_first(benchmark: BenchmarkFixture, served: int, path: str) -> None:
    """The same answer at a number of moments, each for the first time."""
    moments = iter(range(1200, 10**6))

    def asked() -> tuple[tuple[str], dict[str, object]]:
        return (PATHS[path] + ("&" if "?" in PATHS[path] else "?") + f"position={next(moments)}",), {}

    def answered(address: str) -> int:
        with Client(served, address, SIGNED_IN) as client:
            return len(client.content())

    assert in_rounds(benchmark, answered, setup=asked, rounds=20)
