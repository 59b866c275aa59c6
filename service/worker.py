"""A search in a process of its own, which can be asked to end, be killed or die without harm to whoever asked.

    with Worker() as worker:
        plan = worker.solve(PlanSearch(register, loaded), listener)

The process is started once and kept for later requests; after a crash or `cancel` the next request starts another.
A new Python and not a fork: the asker may hold threads, locks and an open store, and needs to load no solver itself.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self, TypeVar

from domain.errors import Refusal
from service.child import STOP
from service.spans import span

if TYPE_CHECKING:
    from optimizer.solve.engine import Listener

Result = TypeVar("Result")
Request = Callable[["Listener | None"], Result]
"""What is to be searched: any callable that can be pickled, such as `PlanSearch`; it is called in the other process."""

ROOT = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 30.0
"""How long a search that was asked to end may take to put its best plan together."""
OVERRUN_SECONDS = 3600.0
"""A search still running after this is asked to end: no deterministic limit a policy may state takes as long."""
START_SECONDS = 120.0
"""How long the process may take to load, on a machine that is busy otherwise; not part of the search."""
LOOK_SECONDS = 0.1


class SearchCrashed(Refusal):
    """The process that searched ended by itself."""

    code = "search-crashed"
    sentence_en = "The search ended without an answer: its process {how}."
    cure_en = "Nothing was recorded. Try again, or with another engine (--engine cp-sat)."


class SearchOverran(Refusal):
    """The search neither ended at its limits nor when it was asked to."""

    code = "search-overran"
    sentence_en = "The search was ended after {seconds} seconds without a plan."
    cure_en = "Nothing was recorded. Give it more time, or another engine (--engine cp-sat)."


class SearchCancelled(Refusal):
    """Whoever asked does not want the answer any more."""

    code = "search-cancelled"
    sentence_en = "The search was cancelled."
    cure_en = "Nothing was recorded."


class Worker:
    """One process that searches. `solve` is called by one thread at a time; `stop` and `cancel` by any."""

    def __init__(self, *, grace_seconds: float = GRACE_SECONDS, niceness: int = 0) -> None:
        """`niceness` lets others have the processor first."""
        self._grace_seconds = grace_seconds
        self._niceness = niceness
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: Connection | None = None
        self._answers: Connection | None = None
        self._ready = False
        self._under_way = False
        self._cancelled = threading.Event()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Start the process now, so that it loads what it needs while the asker still prepares its request."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from service.child import main; main({self._niceness})"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # Ctrl-C in a terminal is for the asker, who decides what becomes of the search
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests = Connection(_own(self._process.stdin), readable=False)
        self._answers = Connection(_own(self._process.stdout), writable=False)

    def solve(
        self,
        request: Request[Result],
        listener: Listener | None = None,
        *,
        within_seconds: float = OVERRUN_SECONDS,
    ) -> Result:
        """The result of a request, or the fault it raised.

        After `within_seconds` of the clock the search is asked to end with the best it has, and after the grace it is
        killed. Raises `SearchCrashed`, `SearchOverran` or `SearchCancelled`; the process is then gone. Ctrl-C kills it.
        """
        self._cancelled.clear()
        self._stopped.clear()
        self.start()
        try:
            with span("search", kind=type(request).__name__):
                return self._exchange(request, listener, within_seconds)
        except _LineBroken as broken:
            how = self._how_it_ended()
            self._kill()
            if self._cancelled.is_set():
                raise SearchCancelled from broken
            raise SearchCrashed(how=how) from broken
        finally:
            if self._under_way:  # Ctrl-C, a listener that failed: nobody waits for the answer any more
                self._kill()

    def process_id(self) -> int | None:
        """The process that searches, while there is one."""
        return None if self._process is None else self._process.pid

    def stop(self) -> None:
        """Ask the search under way to end with the best plan it has; `solve` then gives that."""
        self._stopped.set()

    def cancel(self) -> None:
        """Kill the search under way; `solve` then raises `SearchCancelled`."""
        self._cancelled.set()

    def close(self) -> None:
        """End the process."""
        self._kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _exchange(self, request: Request[Result], listener: Listener | None, within_seconds: float) -> Result:
        assert self._requests is not None
        assert self._answers is not None
        self._under_way = True
        with _line():
            self._requests.send_bytes(pickle.dumps(request))
        patience = within_seconds if self._ready else START_SECONDS
        began, asked_at = time.monotonic(), None
        while True:
            nothing: tuple[str | None, Any] = (None, None)
            with _line():
                kind, content = self._answers.recv() if self._answers.poll(LOOK_SECONDS) else nothing
            if kind is not None:
                self._under_way = kind not in ("done", "fault")
                if kind == "done":
                    done: Result = content
                    return done
                if kind == "fault":
                    raise content
                if kind == "ready":
                    self._ready, patience, began = True, within_seconds, time.monotonic()
                elif listener is not None:
                    listener(content)
            now = time.monotonic()
            if self._cancelled.is_set():
                raise SearchCancelled
            if asked_at is None and (now - began >= patience or (self._ready and self._stopped.is_set())):
                with _line():
                    self._requests.send_bytes(STOP)
                asked_at = now
            if asked_at is not None and now - asked_at >= self._grace_seconds:
                raise SearchOverran(seconds=round(now - began))

    def _how_it_ended(self) -> str:
        assert self._process is not None
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "closed its line"
        if code == -signal.SIGKILL:
            return "was killed, which is what becomes of one that takes more memory than there is"
        return f"stopped on signal {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"

    def _kill(self) -> None:
        for line in (self._requests, self._answers):
            if line is not None:
                line.close()
        self._requests = self._answers = None
        self._ready = self._under_way = False
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class _LineBroken(Exception):
    """The other process is gone; a fault it told, or one of a listener, is none of this."""


@contextmanager
def _line() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError) as broken:
        raise _LineBroken from broken


def _own(pipe: IO[bytes]) -> int:
    """A pipe's file descriptor, taken over from the object that would close it."""
    with pipe:
        return os.dup(pipe.fileno())


@cache
def shared_worker() -> Worker:
    """The one worker of this process, kept warm between requests and ended with it."""
    worker = Worker()
    atexit.register(worker.close)
    return worker
