"""The map as RFC 7946 has it: rings the right way round, degrees exact, the money of the ledger."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from shapely.geometry import Polygon, shape

from documents.open_data.geometry import geometry_of
from domain.register import Area, Unit
from service.county import County
from service.exports.units_map import write_geojson
from service.ledger import ledger_at
from service.registers import import_register, moment, register_of, register_path
from tests.service.exports.conftest import HOSTILE
from tests.service.small import PLANNER, small_county
from tests.year import Year

CLOCKWISE = ((0, 0), (0, 2_000_000), (2_000_000, 2_000_000), (2_000_000, 0), (0, 0))
HOLE = ((500_000, 500_000), (1_500_000, 500_000), (1_500_000, 1_500_000), (500_000, 1_500_000), (500_000, 500_000))


def written(county: County, folder: Path) -> dict[str, Any]:
    path = folder / "units.geojson"
    write_geojson(county, moment(county), path)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def unit(**changed: Any) -> Unit:
    given = {"code": "u", "name_zh": "甲", "name_en": "A", "kind": "village", "township": "t", "households": 1}
    return Unit(**{**given, **changed})


def test_outer_rings_run_counter_clockwise_and_holes_clockwise_whatever_the_register_has() -> None:
    for outer in (CLOCKWISE, CLOCKWISE[::-1]):
        for hole in (HOLE, HOLE[::-1]):
            made = geometry_of(unit(), Area(unit="u", polygons=((outer, hole),)))
            assert made is not None
            assert made["type"] == "Polygon"
            first, second = (Polygon(ring) for ring in made["coordinates"])
            assert first.exterior.is_ccw
            assert not second.exterior.is_ccw
            assert shape(json.loads(json.dumps(made, default=float))).area == 3.0


def test_several_pieces_are_a_multipolygon_and_a_place_without_outline_is_a_point_to_the_microdegree() -> None:
    apart = Area(unit="u", polygons=((CLOCKWISE,), (HOLE,)))
    made = geometry_of(unit(), apart)
    assert made is not None
    assert (made["type"], len(made["coordinates"])) == ("MultiPolygon", 2)
    point = geometry_of(unit(lon_e6=112_345_678, lat_e6=-1), None)
    assert point == {"type": "Point", "coordinates": [Decimal("112.345678"), Decimal("-0.000001")]}
    assert geometry_of(unit(), None) is None


def test_the_money_of_units_is_that_of_the_ledger(year: Year, tmp_path: Path) -> None:
    found = written(year.county, tmp_path)
    rows = ledger_at(year.county, moment(year.county))
    for feature in found["features"]:
        told = feature["properties"]
        mine = [row for row in rows if row.unit == told["code"]]
        assert told["committed_fen"] == sum(row.committed_fen for row in mine)
        assert told["paid_fen"] == sum(row.disbursed_fen - row.returned_fen for row in mine)
        assert told["planned_fen"] == sum(told["planned_by_fund_fen"].values())
    assert found["rests_on"]["position"] == year.county.log.head()
    assert sum(one["properties"]["planned_fen"] for one in found["features"]) > 0


def test_hostile_names_are_only_text(hostile: County, tmp_path: Path) -> None:
    found = written(hostile, tmp_path)
    assert [one["properties"]["name_zh"] for one in found["features"]][:5] == list(HOSTILE.values())
    assert all(one["properties"]["planned_fen"] == 0 for one in found["features"])


def test_every_outline_of_a_real_place_is_valid_and_goes_out(tmp_path: Path) -> None:
    register = register_of("middlesbrough")
    with small_county(tmp_path) as county:
        import_register(county, register_path("middlesbrough"), county.mandate(PLANNER))
        found = written(county, tmp_path)
    assert len(found["features"]) == len(register.units) == 90
    for feature in found["features"]:
        assert shape(feature["geometry"]).is_valid
        outer = feature["geometry"]["coordinates"]
        rings = [outer[0]] if feature["geometry"]["type"] == "Polygon" else [one[0] for one in outer]
        assert all(Polygon(ring).exterior.is_ccw for ring in rings)
