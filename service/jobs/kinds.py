"""The kinds of long work: what each is asked with, who works it out, and whether it decides something."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from service.jobs.asks import Ask
from service.jobs.bench import Bench

Asking = TypeVar("Asking", bound=Ask)
Content = dict[str, Any]
"""What a job found, as one JSON object; `files` names those that lie in its folder."""


class GivesWay(Exception):  # no error: a long job lets others come first between two of its steps
    """A job that stopped in between: what it has done is kept, and it goes on when it is its turn again."""


@dataclass(frozen=True)
class Kind:
    """One kind of long work."""

    name: str
    ask: type[Ask]
    work: Callable[[Bench, Any], Content]
    """Runs in the process that works; raises the faults of the use case, or `GivesWay`."""
    decides: bool = False
    """Whether it records something, as whoever asked."""
    looked_at: Callable[[Any], AbstractContextManager[Any]] = nullcontext
    """Raises at once, before anything is queued, what is wrong with the texts that came with a request."""

    def read(self, request: str) -> Ask:
        """A request as it was kept."""
        return self.ask.model_validate_json(request)


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its name."""
    from service.jobs import audit_work, plan_work, question_work, scenario_work

    return {one.name: one for work in (plan_work, scenario_work, question_work, audit_work) for one in work.KINDS}
