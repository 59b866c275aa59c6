"""The flow of money: funds on the left, townships on the right, ribbons as wide as the money between them (M04)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from documents.svg.labels import width_em, wrapped
from documents.svg.markup import label, picture, spoken, tag
from texts import Both

WIDTH = 640
BAR = 8
LEFT = 2
RIGHT_LEAST, RIGHT_MOST = 240, 420
"""The bars of the funds stand left, their names above; those of the townships as far right as their names allow."""
ROW, ROW_OF_MANY, MANY = 34, 26, 12
"""The height of a township's row, and of one among more than `MANY`."""
GAP = 6
TOP = 8
TYPE, LINE, NAME_LINES = 15, 18, 2
"""The size of type and of a line on a phone, where the picture is scrolled; on a wide screen it is a little smaller."""
LABEL = 10 + LINE * (NAME_LINES + 1)
"""How much height the name and amount of a fund need above its bar."""
FUND_CLASSES = 6
"""Funds beyond the sixth share the neutral colour: more than six categories cannot be told apart."""


@dataclass(frozen=True)
class End:
    """A fund or a township: its name and the amount as it is printed."""

    name: Both
    amount: Both
    fen: int


def flow(
    funds: Mapping[str, End],
    townships: Mapping[str, End],
    ribbons: Mapping[tuple[str, str], int],
    colours: Sequence[str],
    *,
    title: Both,
    description: Both,
    identity: str = "flow",
) -> Markup:
    """The picture: ends in the order given, `ribbons` as (fund, township) -> fen, `colours` one class per fund."""
    row = ROW if len(townships) <= MANY else ROW_OF_MANY
    per_fen = (row - GAP) / max(max((end.fen for end in townships.values()), default=1), 1)
    """How high one fen is: the largest township fills its row, so that no two names can meet."""
    tall = row * len(townships)
    right = {
        code: (TOP + row * number + (row - end.fen * per_fen) / 2, end.fen * per_fen)
        for number, (code, end) in enumerate(townships.items())
    }
    left = _stack({code: end.fen * per_fen for code, end in funds.items()}, tall)
    far = _right_edge(townships.values())
    used_left, used_right = (dict.fromkeys(side, 0.0) for side in (funds, townships))
    bands = []
    for (code, colour), town in ((pair, town) for pair in zip(funds, colours, strict=True) for town in townships):
        wide = ribbons.get((code, town), 0) * per_fen
        if wide <= 0:
            continue
        y1 = left[code][0] + used_left[code] + wide / 2
        y2 = right[town][0] + used_right[town] + wide / 2
        used_left[code] += wide
        used_right[town] += wide
        middle = (LEFT + BAR + far) // 2
        path = f"M{LEFT + BAR} {y1:.1f}C{middle} {y1:.1f} {middle} {y2:.1f} {far} {y2:.1f}"
        bands.append(tag("path", d=path, stroke_width=f"{max(wide, 0.5):.1f}", class_=f"ribbon {colour}"))
    return picture(
        *bands,
        *(_fund_end(funds[code], left[code], colour, far) for code, colour in zip(funds, colours, strict=True)),
        *(_town_end(townships[code], right[code], far) for code in townships),
        width=WIDTH,
        height=round(max([TOP + tall, *(y + high + GAP for y, high in left.values())])),
        title=title,
        description=description,
        identity=identity,
        class_="flow",
    )


def fund_class(code: str, index: int) -> str:
    """The colour of a fund: `beautiful` and `service` have their own everywhere, others go by their place."""
    if code in {"beautiful", "service"}:
        return f"f-{code}"
    return f"f-{index % FUND_CLASSES}" if index < FUND_CLASSES else "f-more"


def _stack(heights: Mapping[str, float], tall: float) -> dict[str, tuple[float, float]]:
    """Where each fund's bar begins and how high it is: spread over `tall`, with room for its label above it."""
    free = tall - sum(heights.values()) - LABEL * len(heights)
    gap = max(free, 0) / max(len(heights), 1)
    places: dict[str, tuple[float, float]] = {}
    y = TOP + gap / 2
    for code, high in heights.items():
        places[code] = (y + LABEL, high)
        y += LABEL + high + gap
    return places


def _fund_end(end: End, place: tuple[float, float], colour: str, far: int) -> Markup:
    y, high = place
    room = (far - LEFT - BAR) / TYPE
    pieces = [tag("rect", x=LEFT, y=f"{y:.1f}", width=BAR, height=f"{max(high, 1):.1f}", class_=colour)]
    for lang in spoken():
        lines = wrapped(end.name[lang], room, NAME_LINES)
        for line, above in zip(lines, reversed(range(len(lines))), strict=True):
            baseline = f"{y - 6 - LINE * (above + 1):.1f}"
            pieces.append(tag("text", line, x=LEFT, y=baseline, class_="name over", lang=lang))
    return Markup("").join([*pieces, label(end.amount, x=LEFT, y=f"{y - 6:.1f}", class_="figure over")])


def _right_edge(ends: Iterable[End]) -> int:
    """Where the townships' bars stand, so that the longest name and its amount fit beside them also on a phone."""
    widest = max(
        (width_em(end.name[lang]) + width_em(end.amount[lang]) + 1 for end in ends for lang in ("zh", "en")), default=0
    )
    return min(max(WIDTH - BAR - 12 - round(widest * TYPE), RIGHT_LEAST), RIGHT_MOST)


def _town_end(end: End, place: tuple[float, float], far: int) -> Markup:
    y, high = place
    base = f"{y + high / 2 + 4.5:.1f}"
    return (
        tag("rect", x=far, y=f"{y:.1f}", width=BAR, height=f"{max(high, 1):.1f}", class_="town")
        + label(end.name, x=far + BAR + 8, y=base, class_="name over")
        + label(end.amount, x=WIDTH - 4, y=base, class_="figure over end")
    )
