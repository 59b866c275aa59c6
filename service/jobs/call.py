"""One job as it is sent to the process that works on it, and what comes back: the result as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from history.port import Clock
from service.county import Actor
from service.files import whole_file
from service.jobs.bench import Bench, JobNews, workshop
from service.jobs.kinds import kinds

RESULT = "result.json"
RESULT_KEPT_BYTES_MAX = 2**20
"""A larger result lies in the job's folder instead of at the desk."""


@dataclass(frozen=True)
class JobCall:
    """A job, ready to be worked on in another process."""

    store: str
    clock: Clock
    job: str
    kind: str
    request: str
    actor: Actor | None
    folder: Path

    def __call__(self, listener: Callable[[Any], None] | None) -> str | None:
        """The result as JSON; None where it is so large that it was written to the job's folder.

        Raises the faults of the use case, or `GivesWay`.
        """
        kind = kinds()[self.kind]
        with workshop(self.store, self.clock) as shop:
            bench = Bench(shop, self.job, self.actor, self.folder, listener or _nobody)
            content = {"currency": "CNY", **kind.work(bench, kind.read(self.request))}
            result = msgspec.json.encode(content, enc_hook=str)
            if len(result) <= RESULT_KEPT_BYTES_MAX:
                return result.decode()
            whole_file(bench.own_folder() / RESULT, lambda draft: _written(draft, result))
            return None

    def within_seconds(self) -> float | None:
        """After so long whoever asked takes the best there is; None where nothing was said."""
        return getattr(kinds()[self.kind].read(self.request), "within_seconds", None)


@dataclass(frozen=True)
class Ready:
    """Lets the process open the store before the first job comes."""

    store: str
    clock: Clock

    def __call__(self, listener: Any) -> None:
        """Open it."""
        kinds()
        with workshop(self.store, self.clock):
            return


def _written(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _nobody(news: JobNews) -> None:
    """Nobody listens."""
