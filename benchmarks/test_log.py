"""The log against the raw driver of its database, on the same rows in the same run; the ratios are what counts.

`--facts N` says how many facts are imported and read, and how many commitments lie behind a decision. A line of the
table at the end is a ratio to the raw driver: what was reached in each group stands in docs/decisions/0012-store.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.logs import PLAIN_ROW, commitment, committed, mandate, nation, registered
from benchmarks.postgres import RAW, RECORDERS
from benchmarks.rounds import in_rounds
from domain.decisions import ImportRegister
from history.log import Log
from history.mapper import FactMapper
from history.port import FactRecorder, tag_rows_of

ROUNDS = 3

stores = pytest.mark.parametrize("store", sorted(RECORDERS))


@pytest.fixture
def folders() -> Iterator[Callable[[], Path]]:
    """A new folder whenever asked; one at a time, so that a disk need not hold them all."""
    held: list[TemporaryDirectory[str]] = []

    def another() -> Path:
        for old in held:
            old.cleanup()
        held[:] = [TemporaryDirectory()]
        return Path(held[0].name)

    yield another
    for old in held:
        old.cleanup()


@pytest.fixture(scope="session")
def facts(request: pytest.FixtureRequest) -> int:
    """How many facts there are."""
    return int(request.config.getoption("--facts"))


@pytest.mark.benchmark(group="single append")
@stores
def test_append_one_fact_unless_its_command_was_seen(
    benchmark: BenchmarkFixture, store: str, folders: Callable[[], Path]
) -> None:
    """With its tags, salt and leaf, kept before it returns."""
    numbers = count()
    name, data, _, _ = PLAIN_ROW
    with RECORDERS[store](folders()) as recorder:

        def append() -> int:
            tags = [f"command:{next(numbers)}", "fund:service"]
            condition = DCBAppendCondition(DCBQuery([DCBQueryItem(tags=tags[:1])]))
            return recorder.append([DCBEvent(name, data, tags)], condition)

        assert benchmark(append)


@pytest.mark.benchmark(group="single append")
@stores
def test_append_raw(benchmark: BenchmarkFixture, store: str, folders: Callable[[], Path]) -> None:
    """One row with the driver alone, kept before it returns."""
    raw = RAW[store](folders())
    benchmark(raw.insert_one)
    raw.close()


@pytest.mark.benchmark(group="import")
@stores
def test_import_by_the_recorder(
    benchmark: BenchmarkFixture, store: str, folders: Callable[[], Path], facts: int
) -> None:
    """Events in, rows with salts, leaves and tags on the disk."""
    events = registered(nation(facts))
    opened: list[FactRecorder] = []

    def another() -> tuple[tuple[FactRecorder], dict[str, object]]:
        opened.append(RECORDERS[store](folders()))
        return (opened[-1],), {}

    def take_in(recorder: FactRecorder) -> None:
        with recorder:
            assert recorder.append(events) == facts

    in_rounds(benchmark, take_in, setup=another, rounds=ROUNDS)


@pytest.mark.benchmark(group="import")
@stores
def test_import_from_register_to_disk(
    benchmark: BenchmarkFixture, store: str, folders: Callable[[], Path], facts: int
) -> None:
    """The whole decision: compared with the record, told as facts, encoded, read back once, hashed, inserted."""
    register = nation(facts)

    def another() -> tuple[tuple[Log], dict[str, object]]:
        return (Log(RECORDERS[store](folders()), FactMapper()),), {}

    def decide(log: Log) -> None:
        with log:
            receipt = log.decide(ImportRegister(mandate=mandate("import"), wanted=register))
            assert receipt.position == facts + len(register.townships) + 1

    in_rounds(benchmark, decide, setup=another, rounds=ROUNDS)


@pytest.mark.benchmark(group="import")
@stores
@pytest.mark.parametrize("tags", [True, False], ids=["facts-and-tags", "facts-alone"])
def test_import_raw(
    benchmark: BenchmarkFixture, store: str, folders: Callable[[], Path], facts: int, tags: bool
) -> None:
    """The very rows the recorder made, through `executemany` (or the like) in one transaction."""
    with RECORDERS[store](folders()) as recorder:
        recorder.append(registered(nation(facts)))
        rows = list(recorder.entries())
    tag_rows = [row for entry in rows for row in tag_rows_of(entry)] if tags else []

    def insert() -> None:
        raw = RAW[store](folders())
        raw.insert_all(rows, tag_rows)
        raw.close()

    in_rounds(benchmark, insert, rounds=ROUNDS)


@pytest.mark.benchmark(group="log read")
@stores
@pytest.mark.parametrize("subject", ["log", "raw"])
def test_read(benchmark: BenchmarkFixture, store: str, folders: Callable[[], Path], facts: int, subject: str) -> None:
    """Every fact in order, decoded by its name: through the log, and by the driver with the same decoders."""
    folder = folders()
    events = registered(nation(facts))
    if subject == "log":
        with Log(RECORDERS[store](folder), FactMapper()) as log:
            log.recorder.append(events)
            assert in_rounds(benchmark, lambda: sum(1 for _ in log.facts()), rounds=ROUNDS) == facts
        return
    with RECORDERS[store](folder) as recorder:
        recorder.append(events)
        rows = list(recorder.entries())
    raw = RAW[store](folder)
    raw.insert_all(rows, [])
    assert in_rounds(benchmark, raw.read_all, rounds=ROUNDS) == facts
    raw.close()


@pytest.mark.benchmark(group="fund decision")
@stores
@pytest.mark.parametrize("subject", ["kept-tallies", "read-anew"])
def test_commit_on_a_fund_with_many_commitments(
    benchmark: BenchmarkFixture, store: str, folders: Callable[[], Path], facts: int, subject: str
) -> None:
    """One more commitment, decided and appended: as a server does it, and as a process just started."""
    numbers = count()
    with RECORDERS[store](folders()) as recorder:
        recorder.append(committed(facts))
        log = Log(recorder, FactMapper()) if subject == "kept-tallies" else Log(recorder, FactMapper(), tallies=0)
        log.decide(commitment(next(numbers)))

        def decide() -> None:
            log.decide(commitment(next(numbers)))

        rounds = 500 if subject == "kept-tallies" else ROUNDS
        in_rounds(benchmark, decide, rounds=rounds)


@pytest.mark.benchmark(group="fund decision")
@stores
def test_commit_raw(benchmark: BenchmarkFixture, store: str, folders: Callable[[], Path]) -> None:
    """What the disk alone takes: one row with the driver, kept before it returns."""
    raw = RAW[store](folders())
    in_rounds(benchmark, raw.insert_one, rounds=500)
    raw.close()
