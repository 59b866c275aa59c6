"""A hearing, its evidence and the posts typed command by command, and looked at in both times."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.running import BAD_INPUT, REFUSED, USAGE, Desk

TODAY = datetime.now(UTC).date()
REVIEWER, CLERK, VILLAGE = "zhao@audit", "zhou@clerk", "liu@village-head"


def day(days_ago: int) -> str:
    return (TODAY - timedelta(days=days_ago)).isoformat()


@pytest.fixture
def announced(desk: Desk) -> Desk:
    """A plan announced nine days ago, open to objections until two days ago."""
    desk.planned()
    desk.done("plans", "review", "2026-01", "--opinion", "sound", "--as", REVIEWER)
    desk.done("plans", "announce", "2026-01", "--objections-until", day(2), "--effective-on", day(9))
    return desk


def lodge(desk: Desk, code: str, *more: str, on: int = 5) -> None:
    said = ("--plan", "2026-01", "--text", "the road is worse", "--capacity", "resident", "--effective-on", day(on))
    desk.done("objection", "lodge", code, *said, *more)


def test_a_plan_is_approved_when_every_objection_has_its_answer(announced: Desk) -> None:
    lodge(announced, "o1", "--unit", "v2", "--by", "Wang Er", "--as", CLERK)
    lodge(announced, "o2", "--line", "beautiful.p1", "--as", VILLAGE)
    assert "o1, o2" in announced.told(REFUSED, "plans", "close-objections", "2026-01")
    announced.told(REFUSED, "objection", "answer", "o1", "--outcome", "rejected", "--reason", "no")
    announced.done("objection", "answer", "o1", "--outcome", "rejected", "--reason", "measured", "--as", REVIEWER)
    announced.done("objection", "withdraw", "o2", "--reason", "explained", "--as", VILLAGE)
    announced.done("plans", "close-objections", "2026-01")
    announced.done("plans", "approve", "2026-01", "--as", "wang@leading-group")
    rows = announced.done("objection", "list", "2026-01", "--json").json
    assert [(row["objection"], row["by"], row["concerns"], row["state"]) for row in rows] == [
        ("o1", "Wang Er", "unit v2", "rejected"),
        ("o2", "liu", "line beautiful.p1", "withdrawn"),
    ]
    life = announced.done("plans", "life", "2026-01", "--lang", "zh").out
    steps = ["公示", "提出异议 o1", "提出异议 o2", "不采纳异议 o1", "撤回异议 o2"]
    assert [life.index(step) for step in steps] == sorted(life.index(step) for step in steps)
    assert [step["state"] for step in announced.done("plans", "life", "2026-01", "--json").json][4:] == [
        "objection-lodged o1",
        "objection-lodged o2",
        "objection-rejected o1",
        "objection-withdrawn o2",
        "objections_closed",
        "approved",
    ]


def test_an_upheld_objection_returns_the_plan(announced: Desk) -> None:
    lodge(announced, "o1", "--as", CLERK)
    said = announced.done(
        "objection", "answer", "o1", "--outcome", "upheld", "--reason", "it is so", "--as", REVIEWER, "--json"
    )
    assert said.json["facts"] == ["objection.answered", "plan.returned"]
    assert announced.done("plans", "list", "--json").json[0]["state"] == "returned"


def test_an_answer_is_one_of_two_and_an_objection_nobody_lodged_has_none(announced: Desk) -> None:
    lodge(announced, "o1", "--as", CLERK)
    for given in ((), ("--outcome", "postponed")):
        announced.told(USAGE, "objection", "answer", "o1", *given, "--reason", "x", "--as", REVIEWER)
    told = announced.told(
        REFUSED, "objection", "answer", "o9", "--outcome", "rejected", "--reason", "x", "--as", REVIEWER
    )
    assert "no objection o9" in told
    announced.told(REFUSED, "objection", "withdraw", "o9", "--reason", "x", "--as", REVIEWER)


def test_objections_are_listed_as_they_were_known_and_as_they_count(announced: Desk) -> None:
    lodge(announced, "o1", on=6)
    lodge(announced, "o2", on=4)
    before = len(announced.rows())
    announced.done("objection", "answer", "o1", "--outcome", "rejected", "--reason", "measured", "--as", REVIEWER)

    def states(*moment: str) -> dict[str, str]:
        rows = announced.done("objection", "list", "--json", *moment).json
        return {row["objection"]: row["state"] for row in rows}

    assert states() == {"o1": "rejected", "o2": "open"}
    assert states("--position", str(before)) == {"o1": "open", "o2": "open"}
    assert states("--as-of", day(5)) == {"o1": "open"}
    assert states("--as-of", day(7)) == {}


def test_the_report_of_an_announced_plan_tells_its_hearing_and_names_nobody(announced: Desk) -> None:
    lodge(announced, "o1", "--unit", "v2", "--by", "Wang Er", "--as", CLERK)
    announced.done("plans", "show", "2026-01", "--out", "out")
    page = (announced.folder / "out" / "report.html").read_text(encoding="utf-8")
    section = page.split('id="hearing-head"')[1].split("</section>")[0]
    assert "the road is worse" in section
    assert "Village Two" in section
    assert "Wang Er" not in page
    assert 'id="M27"' in page or "id=M27" in page


def test_the_report_of_a_plan_nobody_announced_has_no_hearing(desk: Desk) -> None:
    desk.planned()
    desk.done("plans", "show", "2026-01", "--out", "out")
    assert "hearing-head" not in (desk.folder / "out" / "report.html").read_text(encoding="utf-8")


def test_a_file_is_attached_by_its_hash_found_again_and_cited(announced: Desk) -> None:
    photo = announced.folder / "photo.jpg"
    photo.write_bytes(b"the hall, from the road")
    attach = ("evidence", "attach", "e1", "--file", "photo.jpg", "--kind", "inspection", "--found-on", day(3))
    announced.done(*attach, "--unit", "v1", "--indicator", "stars", "--finder", "sun@inspector", "--note", "no roof")
    early = ("unit", "assess", "v1", "--set", "stars=1", "--cite", "e1", "--effective-on")
    assert "which is earlier" in announced.told(REFUSED, *early, day(4))
    announced.done(*early, day(3))
    [row] = announced.done("evidence", "check", "photo.jpg", "--json").json
    assert row == {
        "evidence": "e1",
        "about": "unit v1 (stars)",
        "kind": "inspection",
        "found_on": day(3),
        "by": "sun@inspector",
        "state": "standing",
        "cited_by": "unit.assessed",
        "note": "no roof",
        "sha256": hashlib.sha256(b"the hall, from the road").hexdigest(),
    }
    assert announced.done("evidence", "list", "--unit", "v1", "--json").json == [row]
    assert announced.done("evidence", "list", "--project", "p1", "--json").json == []
    announced.done("evidence", "withdraw", "e1", "--reason", "another hall")
    photo.write_bytes(b"the hall, from the road, a little altered")
    assert announced.run("evidence", "check", "photo.jpg").code == REFUSED
    [row] = announced.done("evidence", "list", "--json").json
    assert (row["state"], row["note"]) == ("withdrawn", "another hall")


def test_a_file_that_cannot_be_read_is_no_evidence(announced: Desk) -> None:
    attach = ("evidence", "attach", "e1", "--kind", "photo", "--unit", "v1", "--file")
    assert "photo.jpg" in announced.told(BAD_INPUT, *attach, "photo.jpg")
    announced.told(BAD_INPUT, *attach, ".")


def test_posts_are_recorded_from_the_top_down_and_listed(desk: Desk) -> None:
    desk.planned()
    names = ("--name-zh", "书记", "--name-en", "Secretary")
    desk.told(REFUSED, "post", "record", "treasurer", *names, "--above", "secretary")
    desk.done("post", "record", "secretary", *names)
    desk.done("post", "record", "treasurer", *names, "--above", "secretary", "--department", "finance")
    assert "secretary → treasurer → secretary" in desk.told(
        REFUSED, "post", "record", "secretary", *names, "--above", "treasurer"
    )
    assert desk.done("post", "list", "--json", "--lang", "zh").json == [
        {"post": "secretary", "name": "书记", "above": None, "supervised_by": None, "department": None},
        {"post": "treasurer", "name": "书记", "above": "secretary", "supervised_by": None, "department": "finance"},
    ]
