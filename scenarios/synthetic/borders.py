"""From sites to areas: shared borders that meander, every vertex a whole number of steps and equal on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from scenarios.synthetic.dice import Dice
from scenarios.synthetic.voronoi import Point, Site, cells, centroid, square

Vertex = tuple[int, int]

CLOSE = 9.0
"""Corners nearer than this (in the sketch) become one, so that no two areas touch along a mere stub."""
INNER_BEND, OUTER_BEND = 0.13, 0.19
"""How far the middle of a border is pushed aside, as a share of its length."""
STRETCH = 15.0
"""A border is bent until its pieces are shorter than about this."""


@dataclass(frozen=True)
class Scale:
    """How the sketch becomes whole microdegrees."""

    lon_e6: int
    lat_e6: int
    lon_per_unit: int
    lat_per_unit: int

    def vertex(self, point: Point) -> Vertex:
        """The point in whole microdegrees (longitude, latitude), halves to even."""
        return self.lon_e6 + round(point[0] * self.lon_per_unit), self.lat_e6 + round(point[1] * self.lat_per_unit)


@dataclass(frozen=True)
class Areas:
    """The areas of the units, and which of them share a border."""

    rings: tuple[tuple[Vertex, ...], ...]
    """One closed ring per unit, counter-clockwise, beginning at its least vertex."""
    middles: tuple[Vertex, ...]
    """The middle of every area, inside it."""
    adjacent: tuple[tuple[int, int], ...]
    """Pairs of units with a common border (more than a corner), each once, ascending."""


def areas(sites: list[Site], units: int, scale: Scale, dice: Dice) -> Areas:
    """The areas of the first `units` sites; the others lie in the neighbouring counties and only bound them."""
    every = cells(sites, units)
    merged = _merged_corners([cell.corners for cell in every])
    paths: dict[tuple[int, int], list[Vertex]] = {}
    rings = []
    for unit, cell in enumerate(every):
        ring: list[Vertex] = []
        for side, neighbour in enumerate(cell.neighbours):
            start = merged[cell.corners[side]]
            end = merged[cell.corners[(side + 1) % len(cell.corners)]]
            if start == end:
                continue
            pair = (min(unit, neighbour), max(unit, neighbour))
            if pair not in paths:
                bend = INNER_BEND if neighbour < units else OUTER_BEND
                paths[pair] = [scale.vertex(p) for p in (start, *_bent(start, end, bend, dice), end)]
            path = paths[pair] if paths[pair][0] == scale.vertex(start) else paths[pair][::-1]
            ring += path[:-1]
        first = ring.index(min(ring))
        ring = ring[first:] + ring[:first]
        rings.append((*ring, ring[0]))
    middles = tuple(scale.vertex(centroid(cell.corners)) for cell in every)
    return Areas(tuple(rings), middles, tuple(sorted(pair for pair in paths if pair[1] < units)))


def _merged_corners(polygons: list[tuple[Point, ...]]) -> dict[Point, Point]:
    """For every corner the one that stands for it and for all corners close by."""
    stands_for: dict[Point, Point] = {}
    for corner in sorted({corner for polygon in polygons for corner in polygon}):
        near = [kept for kept in stands_for.values() if square(kept, corner) < CLOSE * CLOSE]
        stands_for[corner] = near[0] if near else corner
    return stands_for


def _bent(start: Point, end: Point, bend: float, dice: Dice) -> list[Point]:
    """What lies between the ends of a border: its middle pushed aside by up to `bend` of its length, and so on."""
    if square(start, end) < STRETCH * STRETCH:
        return []
    aside = dice.real(-bend, bend)
    along = dice.real(0.42, 0.58)
    dx, dy = end[0] - start[0], end[1] - start[1]
    middle = (start[0] + along * dx - aside * dy, start[1] + along * dy + aside * dx)
    return [*_bent(start, middle, bend, dice), middle, *_bent(middle, end, bend, dice)]


def crosses_itself(ring: tuple[Vertex, ...]) -> bool:
    """Whether two sides of a closed ring meet anywhere but at the corner between them; exact, in whole numbers."""
    sides = list(pairwise(ring))
    for k, (a, b) in enumerate(sides):
        for other in range(k + 2, len(sides)):
            if (k, other) != (0, len(sides) - 1) and _meet(a, b, *sides[other]):
                return True
    return False


def _meet(a: Vertex, b: Vertex, c: Vertex, d: Vertex) -> bool:
    """Whether two stretches cross or touch; a touch counts wherever three of the four points stand in one line."""
    return _turn(a, b, c) * _turn(a, b, d) <= 0 and _turn(c, d, a) * _turn(c, d, b) <= 0


def _turn(a: Vertex, b: Vertex, c: Vertex) -> int:
    """Which side of a-b the point c lies on: 1 left, -1 right, 0 in line."""
    cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (cross > 0) - (cross < 0)
