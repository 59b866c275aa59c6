"""Slope charts: what each group has before and after, a line each, names and figures written at the ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from documents.svg.labels import width_em
from documents.svg.markup import label, picture, tag
from texts import Both

WIDTH, LEFT = 640, 108
RIGHT_MOST, RIGHT_LEAST = 440, 250
TOP, ROOM, LINE = 34, 240, 20
TYPE = 14


@dataclass(frozen=True)
class Slope:
    """A group: its name, its value before and after, and both as they are printed."""

    name: Both
    before: int
    after: int
    was: Both
    now: Both


def slopes(groups: Sequence[Slope], *, was: Both, now: Both, title: Both, description: Both, identity: str) -> Markup:
    """The picture; its axis starts at nothing, and labels that would meet are moved apart."""
    tall = max(ROOM, LINE * len(groups))
    highest = max([1, *(max(one.before, one.after) for one in groups)])
    right = _right_edge(groups)

    def y(value: int) -> float:
        return TOP + tall - value / highest * tall

    left_at = _apart([y(one.before) for one in groups])
    right_at = _apart([y(one.after) for one in groups])
    lines, words = [], []
    for one, at_left, at_right in zip(groups, left_at, right_at, strict=True):
        way = "down" if one.after < one.before else "up" if one.after > one.before else "level"
        y1, y2 = y(one.before), y(one.after)
        lines.append(tag("path", d=f"M{LEFT} {y1:.1f}L{right} {y2:.1f}", class_=f"slope {way}"))
        lines += [tag("circle", cx=x, cy=f"{at:.1f}", r=4, class_=f"knob {way}") for x, at in ((LEFT, y1), (right, y2))]
        for x, end, at, to in ((LEFT, LEFT - 8, y1, at_left), (right, right + 8, y2, at_right)):
            lines.append(tag("path", d=f"M{x} {at:.1f}L{end} {to:.1f}", class_="lead"))
        words.append(label(one.was, x=LEFT - 10, y=f"{at_left + 5:.1f}", class_="figure end"))
        words.append(label(one.now, x=right + 10, y=f"{at_right + 5:.1f}", class_="figure"))
        words.append(label(one.name, x=right + 10 + _wide(groups), y=f"{at_right + 5:.1f}", class_="name"))
    bottom = max([TOP + tall, *left_at, *right_at])
    return picture(
        tag("path", d=f"M{LEFT} {TOP}V{TOP + tall}M{right} {TOP}V{TOP + tall}", class_="frame"),
        label(was, x=LEFT, y=TOP - 16, class_="axis middle"),
        label(now, x=right, y=TOP - 16, class_="axis middle"),
        *lines,
        *words,
        width=WIDTH,
        height=round(bottom + 14),
        title=title,
        description=description,
        identity=identity,
        class_="slopes",
    )


def _wide(groups: Sequence[Slope]) -> int:
    """How much room the figures on the right need."""
    return round(max((width_em(text) for one in groups for text in (one.now.zh, one.now.en)), default=0) * TYPE) + 10


def _right_edge(groups: Sequence[Slope]) -> int:
    names = max((width_em(text) for one in groups for text in (one.name.zh, one.name.en)), default=0) * TYPE
    return min(max(WIDTH - 14 - _wide(groups) - round(names), RIGHT_LEAST), RIGHT_MOST)


def _apart(wanted: Sequence[float]) -> list[float]:
    """Where labels stand so that none is nearer than a line to the next, in the order of the places they mark."""
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    at = dict(zip(order, (wanted[index] for index in order), strict=True))
    for above, below in pairwise(order):
        at[below] = max(at[below], at[above] + LINE)
    overhang = max([0.0, *(place - max(wanted, default=0.0) for place in at.values())])
    for index in reversed(order):
        at[index] -= overhang
        overhang = max(0.0, overhang - LINE) if at[index] >= wanted[index] else overhang
    for above, below in pairwise(order):
        at[below] = max(at[below], at[above] + LINE)
    return [at[index] for index in range(len(wanted))]
