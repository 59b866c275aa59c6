"""Tables with heads in the reader's language."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from rich.table import Table

from texts import text


def table_of(*heads: str, lang: Literal["en", "zh"], figures: Collection[str] = (), title: str | None = None) -> Table:
    """A table with these heads, those of figures to the right; heads are keys `times.head.…`."""
    table = Table(title=title)
    for head in heads:
        table.add_column(text(f"times.head.{head}", lang), justify="right" if head in figures else "left")
    return table
