"""What an auditor types: stories and traces as tables and as JSON, in both languages, and refusals with sentences."""

from __future__ import annotations

import pytest

from tests.cli.running import BAD_INPUT, REFUSED, USAGE, Desk
from tests.year import finished_year


@pytest.fixture
def year(desk: Desk) -> Desk:
    """A finished year in the folder, as the default store."""
    if not _KEPT:
        with finished_year(desk.folder):
            pass
        _KEPT.update({path.name: path.read_bytes() for path in desk.folder.glob("county*.db*")})
    for name, content in _KEPT.items():
        (desk.folder / name.replace("county", "tongchou")).write_bytes(content)
    return desk


_KEPT: dict[str, bytes] = {}


def test_the_story_of_a_unit_is_told_in_both_languages_and_to_programs(year: Desk) -> None:
    english, chinese = year.done("history", "v2"), year.done("history", "v2", "--lang", "zh")
    assert "Village Two (v2) was assessed anew: stars from 3 to 4" in " ".join(english.out.split())
    assert "重新评定二村（v2）" in chinese.out
    facts = year.done("history", "二村", "--json").json["facts"]
    assert [one["late_days"] for one in facts if one["fact"] == "unit.assessed"] == [126]
    assert all(one["zh"] and one["en"] for one in facts)


def test_a_story_is_asked_in_both_times(year: Desk) -> None:
    everything = year.done("history", "service", "--json").json["facts"]
    early = year.done("history", "service", "--as-of", "2026-04-01", "--json").json["facts"]
    known = year.done("history", "service", "--position", "20", "--json").json["facts"]
    by_day = year.done("history", "service", "--known-at", "2026-04-10", "--json").json["facts"]
    assert len(known) < len(early) < len(everything)
    assert {one["effective_on"] <= "2026-04-01" for one in early} == {True}
    assert {one["recorded_at"] < "2026-04-11" for one in by_day} == {True}
    year.told(REFUSED, "history", "2026-01", "--position", "3")


def test_a_sum_is_traced_to_the_posts_and_several_are_listed(year: Desk) -> None:
    said = year.done("trace", "30000").out
    for word in ("w-000", "leading-group", "treasurer", "M20", "Projects are paid whole"):
        assert word in said
    found = year.done("trace", "d-001", "--json").json
    assert found["target"]["commitment"] == "2026-01.service.v2"
    assert {rule["clause"] for rule in found["rules"]} == {"M12", "M02", "M27"}
    assert [step["step"] for step in found["steps"]][:3] == ["paid", "committed", "decided"]


def test_a_clause_is_followed_to_its_yuan(year: Desk) -> None:
    found = year.done("trace", "--clause", "M20", "--json").json
    assert found["total"]["amount_fen"] == sum(one["amount_fen"] for one in found["units"].values()) == 81_000_00
    assert "条款所定" in year.done("trace", "--clause", "M11", "--lang", "zh").out
    assert "M02" in year.told(REFUSED, "trace", "--clause", "M99")


@pytest.mark.parametrize("arguments", [(), ("30000", "--clause", "M11"), ("--clause", "M1", "--rule", "x")])
def test_a_trace_of_nothing_or_of_two_things_is_not_understood(year: Desk, arguments: tuple[str, ...]) -> None:
    year.told(USAGE, "trace", *arguments)


def test_refusals_come_in_chinese_to_who_asks_for_it(year: Desk) -> None:
    assert "账上没有" in year.told(REFUSED, "history", "nobody", "--lang", "zh")
    assert "没有引用" in year.told(REFUSED, "trace", "--rule", "nothing", "--lang", "zh")


def test_asking_changes_nothing_on_the_record(year: Desk) -> None:
    before = year.rows()
    year.done("history", "v1")
    year.done("trace", "w-000")
    year.done("trace", "--clause", "M11")
    assert year.rows() == before


def test_the_lists_are_typed_with_their_numbers_and_say_their_rule(year: Desk) -> None:
    assert "126 days later" in " ".join(year.done("audit", "list", "backdated").out.split())
    chinese = year.done("audit", "list", "unaccepted", "--share", "100", "--as-of", "2026-12-01", "--lang", "zh").out
    assert "100%" in chinese
    found = year.done("audit", "list", "split", "--threshold", "5500", "--near", "20", "--json").json
    assert [one["said"]["payee"] for one in found["findings"]] == ["payee of v6", "payee of v4"]
    assert "backdated" in year.told(REFUSED, "audit", "list", "everything")
    year.told(USAGE, "audit", "list", "split", "--threshold", "much")


def test_a_statement_that_does_not_agree_exits_1_and_writes_its_result(year: Desk) -> None:
    bank = year.folder / "bank.csv"
    bank.write_text("日期,支出,对方户名,凭证号\n2026-04-20,4250,payee of v1,V-d-000\n", encoding="utf-8")
    said = year.run("audit", "reconcile", "bank.csv", "--out", "result.xlsx", "--lang", "zh")
    assert said.code == REFUSED
    assert "只在账上" in said.out
    assert (year.folder / "result.xlsx").read_bytes().startswith(b"PK")
    found = year.run("audit", "reconcile", "bank.csv", "--json")
    assert (found.code, found.json["fine"], len(found.json["entries"])) == (REFUSED, False, 8)
    first = found.json["entries"][0]["payments"][0]["position"]
    assert "Everything agrees" in year.done("audit", "reconcile", "bank.csv", "--position", first).out


def test_a_statement_with_faults_is_told_cell_by_cell(year: Desk) -> None:
    (year.folder / "bank.csv").write_text("日期,支出\n昨天,4250\n2026-04-20,x\n", encoding="utf-8")
    told = year.told(BAD_INPUT, "audit", "reconcile", "bank.csv")
    assert "bank.csv, row 2, column A" in told
    assert "row 3, column B" in told
    year.told(BAD_INPUT, "audit", "reconcile", "nowhere.csv")
