"""Read models that are made when the first question is asked: a branch nobody asks for tables costs none.

What a branch is asked most, how its register stands, it tells from that of its past and the few facts of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from domain.folds import RegisterFold
from domain.register import Register
from projections.register import WHOLE, KeptRegister
from projections.views import ShapedLog, Views


class ViewsOnDemand(Views):
    """`Views` that the first question makes, and brings up to the last fact of the log.

    `make` gives tables that nobody else has, such as those `Views.branched` gives; they are closed with these.
    `begun` gives the register as it was at the position `since`, before which the log only has what `make` knows.
    """

    def __init__(
        self, make: Callable[[], Views], log: ShapedLog, since: int, begun: Callable[[], RegisterFold]
    ) -> None:
        self._make = make
        self._log = log
        self._made = False
        self._since, self._begun = since, begun
        self._stood: tuple[tuple[int, str], Register] | None = None

    def snapshot(self, log: ShapedLog, *, position: int, as_of: date | None = None) -> Register:
        """See `Views.snapshot`."""
        if as_of is not None or position < self._since:
            return super().snapshot(log, position=position, as_of=as_of)
        key = position, log.mark(position)
        if self._stood is None or self._stood[0] != key:
            own = KeptRegister(self._begun())
            own.take(log.shaped(WHOLE, after=self._since, until=position, few=True))
            self._stood = key, own.fold.register()
        return self._stood[1]

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
