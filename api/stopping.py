"""Answers without an end, such as tails, hear of the end of the server before it waits for them.

A server asked to stop first waits for answers under way and only then tells the application (`lifespan`): a tail would
hold it up until its patience is over. So the application also listens to the signals themselves, beside the server.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def heard(ended: Callable[[], None]) -> Iterator[None]:
    """Call `ended`, which may only set flags, when the process is asked to stop; whoever listened before still does."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals come to the main thread only; such a server is stopped by other means
        return
    before: dict[int, Any] = {int(number): signal.getsignal(number) for number in SIGNALS}

    def hear(number: int, frame: FrameType | None) -> None:
        ended()
        former = before[number]
        if callable(former):
            former(number, frame)
        elif former == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    for number in before:
        signal.signal(number, hear)
    try:
        yield
    finally:
        for number, former in before.items():
            if signal.getsignal(number) is hear and former is not None:
                signal.signal(number, former)
