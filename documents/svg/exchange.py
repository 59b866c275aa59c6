"""Whose money goes where: givers on the left, takers on the right, ribbons as wide as the money between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from documents.svg.flow import End
from documents.svg.labels import width_em
from documents.svg.markup import label, picture, tag
from texts import Both

WIDTH, BAR, TYPE = 720, 8, 14
LEFT_LEAST, LEFT_MOST = 120, 290
ROOM, ROW, TOP = 260, 40, 6


@dataclass(frozen=True)
class Ribbon:
    """Money from a giver to a taker, with the class of its colour."""

    giver: str
    taker: str
    fen: int
    colour: str


def exchange(
    givers: Mapping[str, End],
    takers: Mapping[str, End],
    ribbons: Sequence[Ribbon],
    *,
    title: Both,
    description: Both,
    identity: str = "exchange",
) -> Markup:
    """The picture; ends in the order given. The sum of the ribbons at an end is its amount."""
    whole = max(sum(end.fen for end in givers.values()), 1)
    per_fen = ROOM / whole
    near, far = _edge(givers), WIDTH - _edge(takers)
    left, right = _column(givers, per_fen), _column(takers, per_fen)
    used_left, used_right = ({code: y for code, (y, _) in side.items()} for side in (left, right))
    middle = (near + BAR + far) // 2
    bands = []
    for ribbon in ribbons:
        wide = ribbon.fen * per_fen
        y1, y2 = used_left[ribbon.giver] + wide / 2, used_right[ribbon.taker] + wide / 2
        used_left[ribbon.giver] += wide
        used_right[ribbon.taker] += wide
        path = f"M{near + BAR} {y1:.1f}C{middle} {y1:.1f} {middle} {y2:.1f} {far} {y2:.1f}"
        bands.append(tag("path", d=path, stroke_width=f"{max(wide, 0.5):.1f}", class_=f"ribbon {ribbon.colour}"))
    tall = max([y + max(high, ROW - 8) for y, high in [*left.values(), *right.values()]], default=ROOM)
    return picture(
        *bands,
        *(_end(givers[code], left[code], near, "end", near - 8) for code in givers),
        *(_end(takers[code], right[code], far, "", far + BAR + 8) for code in takers),
        width=WIDTH,
        height=round(tall + 8),
        title=title,
        description=description,
        identity=identity,
        class_="flow exchange",
    )


def _edge(ends: Mapping[str, End]) -> int:
    """How much room names and amounts of one side need."""
    widest = max(width_em(text[lang]) for e in ends.values() for text in (e.name, e.amount) for lang in ("zh", "en"))
    return min(max(round(widest * TYPE) + 12, LEFT_LEAST), LEFT_MOST)


def _column(ends: Mapping[str, End], per_fen: float) -> dict[str, tuple[float, float]]:
    """Top and height of every bar: each has at least a row to itself, for its name and amount."""
    places: dict[str, tuple[float, float]] = {}
    y = float(TOP)
    for code, end in ends.items():
        high = end.fen * per_fen
        places[code] = (y, high)
        y += max(high + 8, ROW)
    return places


def _end(end: End, place: tuple[float, float], x: int, side: str, text_x: int) -> Markup:
    y, high = place
    base = y + max(high / 2 + 1, 13)
    return (
        tag("rect", x=x, y=f"{y:.1f}", width=BAR, height=f"{max(high, 1):.1f}", class_="town")
        + label(end.name, x=text_x, y=f"{base:.1f}", class_=f"name {side}".strip())
        + label(end.amount, x=text_x, y=f"{base + 16:.1f}", class_=f"figure {side}".strip())
    )
