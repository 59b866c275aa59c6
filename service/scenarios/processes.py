"""Local processes as the hands of a sweep: each takes the next case, and one that dies is replaced."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue
from typing import Protocol

from service.scenarios.cases import CaseRequest, NotOpenHere, OpenRequest
from service.scenarios.parcels import Parcel
from service.scenarios.rows import CRASHED, Row
from service.worker import SearchCancelled, SearchCrashed, SearchOverran, Worker

ATTEMPTS = 3
"""So often a case is given to a new process when its process dies; then its row says so and the sweep goes on."""
LOOK_SECONDS = 0.05


class Hands(Protocol):
    """Whoever works out cases: processes here, or a cluster."""

    size: int

    def take_up(self, parcel: Parcel) -> None:
        """Get to know the sweep whose cases will be submitted."""

    def submit(self, number: int) -> Future[Row]:
        """Begin a case of it."""


class Processes:
    """So many worker processes, each taking the next case when it is free."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._parcel: Parcel | None = None
        self._closing = ExitStack()
        self._closed = threading.Event()
        self.workers = [self._closing.enter_context(Worker()) for _ in range(size)]
        self._free: SimpleQueue[Worker] = SimpleQueue()
        for worker in self.workers:
            worker.start()  # it loads while the sweep is still being read
            self._free.put(worker)
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="sweep")
        self._under_way: set[Future[Row]] = set()

    def take_up(self, parcel: Parcel) -> None:
        """See `Hands.take_up`."""
        self._parcel = parcel

    def submit(self, number: int) -> Future[Row]:
        """See `Hands.submit`."""
        assert self._parcel is not None
        future = self._threads.submit(self._work_out, self._parcel, number)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    def close(self) -> None:
        """End the processes, whatever they are at."""
        self._closed.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        while under_way := set(self._under_way):  # one may just be starting its request, and would not hear one word
            for worker in self.workers:
                worker.cancel()
            wait(under_way, LOOK_SECONDS)
        self._closing.close()

    def _work_out(self, parcel: Parcel, number: int) -> Row:
        worker = self._free.get()
        try:
            return worked_out(worker, parcel, number, self._closed)
        finally:
            self._free.put(worker)


def worked_out(worker: Worker, parcel: Parcel, number: int, stop: threading.Event | None = None) -> Row:
    """The row of a case from a process; a case whose process keeps dying gets a row that says so.

    Raises what opening the sweep raises there, and `SearchCancelled` once `stop` is set.
    """
    said = ""
    for _ in range(ATTEMPTS):
        if stop is not None and stop.is_set():
            raise SearchCancelled
        try:
            try:
                return worker.solve(CaseRequest(parcel.key, number))
            except NotOpenHere:
                worker.solve(OpenRequest(parcel))
                return worker.solve(CaseRequest(parcel.key, number))
        except (SearchCrashed, SearchOverran) as fault:
            said = fault.sentence
    return {"number": number, "state": CRASHED, "said": said}


@contextmanager
def processes(size: int) -> Iterator[Processes]:
    """Worker processes for a sweep."""
    hands = Processes(size)
    try:
        yield hands
    finally:
        hands.close()
