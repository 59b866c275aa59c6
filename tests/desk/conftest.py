"""Both kinds of desk, for tables whose statements must be valid for either."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.database import Desk
from desk.sqlite_desk import SQLiteDesk
from service.county import desk_of


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def desks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """Two connections to one desk."""

    def opened() -> Desk:
        place = (
            tmp_path / "desk.db" if request.param == "sqlite" else desk_of(request.getfixturevalue("postgres_store"))
        )
        return SQLiteDesk(place) if place is None or isinstance(place, Path) else place

    two = opened(), opened()
    yield two
    for desk in two:
        desk.close()
