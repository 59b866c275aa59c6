"""Asking the search of this process to end with the best it has: an anytime answer, with the gap proven by then.

A process runs one search at a time (`service/worker.py` gives it one of its own), so there is one switch. Who asks ends
determinism, and must say so in the run record.
"""

from __future__ import annotations

import threading

_asked = threading.Event()


def ask() -> None:
    """End the search that is under way, and every step after it, as soon as may be."""
    _asked.set()


def asked() -> bool:
    """Whether the search is to end."""
    return _asked.is_set()


def clear() -> None:
    """A new search may take the time its limits give it."""
    _asked.clear()
