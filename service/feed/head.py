"""How far the log has come, watched once per process for all who wait for more of it.

A watcher knows one number and tells everybody when it has grown; what is new each of them reads for itself, as much as
it can take. So a thousand waiting listeners cost one thread and no memory, a slow one holds nothing up, and nothing is
missed: positions are asked for, not handed round.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from history.faults import StoreFault
from history.log import Log

POLL_SECONDS = 0.1
"""How long an append of another process may stay unnoticed; appends of this process are noticed at once."""
PATIENCE_SECONDS = 1.0
"""How long to wait after the store could not be asked."""


class HeadWatch:
    """Watches the head of a log from `start` to `close`, in a thread of its own."""

    def __init__(self, log: Log, poll_seconds: float = POLL_SECONDS) -> None:
        self._log = log
        self._poll_seconds = poll_seconds
        self._wake = threading.Event()
        self._told: set[Callable[[], None]] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.closed = False
        self.head = 0
        """The last position seen."""

    def start(self) -> None:
        """Begin to watch, also once more after `close`. Raises a `StoreFault` where the store cannot be asked."""
        with self._lock:
            if self._thread is not None:
                return
            self.closed = False
            self.head = self._log.head()
            self._log.recorder.listen(self._wake)
            self._thread = threading.Thread(target=self._watch, name="feed-head", daemon=True)
            self._thread.start()

    def subscribe(self, told: Callable[[], None]) -> None:
        """Call `told`, which must be quick, whenever the head has grown and when the watching ends."""
        with self._lock:
            self._told.add(told)

    def unsubscribe(self, told: Callable[[], None]) -> None:
        """Call it no more."""
        with self._lock:
            self._told.discard(told)

    def end(self) -> None:
        """Let the watching end soon, without waiting for it; a handler of signals may call it."""
        self.closed = True
        self._wake.set()

    def close(self) -> None:
        """End the watching; whoever waits is told and sees `closed`. Any thread may call it, and more than once."""
        self.end()
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()
            self._log.recorder.unlisten(self._wake)

    def _watch(self) -> None:
        while not self.closed:
            self._wake.clear()  # before looking: an append between the look and the wait then ends the wait
            try:
                head = self._log.head()
            except StoreFault:
                self._wake.wait(PATIENCE_SECONDS)  # a server that is away; whoever reads is told what is wrong
                continue
            if head > self.head:
                self.head = head
                self._tell()
            if not self.closed:
                self._wake.wait(self._poll_seconds)
        self._tell()

    def _tell(self) -> None:
        with self._lock:
            everyone = list(self._told)
        for told in everyone:
            told()
