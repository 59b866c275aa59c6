"""What is worked out once and asked for often: kept by what it follows from, the least recently asked for given up."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

Worked = TypeVar("Worked")
KEPT_MAX = 64


class Kept:
    """For many threads. What is kept under a key must follow from the key alone: nothing ever is out of date."""

    def __init__(self, kept_max: int = KEPT_MAX) -> None:
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._busy: dict[Hashable, Lock] = {}
        self._kept_max = kept_max
        self._lock = Lock()

    def get(self, key: Hashable, work_out: Callable[[], Worked]) -> Worked:
        """What is kept under the key, or worked out now: by one thread, while others that ask for it wait."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: Worked = self._kept[key]
                return found
            busy = self._busy.setdefault(key, Lock())
        with busy:
            if key not in self._kept:
                try:
                    self._keep(key, work_out())
                finally:
                    self._busy.pop(key, None)
            return self.get(key, work_out)

    def _keep(self, key: Hashable, made: object) -> None:
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._kept_max:
                self._kept.popitem(last=False)
