"""All shipped scenarios on one page of the terminal: each question with what was found, moved and kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from domain.money import yuan
from texts import Both, Lang, both


@dataclass(frozen=True)
class Found:
    """One scenario that was run."""

    scenario: str
    question: Both
    finding: Both
    moved_fen: int
    gates: int
    kept: int
    """How many of its gates were."""


def shelf_page(rows: Iterable[Found], lang: Lang) -> RenderableType:
    """One table: the question over its finding, the money moved, the gates kept of all."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0))
    table.add_column(both("shelf.scenario")[lang], header_style="dim", no_wrap=True)
    table.add_column(both("shelf.question")[lang], header_style="dim")
    table.add_column(both("shelf.moved")[lang], header_style="dim", justify="right", no_wrap=True)
    table.add_column(both("shelf.gates")[lang], header_style="dim", justify="right", no_wrap=True)
    for row in rows:
        said = Group(Text(row.question[lang], style="bold", overflow="fold"), Text(row.finding[lang], overflow="fold"))
        gates = Text(f"{row.kept}/{row.gates}", style="" if row.kept == row.gates else "bold red")
        table.add_row(row.scenario, said, yuan(row.moved_fen, unit=False), gates)
    return table
