"""The queue of a store's long work as a server uses it: ask, look, cancel, and be told at once of what happens here."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desk.jobs import CANCELLED, DONE, FAILED, JobRow, Jobs
from domain.errors import Refusal
from history.port import Clock
from service.access.principal import Principal
from service.county import now
from service.jobs.asks import Ask
from service.jobs.call import RESULT
from service.jobs.kinds import kinds

__all__ = ["CANCELLED", "DONE", "FAILED", "JobQueue", "JobRow"]

QUEUED_MAX = 1000
"""More jobs waiting than this is a program running wild."""


class UnknownJob(Refusal):
    """A job there is none of, or not for whoever asks, or no more."""

    code = "unknown-job"
    sentence_en = "There is no job {job}."
    cure_en = "`GET /v1/jobs` lists yours; they are kept for a stated time after their end."


class JobNotDone(Refusal):
    """The result of a job that has none."""

    code = "job-not-done"
    sentence_en = "Job {job} has no result: it is {state}."
    cure_en = "Follow `/v1/jobs/{job}/events`, or ask again when it is done."


class NoSuchFile(Refusal):
    """A file a job does not have."""

    code = "unknown-job-file"
    sentence_en = "Job {job} has no file {name}."
    cure_en = "Its result names the files there are."


class TooManyQueued(Refusal):
    """More long work than anybody will ever read the results of."""

    code = "too-many-queued"
    sentence_en = "{count} jobs are waiting already."
    cure_en = "Wait until some are done, or cancel what nobody needs any more."


class JobKeyReused(Refusal):
    """An idempotency key under which other work was asked for."""

    code = "job-key-reused"
    sentence_en = "Under this `Idempotency-Key` other work was asked for, job {job}, so nothing was queued."
    cure_en = "Give every request a key of its own; repeat one with exactly its first content."


class StoreInMemory(Refusal):
    """Long work about a store that only this process has."""

    code = "store-in-memory"
    sentence_en = "The store lies in the memory of this process, and long work is done by others."
    cure_en = "Serve a store in a file or on a server."


class JobQueue:
    """Long work of one store. Everything about the desk raises `DeskUnavailable`."""

    def __init__(self, table: Jobs, folder: Path | None, clock: Clock = now) -> None:
        """`folder` is for the files of jobs; None for a store in memory, which no other process can open."""
        self.table = table
        self.clock = clock
        self.runner: str | None = None
        """Who works in this process, if anybody does: what becomes of his jobs is told at once."""
        self.ending = False
        """Whether this process was asked to end: nobody shall wait for a job here any more."""
        self._folder = folder
        self._moved = threading.Condition()
        self._moves = 0
        self._watchers: dict[str, set[Callable[[], None]]] = {}
        self.cancel_here: Callable[[str], None] = _nobody_works_here
        """Ends a job at once that is worked on in this process; set by whoever works."""

    def ask(self, kind: str, ask: Ask, principal: Principal, person: str, key: str | None = None) -> str:
        """Queue a request; the id of the job. The same request of an account under the same key is one job.

        Raises what is wrong with the texts in it, `TooManyQueued` or `JobKeyReused`.
        """
        if self._folder is None:
            raise StoreInMemory
        if (count := self.table.count("queued")) >= QUEUED_MAX:
            raise TooManyQueued(count=count)
        with kinds()[kind].looked_at(ask):
            job = uuid.uuid4().hex if key is None else _named(principal.account, key)
        request = ask.model_dump_json(exclude_defaults=True)
        account, post = principal.account, principal.post
        if self.table.add(job, kind, request, account=account, person=person, post=post, at=self.clock()):
            self.move()
            return job
        before = self.get(job)
        if (before.kind, before.request) != (kind, request):
            raise JobKeyReused(job=job)
        return job

    def get(self, job: str) -> JobRow:
        """A job as it stands. Raises `UnknownJob`."""
        found = self.table.get(job)
        if found is None:
            raise UnknownJob(job=job[:80])
        return found

    def cancel(self, job: str) -> JobRow:
        """Ask for its end; one that ended already stays as it is. Raises `UnknownJob`."""
        found = self.table.cancel(job, self.clock())
        if found is None:
            raise UnknownJob(job=job[:80])
        self.cancel_here(job)
        self.told(job)
        return found

    def result(self, job: JobRow) -> str | Path:
        """The result as JSON, or the file it is in. Raises `JobNotDone`."""
        if job.state != DONE:
            raise JobNotDone(job=job.id, state=job.state)
        return self.table.result(job.id) or self.folder_of(job.id) / RESULT

    def file(self, job: JobRow, name: str) -> Path:
        """A file of a job that is done. Raises `JobNotDone` or `NoSuchFile`."""
        if job.state != DONE:
            raise JobNotDone(job=job.id, state=job.state)
        path = self.folder_of(job.id) / name
        if Path(name).name != name or name.startswith(".") or not path.is_file():
            raise NoSuchFile(job=job.id, name=name[:80])
        return path

    def folder_of(self, job: str) -> Path:
        """Where the files of a job lie, if it has any."""
        assert self._folder is not None
        return self._folder / job

    def folders(self) -> Iterator[Path]:
        """The folders there are."""
        if self._folder is not None and self._folder.is_dir():
            yield from self._folder.iterdir()

    @contextmanager
    def watch(self, job: str, told: Callable[[], None]) -> Iterator[None]:
        """Be told, in any thread, whenever this process changes the job; changes of other processes are not told."""
        with self._moved:
            self._watchers.setdefault(job, set()).add(told)
        try:
            yield
        finally:
            with self._moved:
                watchers = self._watchers[job]
                watchers.discard(told)
                if not watchers:
                    del self._watchers[job]

    def told(self, job: str) -> None:
        """Tell whoever watches a job that it changed."""
        with self._moved:
            watchers = list(self._watchers.get(job, ()))
        for watcher in watchers:
            watcher()

    def end(self) -> None:
        """Let whoever waits for a job here go soon; a handler of signals may call it."""
        self.ending = True

    def move(self) -> None:
        """Wake whoever waits for work: there is some, or nobody shall wait any more."""
        with self._moved:
            self._moves += 1
            self._moved.notify_all()

    def moves(self) -> int:
        """How often there was something to wake for."""
        with self._moved:
            return self._moves

    def wait(self, moves: int, timeout_seconds: float) -> None:
        """Wait until there was something more to wake for than so often."""
        with self._moved:
            self._moved.wait_for(lambda: self._moves != moves, timeout_seconds)


def _nobody_works_here(job: str) -> None:
    """No job is worked on in this process."""


def _named(account: str, key: str) -> str:
    """The id of the job of a key, the same whoever is asked and whenever; another for every account."""
    return hashlib.sha256(f"{len(account)}:{account}:{key}".encode()).hexdigest()[:32]
