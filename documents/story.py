"""A story on the terminal: a line per fact with its place on the record and the date it counts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from documents.wording import count, day
from texts import Both, Lang, both, literal


@dataclass(frozen=True)
class Told:
    """One fact as a sentence, with what a program reads beside it."""

    position: int
    recorded_at: datetime
    effective_on: date
    late_days: int
    """By how much it was recorded after the day it counts from."""
    fact: str
    """The stored name."""
    person: str
    post: str
    why: str
    document: str | None
    what: Both
    """What happened …"""
    sentence: Both
    """… and who decided it, why, and how late, in the same sentence."""

    def json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "position": self.position,
            "recorded_at": self.recorded_at.isoformat().replace("+00:00", "Z"),
            "effective_on": self.effective_on.isoformat(),
            "late_days": self.late_days,
            "fact": self.fact,
            "person": self.person,
            "post": self.post,
            "why": self.why,
            "document": self.document,
            "zh": self.sentence.zh,
            "en": self.sentence.en,
        }


def story_table(called: Both, as_of: date | None, position: int, lines: Sequence[Told], lang: Lang) -> RenderableType:
    """What `tongchou history` prints; late facts stand out."""
    moment = both("history.moment.position", position=position)
    if as_of is not None:
        moment = both("history.moment.as_of", day=day(as_of)) + moment
    if not lines:
        return Text(both("history.nothing", subject=called)[lang])
    title = both("history.title", subject=called, count=literal(count(len(lines))), moment=moment)
    return Group(Text(title[lang], style="bold"), fact_table(lines, lang))


def fact_table(lines: Sequence[Told], lang: Lang) -> Table:
    """Facts in sentences under each other."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(both("history.head.position")[lang], justify="right")
    table.add_column(both("history.head.counts_from")[lang], no_wrap=True)
    table.add_column(both("history.head.recorded")[lang], no_wrap=True)
    table.add_column(both("history.head.what")[lang], overflow="fold")
    for line in lines:
        late = "yellow" if line.late_days else ""
        table.add_row(
            str(line.position),
            str(line.effective_on),
            Text(str(line.recorded_at.date()), style=late),
            Text(line.sentence[lang]),
        )
    return table
