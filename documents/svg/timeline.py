"""Two rails for the two times: above the day a fact counts from, below the day it was recorded; a slant is lateness.

What was known then stands out; what came later is drawn faintly, what counts later is left empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from markupsafe import Markup

from documents.svg.labels import width_em
from documents.svg.markup import label, picture, spoken, tag
from texts import Both

WIDTH, LEFT, RIGHT = 1360, 96, 1336
TOP_RAIL, LOW_RAIL, HEIGHT = 84, 144, 192
NAME_ROWS = (18, 38, 58)
"""Baselines of the names of decisions, the first that has room."""
TYPE = 13
LATE_DAYS = 7
"""Recorded so many days after it counts from, a fact is drawn as late."""


@dataclass(frozen=True)
class Happened:
    """One fact on the rails; named ones are decisions, the others thin strokes."""

    position: int
    counts_on: date
    recorded_on: date
    name: Both | None
    standing: Literal["known", "unknown", "later"]
    """Known then and counting; recorded only later; or counting only later."""

    @property
    def late(self) -> bool:
        """Whether it was recorded long after the day it counts from."""
        return (self.recorded_on - self.counts_on).days > LATE_DAYS


@dataclass(frozen=True)
class Moments:
    """The two days chosen, and today."""

    as_of: date
    known_on: date
    today: date


def timeline(
    facts: Sequence[Happened],
    at: Moments,
    rails: tuple[Both, Both],
    months: Sequence[Both],
    *,
    title: Both,
    finding: Both,
) -> Markup:
    """The picture. `rails` names the two times, `months` are the twelve in short."""
    scale = _Scale.over(facts, at)
    return picture(
        *_months(scale, months),
        *_rail(rails[0], TOP_RAIL, scale.x(at.as_of)),
        *_rail(rails[1], LOW_RAIL, scale.x(at.known_on)),
        tag("g", *(_stroke(one, scale) for one in facts if one.name is None), class_="strokes"),
        tag("g", *(_decision(one, scale) for one in facts if one.name is not None), class_="decisions"),
        *_names([one for one in facts if one.name is not None], scale),
        tag("path", d=f"M{scale.x(at.today)} {TOP_RAIL - 14}V{LOW_RAIL + 14}", class_="today"),
        *(_handle(scale.x(day), rail) for day, rail in ((at.as_of, TOP_RAIL), (at.known_on, LOW_RAIL))),
        width=WIDTH,
        height=HEIGHT,
        title=title,
        description=finding,
        identity="timeline",
        class_="timeline",
    )


@dataclass(frozen=True)
class _Scale:
    """Days to places."""

    first: date
    last: date

    @classmethod
    def over(cls, facts: Sequence[Happened], at: Moments) -> _Scale:
        """From the first month in which anything counts to the end of the last."""
        days = [at.as_of, at.known_on, at.today, *(d for one in facts for d in (one.counts_on, one.recorded_on))]
        return cls(min(days).replace(day=1), _next_month(max(days)))

    def x(self, day: date) -> int:
        """Where a day is."""
        return LEFT + round((RIGHT - LEFT) * (day - self.first).days / max((self.last - self.first).days, 1))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _months(scale: _Scale, names: Sequence[Both]) -> Iterator[Markup]:
    """The beginnings of months, named as far as there is room."""
    day, free = scale.first, 0
    while day < scale.last:
        x = scale.x(day)
        yield tag("path", d=f"M{x} {TOP_RAIL}V{LOW_RAIL + 12}", class_="month")
        if x >= free:
            name = names[day.month - 1] if day.month > 1 or day == scale.first else Both(*[str(day.year)] * 2)
            yield label(name, x=x + 2, y=LOW_RAIL + 34, class_="tick")
            free = x + 48
        day = _next_month(day)


def _rail(name: Both, y: int, until: int) -> Iterator[Markup]:
    yield label(name, x=0, y=y + 5, class_="rail-name")
    yield tag("path", d=f"M{LEFT} {y}H{RIGHT}", class_="rail")
    yield tag("path", d=f"M{LEFT} {y}H{until}", class_="rail passed")


def _stroke(one: Happened, scale: _Scale) -> Markup:
    css = f"{one.standing} late" if one.late else one.standing
    return tag("path", d=f"M{scale.x(one.counts_on)} {TOP_RAIL}L{scale.x(one.recorded_on)} {LOW_RAIL}", class_=css)


def _decision(one: Happened, scale: _Scale) -> Markup:
    above, below = scale.x(one.counts_on), scale.x(one.recorded_on)
    return tag(
        "g",
        tag("path", d=f"M{above} {TOP_RAIL}L{below} {LOW_RAIL}"),
        tag("circle", cx=above, cy=TOP_RAIL, r=5),
        tag("circle", cx=below, cy=LOW_RAIL, r=4),
        class_=f"{one.standing} late" if one.late else one.standing,
    )


def _names(decisions: Sequence[Happened], scale: _Scale) -> Iterator[Markup]:
    """The names above the rail, in the first row with room; one without room is left to the table."""
    free = [0.0] * len(NAME_ROWS)
    for one in sorted(decisions, key=lambda one: (one.counts_on, one.position)):
        assert one.name is not None
        x = scale.x(one.counts_on)
        wide = max(width_em(one.name[lang]) for lang in spoken()) * TYPE
        row = next((r for r, used in enumerate(free) if used <= x and x + wide <= WIDTH), None)
        if row is not None:
            free[row] = x + wide + 10
            yield tag("path", d=f"M{x} {NAME_ROWS[row] + 4}V{TOP_RAIL}", class_=f"leader {one.standing}")
            yield label(one.name, x=x + 3, y=NAME_ROWS[row], class_=f"name {one.standing}")


def _handle(x: int, y: int) -> Markup:
    return tag("circle", cx=x, cy=y, r=8, class_="handle")
