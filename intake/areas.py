"""Areas: the outlines of units from GeoJSON, and which units are neighbours because they share a border."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import combinations, pairwise
from math import isfinite
from pathlib import Path
from typing import Any, Literal

import msgspec

from domain.register import Area
from intake.cells import read_cell
from intake.columns import Column
from intake.faults import CellProblem, FaultList, IntakeFault, Place
from intake.headers import Heading
from intake.limits import Limits
from intake.sheets import AREAS_ORDER
from intake.workbook import read_bytes

KEYS = ("code", "unit", "lsoa21_code")
"""Properties that may hold the code of the unit, the first that is there counts."""
WGS84 = ("CRS84", "EPSG:4326", "EPSG::4326", "EPSG:4490", "EPSG::4490")
"""Names of longitude and latitude; China's CGCS2000 (EPSG 4490) differs from WGS84 by centimetres."""
SNAP_E6 = 10
"""Corners that lie less than this apart, in microdegrees (about 1 m), may be meant to be the same."""
BORDER_MIN_E6 = 3 * SNAP_E6
"""A border that only snapping makes must be longer than snapping alone can make it."""
_CODE_HEADING = Heading(Column("code", "code", (), "", ""))

Ring = tuple[tuple[int, int], ...]


class _Polygon(msgspec.Struct, tag_field="type", tag="Polygon"):
    coordinates: list[list[list[float]]]


class _MultiPolygon(msgspec.Struct, tag_field="type", tag="MultiPolygon"):
    coordinates: list[list[list[list[float]]]]


class _Feature(msgspec.Struct):
    geometry: msgspec.Raw
    properties: dict[str, Any] | None = None


class _Collection(msgspec.Struct):
    type: Literal["FeatureCollection"]
    features: list[_Feature]
    crs: Any = None


def read_areas(path: Path, units: Collection[str] | None = None, *, limits: Limits | None = None) -> dict[str, Area]:
    """The area of each unit, by code, from a GeoJSON FeatureCollection of Polygons and MultiPolygons in WGS84.

    With `units`, an area of any other unit is a fault. Raises `IntakeFault` for a file that is no such collection and
    `RegisterFaults` with every faulty feature.
    """
    faults = FaultList()
    areas = collect_areas(path, units, faults, limits or Limits())
    faults.raise_if_any(path.name)
    return areas


def collect_areas(path: Path, units: Collection[str] | None, faults: FaultList, limits: Limits) -> dict[str, Area]:
    """As `read_areas`, with the faults of features added to `faults`. Raises `IntakeFault`."""
    collection = _decoded(path, limits)
    reader = _FeatureReader(path.name, units, faults, limits)
    for number, feature in enumerate(collection.features, start=1):
        reader.read(number, feature)
    return dict(sorted(reader.areas.items()))


def _decoded(path: Path, limits: Limits) -> _Collection:
    content = read_bytes(path, limits.areas_bytes).removeprefix(b"\xef\xbb\xbf")
    try:
        collection = msgspec.json.decode(content, type=_Collection)
    except msgspec.ValidationError as fault:
        raise IntakeFault("not-geojson", path.name) from fault
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as fault:
        raise IntakeFault("not-json", path.name) from fault
    if collection.crs is not None:
        properties = collection.crs.get("properties") if isinstance(collection.crs, dict) else None
        name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
        if not name.upper().endswith(WGS84):
            raise IntakeFault("areas-projected", path.name, found=name[:60] or "?")
    return collection


