"""The period of a hearing as a page shows it: a box for each day, and how many are left (公示, M27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from service.planning import Planned

BOXES_MAX = 15
"""A longer period is told in words alone."""


@dataclass(frozen=True)
class Period:
    """From when until when objections are possible, and where in it a day lies."""

    since: date
    until: date
    days_left: int
    """With the last day and today; 0: it is over."""
    boxes: tuple[Literal["gone", "today", "left"], ...]


def period_of(found: Planned, today: date) -> Period | None:
    """The period of a plan that is announced; None in any other state."""
    hearing = found.hearing
    if found.state != "announced" or hearing is None:
        return None
    days, gone = (hearing.until - hearing.since).days + 1, (today - hearing.since).days
    boxes = tuple[Literal["gone", "today", "left"], ...](
        "gone" if number < gone else "today" if number == gone else "left" for number in range(days)
    )
    left = max(0, (hearing.until - today).days + 1)
    return Period(hearing.since, hearing.until, left, boxes if days <= BOXES_MAX else ())
