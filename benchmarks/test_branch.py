"""A branch of a log of two lengths, in the same run: a fork copies nothing, so the two rows are to be alike."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.long_log import write_log
from history.branch import Branch, Past
from history.branch_log import BranchLog
from history.branch_store import BranchStore
from history.store import open_log


def now() -> datetime:
    """The clock of a branch."""
    return datetime.now(UTC)


@pytest.mark.benchmark(group="fork")
@pytest.mark.parametrize("share", [0.01, 1.0])
def test_fork(benchmark: BenchmarkFixture, tmp_path: Path, pytestconfig: pytest.Config, share: float) -> None:
    """Make a branch in memory in the middle of the log, ready to decide on, and give it back."""
    facts = max(int(pytestconfig.getoption("--facts") * share), 1)
    write_log(tmp_path / "log.db", facts)
    with open_log(f"sqlite:///{tmp_path / 'log.db'}", clock=now, chance=token_bytes) as live:

        def fork() -> int:
            with BranchStore(None, clock=now, chance=token_bytes) as own:
                return BranchLog(Branch(Past(live.recorder, facts // 2), own), live.mapper).head()

        assert benchmark(fork) == facts // 2
