"""What is typed about two times: progress, difference, lists of the past; tables in both languages, and JSON."""

from __future__ import annotations

import pytest

from tests.cli.running import REFUSED, USAGE, Desk
from tests.cli.test_asking import year

__all__ = ["year"]


def test_the_difference_of_two_moments_is_told_with_the_facts_and_the_late_ones_marked(year: Desk) -> None:
    found = year.done("diff", "--from", "2026-10-31", "--to", "now", "--json").json
    stars = next(one for one in found["changes"] if one["field"] == "stars")
    assert (stars["entry"], stars["before"], stars["after"]) == ("unit:v2", 3, 4)
    facts = {one["position"]: one for one in found["facts"]}
    assert [(facts[at]["fact"], facts[at]["late"]) for at in stars["facts"]] == [("unit.assessed", True)]
    chinese = year.done("diff", "--from", "2026-10-31", "--lang", "zh").out
    assert "之间的变化" in chinese
    assert "补记" in chinese
    assert "zhao-min@audit-reviewer" in year.done("diff", "--from", "2026-10-31").out


def test_moments_of_a_difference_are_positions_dates_times_or_now(year: Desk) -> None:
    head = year.done("diff", "--from", "0", "--json").json["to"]["position"]
    same = year.done("diff", "--from", str(head), "--to", "now")
    assert "say the same" in same.out
    by_time = year.done("diff", "--from", "2026-10-31T12:00+00:00", "--to", str(head), "--json").json
    by_date = year.done("diff", "--from", "2026-10-31", "--json").json
    assert by_time["changes"] == by_date["changes"]
    assert "position" in year.told(USAGE, "diff", "--from", "yesterday")


def test_progress_is_told_in_both_languages_and_at_any_moment(year: Desk) -> None:
    chinese = year.done("progress", "--known-at", "2026-08-12", "--lang", "zh").out
    assert "已开工" in chinese
    found = year.done("progress", "--as-of", "2026-12-01", "--late", "--json").json
    assert [one["project"] for one in found["projects"]] == ["p1", "p4", "p5", "p6"]
    assert found["projects"][0]["paid_percent"] == 100
    assert "no such project" in year.done("progress", "--unit", "nowhere").out


@pytest.mark.parametrize(
    "command, then, now",
    [
        (("plans", "list", "--json"), '"returned"', '"noticed"'),
        (("plans", "life", "2026-01", "--json"), '"returned"', '"noticed"'),
        (("register", "show", "v2", "--json"), '"stars": 3', '"stars": 4'),
        (("register", "list", "units", "--json"), '"households": 200', '"households": 210'),
        (("store", "facts", "--limit", "99", "--json"), "plan.drafted", "plan.noticed"),
        (("ledger", "--json"), '"committed_fen": 0', '"committed_fen": 850000'),
    ],
)
def test_what_reads_the_record_reads_it_as_known_and_as_effective_then(
    year: Desk, command: tuple[str, ...], then: str, now: str
) -> None:
    assert now in year.done(*command).out
    for option, moment in (("--known-at", "2026-03-04T09:00:03+00:00"), ("--position", "33")):
        earlier = year.done(*command, option, moment).out
        assert then in earlier
        assert now not in earlier
    day = "2026-06-29" if "stars" in now else "2026-03-04"
    assert now not in year.done(*command, "--as-of", day).out


def test_a_late_fact_is_in_the_past_as_known_now_and_not_as_known_then(year: Desk) -> None:
    on_the_day = ("register", "show", "v2", "--json", "--as-of", "2026-06-30")
    assert year.done(*on_the_day).json["stars"] == 4
    assert year.done(*on_the_day, "--known-at", "2026-07-31").json["stars"] == 3


def test_questions_about_a_plan_are_asked_of_the_plan_as_it_was(year: Desk) -> None:
    as_drafted = year.done("why", "v2", "--position", "33", "--json").out
    by_hand = year.done("why", "v2", "--json").out
    assert as_drafted != by_hand
    assert "plan" in year.told(REFUSED, "why", "v2", "--as-of", "2026-01-31")
    assert "2026-02" in year.told(REFUSED, "plans", "life", "2026-02")


def test_the_ledgers_heads_are_in_the_readers_language(year: Desk) -> None:
    assert "台账" in year.done("ledger", "--lang", "zh").out
    assert "已承诺" in year.done("ledger", "--lang", "zh").out
    assert "committed (yuan)" in year.done("ledger").out
