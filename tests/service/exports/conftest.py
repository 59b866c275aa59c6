"""A finished year of the small county, told once; and a county in which every name is hostile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.decisions.units import CorrectUnit
from service.county import County
from service.registers import import_register
from tests.service.small import PLANNER, small_county, write_register
from tests.year import Year, finished_year

HOSTILE = {
    "v1": '=HYPERLINK("http://x","一村")',
    "v2": '二\u202e村\u200f, "引号"',
    "v3": "＝cmd|' /C calc'!A0",
    "v4": "'+四村",
    "v5": "@五村\r\n; -- <script>",
}
"""What names try: formulas (also in full width), quotes, new lines, marks that turn the direction of writing. A
spreadsheet with such names is refused; a decision about one unit is free to say them."""


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """The year; only read from."""
    with finished_year(tmp_path_factory.mktemp("year")) as told:
        yield told


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A county whose units have the names of `HOSTILE`; nothing is planned."""
    folder = tmp_path_factory.mktemp("hostile")
    with small_county(folder) as county:
        import_register(county, write_register(folder / "register"), county.mandate(PLANNER))
        for unit, name in HOSTILE.items():
            county.decide(CorrectUnit(mandate=county.mandate(PLANNER, why=name), unit=unit, changes={"name_zh": name}))
        yield county
