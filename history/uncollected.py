"""Many objects made at once that all stay alive: Python's search for cycles among them is put off until they are made.

An import of a nation's register makes millions of objects none of which can be let go before the end. The collector
would look through all of them again and again, a third of the time, and find nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_inside = 0
_was_on = True


@contextmanager
def uncollected() -> Iterator[None]:
    """A span without the search for cycles, in all threads; what is not in a cycle is freed as always."""
    global _inside, _was_on  # noqa: PLW0603 - the collector is one per process, and so is this
    with _lock:
        if not _inside:
            _was_on = gc.isenabled()
            gc.disable()
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside and _was_on:
                gc.enable()
