"""From outlines in microdegrees to paths in whole picture units: equirectangular at the county's own latitude.

A county is small, so degrees of longitude are scaled by the cosine of its middle latitude and the picture is true to
shape within a fraction of a pixel. Borders of townships are what remains when the edges its units share are cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians

from domain.register import Area

Point = tuple[int, int]
MICRODEGREES = 1_000_000


@dataclass(frozen=True)
class Frame:
    """Where microdegrees land in the picture: `(0, 0)` is the north-west corner, y grows to the south."""

    west_e6: int
    north_e6: int
    stretch: float
    """Picture units per microdegree of latitude."""
    squeeze: float
    """How much shorter a degree of longitude is than one of latitude here."""
    width: int
    height: int
    margin: int

    def place(self, lon_e6: int, lat_e6: int) -> Point:
        """A position in whole picture units."""
        x = self.margin + round((lon_e6 - self.west_e6) * self.squeeze * self.stretch)
        y = self.margin + round((self.north_e6 - lat_e6) * self.stretch)
        return x, y


def frame_around(areas: Iterable[Area], *, width: int, height_max: int, margin: int = 0) -> Frame:
    """The frame in which all outlines fit, as large as `width` and `height_max` allow. Needs at least one point."""
    points = [point for area in areas for polygon in area.polygons for ring in polygon for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = max(cos(radians((south + north) / 2 / MICRODEGREES)), 0.01)
    across, down = max((east - west) * squeeze, 1.0), max(float(north - south), 1.0)
    stretch = min((width - 2 * margin) / across, (height_max - 2 * margin) / down)
    return Frame(
        west,
        north,
        stretch,
        squeeze,
        round(across * stretch) + 2 * margin,
        round(down * stretch) + 2 * margin,
        margin,
    )


def outline(area: Area, frame: Frame) -> str:
    """The path of one unit: whole numbers, relative steps, steps of nothing left out."""
    rings = ([frame.place(*point) for point in ring] for polygon in area.polygons for ring in polygon)
    return "".join(_closed(ring) for ring in rings)


def borders(areas: Iterable[Area], frame: Frame) -> str:
    """The outer border of several units together: edges two of them share cancel, the rest is chained into lines."""
    edges: dict[tuple[Point, Point], int] = {}
    for area in areas:
        for polygon in area.polygons:
            for ring in polygon:
                for start, end in zip(ring, (*ring[1:], ring[0]), strict=True):
                    if start != end:
                        edge = (start, end) if start < end else (end, start)
                        edges[edge] = edges.get(edge, 0) + 1
    return "".join(
        _open([frame.place(*point) for point in chain])
        for chain in _chains(edge for edge, times in edges.items() if times == 1)
    )


def centre(areas: Iterable[Area]) -> Point | None:
    """The centre of gravity of several outlines in microdegrees, weighted by area; None where they have none."""
    twice = east = north = 0
    for area in areas:
        for polygon in area.polygons:
            for hole, ring in enumerate(polygon):
                size, x, y = _moments(ring)
                sign = -1 if (size < 0) != (hole > 0) else 1
                twice, east, north = twice + sign * size, east + sign * x, north + sign * y
    return (round(east / (3 * twice)), round(north / (3 * twice))) if twice else None


def position(unit_lon_e6: int | None, unit_lat_e6: int | None, area: Area | None) -> Point | None:
    """Where a unit's mark stands: its stated position, or the centre of its outline, or nowhere."""
    if unit_lon_e6 is not None and unit_lat_e6 is not None:
        return unit_lon_e6, unit_lat_e6
    return centre([area]) if area is not None else None


def centres(groups: Mapping[str, list[Area]]) -> dict[str, Point]:
    """The centre of every group that has one."""
    found = ((group, centre(areas)) for group, areas in groups.items())
    return {group: point for group, point in found if point is not None}


def _moments(ring: tuple[Point, ...]) -> tuple[int, int, int]:
    """Twice the signed area of a ring, and six times its first moments, in exact integers."""
    twice = east = north = 0
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        cross = x1 * y2 - x2 * y1
        twice, east, north = twice + cross, east + (x1 + x2) * cross, north + (y1 + y2) * cross
    return twice, east, north


def _chains(edges: Iterable[tuple[Point, Point]]) -> Iterable[list[Point]]:
    """Edges joined end to end, each used once."""
    at: dict[Point, list[Point]] = {}
    for start, end in edges:
        at.setdefault(start, []).append(end)
        at.setdefault(end, []).append(start)
    for start in sorted(at):
        while at[start]:
            chain, here = [start], start
            while at[here]:
                there = at[here].pop()
                at[there].remove(here)
                chain.append(there)
                here = there
            yield chain


def _steps(points: list[Point]) -> str:
    moves = ((x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(points) if (x1, y1) != (x2, y2))
    return " ".join(f"{across} {down}" for across, down in moves).replace(" -", "-")


def _open(points: list[Point]) -> str:
    steps = _steps(points)
    return f"M{points[0][0]} {points[0][1]}l{steps}" if steps else ""


def _closed(points: list[Point]) -> str:
    steps = _steps(points if points[0] != points[-1] else points[:-1])
    return f"M{points[0][0]} {points[0][1]}l{steps}z" if steps else ""
