"""Who minds the jobs of one process at the desk: progress, heartbeats, cancellations from elsewhere, the dead."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from desk.database import DeskUnavailable
from desk.jobs import JobRow
from service.jobs.problems import JobCrashed, problem_json
from service.jobs.queue import JobQueue
from service.jobs.settings import days_kept
from service.worker import Worker

ATTEMPTS_MAX = 3
"""A job whose server died so often is what they died of."""
TELL_SECONDS = 0.1
CANCEL_SECONDS = 0.5
ALIVE_SECONDS = 3.0
SILENT_SECONDS = 15.0
"""A runner that told nothing for so long is dead."""
TIDY_SECONDS = 3600.0
IDLE_SECONDS = 1.0
log = logging.getLogger("tongchou.jobs")


@dataclass
class UnderWay:
    """A job somebody here is at."""

    job: JobRow
    worker: Worker
    news: Any = None
    """How far it is: a `JobNews`, or None before the first."""
    told: Any = None
    """What of it stands at the desk."""
    cancelled: threading.Event = field(default_factory=threading.Event)
    """Whoever asked does not want it any more."""

    def hear(self, news: Any) -> None:
        """How far it is."""
        self.news = news

    def cancel(self) -> None:
        """End its process; said again and again, for that may only just be starting."""
        self.cancelled.set()
        self.worker.cancel()


class Minder(threading.Thread):
    """Minds until `close`. `silent_seconds`: after so long without a word a runner is dead."""

    def __init__(self, name: str, queue: JobQueue, silent_seconds: float = SILENT_SECONDS) -> None:
        super().__init__(name="job-minder", daemon=True)
        self.under_way: dict[str, UnderWay] = {}
        self._runner, self._queue = name, queue
        self._silent = timedelta(seconds=silent_seconds)
        self._closed = threading.Event()
        self._stirred = threading.Event()
        self._chores = (
            (self._hear, CANCEL_SECONDS),
            (self._live, min(ALIVE_SECONDS, silent_seconds / 4)),
            (self._bury, min(ALIVE_SECONDS, silent_seconds / 4)),
            (self._tidy, TIDY_SECONDS),
        )

    def take_up(self, one: UnderWay) -> None:
        """Mind one more."""
        self.under_way[one.job.id] = one
        self._stirred.set()

    def cancel(self, job: str) -> None:
        """End a job if it is worked on here."""
        one = self.under_way.get(job)
        if one is not None:
            one.cancel()

    def close(self) -> None:
        """Mind no more."""
        self._closed.set()
        self._stirred.set()
        self.join()

    def run(self) -> None:
        """See `Thread.run`."""
        due = [0.0] * len(self._chores)
        while not self._closed.is_set():
            try:
                self._look_after()
                for number, (chore, every) in enumerate(self._chores):
                    if time.monotonic() >= due[number]:
                        due[number] = time.monotonic() + every
                        chore()
            except DeskUnavailable as fault:
                log.warning("the desk of jobs cannot be used: %s", fault)
            if self.under_way:
                self._closed.wait(TELL_SECONDS)
            else:
                self._stirred.wait(IDLE_SECONDS)
                self._stirred.clear()

    def _look_after(self) -> None:
        for one in list(self.under_way.values()):
            if one.cancelled.is_set():
                one.cancel()
            news = one.news
            if news is not one.told:
                one.told = news
                self._queue.table.tell(one.job.id, self._runner, msgspec.json.encode(news.as_json()).decode())
                self._queue.told(one.job.id)

    def _hear(self) -> None:
        if self.under_way:
            for job in self._queue.table.to_cancel(self._runner):
                self.cancel(job)

    def _live(self) -> None:
        for job in list(self.under_way):
            self._queue.table.alive(job, self._runner, self._queue.clock())

    def _bury(self) -> None:
        now = self._queue.clock()
        problem = problem_json(JobCrashed(reason="died with its server", attempts=ATTEMPTS_MAX))
        handed = self._queue.table.take_from_the_dead(
            silent_since=now - self._silent, at=now, attempts_max=ATTEMPTS_MAX, problem=problem
        )
        if handed:
            log.warning("jobs of a runner that died are begun again: %s", ", ".join(handed))
            self._queue.move()

    def _tidy(self) -> None:
        """Forget jobs whose time is over, and folders of jobs there are none of any more."""
        self._queue.table.forget_before(self._queue.clock() - timedelta(days=days_kept()))
        for folder in self._queue.folders():
            if self._queue.table.get(folder.name) is None:
                shutil.rmtree(folder, ignore_errors=True)
