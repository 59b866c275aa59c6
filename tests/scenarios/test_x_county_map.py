"""The map of the synthetic county is a map: areas that neither overlap nor leave gaps, townships in one piece each."""

from __future__ import annotations

from itertools import pairwise

from shapely.geometry import Point, Polygon, shape
from shapely.ops import unary_union

from tests.scenarios.shipped import LIBRARY, outlines, rows

UNITS = rows("x-county", "units")
AREAS = {code: shape(feature["geometry"]) for code, feature in outlines("x-county").items()}
ADJACENT = {(row["unit_a"], row["unit_b"]) for row in rows("x-county", "adjacency")}


def sides(area: Polygon) -> set[frozenset[tuple[float, float]]]:
    return {frozenset(side) for side in pairwise(area.exterior.coords)}


def reached_from(start: str, within: set[str]) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for a, b in ADJACENT:
            there = b if a == here else a if b == here else None
            if there in within and there not in reached:
                reached.add(there)
                waiting.append(there)
    return reached


def test_every_unit_has_one_simple_polygon_around_its_position() -> None:
    assert list(AREAS) == [row["code"] for row in UNITS]
    for row in UNITS:
        area = AREAS[row["code"]]
        assert area.geom_type == "Polygon"
        assert area.is_valid
        assert area.exterior.is_ccw
        assert area.contains(Point(float(row["longitude"]), float(row["latitude"])))


def test_the_areas_neither_overlap_nor_leave_gaps() -> None:
    whole = unary_union(list(AREAS.values()))
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0
    assert abs(sum(area.area for area in AREAS.values()) - whole.area) < 1e-12


def test_every_side_of_an_area_is_a_side_of_its_neighbour_vertex_by_vertex_or_the_border_of_the_county() -> None:
    border = unary_union(list(AREAS.values())).exterior
    owners: dict[frozenset[tuple[float, float]], int] = {}
    for area in AREAS.values():
        for side in sides(area):
            owners[side] = owners.get(side, 0) + 1
    assert set(owners.values()) == {1, 2}
    outer = {frozenset(side) for side in pairwise(border.coords)}
    assert {side for side, number in owners.items() if number == 1} == outer


def test_neighbours_are_exactly_the_pairs_with_a_common_side() -> None:
    codes = sorted(AREAS)
    found = {(a, b) for a in codes for b in codes if a < b and sides(AREAS[a]) & sides(AREAS[b])}
    assert found == ADJACENT


def test_every_township_and_the_county_are_in_one_piece() -> None:
    assert reached_from(UNITS[0]["code"], set(AREAS)) == set(AREAS)
    for township in rows("x-county", "townships"):
        own = {row["code"] for row in UNITS if row["township"] == township["code"]}
        assert reached_from(min(own), own) == own
        assert unary_union([AREAS[code] for code in own]).geom_type == "Polygon"


def test_no_area_is_a_sliver_and_the_file_is_small() -> None:
    mean = sum(area.area for area in AREAS.values()) / len(AREAS)
    for area in AREAS.values():
        assert area.area > mean / 6
        assert area.area / area.minimum_rotated_rectangle.area > 0.45
    assert (LIBRARY / "x-county" / "areas.geojson").stat().st_size < 150_000


def test_the_subdistricts_lie_in_the_north() -> None:
    def mean_latitude(kind: str) -> list[float]:
        found = []
        for township in rows("x-county", "townships"):
            if township["kind"] == kind:
                own = [float(row["latitude"]) for row in UNITS if row["township"] == township["code"]]
                found.append(sum(own) / len(own))
        return found

    assert min(mean_latitude("subdistrict")) > max(mean_latitude("town"))
