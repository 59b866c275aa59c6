"""Commands that search: the options they share, and the line that shows how far the search is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from texts import text

if TYPE_CHECKING:
    from service.planning import How, SearchNews

Result = TypeVar("Result")
EngineName = Literal["narrowing", "cp-sat", "highs", "gscip"]
Engine = Annotated[
    EngineName | None,
    typer.Option("--engine", help="Search with this engine; highs and gscip only claim bounds."),
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, max=2**31 - 1, help="Instead of the policy’s seed.")]
Limit = Annotated[
    int | None,
    typer.Option("--limit", min=1, max=86_400, help="Deterministic seconds per objective, instead of the policy’s."),
]
Within = Annotated[
    float | None,
    typer.Option("--within", min=0.1, help="After so many seconds of the clock take the best plan known and its gap."),
]  # fmt: skip


def how(engine: EngineName | None, seed: int | None, limit: int | None, within: float | None) -> How:
    """How the options ask to search: in a process of its own, which starts to load now."""
    from service.planning import How
    from service.solving import Asked
    from service.worker import OVERRUN_SECONDS, shared_worker

    worker = shared_worker()
    worker.start()
    return How(Asked(engine, seed, limit), worker, OVERRUN_SECONDS if within is None else within)


def searching(
    console: Console, lang: Literal["en", "zh"], search: Callable[[Callable[[SearchNews], None]], Result]
) -> Result:
    """Run a search with a line that shows how far it is."""
    from service.outputs import step_name

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(text("cli.reading", lang))

        def show(news: SearchNews) -> None:
            step = step_name(news.step, lang)
            if news.value is None:
                said = text("cli.searching_none", lang, step=step)
            else:
                said = text("cli.searching", lang, step=step, value=f"{news.value:,}", bound=f"{news.bound:,}")
            progress.update(task, description=said)

        return search(show)
