"""Two rails for the two times: above the day a fact counts from, below the day it was recorded; a slant is lateness.

What was known then stands out; what came later is drawn faintly, what counts later is left empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from markupsafe import Markup

from documents.svg.labels import width_em
from documents.svg.markup import label, picture, spoken, tag
from documents.wording import day
from texts import Both

WIDTH, LEFT, RIGHT = 1360, 112, 1336
TOP_RAIL, LOW_RAIL, HEIGHT = 104, 164, 226
NAME_ROWS = (16, 36, 56)
"""Baselines of the names of decisions, the first that has room and whose leader crosses no other name."""
TYPE = 13
FLAG = 24
"""How high the flag with a chosen day is: above the upper rail, below the lower one, in front of what is there."""
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
    """The two days chosen, and today; `since` is the day they are compared with, if any."""

    as_of: date
    known_on: date
    today: date
    since: date | None = None


@dataclass(frozen=True)
class Words:
    """What stands in the picture: both rails by name and what they say, the months in short, today, and lateness."""

    rails: tuple[tuple[Both, Both], tuple[Both, Both]]
    months: Sequence[Both]
    today: Both
    late: Both


def timeline(facts: Sequence[Happened], at: Moments, words: Words, *, title: Both, finding: Both) -> Markup:
    """The picture."""
    scale = _Scale.over(facts, at)
    decisions = [one for one in facts if one.name is not None]
    placed = list(_placed(decisions, scale))
    chosen = ((at.as_of, TOP_RAIL, TOP_RAIL - 10 - FLAG), (at.known_on, LOW_RAIL, LOW_RAIL + 10))
    return picture(
        *_months(scale, words.months),
        *_since(scale, at),
        *_rail(words.rails[0], TOP_RAIL, scale.x(at.as_of)),
        *_rail(words.rails[1], LOW_RAIL, scale.x(at.known_on)),
        tag("g", *(_stroke(one, scale) for one in facts if one.name is None), class_="strokes"),
        *(_leader(*one) for one in placed),
        tag("g", *(_decision(one, scale) for one in decisions), class_="decisions"),
        *(_name(*one) for one in placed),
        *_today(scale, at, words.today),
        *_lateness(facts, scale, at, words.late),
        *(_handle(scale.x(chosen_day), rail, flag, day(chosen_day)) for chosen_day, rail, flag in chosen),
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

    def x(self, chosen: date) -> int:
        """Where a day is."""
        return LEFT + round((RIGHT - LEFT) * (chosen - self.first).days / max((self.last - self.first).days, 1))


def _next_month(one: date) -> date:
    return (one.replace(day=1) + timedelta(days=32)).replace(day=1)


def _months(scale: _Scale, names: Sequence[Both]) -> Iterator[Markup]:
    """The beginnings of months, named as far as there is room."""
    first, free = scale.first, 0
    while first < scale.last:
        x = scale.x(first)
        yield tag("path", d=f"M{x} {TOP_RAIL}V{LOW_RAIL + 12}", class_="month")
        if x >= free:
            name = names[first.month - 1] if first.month > 1 or first == scale.first else Both(*[str(first.year)] * 2)
            yield label(name, x=x + 2, y=HEIGHT - 8, class_="tick")
            free = x + 48
        first = _next_month(first)


def _rail(called: tuple[Both, Both], y: int, until: int) -> Iterator[Markup]:
    name, says = called
    yield label(name, x=0, y=y - 2, class_="rail-name")
    yield label(says, x=0, y=y + 14, class_="tick")
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


def _placed(decisions: Sequence[Happened], scale: _Scale) -> Iterator[tuple[int, int, Both, str]]:
    """Where the names above the rail go: place, row, name and standing; one without room is left to the table.

    What happened several times on a day is named once.
    """
    free = [0.0] * len(NAME_ROWS)
    times = Counter((one.counts_on, one.name, one.standing) for one in decisions)
    for (counts_on, name, standing), often in sorted(times.items(), key=lambda one: one[0][0]):
        assert name is not None
        said = name if often == 1 else name + Both(f" ×{often}", f" ×{often}")
        x = scale.x(counts_on)
        wide = max(width_em(said[lang]) for lang in spoken()) * TYPE
        rows = [row for row, used in enumerate(free) if used <= x and x + wide <= WIDTH]
        clear = [row for row in rows if all(used - 8 <= x for used in free[row:])]
        if rows:
            row = (clear or rows)[0]
            free[row] = x + wide + 8
            yield x, NAME_ROWS[row], said, standing


def _leader(x: int, y: int, _: Both, standing: str) -> Markup:
    return tag("path", d=f"M{x} {y + 4}V{TOP_RAIL}", class_=f"leader {standing}")


def _name(x: int, y: int, name: Both, standing: str) -> Markup:
    return label(name, x=x + 3, y=y, class_=f"name {standing}")


def _since(scale: _Scale, at: Moments) -> Iterator[Markup]:
    """What lies between the day compared with and the day chosen."""
    if at.since is not None and at.since < at.as_of:
        x, until = max(scale.x(at.since), LEFT), scale.x(at.as_of)
        yield tag("rect", x=x, y=TOP_RAIL - 10, width=until - x, height=20, class_="since")
        yield tag("path", d=f"M{x} {TOP_RAIL - 14}V{TOP_RAIL + 14}", class_="since-mark")


def _today(scale: _Scale, at: Moments, said: Both) -> Iterator[Markup]:
    """Today, named where no flag says so already."""
    x = scale.x(at.today)
    yield tag("path", d=f"M{x} {TOP_RAIL - 14}V{LOW_RAIL + 14}", class_="today")
    if at.as_of != at.today:
        yield label(said, x=x - 4, y=(TOP_RAIL + LOW_RAIL) // 2 + 4, class_="name end")


def _lateness(facts: Sequence[Happened], scale: _Scale, at: Moments, said: Both) -> Iterator[Markup]:
    """The sentence on lateness, below the foot of the newest late fact, beside the flag that stands there."""
    late = [one for one in facts if one.late and one.standing == "known"]
    if late:
        foot, flag = max(scale.x(one.recorded_on) for one in late), scale.x(at.known_on)
        x = min(foot, flag - 64) if abs(foot - flag) < 64 or foot > flag else foot
        yield label(said, x=x, y=LOW_RAIL + 20, class_="lateness end")


def _handle(x: int, y: int, flag: int, said: Both) -> Markup:
    """A chosen day on its rail, with a flag that says which."""
    wide = max(width_em(said[lang]) for lang in spoken()) * TYPE + 8
    left = min(max(x - wide / 2, 0), WIDTH - wide)
    return (
        tag("circle", cx=x, cy=y, r=8, class_="handle")
        + tag("rect", x=f"{left:.0f}", y=flag, width=f"{wide:.0f}", height=FLAG, rx=4, class_="flag")
        + label(said, x=f"{left + wide / 2:.0f}", y=flag + 17, class_="on-flag middle")
    )
