"""A scenario on the record at a past date: the register as it was known, under the policy of that day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from domain.decisions.units import CorrectUnit
from domain.folds import NothingRegistered
from service.county import County, open_county
from service.policies import NoPolicy, adopt_policy, read_policy
from service.registers import import_register
from service.scenarios.finding import Composed, read_scenario
from service.scenarios.running import run_scenario
from tests.service.small import PLANNER, edited_policy, store_in, write_policy, write_register
from tests.year import YearClock


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """Register in January; a policy adopted in February that comes into force in March, after one of 2020."""
    folder = tmp_path_factory.mktemp("past")
    clock = YearClock(date(2026, 1, 12))
    with open_county(store_in(folder), clock=clock) as open_:

        def told(name: str) -> None:
            policy = read_policy(folder / name, held)
            adopt_policy(open_, policy, open_.mandate(PLANNER, why="as decided"))

        held = import_register(open_, write_register(folder / "register"), open_.mandate(PLANNER, why="x")).register
        write_policy(folder / "first.yaml")
        later = edited_policy(
            ("version: 1", "version: 2"), ("2020-01-01", "2026-03-01"), ("amount_yuan: 5000}", "amount_yuan: 6000}")
        )
        write_policy(folder / "second.yaml", later)
        told("first.yaml")
        clock.turn_to(date(2026, 2, 10))
        told("second.yaml")
        clock.turn_to(date(2026, 4, 1))
        mandate = open_.mandate(PLANNER, why="counted anew")
        open_.decide(CorrectUnit(mandate=mandate, unit="v5", changes={"households": 210}))
        yield open_


def on(folder: Path, based_on: str) -> Composed:
    path = folder / "past.scenario.yaml"
    change = "change: [{set: funds.beautiful.amount_yuan, to: 96000, why: a gift}]\n"
    question = "question: {zh: 问, en: What if}\n"
    path.write_text(f"scenario: past\n{question}{based_on}{change}", encoding="utf-8")
    return read_scenario(str(path))


@pytest.mark.parametrize(
    "day, version, households",
    [("2026-01-31", 1, 200), ("2026-02-20", 1, 200), ("2026-03-15", 2, 200), ("2026-04-01", 2, 210)],
)
def test_it_is_planned_under_the_policy_in_force_that_day_on_what_was_known_then(
    county: County, tmp_path: Path, day: str, version: int, households: int
) -> None:
    run = run_scenario(on(tmp_path, f"based_on: {{known_at: {day}}}\n"), county)
    for outcome in (run.before, run.after):
        assert outcome.loaded.policy.version == version
        assert outcome.register.units["v5"].households == households
    assert run.after.register.funds["beautiful"].amount_fen == 9_600_000


def test_without_a_date_it_is_the_record_and_the_policy_of_today(county: County, tmp_path: Path) -> None:
    run = run_scenario(on(tmp_path, ""), county)
    assert run.position == county.log.head()
    assert (run.before.loaded.policy.version, run.before.register.units["v5"].households) == (2, 210)


def test_a_day_before_there_was_a_policy_is_refused(county: County, tmp_path: Path) -> None:
    with pytest.raises((NoPolicy, NothingRegistered)):
        run_scenario(on(tmp_path, "based_on: {known_at: 2025-12-31}\n"), county)