@dataclass
class _FeatureReader:
    """Makes areas of features and notes what is wrong with them."""

    file: str
    units: Collection[str] | None
    faults: FaultList
    limits: Limits

    def __post_init__(self) -> None:
        self.areas: dict[str, Area] = {}
        self._numbers: dict[str, int] = {}
        self._outlines: dict[object, int] = {}
        self._corners = 0

    def read(self, number: int, feature: _Feature) -> None:
        place = Place(self.file, AREAS_ORDER, number, None, None, "feature")
        properties = feature.properties or {}
        key = next((key for key in KEYS if properties.get(key) not in (None, "")), None)
        if key is None:
            self.faults.add("area-without-code", place, keys=", ".join(KEYS))
            return
        try:
            code = self._code(properties[key])
            polygons = self._polygons(feature.geometry)
        except CellProblem as problem:
            self.faults.add(problem.code, place, _shown(properties[key]), **problem.details)
            return
        if code in self._numbers:
            self.faults.add("area-twice", place, code, other=self._numbers[code])
        elif self.units is not None and code not in self.units:
            self.faults.add("area-of-nobody", place, code)
        elif (other := self._outlines.setdefault(polygons, number)) != number:
            self.faults.add("area-repeated", place, code, other=other)
        else:
            self._numbers[code] = number
            self.areas[code] = Area(unit=code, polygons=polygons)

    def _code(self, value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise CellProblem("not-a-code")
        return str(read_cell(value, _CODE_HEADING))

    def _polygons(self, raw: msgspec.Raw) -> tuple[tuple[Ring, ...], ...]:
        try:
            geometry = msgspec.json.decode(raw, type=_Polygon | _MultiPolygon)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as fault:
            raise CellProblem("not-a-polygon") from fault
        parts = [geometry.coordinates] if isinstance(geometry, _Polygon) else geometry.coordinates
        polygons = tuple(rings for part in parts if (rings := self._rings(part)))
        if not polygons:
            raise CellProblem("not-a-polygon")
        return polygons

    def _rings(self, part: list[list[list[float]]]) -> tuple[Ring, ...]:
        """The rings of one polygon; specks that vanish when rounded to microdegrees (0.1 m) are left out."""
        if not part:
            raise CellProblem("not-a-polygon")
        rings = [self._ring(ring) for ring in part]
        if len(set(rings[0])) < 3:
            return ()
        return tuple(ring for ring in rings if len(set(ring)) >= 3)

    def _ring(self, corners: list[list[float]]) -> Ring:
        self._corners += len(corners)
        if self._corners > self.limits.corners:
            raise IntakeFault("too-many-corners", self.file, limit=f"{self.limits.corners:,}")
        ring = tuple(_corner(corner) for corner in corners)
        distinct = {(corner[0], corner[1]) for corner in corners}
        if len(ring) < 4 or corners[0][:2] != corners[-1][:2] or len(distinct) < 3:
            raise CellProblem("ring-not-closed")
        return ring


def _corner(position: list[float]) -> tuple[int, int]:
    """A position in microdegrees; a height behind it is left out."""
    if not 2 <= len(position) <= 3 or not all(map(isfinite, position)):
        raise CellProblem("not-a-polygon")
    longitude, latitude = position[0], position[1]
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise CellProblem("not-wgs84")
    return _micro(longitude), _micro(latitude)


def _micro(degrees: float) -> int:
    """Whole microdegrees of the decimal number that was written, rounded half to even."""
    return int((Decimal(repr(degrees)) * 1_000_000).to_integral_value(ROUND_HALF_EVEN))


def _shown(value: Any) -> object:
    return value if isinstance(value, str | int | float) else None


def neighbours(areas: Mapping[str, Area]) -> tuple[tuple[str, str], ...]:
    """The pairs of units that share a border of positive length (rook's case: a common corner is not enough), sorted.

    Borders that consist of the same segments are found exactly, in whole microdegrees. Where one side has corners that
    the other lacks, the two outlines are brought onto a grid of `SNAP_E6` and must run together for `BORDER_MIN_E6`.
    """
    found = set(_same_segments(areas.values()))
    codes = sorted(areas)
    outlines = [_outline(areas[code]) for code in codes]
    if not outlines:
        return ()
    import shapely

    tree: Any = shapely.STRtree(outlines)
    left, right = tree.query(outlines, predicate="dwithin", distance=SNAP_E6)
    for first, second in zip(left.tolist(), right.tolist(), strict=True):
        pair = (codes[first], codes[second])
        if first < second and pair not in found:
            common = shapely.intersection(outlines[first], outlines[second], grid_size=SNAP_E6)
            if common.length > BORDER_MIN_E6:
                found.add(pair)
    return tuple(sorted(found))


def _same_segments(areas: Iterable[Area]) -> Iterable[tuple[str, str]]:
    owners: dict[tuple[tuple[int, int], tuple[int, int]], set[str]] = {}
    for area in areas:
        for polygon in area.polygons:
            for ring in polygon:
                for start, end in pairwise(ring):
                    if start != end:
                        owners.setdefault((min(start, end), max(start, end)), set()).add(area.unit)
    for sharing in owners.values():
        yield from combinations(sorted(sharing), 2)


def _outline(area: Area) -> Any:
    """All rings of an area as lines, in microdegrees."""
    import shapely

    return shapely.multilinestrings([shapely.linestrings(ring) for polygon in area.polygons for ring in polygon])
