"""The map: units shaded by what they get, townships outlined, demonstration sites ◇ and projects □ marked (M03, M14).

Units are links to their row, so that mouse, keyboard and screen reader reach the same reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from markupsafe import Markup

from documents.svg.geometry import Frame, Point, borders, centres, frame_around, outline
from documents.svg.labels import place_labels
from documents.svg.markup import label, picture, tag
from domain.register import Area
from texts import Both

WIDTH = 2000
HEIGHT_MAX = 1900
MARGIN = 24
MARK = 22
"""Half the size of a mark, in picture units."""
TYPE, TYPE_NARROW = 40, 72
"""The size of township names, in picture units, on a wide screen and on a phone; the style sheet says the same."""


class Shading(Protocol):
    """Whatever gives a value its colour."""

    def css(self, value: int | None) -> str:
        """The class name of the colour; None is what is not known."""


@dataclass(frozen=True)
class Shape:
    """One unit of the map: its outline, its group, its value (None: nothing known) and what a hover says."""

    area: Area
    group: str
    value: int | None
    saying: Both
    href: str


@dataclass(frozen=True)
class Mark:
    """A demonstration site or a unit with a project, at a position in microdegrees."""

    kind: Literal["site", "project"]
    at_e6: Point


def choropleth(
    shapes: Sequence[Shape],
    marks: Iterable[Mark],
    groups: dict[str, Both],
    scale: Shading,
    *,
    title: Both,
    description: Both,
    identity: str = "map",
) -> Markup:
    """The picture. `groups` names the townships to outline and label; shapes of other groups are drawn without either.

    Raises `ValueError` without a single outline: then there is no map to draw.
    """
    if not any(ring for shape in shapes for polygon in shape.area.polygons for ring in polygon):
        raise ValueError("There is no outline to draw; leave the map out.")
    frame = frame_around((s.area for s in shapes), width=WIDTH, height_max=HEIGHT_MAX, margin=MARGIN)
    members: dict[str, list[Area]] = {group: [] for group in groups}
    for shape in shapes:
        if shape.group in members:
            members[shape.group].append(shape.area)
    spots = list(marks)
    places = {group: frame.place(*at) for group, at in centres(members).items()}
    names = place_labels(
        groups,
        places,
        (frame.place(*spot.at_e6) for spot in spots),
        size=TYPE,
        size_narrow=TYPE_NARROW,
        mark=MARK,
    )
    return picture(
        tag("g", *(_unit(shape, scale, frame) for shape in shapes), class_="units"),
        tag("path", d="".join(borders(areas, frame) for areas in members.values()), class_="borders"),
        tag("g", *(mark_at(spot, frame) for spot in spots), class_="marks"),
        tag(
            "g",
            *(
                label(placed.text, x=placed.at[0], y=placed.at[1], class_=None if placed.narrow else "wide-only")
                for placed in names
            ),
            class_="towns",
            aria_hidden="true",
        ),
        width=frame.width,
        height=frame.height,
        title=title,
        description=description,
        identity=identity,
        class_="map",
    )


def swatch(shade: int | str) -> Markup:
    """The little square of one class in the legend: a step of the five, or a class name."""
    css = shade if isinstance(shade, str) else f"c{shade}"
    return tag("svg", tag("rect", width=64, height=64), class_=f"swatch {css}", viewBox="0 0 64 64", aria_hidden="true")


def mark_body(kind: Literal["site", "project"]) -> Markup:
    """The shapes of a mark in a box of 48 by 48, for a page that defines it once and uses it often."""
    return _sign(kind, 24, 24)


def mark_sign(kind: Literal["site", "project"]) -> Markup:
    """A mark as it stands in the legend and in tables."""
    return tag(
        "svg", mark_body(kind), class_=f"sign {kind}", viewBox="0 0 48 48", aria_hidden="true", focusable="false"
    )


def _unit(shape: Shape, scale: Shading, frame: Frame) -> Markup:
    path = tag("path", tag("title", shape.saying), d=outline(shape.area, frame), class_=scale.css(shape.value))
    return tag("a", path, href=shape.href)


def mark_at(mark: Mark, frame: Frame) -> Markup:
    """A mark where it stands on the map."""
    x, y = frame.place(*mark.at_e6)
    return _sign(mark.kind, x, y)


def _sign(kind: Literal["site", "project"], x: int, y: int) -> Markup:
    if kind == "project":
        return tag("path", d=f"M{x - 16} {y - 16}h32v32h-32z", class_="project")
    diamond = f"M{x} {y - 22}l22 22-22 22-22-22z"
    dot = f"M{x - 5} {y}a5 5 0 1 0 10 0a5 5 0 1 0-10 0z"
    return tag("path", d=diamond, class_="site") + tag("path", d=dot, class_="dot")
