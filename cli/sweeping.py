"""Who works out a sweep, and how far it is: a line that moves for people, an object a row for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cli.options import wide_console
from texts import text

if TYPE_CHECKING:
    from service.county import County
    from service.scenarios.cluster import ClusterAddress
    from service.scenarios.processes import Hands
    from service.scenarios.sweeps import SweepProgress


def hands_of(jobs: int, there: ClusterAddress | None, county: County | None) -> AbstractContextManager[Hands]:
    """So many processes here, or the workers of a cluster."""
    from service.scenarios.cluster import cluster
    from service.scenarios.processes import processes

    return processes(jobs) if there is None else cluster(there, county)


@contextmanager
def told(lang: Literal["en", "zh"], *, as_json: bool) -> Iterator[Callable[[SweepProgress], None]]:
    """Whoever is to be told of every row; what is told goes to stderr."""
    if as_json:
        yield _line
        return
    console = wide_console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(text("cli.reading", lang), total=None)

        def show(news: SweepProgress) -> None:
            left = timedelta(seconds=round(news.seconds_left))
            rate = f"{news.rows_per_second:.1f}"
            said = text("scenario.sweeping", lang, done=news.done, size=news.size, rate=rate, left=left)
            progress.update(task, description=said, completed=news.done, total=news.size)

        yield show


def _line(news: SweepProgress) -> None:
    said = {
        "done": news.done,
        "size": news.size,
        "number": news.row["number"],
        "state": news.row["state"],
        "rows_per_second": round(news.rows_per_second, 3),
        "seconds_left": round(news.seconds_left, 1),
    }
    print(json.dumps(said), file=sys.stderr, flush=True)
