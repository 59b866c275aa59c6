"""Saved scenarios are kept by name, once each, whatever kind of desk they are kept at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from desk.database import Desk
from desk.saved_scenarios import SavedRow, SavedScenarios

ROW = SavedRow("a", "瘦年 thin", "li", datetime(2026, 3, 31, 8, tzinfo=UTC), 7, "scenario: 瘦\n")


def test_a_saved_scenario_is_found_listed_counted_and_deleted_and_its_name_is_its_own(desks: tuple[Desk, Desk]) -> None:
    one, two = (SavedScenarios(desk) for desk in desks)
    later = replace(ROW, id="b", name="other", saved_at=ROW.saved_at.replace(hour=9))
    assert one.add(ROW)
    assert not two.add(replace(ROW, id="c", account="wang"))
    assert two.add(later)
    assert (two.get("a"), one.named("other"), one.get("none")) == (ROW, later, None)
    assert two.newest() == [later, ROW]
    assert (one.count("li"), one.count("wang")) == (2, 0)
    assert [two.remove("a"), one.remove("a")] == [True, False]
    assert one.newest() == [later]
