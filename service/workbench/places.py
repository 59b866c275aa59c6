"""A place among those who solve: a workbench's search counts with the jobs of all processes of a store (0025).

Whoever wants one stands in line, before jobs that are not begun yet; after a search jobs that wait come first, so that
neither ever waits for more than one of the other. Nothing of this keeps an estimate waiting.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desk.database import DeskUnavailable
from service.jobs.minding import ALIVE_SECONDS
from service.jobs.queue import JobQueue

LOOK_SECONDS = 0.2
LETS_IN_SECONDS = 1.5
"""So long a job that waits is given to take the place that was left to it."""
log = logging.getLogger("tongchou.workbench")


class Places:
    """The places of a store, for one that searches beside its jobs."""

    def __init__(self, queue: JobQueue, cap: int) -> None:
        self._queue, self._cap = queue, cap
        self._name = f"workbench-{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self.waiting = False
        """Whether it stands in line now."""

    @contextmanager
    def one(self, wanted: Callable[[], bool]) -> Iterator[bool]:
        """Wait for a place and hold it; False where it is not wanted any more."""
        left = threading.Event()
        beating = threading.Thread(target=self._beat, args=(left,), name="place-heartbeat", daemon=True)
        try:
            got = self._waited(wanted)
            beating.start()
            yield got
        finally:
            left.set()
            self._leave()

    def others_wait(self) -> bool:
        """Whether a job waits that nobody has begun."""
        try:
            return self._queue.table.somebody_waits()
        except DeskUnavailable:
            return False

    def _waited(self, wanted: Callable[[], bool]) -> bool:
        try:
            while wanted():
                if self._my_turn():
                    return True
                self.waiting = True
                time.sleep(LOOK_SECONDS)
            return False
        finally:
            self.waiting = False

    def _my_turn(self) -> bool:
        table, now = self._queue.table, self._queue.clock()
        try:
            if table.stand_in_line(self._name, self._name, cap=self._cap, at=now):
                return True
            table.alive(self._name, self._name, now)
        except DeskUnavailable as fault:
            log.warning("nobody knows who searches: %s", fault)
            return True  # without a desk there are no jobs to come before
        return False

    def _beat(self, left: threading.Event) -> None:
        while not left.wait(ALIVE_SECONDS):
            try:
                self._queue.table.alive(self._name, self._name, self._queue.clock())
            except DeskUnavailable as fault:
                log.warning("a search cannot say that it is alive: %s", fault)

    def _leave(self) -> None:
        """Give the place back, and let a job that waits take it."""
        try:
            self._queue.table.free(self._name, self._name)
        except DeskUnavailable as fault:
            log.warning("a place cannot be given back, and is taken from the dead: %s", fault)
        self._queue.move()
        ends = time.monotonic() + LETS_IN_SECONDS
        while time.monotonic() < ends and self.others_wait():
            time.sleep(LOOK_SECONDS)
