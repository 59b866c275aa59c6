"""Outlines and places as GeoJSON (RFC 7946): degrees WGS 84, outer rings counter-clockwise, holes clockwise."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from documents.open_data.register_tables import degrees
from domain.register import Area, Unit

Ring = Sequence[tuple[int, int]]
"""Corners (lon, lat) in microdegrees, the first one again at the end."""


def geometry_of(unit: Unit, area: Area | None) -> dict[str, Any] | None:
    """The outline of a unit; without one its place as a point; None where neither is known."""
    if area is not None:
        polygons = [
            [_turned(ring, outer=number == 0) for number, ring in enumerate(polygon)] for polygon in area.polygons
        ]
        if len(polygons) == 1:
            return {"type": "Polygon", "coordinates": polygons[0]}
        return {"type": "MultiPolygon", "coordinates": polygons}
    if unit.lon_e6 is None or unit.lat_e6 is None:
        return None
    return {"type": "Point", "coordinates": [degrees(unit.lon_e6), degrees(unit.lat_e6)]}


def _turned(ring: Ring, *, outer: bool) -> list[list[Decimal]]:
    """The ring the way round the standard asks for (3.1.6)."""
    corners = ring if (_doubled_area(ring) > 0) == outer else ring[::-1]
    return [[degrees(lon), degrees(lat)] for lon, lat in corners]


def _doubled_area(ring: Ring) -> int:
    """Twice the signed area (shoelace formula): positive where the ring runs counter-clockwise."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring))
