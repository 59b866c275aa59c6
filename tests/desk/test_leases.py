"""A lease has one holder at a time, whatever kind of desk it is kept at."""

from __future__ import annotations

from desk.database import Desk
from desk.leases import Leases


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
