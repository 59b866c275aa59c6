"""The shipped registers pass the same door as a planner's own: read without a fault, nothing lost on the way."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from intake.areas import neighbours
from intake.register_file import read_register
from scenarios.middlesbrough import middlesbrough
from scenarios.synthetic.county import county
from scenarios.synthetic.further_funds import further_funds
from tests.scenarios.shipped import LIBRARY


def test_the_synthetic_county_is_read_back_as_the_register_it_was_written_from() -> None:
    assert read_register(LIBRARY / "x-county") == county()


def test_the_further_funds_are_read_on_top_and_change_nothing_else() -> None:
    mission = county()
    together = {**mission.funds, **{fund.code: fund for fund in further_funds()}}
    assert read_register(LIBRARY / "x-county" / "more-funds", base=mission) == replace(mission, funds=together)


def test_middlesbrough_is_read_back_with_its_outlines() -> None:
    folder = LIBRARY / "middlesbrough"
    texts = [path.read_text(encoding="utf-8") for path in (folder / "source" / "areas.csv", folder / "areas.geojson")]
    found = read_register(folder)
    assert list(found.areas) == list(found.units)
    assert replace(found, areas={}) == middlesbrough(*texts)


def test_the_listed_neighbours_are_those_that_follow_from_the_outlines() -> None:
    for name in ("x-county", "middlesbrough", "city-reward"):
        found = read_register(Path(LIBRARY / name))
        assert neighbours(found.areas) == found.adjacency
