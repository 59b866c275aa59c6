"""One case, one plan: in processes one after another, side by side, beside others that keep every core busy."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.optimizer.same_plan import digest, digests


@contextmanager
def busy(cores: int) -> Iterator[None]:
    """Keep so many cores at work meanwhile."""
    idlers = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(cores)]
    try:
        yield
    finally:
        for idler in idlers:
            idler.kill()
            idler.wait()


@pytest.mark.slow
def test_small_counties_have_the_same_plans_here_and_in_processes_with_other_hashes() -> None:
    assert list(digests("small", runs=2, at_once=2, first=1)) == [digest("small")]


@pytest.mark.slow(seconds=35)
@pytest.mark.parametrize("cores", [pytest.param(1, marks=pytest.mark.long), 2])
def test_a_county_has_the_same_plan_to_the_last_figure_of_its_record_with_cores_busy(cores: int) -> None:
    with busy(cores):
        found = digests("medium", runs=8, at_once=2)
    assert list(found) == [digest("medium")]


@pytest.mark.slow(seconds=25)
def test_the_shipped_county_has_the_same_plan_in_two_processes_on_a_machine_with_more_work_than_cores() -> None:
    with busy(os.cpu_count() or 1):
        found = digests("x-county", runs=2, at_once=2)
    assert list(found) == [digest("x-county")]
