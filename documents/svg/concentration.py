"""The concentration curve: what share of the money the worst-off households get, against equal shares (M13)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from markupsafe import Markup

from documents.svg.markup import label, picture, tag
from documents.wording import percent
from texts import Both, literal

SIDE = 300
LEFT, TOP, RIGHT, BOTTOM = 44, 16, 20, 40
FIFTH = Decimal("0.2")

Curve = Sequence[tuple[Decimal, Decimal]]
"""Points (share of households, share of money), both 0 to 1 and rising, worst off first."""


def concentration(
    curve: Curve,
    *,
    title: Both,
    description: Both,
    across: Both,
    up: Both,
    equal: Both,
    identity: str = "curve",
    before: Curve | None = None,
) -> Markup:
    """The picture; `across`, `up` and `equal` name the two axes and the diagonal. The worst-off fifth is marked.

    `before` is the curve of an earlier plan, drawn thinner.
    """
    fifth = share_at(curve, FIFTH)
    ticks = (Decimal(0), FIFTH, Decimal("0.5"), Decimal(1))
    return picture(
        tag("path", d=f"M{LEFT} {TOP}h{SIDE}v{SIDE}h{-SIDE}z", class_="frame"),
        *(tag("path", d=f"M{_x(t)} {TOP}v{SIDE}M{LEFT} {_y(t)}h{SIDE}", class_="grid") for t in ticks[1:-1]),
        tag("path", d=f"M{LEFT} {TOP + SIDE}l{SIDE} {-SIDE}", class_="diagonal"),
        *([tag("polyline", points=_line(before), class_="curve was")] if before is not None else []),
        tag("polyline", points=_line(curve), class_="curve"),
        *(label(literal(percent(t, 0)), x=_x(t), y=TOP + SIDE + 16, class_="tick middle") for t in ticks),
        *(label(literal(percent(t, 0)), x=LEFT - 6, y=_y(t), dy=4, class_="tick end") for t in (ticks[0], *ticks[2:])),
        label(across, x=LEFT + SIDE, y=TOP + SIDE + 34, class_="axis end"),
        label(up, x=LEFT + 8, y=TOP + 18, class_="axis"),
        label(equal, x=LEFT + SIDE - 10, y=TOP + SIDE - 34, class_="axis end"),
        tag("circle", cx=_x(FIFTH), cy=_y(fifth), r=5, class_="point"),
        label(literal(percent(fifth)), x=_x(FIFTH), y=_y(fifth), dx=-8, dy=-10, class_="value end"),
        width=LEFT + SIDE + RIGHT,
        height=TOP + SIDE + BOTTOM,
        title=title,
        description=description,
        identity=identity,
        class_="concentration",
    )


def _line(curve: Curve) -> str:
    return _points(tuple(curve))


@lru_cache(16)
def _points(curve: tuple[tuple[Decimal, Decimal], ...]) -> str:
    """Kept, for what others are compared with is drawn again and again."""
    points = [(Decimal(0), Decimal(0)), *curve, (Decimal(1), Decimal(1))]
    return " ".join(f"{_x(across)},{_y(up)}" for across, up in dict.fromkeys(points))


def share_at(curve: Curve, households: Decimal) -> Decimal:
    """What share of the money a share of the households gets: between two points, the straight line."""
    before = (Decimal(0), Decimal(0))
    for point in [*curve, (Decimal(1), Decimal(1))]:
        if point[0] >= households:
            wide = point[0] - before[0]
            if wide <= 0:
                return point[1]
            return before[1] + (point[1] - before[1]) * (households - before[0]) / wide
        before = point
    return Decimal(1)


def _x(share: Decimal) -> str:
    return _short(LEFT + SIDE * share)


def _y(share: Decimal) -> str:
    return _short(TOP + SIDE * (1 - share))


def _short(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.1')):f}".removesuffix(".0")
