"""Dots: every unit by how much weighs for it and how much it gets, those overtaken marked (M11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from documents.svg.markup import label, picture, tag
from texts import Both

WIDE, TALL = 420, 260
LEFT, TOP, RIGHT, BOTTOM = 88, 24, 16, 40


@dataclass(frozen=True)
class Dot:
    """One unit: how much weighs for it, what it gets, and whether somebody weighing no more gets more."""

    name: Both
    weight: Fraction
    money_fen: int
    marked: bool


def dots(
    units: Sequence[Dot], *, title: Both, description: Both, across: Both, up: Both, most: tuple[Both, Both]
) -> Markup:
    """The picture; both axes start at zero. `most` words the largest weight and the largest sum, at the axes' ends."""
    heaviest = max((one.weight for one in units), default=Fraction(0)) or Fraction(1)
    largest = max((one.money_fen for one in units), default=0) or 1

    def dot(one: Dot) -> Markup:
        x, y = LEFT + WIDE * one.weight / heaviest, TOP + TALL - Fraction(TALL * one.money_fen, largest)
        named = tag("title", one.name)
        if one.marked:
            return tag("path", named, d=f"M{int(x)} {int(y) - 5}l5 5l-5 5l-5 -5z", class_="overtaken")
        return tag("circle", named, cx=int(x), cy=int(y), r=4, class_="dot")

    return picture(
        tag("path", d=f"M{LEFT} {TOP}v{TALL}h{WIDE}", class_="frame"),
        *(dot(one) for one in sorted(units, key=lambda one: one.marked)),
        label(most[1], x=LEFT - 6, y=TOP + 4, class_="tick end"),
        label(most[0], x=LEFT + WIDE, y=TOP + TALL + 16, class_="tick end"),
        label(across, x=LEFT + WIDE, y=TOP + TALL + 34, class_="axis end"),
        label(up, x=LEFT + 8, y=TOP - 8, class_="axis"),
        width=LEFT + WIDE + RIGHT,
        height=TOP + TALL + BOTTOM,
        title=title,
        description=description,
        identity="dots",
        class_="dots",
    )
