"""Names on a map: without the county's own name, moved off marks and each other, left out where there is no room.

A name left out is still said by the hover of every unit; the wide layout has room for more names than a phone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from documents.svg.geometry import Point
from documents.svg.markup import spoken
from texts import Both

NUDGES = (0, 1, -1, 2, -2, 3, -3, 4, -4)
"""How far a name may be moved, in halves of its type size."""
LATIN_EM = 0.62
"""How wide a letter or digit is, in parts of the size of the type; a Chinese character is one."""


@dataclass(frozen=True)
class Placed:
    """One name and where its baseline's middle stands; `narrow` says whether a phone, too, has room for it."""

    text: Both
    at: Point
    narrow: bool


@dataclass(frozen=True)
class Box:
    """A rectangle in picture units."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two rectangles overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def width_em(text: str) -> float:
    """How wide a text is in parts of its type size: an estimate that errs to the wide side."""
    return sum(1.0 if unicodedata.east_asian_width(ch) in {"W", "F"} else LATIN_EM for ch in text)


def wrapped(text: str, room_em: float, lines_max: int) -> list[str]:
    """A text in lines of at most `room_em`, broken at spaces or between Chinese characters; `…` where lines run out."""
    lines: list[str] = []
    rest = text
    while rest:
        if len(lines) == lines_max - 1:
            return [*lines, _fitted(rest, room_em)]
        cut = _break(rest, room_em)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return lines


def without_county(names: Mapping[str, Both], county: Both) -> dict[str, Both]:
    """Names without the county's own name in front: “Middlesbrough 001” is “001” on a map of Middlesbrough."""
    return {code: Both(_cut(both.zh, county), _cut(both.en, county)) for code, both in names.items()}


def place_labels(
    names: Mapping[str, Both],
    wanted: Mapping[str, Point],
    marks: Iterable[Point],
    *,
    size: int,
    size_narrow: int,
    mark: int,
) -> list[Placed]:
    """Where each name goes: near its place, never over another name, over as few marks as can be."""
    obstacles = [Box(x - mark, y - mark, x + mark, y + mark) for x, y in marks]
    taken: list[Box] = []
    taken_narrow: list[Box] = []
    placed: list[Placed] = []
    for code, both in names.items():
        if code not in wanted:
            continue
        x, y = wanted[code]
        wide = max(width_em(both[lang]) for lang in spoken())
        spots = [(x + across * size // 2, y + down * size // 2) for down in NUDGES for across in NUDGES]
        free = [spot for spot in spots if not _hits(_box(spot, wide, size), taken)]
        if not free:
            continue
        at = min(free, key=lambda spot: (_count(_box(spot, wide, size), obstacles), _distance(spot, (x, y)), spot))
        taken.append(_box(at, wide, size))
        box = _box(at, wide, size_narrow)
        narrow = not _hits(box, taken_narrow)
        if narrow:
            taken_narrow.append(box)
        placed.append(Placed(both, at, narrow))
    return placed


def _break(text: str, room_em: float) -> int:
    """Where a line ends: as far as it fits, and not inside a word."""
    fits = 1
    while fits < len(text) and width_em(text[: fits + 1]) <= room_em:
        fits += 1
    if fits >= len(text) or unicodedata.east_asian_width(text[fits]) in {"W", "F"}:
        return fits
    space = text.rfind(" ", 0, fits + 1)
    return space if space > 0 else fits


def _fitted(text: str, room_em: float) -> str:
    if width_em(text) <= room_em:
        return text
    kept = text
    while kept and width_em(kept) + 1 > room_em:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _cut(text: str, county: Both) -> str:
    for start in {county.zh, county.en} - {""}:
        rest = text.removeprefix(start).lstrip()
        if rest != text and rest:
            return rest
    return text


def _box(at: Point, width_ems: float, size: int) -> Box:
    half = width_ems * size / 2
    return Box(at[0] - half, at[1] - size * 0.9, at[0] + half, at[1] + size * 0.25)


def _hits(box: Box, others: Iterable[Box]) -> bool:
    return any(box.meets(other) for other in others)


def _count(box: Box, others: Iterable[Box]) -> int:
    return sum(box.meets(other) for other in others)


def _distance(spot: Point, wanted: Point) -> int:
    return abs(spot[0] - wanted[0]) + abs(spot[1] - wanted[1])
