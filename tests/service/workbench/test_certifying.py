"""The queue of certified answers: the newest move wins, what nobody waits for is let go, what was found is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.jobs import Jobs
from desk.sqlite_desk import SQLiteDesk
from optimizer.solve.engine import Listener, Progress
from service.jobs.queue import JobQueue
from service.planning import How
from service.workbench.certifying import Certifier, Standing, Work
from service.workbench.places import Places


@pytest.fixture
def certifier() -> Iterator[Certifier[str]]:
    made = Certifier[str]()
    yield made
    made.close()


def test_the_newest_move_of_a_seat_wins_and_what_it_wanted_before_is_never_begun(certifier: Certifier[str]) -> None:
    begun: list[str] = []
    gate, entered = threading.Event(), threading.Event()

    def work(name: str) -> Work[str]:
        def run(how: How, listener: Listener) -> str:
            begun.append(name)
            entered.set()
            gate.wait(5)
            return name

        return run

    certifier.want("a", "1", work("1"))
    assert entered.wait(5)
    for name in ("2", "3", "4"):
        certifier.want("a", name, work(name))
    gate.set()
    certifier.wait("4", 5)
    assert certifier.known("4") == "4"
    assert begun == ["1", "4"]
    assert certifier.known("1") is None  # it was let go: what it came to is not kept


def test_two_seats_that_want_the_same_get_it_once(certifier: Certifier[str]) -> None:
    begun: list[int] = []

    def run(how: How, listener: Listener) -> str:
        begun.append(1)
        return "found"

    certifier.want("a", "k", run)
    certifier.want("b", "k", run)
    certifier.wait("k", 5)
    certifier.want("c", "k", run)
    assert certifier.known("k") == "found"
    assert begun == [1]


def test_a_fault_is_the_answer_of_whoever_asks(certifier: Certifier[str]) -> None:
    def run(how: How, listener: Listener) -> str:
        raise ValueError("no plan")

    certifier.want("a", "k", run)
    certifier.wait("k", 5)
    with pytest.raises(ValueError, match="no plan"):
        certifier.known("k")


def test_a_search_waits_for_a_place_of_the_jobs_and_a_job_that_waits_is_let_in_after_it(tmp_path: Path) -> None:
    desk = SQLiteDesk(tmp_path / "desk.db")
    table = Jobs(desk)
    queue = JobQueue(table, tmp_path)
    for name in ("j-1", "j-2"):
        table.add(name, "plan", "{}", account="p", person="", post="x", at=queue.clock())
    assert table.claim("runner", cap=1, at=queue.clock()) is not None
    certifier = Certifier[str](Places(queue, 1))
    gate, entered = threading.Event(), threading.Event()

    def run(how: How, listener: Listener) -> str:
        listener(Progress("welfare", 1, 2, 0.1))
        entered.set()
        gate.wait(5)
        return "found"

    certifier.want("a", "k", run)
    ends = time.monotonic() + 5
    while certifier.standing("k") != Standing("no-place") and time.monotonic() < ends:
        time.sleep(0.02)
    assert certifier.standing("k") == Standing("no-place")
    table.end("j-1", "runner", "done", at=queue.clock())
    table.free("j-1", "runner")
    assert entered.wait(5)
    assert certifier.standing("k") == Standing("searching", Progress("welfare", 1, 2, 0.1))
    certifier.want("b", "other", run)
    assert certifier.standing("other") == Standing("in-line")
    assert table.claim("runner", cap=1, at=queue.clock()) is None
    gate.set()
    certifier.wait("k", 5)
    begun = None
    while begun is None and time.monotonic() < ends + 5:
        begun = table.claim("runner", cap=1, at=queue.clock())
    assert begun is not None
    assert certifier.known("other") is None  # the job came first
    certifier.close()
    desk.close()
