"""The real register says what its sources say, and nothing else."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import combinations

from shapely.geometry import Point, shape

from scenarios.middlesbrough import CREDIT, adjacency, middlesbrough
from scenarios.tables import register_tables
from tests.scenarios.shipped import LIBRARY, outlines, rows

FOLDER = LIBRARY / "middlesbrough"
SOURCE = rows("middlesbrough/source", "areas")
UNITS = rows("middlesbrough", "units")


def test_the_shipped_tables_are_what_the_converter_makes_to_the_byte() -> None:
    source = (FOLDER / "source" / "areas.csv").read_text(encoding="utf-8")
    made = register_tables(middlesbrough(source, (FOLDER / "areas.geojson").read_text(encoding="utf-8")))
    assert {path.name for path in FOLDER.glob("*.csv")} == set(made)
    assert [name for name, text in made.items() if (FOLDER / name).read_bytes() != text.encode("utf-8")] == []


def test_there_are_90_areas_in_19_groups_and_45_lie_in_the_most_deprived_tenth() -> None:
    assert len({row["code"] for row in UNITS}) == len({row["name_zh"] for row in UNITS}) == 90
    assert len(rows("middlesbrough", "townships")) == 19
    assert {row["township"] for row in UNITS} == {row["code"] for row in rows("middlesbrough", "townships")}
    assert Counter(row["poor"] for row in UNITS) == {"yes": 45, "no": 45}
    # the rank says the same: a tenth of England's 33,755 areas
    assert sum(Decimal(row["IMD_rank"]) <= 3_375 for row in UNITS) == 45


def test_every_figure_stands_as_in_the_source() -> None:
    indicators = [name for name in SOURCE[0] if name.startswith("IMD_") or name.endswith("_score")]
    assert len(indicators) == 10
    for unit, source in zip(UNITS, SOURCE, strict=True):
        assert unit["code"] == source["lsoa21_code"]
        assert unit["name_en"] == source["name"]
        assert unit["households"] == source["households"]
        assert {name: unit[name] for name in indicators} == {name: source[name] for name in indicators}
        for here, there in (("longitude", "longitude"), ("latitude", "latitude")):
            assert abs(Decimal(unit[here]) - Decimal(source[there])) <= Decimal("0.0000005")


def test_no_judgement_of_ours_is_added() -> None:
    for row in UNITS:
        assert row["backward"] == row["office_rented_out"] == "no"
        assert row["stars"] == row["haves"] == row["last_result"] == row["backward_reason"] == ""
    assert not (FOLDER / "projects.csv").exists()


def test_the_credit_line_is_kept_and_the_amounts_are_called_illustrative() -> None:
    assert [row["note"] for row in rows("middlesbrough", "county")] == [CREDIT]
    words = " ".join((FOLDER / "README.md").read_text(encoding="utf-8").replace("\n> ", " ").split())
    assert CREDIT in words
    funds = {row["code"]: row for row in rows("middlesbrough", "funds")}
    assert {code: row["amount_yuan"] for code, row in funds.items()} == {"beautiful": "2000000", "service": "4500000"}
    for row in funds.values():
        assert row["document_no"] == "illustrative"
        assert "illustrative" in row["name_en"]
        assert "示例" in row["name_zh"]


def test_neighbours_share_a_stretch_of_their_outlines() -> None:
    areas = {code: shape(feature["geometry"]) for code, feature in outlines("middlesbrough").items()}
    assert set(areas) == {row["code"] for row in UNITS}
    touching = {(a, b) for a, b in combinations(sorted(areas), 2) if areas[a].intersection(areas[b]).length > 0}
    listed = {(row["unit_a"], row["unit_b"]) for row in rows("middlesbrough", "adjacency")}
    assert listed == touching == set(adjacency((FOLDER / "areas.geojson").read_text(encoding="utf-8")))
    assert {code for pair in listed for code in pair} == set(areas)
    for row in UNITS:
        assert areas[row["code"]].distance(Point(float(row["longitude"]), float(row["latitude"]))) < 0.002
