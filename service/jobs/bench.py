"""Where a job is worked on: a process that has the store open and keeps it warm from one job to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from history.faults import StoreFault
from history.port import Clock
from projections.views import ViewsUnavailable
from service.county import Actor, County, open_county
from service.solving import STOPPED, Asked

if TYPE_CHECKING:
    from optimizer.solve.engine import Progress
    from scenarios.language import BasedOn
    from service.scenarios.running import Base


@dataclass(frozen=True)
class JobNews:
    """How far a job is: of a search its step with value and bound in the model's own numbers, else how many of many."""

    step: str
    value: int | None = None
    bound: int | None = None
    done: int | None = None
    of: int | None = None

    def as_json(self) -> dict[str, Any]:
        """For programs. The gap is the part by which something better than the best known is not ruled out yet."""
        said: dict[str, Any] = {"step": self.step, "objective": self.value, "bound": self.bound}
        if self.value is not None and self.bound is not None:
            said["gap_ratio"] = round(abs(self.bound - self.value) / max(1, abs(self.value)), 6)
        if self.done is not None and self.of:
            said |= {"done": self.done, "of": self.of, "share_done": round(self.done / self.of, 4)}
        return {name: value for name, value in said.items() if value is not None}


class Workshop:
    """A store that is open in this process, and the base what-ifs started from last."""

    def __init__(self, store: str, clock: Clock) -> None:
        self.store = store
        self._closing = ExitStack()
        self.county: County = self._closing.enter_context(open_county(store, must_exist=True, clock=clock))
        self._key: object = None
        self._base: Base | None = None
        self._base_closing = ExitStack()

    @contextmanager
    def base(self, based_on: BasedOn, beside: Path, asked: Asked) -> Iterator[Base]:
        """Where scenarios start; kept for the next that starts there, with the plan they are all compared with."""
        from service.scenarios.running import BASELINE, open_base

        if based_on.policy is not None:  # a file that came with the request
            with open_base(based_on, beside, self.county) as base:
                yield base
            return
        if based_on.register_name is None and based_on.known_at is None and based_on.position is None:
            based_on = based_on.model_copy(update={"position": self.county.log.head()})
        key = (based_on, self.county.today(), asked)
        if self._base is None or key != self._key:
            self._forget_base()
            self._base = self._base_closing.enter_context(open_base(based_on, beside, self.county))
            self._key = key
        base = self._base
        try:
            yield base
        finally:
            for name, outcome in list(base.outcomes.items()):
                # another request may call something else by the name; a search that was cut short is no measure
                if name != BASELINE or STOPPED in outcome.plan.run.parameters:
                    del base.outcomes[name]

    def close(self) -> None:
        """Give the store back."""
        self._forget_base()
        self._closing.close()

    def _forget_base(self) -> None:
        self._base = None
        self._base_closing.close()


@dataclass(frozen=True)
class Bench:
    """What one job has at hand."""

    workshop: Workshop
    job: str
    actor: Actor | None
    """As whom it decides; None for work that decides nothing."""
    folder: Path
    """Of the job, for its files; `own_folder` makes it."""
    told: Callable[[JobNews], None]

    @property
    def county(self) -> County:
        """The open store."""
        return self.workshop.county

    def search(self, news: Progress) -> None:
        """The listener of a search."""
        self.told(JobNews(news.step, news.value, news.bound))

    def counted(self, step: str, found: Iterator[Any], of: int) -> list[Any]:
        """All of what is found one by one, telling how many there are."""
        gathered = []
        for one in found:
            gathered.append(one)
            self.told(JobNews(step, done=len(gathered), of=of))
        return gathered

    def own_folder(self) -> Path:
        """The job's folder, for its owner alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.parent.chmod(0o700)
        return self.folder


@contextmanager
def workshop(store: str, clock: Clock) -> Iterator[Workshop]:
    """The workshop of this process; opened anew for another store, and after a fault of the store it had open."""
    if _OPEN and _OPEN[0].store != store:
        _OPEN.pop().close()
    if not _OPEN:
        _OPEN.append(Workshop(store, clock))
    try:
        yield _OPEN[0]
    except (StoreFault, ViewsUnavailable, OSError):
        _OPEN.pop().close()
        raise


_OPEN: list[Workshop] = []
"""The one this process has open."""
