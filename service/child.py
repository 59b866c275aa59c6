"""The process that searches: takes one request after another from its asker, tells news, gives a result or a fault.

Its end of the line is standard input and output; both, and standard error, then lead nowhere, because solvers print.
When the asker is gone, however it went, the line breaks and this process ends at once, even in the middle of a search.
"""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

NEWS_EVERY_SECONDS = 0.05
"""News of one step come no more often than this; those of a new step come at once."""


def main(niceness: int = 0) -> None:
    """Serve until the asker is gone."""
    os.nice(niceness)
    requests = Connection(os.dup(0), writable=False)
    answers = Connection(os.dup(1), readable=False)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for end in (0, 1, 2):
        os.dup2(nowhere, end)
    inbox: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, inbox), daemon=True).start()
    from service.solving import warm_up

    warm_up()
    answers.send(("ready", None))
    while True:
        _serve(inbox.get(), answers)


def _listen(requests: Connection, inbox: SimpleQueue[bytes]) -> None:
    """Pass requests on; “stop” goes to the search under way. The end of the line is the end of this process."""
    from optimizer.solve import stopping

    while True:
        try:
            message = requests.recv_bytes()
        except (EOFError, OSError):
            os._exit(0)
        if message == STOP:
            stopping.ask()
        else:
            stopping.clear()
            inbox.put(message)


STOP = b"stop"


def _serve(request: bytes, answers: Connection) -> None:
    teller = _Teller(answers)
    try:
        call: Callable[[Callable[[Any], None]], Any] = pickle.loads(request)
        teller.tell("done", call(teller.news))
    except BaseException as fault:  # noqa: BLE001  # whatever it is, the asker must hear of it
        teller.tell("fault", _portable(fault))


class _Teller:
    """One message at a time, whichever thread of a solver has it."""

    def __init__(self, answers: Connection) -> None:
        self._answers = answers
        self._lock = threading.Lock()
        self._step: str | None = None
        self._at = 0.0

    def news(self, news: Any) -> None:
        """Tell how far the search is, as often as anyone can read it."""
        now = time.monotonic()
        if news.step == self._step and now - self._at < NEWS_EVERY_SECONDS:
            return
        self._step, self._at = news.step, now
        self.tell("news", news)

    def tell(self, kind: str, content: Any) -> None:
        """Send one message."""
        with self._lock:
            self._answers.send((kind, content))


def _portable(fault: BaseException) -> BaseException:
    """The fault itself if it survives the way, else its words."""
    try:
        again = pickle.loads(pickle.dumps(fault))
    except Exception:  # noqa: BLE001  # a fault of any class, with any constructor
        return RuntimeError(f"{type(fault).__name__}: {fault}")
    return fault if type(again) is type(fault) else RuntimeError(f"{type(fault).__name__}: {fault}")
