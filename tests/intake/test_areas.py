"""Areas: outlines from GeoJSON, and neighbours that share a border and not only a corner."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.register import Area
from intake.areas import neighbours, read_areas
from intake.faults import IntakeFault, RegisterFaults
from intake.limits import Limits
from intake.register_csv import areas_text
from intake.register_file import read_register
from tests.intake.samples import folder, good

MIDDLESBROUGH = Path(__file__).resolve().parents[2] / "scenarios" / "library" / "middlesbrough" / "areas.geojson"


def box(west: float, south: float, east: float, north: float) -> list[list[list[float]]]:
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def feature(code: Any, coordinates: Any, kind: str = "Polygon", key: str = "code") -> dict[str, Any]:
    return {"type": "Feature", "properties": {key: code}, "geometry": {"type": kind, "coordinates": coordinates}}


def put(path: Path, *features: Any, **more: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **more}), encoding="utf-8")
    return path


def square(unit: str, column: int, row: int, step: int = 1000) -> Area:
    west, south = 113_000_000 + column * step, 28_000_000 + row * step
    ring = ((west, south), (west + step, south), (west + step, south + step), (west, south + step), (west, south))
    return Area(unit=unit, polygons=((ring,),))


def test_polygons_and_multipolygons_become_whole_microdegrees(tmp_path: Path) -> None:
    path = put(
        tmp_path / "areas.geojson",
        feature("V2", [box(113.1, 28.1, 113.2, 28.2), box(113.3, 28.3, 113.4, 28.4)], "MultiPolygon", key="unit"),
        feature(7, [[[113, 28, 55.5], [113.1, 28.0000006, 1], [113.1, 28.1, 1], [113, 28, 55.5]]], key="lsoa21_code"),
    )
    areas = read_areas(path)
    assert list(areas) == ["7", "V2"]
    triangle = (
        (113_000_000, 28_000_000),
        (113_100_000, 28_000_001),
        (113_100_000, 28_100_000),
        (113_000_000, 28_000_000),
    )
    assert areas["7"].polygons == ((triangle,),)
    assert len(areas["V2"].polygons) == 2
    assert areas["V2"].polygons[0][0][0] == (113_100_000, 28_100_000)


def test_specks_smaller_than_a_microdegree_are_left_out(tmp_path: Path) -> None:
    speck = box(1, 1, 1.0000001, 1.0000001)
    path = put(
        tmp_path / "areas.geojson",
        feature("V1", [[*box(1, 1, 2, 2), *speck], speck], "MultiPolygon"),
        feature("V2", box(3, 3, 4, 4)),
    )
    assert [len(polygon) for polygon in read_areas(path)["V1"].polygons] == [1]


@pytest.mark.parametrize(
    "made,code",
    [
        ({"type": "Feature", "properties": None, "geometry": None}, "area-without-code"),
        (feature("", box(1, 1, 2, 2)), "area-without-code"),
        (feature([], box(1, 1, 2, 2)), "not-a-code"),
        (feature("V 1", box(1, 1, 2, 2)), "not-a-code"),
        (feature("=V1", box(1, 1, 2, 2)), "formula-text"),
        (feature("V1", [1, 2], "Point"), "not-a-polygon"),
        (feature("V1", []), "not-a-polygon"),
        (feature("V1", [[]]), "ring-not-closed"),
        (feature("V1", [[[1, 1], [2, 1], [2, 2], [1, 2]]]), "ring-not-closed"),
        (feature("V1", [[[1, 1], [2, 1], [1, 1], [1, 1]]]), "ring-not-closed"),
        (feature("V1", [[[1], [2], [3], [1]]]), "not-a-polygon"),
        (feature("V1", box(500_000, 4_000_000, 500_100, 4_000_100)), "not-wgs84"),
        (feature("V9", box(1, 1, 2, 2)), "area-of-nobody"),
        (feature("V0", box(1, 1, 2, 2)), "area-twice"),
        (feature("V1", box(10, 10, 11, 11)), "area-repeated"),
    ],
)
def test_a_faulty_feature_is_told_by_its_number(tmp_path: Path, made: dict[str, Any], code: str) -> None:
    path = put(tmp_path / "areas.geojson", feature("V0", box(10, 10, 11, 11)), made)
    with pytest.raises(RegisterFaults) as caught:
        read_areas(path, {"V0", "V1"})
    assert [(fault.code, fault.row, fault.counted) for fault in caught.value.faults] == [(code, 2, "feature")]
    assert "feature 2" in caught.value.faults[0].sentence("en")


@pytest.mark.parametrize(
    "content,code",
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"\xff\xfe", "not-json"),
        (b"[" * 100_000, "not-geojson"),
        (b'{"type":"FeatureCollection","features":[{"geometry":{"coordinates":[Infinity]}}]}', "not-json"),
        (b'{"type":"FeatureCollection","features":[{"properties":' + b'{"a":' * 100_000, "not-json"),
        (b"[]", "not-geojson"),
        (b'{"type":"Topology"}', "not-geojson"),
        (b'{"type":"FeatureCollection","features":[1]}', "not-geojson"),
        (b'{"type":"FeatureCollection","features":[],"crs":{"properties":{"name":"EPSG:27700"}}}', "areas-projected"),
        (b'{"type":"FeatureCollection","features":[],"crs":{"type":"link"}}', "areas-projected"),
    ],
)
def test_a_file_that_is_no_map_of_areas_is_told_in_one_sentence(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "areas.geojson"
    path.write_bytes(content)
    with pytest.raises(IntakeFault) as caught:
        read_areas(path)
    assert caught.value.code == code


def test_too_large_a_map_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path / "areas.geojson", feature("V1", box(1, 1, 2, 2)))
    for limits, code in ((Limits(areas_bytes=10), "too-large"), (Limits(corners=4), "too-many-corners")):
        with pytest.raises(IntakeFault) as caught:
            read_areas(path, limits=limits)
        assert caught.value.code == code


def test_a_common_border_makes_neighbours_and_a_common_corner_does_not() -> None:
    areas = {code: square(code, *place) for code, place in {"A": (0, 0), "B": (1, 0), "C": (1, 1), "D": (5, 5)}.items()}
    assert neighbours(areas) == (("A", "B"), ("B", "C"))


def test_borders_match_where_one_side_has_corners_that_the_other_lacks() -> None:
    west = square("W", 0, 0)
    ring = (
        (113_001_000, 28_000_000),
        (113_002_000, 28_000_000),
        (113_002_000, 28_001_000),
        (113_001_000, 28_001_000),
        (113_001_001, 28_000_400),
        (113_001_000, 28_000_000),
    )
    assert neighbours({"W": west, "E": Area(unit="E", polygons=((ring,),))}) == (("E", "W"),)


def test_a_ring_of_one_unit_around_another_is_a_border() -> None:
    outer = square("O", 0, 0, 9000).polygons[0][0]
    inner = square("I", 1, 1, 3000)
    around = Area(unit="O", polygons=((outer, tuple(reversed(inner.polygons[0][0]))),))
    assert neighbours({"I": inner, "O": around}) == (("I", "O"),)


def test_no_areas_have_no_neighbours() -> None:
    assert neighbours({}) == ()
    assert neighbours({"A": square("A", 0, 0)}) == ()


@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20))
def test_on_a_grid_the_neighbours_are_those_beside_above_and_below(cells: set[tuple[int, int]]) -> None:
    areas = {f"{x}-{y}": square(f"{x}-{y}", x, y) for x, y in cells}
    beside = {
        tuple(sorted((f"{x}-{y}", f"{x + dx}-{y + dy}")))
        for x, y in cells
        for dx, dy in ((0, 1), (1, 0))
        if (x + dx, y + dy) in cells
    }
    assert neighbours(areas) == tuple(sorted(beside))


def test_a_folder_with_areas_gets_its_neighbours_from_them_unless_it_says_its_own(tmp_path: Path) -> None:
    where = folder(tmp_path / "x-county", good())
    areas = {code: square(code, *place) for code, place in {"V1": (0, 0), "V2": (1, 0), "C1": (1, 1)}.items()}
    (where / "areas.geojson").write_text(areas_text(areas), encoding="utf-8")
    register = read_register(where)
    assert register.areas == dict(sorted(areas.items()))
    assert register.adjacency == (("C1", "V2"), ("V1", "V2"))
    (where / "adjacency.csv").write_text("unit_a,unit_b\n", encoding="utf-8")
    assert read_register(where) == register
    (where / "adjacency.csv").write_text("unit_a,unit_b\nV1,C1\n", encoding="utf-8")
    assert read_register(where).adjacency == (("C1", "V1"),)


def test_faults_of_areas_are_told_together_with_those_of_the_sheets(tmp_path: Path) -> None:
    book = good()
    book["units"][1][4] = "many"
    path = put(tmp_path / "map.geojson", feature("V7", box(1, 1, 2, 2)))
    with pytest.raises(RegisterFaults) as caught:
        read_register(folder(tmp_path / "x-county", book), areas=path)
    assert [(fault.sheet, fault.code) for fault in caught.value.faults] == [
        ("units.csv", "not-a-number"),
        ("map.geojson", "area-of-nobody"),
    ]


def test_the_90_small_areas_of_middlesbrough_have_245_common_borders() -> None:
    areas = read_areas(MIDDLESBROUGH)
    pairs = neighbours(areas)
    assert (len(areas), len(pairs)) == (90, 245)
    assert {code for pair in pairs for code in pair} == set(areas)
    assert pairs == tuple(sorted(set(pairs)))
    assert all(first < second for first, second in pairs)
