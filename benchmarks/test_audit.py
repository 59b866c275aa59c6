"""Verifying a whole log, against reading the same rows with the driver alone; and proofs out of it.

`--facts 1000000` is the size the house promises seconds for. What was reached, and how loaded the machine was, is in
docs/decisions/0016-proof.md.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.long_log import write_log
from history.merkle import is_consistent, is_included
from history.sharing import read_only_log
from history.tree import Tree
from service.auditing import verify_store


@pytest.fixture(scope="module")
def facts(request: pytest.FixtureRequest) -> int:
    """How long the log is."""
    return int(request.config.getoption("--facts"))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, facts: int) -> Path:
    """The log of a generated county."""
    made = tmp_path_factory.mktemp("audit") / "log.db"
    write_log(made, facts)
    return made


def whole(path: Path, facts: int) -> None:
    """Everything: leaves, tree, order, times, tags, the file, and that every fact can be read."""
    report = verify_store(f"sqlite:///{path}")
    assert (report.well, report.facts) == (True, facts)


def plain(path: Path, facts: int) -> None:
    """The same rows and tags fetched and dropped."""
    with closing(sqlite3.connect(path)) as connection:
        rows = sum(1 for _ in connection.execute("SELECT * FROM facts ORDER BY position"))
        tags = sum(1 for _ in connection.execute("SELECT * FROM fact_tags"))
    assert rows == facts < tags


@pytest.mark.benchmark(group="verify the log")
@pytest.mark.parametrize("work", [plain, whole])
def test_verify(benchmark: BenchmarkFixture, path: Path, facts: int, work: Callable[[Path, int], None]) -> None:
    """The ratio is how much verification costs beyond reading."""
    benchmark(work, path, facts)


@pytest.mark.benchmark(group="a proof out of the log")
@pytest.mark.parametrize("kept", [True, False], ids=["file kept", "from nothing"])
def test_first_proof(benchmark: BenchmarkFixture, path: Path, facts: int, tmp_path: Path, kept: bool) -> None:
    """One inclusion and one consistency proof by a process that has just begun."""
    file = tmp_path / "log.tree" if kept else None
    with read_only_log(f"sqlite:///{path}") as log:
        if kept:
            Tree(log.recorder, file).root(facts)

        def prove() -> None:
            tree = Tree(log.recorder, file)
            path = tree.inclusion(facts // 3, facts)
            leaf = next(iter(log.recorder.leaves(after=facts // 3 - 1, until=facts // 3)))
            assert is_included(leaf, facts // 3 - 1, facts, path, tree.root(facts))

        benchmark(prove)


@pytest.mark.benchmark(group="a proof out of the log")
@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_next_proof(benchmark: BenchmarkFixture, path: Path, facts: int, kind: str) -> None:
    """At random sizes, with the tree at hand."""
    dice = Random(9162)
    with read_only_log(f"sqlite:///{path}") as log:
        tree = Tree(log.recorder)
        tree.root(facts)

        def prove() -> None:
            size = dice.randint(2, facts)
            first = dice.randint(1, size)
            if kind == "inclusion":
                assert len(tree.inclusion(first, size)) <= size.bit_length()
            else:
                path = tree.consistency(first, size)
                assert is_consistent(first, tree.root(first), size, tree.root(size), path)

        benchmark(prove)
