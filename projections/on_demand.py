"""Read models that are made when the first question is asked: a branch nobody asks for tables costs none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from projections.views import ShapedLog, Views


class ViewsOnDemand(Views):
    """`Views` in a file, or in memory, opened and brought up to the last fact of the log by the first question.

    `begun` makes the tables of the past they share with another log, so that only what came since need be read.
    """

    def __init__(self, path: Path | None, log: ShapedLog, begun: Callable[[], Views]) -> None:
        self._path = path
        self._begun = begun
        self._log = log
        self._made = False

    def follow(self, log: ShapedLog) -> int:
        """See `Views.follow`; nothing is to follow while nobody has asked."""
        return super().follow(log) if self._made else 0

    def close(self) -> None:
        """Give the file back, if it was opened."""
        if self._made:
            super().close()

    def __getattr__(self, name: str) -> Any:
        """Reached for what opening the tables sets, and by nothing else once they are open."""
        if self._made or name.startswith("__"):
            raise AttributeError(name)
        self._made = True
        super().__init__(self._path)
        if self.position() == 0:
            with closing(self._begun()) as past:
                self.tables.take_over(past.tables)
        super().follow(self._log)
        return getattr(self, name)
