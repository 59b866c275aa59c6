"""Read models that are made when the first question is asked: a branch nobody asks for tables costs none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from projections.views import ShapedLog, Views


class ViewsOnDemand(Views):
    """`Views` that the first question makes, and brings up to the last fact of the log.

    `make` gives tables that nobody else has, such as those `Views.branched` gives; they are closed with these.
    """

    def __init__(self, make: Callable[[], Views], log: ShapedLog) -> None:
        self._make = make
        self._log = log
        self._made = False

    def follow(self, log: ShapedLog) -> int:
        """See `Views.follow`; nothing is to follow while nobody has asked."""
        return super().follow(log) if self._made else 0

    def close(self) -> None:
        """Give the tables back, if they were made."""
        if self._made:
            super().close()

    def __getattr__(self, name: str) -> Any:
        """Reached for what opening the tables sets, and by nothing else once they are open."""
        if self._made or name.startswith("__"):
            raise AttributeError(name)
        made = self._make()
        self._made = True
        vars(self).update(vars(made))
        super().follow(self._log)
        return getattr(self, name)
