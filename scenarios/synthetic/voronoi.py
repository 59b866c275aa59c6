"""Voronoi cells of weighted points, with the neighbour across every side and corners that are shared exactly.

The cell of a point holds the places whose squared distance to it, less its weight, is least: a power diagram
(Aurenhammer 1987), which is the plain Voronoi diagram when all weights are equal. Each cell starts as a large square
and is cut by the dividing lines to all other points. A corner is computed from the three points that meet in it,
always in the same order: the three cells hold the very same floats, so neighbours share corners exactly and no sliver
can arise. Only `+ - * /` are used, so the bits are the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Site:
    """A point with its weight, in squared distance: with less weight than its neighbours' it has a smaller cell."""

    at: Point
    weight: float = 0.0


FAR = 10_000.0
"""Half the side of the square that unbounded cells end at; the points lie well inside."""


@dataclass(frozen=True)
class Cell:
    """One cell: its corners counter-clockwise; side k runs from corner k to k + 1 and faces `neighbours[k]`."""

    corners: tuple[Point, ...]
    neighbours: tuple[int, ...]
    """Indices of points; negative for a side of the far square."""


def cells(sites: list[Site], first: int) -> list[Cell]:
    """The cells of the `first` sites, in their order; the others only bound them."""
    return [_cell(sites, index) for index in range(first)]


def _cell(sites: list[Site], index: int) -> Cell:
    corners: list[Point] = [(-FAR, -FAR), (FAR, -FAR), (FAR, FAR), (-FAR, FAR)]
    sides = [-1, -2, -3, -4]
    centre = sites[index]
    others = [other for other in range(len(sites)) if other != index]
    for other in sorted(others, key=lambda other: (square(sites[other].at, centre.at), other)):
        corners, sides = _cut(corners, sides, centre, sites[other], other)
    exact = [
        _meeting_point(sites, index, sides[k - 1], side) if side >= 0 and sides[k - 1] >= 0 else corners[k]
        for k, side in enumerate(sides)
    ]
    return Cell(tuple(exact), tuple(sides))


def _cut(
    corners: list[Point], sides: list[int], centre: Site, other: Site, other_index: int
) -> tuple[list[Point], list[int]]:
    """What is left of a convex cell on its own side of the line that divides it from `other`."""
    (x, y), (ox, oy) = centre.at, other.at
    nx, ny = ox - x, oy - y
    line = (nx * (ox + x) + ny * (oy + y) + centre.weight - other.weight) / 2
    beyond = [nx * cx + ny * cy - line for cx, cy in corners]
    if max(beyond) <= 0:
        return corners, sides
    kept: list[Point] = []
    faces: list[int] = []
    for k, (a, b) in enumerate(zip(beyond, beyond[1:] + beyond[:1], strict=True)):
        (ax, ay), (bx, by) = corners[k], corners[(k + 1) % len(corners)]
        if a <= 0:
            kept.append((ax, ay))
            faces.append(sides[k])
        if (a <= 0) != (b <= 0):
            part = a / (a - b)
            kept.append((ax + part * (bx - ax), ay + part * (by - ay)))
            faces.append(other_index if a <= 0 else sides[k])
    return kept, faces


def _meeting_point(sites: list[Site], *three: int) -> Point:
    """The corner where the cells of three sites meet, computed in ascending order of their indices."""
    a, b, c = (sites[index] for index in sorted(three))
    bx, by, cx, cy = b.at[0] - a.at[0], b.at[1] - a.at[1], c.at[0] - a.at[0], c.at[1] - a.at[1]
    twice = 2 * (bx * cy - by * cx)
    to_b = bx * bx + by * by + a.weight - b.weight
    to_c = cx * cx + cy * cy + a.weight - c.weight
    return a.at[0] + (cy * to_b - by * to_c) / twice, a.at[1] + (bx * to_c - cx * to_b) / twice


def square(a: Point, b: Point) -> float:
    """The square of the distance: comparing distances needs no root."""
    dx, dy = a[0] - b[0], a[1] - b[1]
    return dx * dx + dy * dy


def centroid(corners: tuple[Point, ...]) -> Point:
    """The centre of gravity of a polygon."""
    area = x = y = 0.0
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        cross = ax * by - bx * ay
        area, x, y = area + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    return x / (3 * area), y / (3 * area)
