"""What changed between two moments of a finished year, how far its projects had come, and that the past stays put."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from random import Random

import pytest

from domain.decisions import AmendFund, AssessUnit, WithdrawProject
from domain.folds import MoneyFold, RegisterFold
from service.county import County
from service.diffing import Diff, diff
from service.entries import Entries
from service.ledger import ledger_at
from service.plan_reading import life_of, standing
from service.progress import Progress, progress_at
from service.registers import Moment, moment, register_at
from tests.service.small import PLANNER, REVIEWER
from tests.year import PLAN, finished_year

OCTOBER = datetime.fromisoformat("2026-10-31T23:59:59+00:00")
AUGUST = datetime.fromisoformat("2026-08-12T00:00:00+00:00")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """The year; nothing here records anything."""
    with finished_year(tmp_path_factory.mktemp("year")) as year:
        yield year.county


def fields(found: Diff) -> dict[tuple[str, str], tuple[object, object, tuple[int, ...]]]:
    return {
        (change.difference.entry, change.difference.field): (
            change.difference.left,
            change.difference.right,
            change.facts,
        )
        for change in found.changes
    }


def by_code(found: list[Progress]) -> dict[str, Progress]:
    return {one.project: one for one in found}


def test_what_changed_since_october_is_named_with_the_facts_that_did_it(county: County) -> None:
    found = diff(county, moment(county, known_at=OCTOBER), moment(county))
    said = fields(found)
    assert said["unit:v2", "stars"][:2] == (3, 4)
    assert said["unit:v5", "households"][:2] == (200, 210)
    assert said["fund:service", "amount_fen"][:2] == (6_000_000, 6_500_000)
    assert said["service/-/-", "announced_fen"][:2] == (6_000_000, 6_500_000)
    by_position = {one.recorded.position: one.recorded.fact for one in found.facts}
    named = {by_position[at].stored_name() for _, _, facts in said.values() for at in facts}
    assert named == {"unit.assessed", "unit.struck_off", "unit.corrected", "fund.amended"}


def test_facts_that_count_from_before_the_first_moment_are_marked_late(county: County) -> None:
    found = diff(county, moment(county, known_at=OCTOBER), moment(county))
    late = {one.recorded.fact.stored_name(): one.recorded.fact.mandate.effective_on for one in found.facts if one.late}
    assert late == {"unit.assessed": date(2026, 6, 30), "unit.struck_off": date(2026, 9, 30)}


def test_as_of_a_day_only_late_facts_change_what_was_so_on_that_day(county: County) -> None:
    october = moment(county, known_at=OCTOBER, as_of=date(2026, 10, 31))
    found = diff(county, october, moment(county, as_of=date(2026, 10, 31)))
    assert {entry for entry, _ in fields(found)} == {"unit:v1", "unit:v2"}
    assert all(one.late for one in found.facts)


def test_a_difference_read_backwards_is_the_same_the_other_way_round(county: County) -> None:
    dice, head = Random(3), county.log.head()
    for _ in range(6):
        a, b = Moment(dice.randrange(head + 1)), Moment(dice.randrange(head + 1))
        there, back = diff(county, a, b), diff(county, b, a)
        assert {key: (r, left, f) for key, (left, r, f) in fields(there).items()} == fields(back)
        assert [one.recorded.position for one in there.facts] == list(
            range(min(a.position, b.position) + 1, max(a.position, b.position) + 1)
        )
        unexplained = {key for key, (_, _, facts) in fields(there).items() if not facts}
        assert {field for _, field in unexplained} <= {"late"}  # a project becomes late by the calendar alone
    same = diff(county, Moment(40), Moment(40))
    assert (same.changes, same.facts) == ((), ())


def test_projects_stand_in_august_where_the_year_says(county: County) -> None:
    august = by_code(progress_at(county, moment(county, known_at=AUGUST)))
    assert {code: one.step for code, one in august.items()} == {
        "p1": "started",
        "p2": "started",
        "p3": "started",
        "p4": "committed",
        "p5": "admitted",
        "p6": "committed",
    }
    assert (august["p1"].paid_fen, august["p1"].committed_fen, august["p1"].days["started"]) == (
        0,
        3_000_000,
        date(2026, 8, 10),
    )
    assert august["p1"].days["funded"] == date(2026, 3, 20)
    assert not any(one.late for one in august.values())


def test_what_is_past_its_day_and_not_accepted_is_late(county: County) -> None:
    end = moment(county, as_of=date(2026, 12, 31))
    assert [one.project for one in progress_at(county, end, late_only=True)] == ["p1", "p4", "p5", "p6"]
    assert [one.project for one in progress_at(county, end, unit="v1")] == ["p1"]
    towns = {one.township for one in progress_at(county, end)}
    assert sorted(one.project for town in towns for one in progress_at(county, end, township=town)) == [
        "p1",
        "p2",
        "p3",
        "p4",
        "p5",
        "p6",
    ]


@pytest.mark.parametrize("as_of", [None, date(2026, 4, 20), date(2026, 9, 1)])
def test_what_projects_were_paid_is_at_every_position_what_the_facts_say(county: County, as_of: date | None) -> None:
    money = MoneyFold()
    for recorded in county.log.facts():
        if as_of is None or recorded.fact.mandate.effective_on <= as_of:
            money.apply(recorded.fact)
        if recorded.position > 30 and recorded.position % 7 == 0:
            for one in progress_at(county, Moment(recorded.position, as_of)):
                spent = money.project(one.project)
                assert (one.paid_fen, one.committed_fen) == (spent.paid_fen, spent.committed_fen - spent.released_fen)


def test_an_entry_has_at_every_position_the_state_the_whole_register_gives_it(county: County) -> None:
    entries, fold = Entries(county, county.log.head()), RegisterFold()
    for recorded in county.log.facts():
        fold.apply(recorded.fact)
        shelves = {"unit": fold.units, "project": fold.projects, "fund": fold.funds, "township": fold.townships}
        for kind, shelf in shelves.items():
            for code, entry in shelf.items():
                assert entries.at(kind, code, recorded.position) == entry
    assert entries.at("unit", "nowhere", county.log.head()) is None


def test_answers_about_the_past_are_the_same_before_and_after_the_year_went_on(tmp_path: Path) -> None:
    """Asked at the time, and asked again at the end of the year about that time."""
    with finished_year(tmp_path) as year:
        county = year.county
        now = county.log.head()
        kept = [
            (at, register_at(county, at), ledger_at(county, at), standing(county, at), life_of(county, PLAN, at))
            for at in (Moment(40), Moment(60, date(2026, 4, 1)), Moment(now, date(2026, 10, 1)))
        ]
        year.on(12, 20)
        spring = date(2026, 3, 1)
        county.decide(AssessUnit(mandate=year.by(REVIEWER, effective_on=spring), unit="v3", changes={"stars": 1}))
        more = AmendFund(mandate=year.by(PLANNER, effective_on=spring), fund="beautiful", new_amount_fen=9_000_000)
        county.decide(more)
        county.decide(
            WithdrawProject(mandate=year.by(PLANNER, effective_on=spring), project="p5", reason="nobody wants it")
        )
        assert register_at(county, moment(county, as_of=date(2026, 4, 1))) != kept[1][1]
        for at, *before in kept:
            assert [
                register_at(county, at),
                ledger_at(county, at),
                standing(county, at),
                life_of(county, PLAN, at),
            ] == before
