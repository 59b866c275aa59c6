"""Charts of sweeps: points of two measures with the best of them joined, swings around the middle, counts in steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from documents.svg.labels import width_em
from documents.svg.markup import label, picture, tag
from texts import Both, literal

WIDTH, HEIGHT = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 96, 24, 24, 52
BAR, ROW = 20, 44
TYPE = 13


@dataclass(frozen=True)
class Axis:
    """One axis: its name, its ends, and how its ticks are printed."""

    name: Both
    low: Decimal
    high: Decimal
    ticks: tuple[tuple[Decimal, Both], ...]

    def at(self, value: Decimal, length: int) -> float:
        """How far along the axis a value lies, in picture units."""
        wide = self.high - self.low
        return float((value - self.low) / wide) * length if wide else length / 2


@dataclass(frozen=True)
class Point:
    """A case between two measures."""

    across: Decimal
    up: Decimal
    best: bool
    saying: Both


@dataclass(frozen=True)
class Bar:
    """A swing: what moves, where it goes to on either side, what stands at the ends."""

    name: Both
    low: Decimal
    high: Decimal
    said_low: Both
    said_high: Both


def scatter(
    points: Sequence[Point],
    across: Axis,
    up: Axis,
    now: tuple[Decimal, Decimal] | None,
    *,
    now_name: Both,
    title: Both,
    description: Both,
    identity: str,
) -> Markup:
    """The trade-off: every case a dot, the best ones joined, the plan compared with as a cross."""
    wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(x: Decimal, y: Decimal) -> tuple[float, float]:
        return LEFT + across.at(x, wide), TOP + tall - up.at(y, tall)

    dots, front = [], []
    for point in sorted(points, key=lambda one: (one.best, one.across, one.up)):
        x, y = place(point.across, point.up)
        css, size = ("best", 6) if point.best else ("dot", 5)
        dots.append(tag("circle", tag("title", point.saying), cx=f"{x:.1f}", cy=f"{y:.1f}", r=size, class_=css))
        front += [f"{x:.1f},{y:.1f}"] if point.best else []
    here: list[Markup] = []
    if now is not None:
        x, y = place(*now)
        cross = f"M{x - 9:.1f} {y:.1f}h18M{x:.1f} {y - 9:.1f}v18"
        right = x < LEFT + wide * 0.6
        anchor = "figure" if right else "figure end"
        text_x, text_y = (x + 12 if right else x - 12), (y - 8 if y > TOP + 24 else y + 20)
        here = [
            tag("path", d=cross, class_="pin"),
            label(now_name, x=f"{text_x:.1f}", y=f"{text_y:.1f}", class_=f"{anchor} over"),
        ]
    return picture(
        tag("path", d=f"M{LEFT} {TOP}v{tall}h{wide}", class_="frame"),
        *_ticks_across(across, wide, TOP + tall),
        *(
            label(text, x=LEFT - 8, y=f"{TOP + tall - up.at(value, tall) + 4:.1f}", class_="tick end")
            for value, text in up.ticks
        ),
        tag("polyline", points=" ".join(dict.fromkeys(front)), class_="front") if len(set(front)) > 1 else Markup(),
        *dots,
        *here,
        label(across.name, x=WIDTH - RIGHT, y=HEIGHT - 8, class_="axis end"),
        label(up.name, x=4, y=14, class_="axis"),
        width=WIDTH,
        height=HEIGHT,
        title=title,
        description=description,
        identity=identity,
        class_="chart",
    )


def tornado(bars: Sequence[Bar], axis: Axis, *, title: Both, description: Both, identity: str) -> Markup:
    """The swings, the widest on top: hatched to where the coordinate is lowest, plain to where it is highest."""
    wide = WIDTH - 2 * LEFT
    pieces: list[Markup] = []
    for number, bar in enumerate(bars):
        y = TOP + ROW * number + BAR
        low, high = (LEFT + axis.at(value, wide) for value in (bar.low, bar.high))
        left, right = min(low, high), max(low, high)
        middle = (left + right) / 2
        halves = ((min(low, middle), "swing-low"), (min(high, middle), "swing-high"))
        pieces.append(label(bar.name, x=8, y=y - 5, class_="name"))
        pieces += [
            tag("rect", x=f"{x:.1f}", y=y, width=f"{max((right - left) / 2, 1):.1f}", height=BAR - 4, class_=css)
            for x, css in halves
        ]
        ends = ((low, bar.said_low), (high, bar.said_high))
        for x, said in ends:
            outside_left = x <= middle and (low != high or x is low)
            at = x - 6 if outside_left else x + 6
            pieces.append(label(said, x=f"{at:.1f}", y=y + 12, class_="tick end" if outside_left else "tick"))
    tall = TOP + ROW * len(bars)
    return picture(
        *_ticks_across(axis, wide, tall, grid_from=TOP),
        *pieces,
        label(axis.name, x=WIDTH - 8, y=tall + 40, class_="axis end"),
        width=WIDTH,
        height=tall + BOTTOM,
        title=title,
        description=description,
        identity=identity,
        class_="chart",
    )


def histogram(
    bins: Sequence[int],
    axis: Axis,
    pins: Sequence[tuple[Decimal, Both]],
    *,
    title: Both,
    description: Both,
    identity: str,
) -> Markup:
    """How many cases lie in each step, with lines at what is worth a line."""
    wide, tall = WIDTH - LEFT - RIGHT, 140
    top = TOP + 18 * len(pins)
    most = max([1, *bins])
    step = wide / max(len(bins), 1)
    columns = [
        tag(
            "rect",
            tag("title", str(number)),
            x=f"{LEFT + step * place + 1:.1f}",
            y=f"{top + tall - tall * number / most:.1f}",
            width=f"{step - 2:.1f}",
            height=f"{tall * number / most:.1f}",
            class_="column",
        )
        for place, number in enumerate(bins)
        if number
    ]
    lines: list[Markup] = []
    for row, (value, said) in enumerate(pins):
        x, y = LEFT + axis.at(value, wide), TOP + 18 * row
        room = width_em(max(said.zh, said.en, key=width_em)) * TYPE
        end = x + room + 6 > WIDTH
        lines.append(tag("path", d=f"M{x:.1f} {y}V{top + tall}", class_="pin"))
        lines.append(label(said, x=f"{x + (-5 if end else 5):.1f}", y=y + 10, class_="tick end" if end else "tick"))
    return picture(
        tag("path", d=f"M{LEFT} {top}v{tall}h{wide}", class_="frame"),
        *columns,
        *lines,
        label(literal(most), x=LEFT - 8, y=top + 5, class_="tick end"),
        label(literal(0), x=LEFT - 8, y=top + tall + 4, class_="tick end"),
        *_ticks_across(axis, wide, top + tall),
        label(axis.name, x=WIDTH - RIGHT, y=top + tall + 40, class_="axis end"),
        width=WIDTH,
        height=top + tall + BOTTOM,
        title=title,
        description=description,
        identity=identity,
        class_="chart",
    )


def _ticks_across(axis: Axis, wide: int, y: int, *, grid_from: int | None = None) -> list[Markup]:
    found = []
    for value, text in axis.ticks:
        x = LEFT + axis.at(value, wide)
        if grid_from is not None:
            found.append(tag("path", d=f"M{x:.1f} {grid_from}V{y}", class_="grid"))
        half = max(width_em(text[lang]) for lang in ("zh", "en")) * TYPE / 2
        at, anchor = (WIDTH - 2, "tick end") if x + half > WIDTH else (x, "tick middle")
        found.append(label(text, x=f"{at:.1f}", y=y + 18, class_=anchor))
    return found
