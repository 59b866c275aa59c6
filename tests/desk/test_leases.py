"""A lease has one holder at a time, whatever kind of desk it is kept at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.database import Desk
from desk.leases import Leases
from desk.sqlite_desk import SQLiteDesk


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def desks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """Two connections to one desk."""
    if request.param == "sqlite":
        two: tuple[Desk, Desk] = (SQLiteDesk(tmp_path / "desk.db"), SQLiteDesk(tmp_path / "desk.db"))
    else:
        from service.county import desk_of

        store = request.getfixturevalue("postgres_store")
        two = (desk_of(store), desk_of(store))  # type: ignore[assignment]  # a server's
    yield two
    for desk in two:
        desk.close()


def test_a_lease_is_held_renewed_run_out_and_given_back(desks: tuple[Desk, Desk]) -> None:
    one, two = (Leases(desk) for desk in desks)
    assert one.take("w", "one", now="2026-01-01T00:00:00", until="2026-01-01T00:00:10")
    assert not two.take("w", "two", now="2026-01-01T00:00:09", until="2026-01-01T00:00:19")
    assert one.take("w", "one", now="2026-01-01T00:00:09", until="2026-01-01T00:00:20")
    assert two.take("other", "two", now="2026-01-01T00:00:09", until="2026-01-01T00:00:19")
    assert two.take("w", "two", now="2026-01-01T00:00:20", until="2026-01-01T00:00:30")
    one.give_back("w", "one")  # it is not theirs any more
    assert not one.take("w", "one", now="2026-01-01T00:00:21", until="2026-01-01T00:00:31")
    two.give_back("w", "two")
    assert one.take("w", "one", now="2026-01-01T00:00:22", until="2026-01-01T00:00:32")
