"""The line a terminal shows while something is searched: what is being asked, and for how long already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.options import Session, wide_console
from texts import text

Found = TypeVar("Found")


@contextmanager
def waiting(here: Session) -> Iterator[Callable[[str], None]]:
    """Shows what it is told until the block ends; on stderr where stdout is for a program."""
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    console = wide_console(stderr=True) if here.as_json else here.console
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(text("cli.reading", here.lang))
        yield lambda said: progress.update(task, description=said)


def counted(here: Session, found: Iterable[Found], many: int) -> list[Found]:
    """All of what is found one by one, counting on the terminal towards `many`."""
    gathered: list[Found] = []
    with waiting(here) as said:
        said(text("cli.counted", here.lang, done=0, many=many))
        for one in found:
            gathered.append(one)
            said(text("cli.counted", here.lang, done=len(gathered), many=many))
    return gathered
