"""The queue of certified answers: the newest move wins, what nobody waits for is let go, what was found is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from optimizer.solve.engine import Listener
from service.planning import How
from service.workbench.certifying import Certifier, Work


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
