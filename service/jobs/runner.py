"""Whoever works off the queue in one server process: a few hands, each with a niced process that can be killed.

A hand takes the next job there is a slot for, gives it to its process and writes down what comes of it. What happens in
this process is told at once; only what others do is asked for again and again.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial

from desk.database import DeskUnavailable
from desk.jobs import CANCELLED, DONE, FAILED, JobRow
from domain.errors import Refusal
from service.county import Actor
from service.faults import explain
from service.jobs.call import JobCall, Ready
from service.jobs.kinds import GivesWay
from service.jobs.minding import SILENT_SECONDS, Minder, UnderWay
from service.jobs.problems import JobCrashed, problem_json
from service.jobs.queue import JobQueue
from service.office import Office
from service.worker import OVERRUN_SECONDS, SearchCancelled, SearchCrashed, Worker

NICENESS = 10
"""Of processes that solve: whoever reads comes first."""
CRASHES_MAX = 2
"""So often the process of a job may die before it is given up."""
ASK_AGAIN_SECONDS = 1.0
"""How often somebody idle looks for work other processes were asked for."""
PAUSE_SECONDS = 1.0
"""Between two attempts to write down what must not be lost."""
LOOK_SECONDS = 0.05
log = logging.getLogger("tongchou.jobs")


class AskerForgotten(Refusal):
    """Work that decides, asked for by somebody whose name was erased since."""

    code = "asker-forgotten"
    sentence_en = "The job was not begun: the name of whoever asked for it was erased meanwhile."
    cure_en = "Somebody who is known asks again."


class Runner:
    """Works off the queue of an open store until `close`. `cap` holds over all processes of the store."""

    def __init__(self, office: Office, queue: JobQueue, *, cap: int, silent_seconds: float = SILENT_SECONDS) -> None:
        self.name = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self._office, self._queue, self._cap = office, queue, cap
        self._closing = threading.Event()
        self._workers = [Worker(niceness=NICENESS) for _ in range(cap)]
        self._minder = Minder(self.name, queue, silent_seconds)
        self._hands = [
            threading.Thread(target=self._work, args=(worker,), name=f"job-hand-{number}", daemon=True)
            for number, worker in enumerate(self._workers)
        ]

    def start(self, *, warm: bool = False) -> None:
        """Begin to work; `warm`: one process loads and opens the store before the first job comes."""
        self._queue.runner, self._queue.cancel_here = self.name, self._minder.cancel
        if warm:
            self._hands[0] = threading.Thread(target=self._warm_up, name="job-hand-0", daemon=True)
        for thread in (*self._hands, self._minder):
            thread.start()

    def close(self, grace_seconds: float) -> None:
        """Take no more jobs, let those under way finish within a grace, and hand the others back."""
        self._closing.set()
        self._queue.move()
        ends = time.monotonic() + grace_seconds
        while self._minder.under_way and time.monotonic() < ends:
            time.sleep(LOOK_SECONDS)
        for hand in self._hands:
            while hand.is_alive():
                for worker in self._workers:
                    worker.cancel()
                hand.join(LOOK_SECONDS)
        self._minder.close()
        for worker in self._workers:
            worker.close()

    def processes(self) -> list[int | None]:
        """The processes that work, one a hand; None where there is none yet."""
        return [worker.process_id() for worker in self._workers]

    def _warm_up(self) -> None:
        try:
            self._workers[0].solve(Ready(self._office.url, self._office.clock))
        except SearchCancelled:
            return
        except Exception:
            log.exception("the process that works on jobs cannot open the store; the first job will say why")
        self._work(self._workers[0])

    def _work(self, worker: Worker) -> None:
        while not self._closing.is_set():
            moves = self._queue.moves()
            try:
                job = self._queue.table.claim(self.name, cap=self._cap, at=self._queue.clock())
            except DeskUnavailable as fault:
                log.warning("no job can be taken: %s", fault)
                job = None
            if job is None:
                self._queue.wait(moves, ASK_AGAIN_SECONDS)
            else:
                self._carry_out(UnderWay(job, worker))

    def _carry_out(self, one: UnderWay) -> None:
        job = one.job
        self._minder.take_up(one)
        self._queue.told(job.id)
        try:
            self._surely(self._end_of(one, self._worked_on(one)))
            self._queue.told(job.id)
        finally:
            del self._minder.under_way[job.id]
            self._surely(partial(self._queue.table.free, job.id, self.name))
            self._queue.move()

    def _worked_on(self, one: UnderWay) -> str | Exception | None:
        """What came of it: the result, None where that is a file, or the fault."""
        try:
            call = self._call(one.job)
            return one.worker.solve(call, one.hear, within_seconds=call.within_seconds() or OVERRUN_SECONDS)
        except Exception as fault:  # whatever it is, whoever asked must hear of it
            if explain(fault) is None and not isinstance(fault, GivesWay):
                log.error("job %s failed by a fault of the program", one.job.id, exc_info=fault)
            return fault

    def _call(self, job: JobRow) -> JobCall:
        actor = None
        if job.person:
            name = self._office.people.name_of(job.person)
            if name is None:
                raise AskerForgotten
            actor = Actor(name, job.post)
        folder = self._queue.folder_of(job.id)
        return JobCall(self._office.url, self._office.clock, job.id, job.kind, job.request, actor, folder)

    def _end_of(self, one: UnderWay, came: str | Exception | None) -> Callable[[], object]:
        """What is to be written down of what came; where the job is not ours any more, that does nothing."""
        job, table, now = one.job, self._queue.table, self._queue.clock()
        end, back = partial(table.end, job.id, self.name), partial(table.hand_back, job.id, self.name)
        match came:
            case SearchCancelled() if one.cancelled.is_set():
                return partial(end, CANCELLED, at=now)
            case SearchCancelled() | GivesWay():
                return partial(back, tried=False, at=now)
            case SearchCrashed() if job.attempts < CRASHES_MAX:
                log.warning("job %s is tried once more: %s", job.id, came)
                return partial(back, tried=True, at=now)
            case SearchCrashed():
                crashed = JobCrashed(reason=str(came.details["how"]), attempts=job.attempts)
                return partial(end, FAILED, at=now, problem=problem_json(crashed))
            case Exception():
                return partial(end, FAILED, at=now, problem=problem_json(came))
        return partial(end, DONE, at=now, result=came)

    def _surely(self, write: Callable[[], object]) -> None:
        """Write at the desk as soon as that is possible; given up only when this process ends."""
        while True:
            try:
                write()
                return
            except DeskUnavailable as fault:
                log.warning("what came of a job cannot be written: %s", fault)
                if self._closing.wait(PAUSE_SECONDS):
                    return  # its heartbeat ends with this process, and another works on it again
