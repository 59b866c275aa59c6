"""Certified answers, worked out aside one at a time: the newest move of each workbench wins, older ones are let go.

A seat is one open page. Whoever moves on does not wait for what they asked before, so a search nobody waits for any
more is asked to end, and its process stays warm for the next. What was found is kept for whoever asks the same again.
Searches take a place among the jobs of the store (`service/workbench/places.py`) and wait where there is none free.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from optimizer.solve.engine import Listener, Progress
from service.jobs.runner import NICENESS
from service.planning import How
from service.solving import Asked
from service.workbench.places import Places
from service.worker import Worker

Found = TypeVar("Found")
KEPT_MAX = 128
SEATS_MAX = 512
GRACE_SECONDS = 3.0
SECONDS_MAX = 120.0
"""Of the clock: a workbench shows the best found by then, with how far it is proven."""

Work = Callable[[How, Listener], Found]
"""Works it out the way it is told, and tells the listener its news."""


@dataclass(frozen=True)
class Standing:
    """How far a search is: under way with its latest news, in line behind others here, or without a free place."""

    state: Literal["searching", "in-line", "no-place"]
    news: Progress | None = None


class Certifier(Generic[Found]):
    """A queue with one process behind it. `close` it when the server ends."""

    def __init__(self, places: Places | None = None) -> None:
        """Without `places` nobody else searches."""
        self._places = places
        self._lock = threading.Condition()
        self._found: OrderedDict[str, Found | Exception] = OrderedDict()
        self._wanted: OrderedDict[str, tuple[str, Work[Found]]] = OrderedDict()
        """Seat -> what it waits for, the newest last."""
        self._running: str | None = None
        self._news: Progress | None = None
        self._dropped = False
        self._closed = False
        self._worker = Worker(grace_seconds=GRACE_SECONDS, niceness=NICENESS)
        self._thread: threading.Thread | None = None

    def known(self, key: str) -> Found | None:
        """What was found for a key; None while it is not. Raises what the search raised."""
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
        if isinstance(found, Exception):
            raise found
        return found

    def is_found(self, key: str) -> bool:
        """Whether the search for a key has come to an end, a plan found or not."""
        with self._lock:
            return key in self._found

    def standing(self, key: str) -> Standing | None:
        """How far the search for a key is; None where nobody asked for it, or it is found."""
        with self._lock:
            if self._running == key:
                return Standing("searching", self._news)
            if all(one != key for one, _ in self._wanted.values()):
                return None
            waits = self._running is None and self._places is not None and self._places.waiting
            return Standing("no-place" if waits else "in-line")

    def want(self, seat: str, key: str, work: Work[Found]) -> None:
        """Have it worked out; what the seat wanted before is let go."""
        with self._lock:
            if self._closed or key in self._found:
                self._wanted.pop(seat, None)
                return
            self._wanted[seat] = (key, work)
            self._wanted.move_to_end(seat)
            while len(self._wanted) > SEATS_MAX:
                self._wanted.popitem(last=False)
            self._end_unwanted()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="certifier", daemon=True)
                self._thread.start()
            self._lock.notify_all()

    def let_go(self, seat: str) -> None:
        """The seat is moving: nothing it wanted is needed any more, and it wants nothing yet."""
        with self._lock:
            if self._wanted.pop(seat, None) is not None:
                self._end_unwanted()

    def _end_unwanted(self) -> None:
        """Ask the search under way to end if nobody waits for it."""
        if self._running is not None and all(one != self._running for one, _ in self._wanted.values()):
            self._dropped = True
            self._worker.stop()

    def wait(self, key: str, seconds: float) -> None:
        """Return when it is found, or after so many seconds."""
        with self._lock:
            self._lock.wait_for(lambda: key in self._found or self._closed, seconds)

    def close(self) -> None:
        """End the process and whatever it works on."""
        with self._lock:
            self._closed = True
            self._wanted.clear()
            self._lock.notify_all()
        self._worker.cancel()
        if self._thread is not None:
            self._thread.join(timeout=GRACE_SECONDS)
        self._worker.close()

    def _run(self) -> None:
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._closed or bool(self._wanted))
                if self._closed:
                    return
            with nullcontext(True) if self._places is None else self._places.one(self._is_wanted) as got:
                while got and self._search_newest() and not (self._places is not None and self._places.others_wait()):
                    pass

    def _is_wanted(self) -> bool:
        with self._lock:
            return bool(self._wanted) and not self._closed

    def _search_newest(self) -> bool:
        """Work out what was asked for last; False where nobody waits for anything."""
        with self._lock:
            if self._closed or not self._wanted:
                return False
            key, work = next(reversed(self._wanted.values()))
            self._running, self._news, self._dropped = key, None, False
        found = self._worked_out(work)
        with self._lock:
            self._running = None
            if self._dropped:
                return True
            self._found[key] = found
            while len(self._found) > KEPT_MAX:
                self._found.popitem(last=False)
            self._wanted = OrderedDict((s, one) for s, one in self._wanted.items() if one[0] != key)
            self._lock.notify_all()
        return True

    def _worked_out(self, work: Work[Found]) -> Found | Exception:
        try:
            return work(How(Asked(), self._worker, SECONDS_MAX), self._heard)
        except Exception as fault:  # noqa: BLE001  # every fault is the answer, raised for whoever asked
            return fault

    def _heard(self, news: Progress) -> None:
        """News of a search: one that was let go before it began hears of it so."""
        self._news = news
        if self._dropped:
            self._worker.stop()
