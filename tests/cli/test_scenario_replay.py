"""`tongchou scenario replay`, `decisions` and `adopt --plan-hash` as a person types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import BAD_INPUT, DONE, REFUSED, Desk
from tests.service.small import edited_policy, write_policy
from tests.year import finished_year


@pytest.fixture
def told(desk: Desk) -> Path:
    """A store with a finished year, and another policy beside it."""
    with finished_year(desk.folder):
        pass
    other = edited_policy(
        ("floor_yuan: 5000", "floor_yuan: 4000"),
        ("amount_yuan: 5000}", "amount_yuan: 4000}"),
        ("projects_at_most_yuan: 7000", "projects_at_most_yuan: 30000"),
    )
    return write_policy(desk.folder / "other.yaml", other)


def test_a_year_told_again_under_its_own_rules_is_the_record_and_under_others_a_ledger(desk: Desk, told: Path) -> None:
    same = desk.run("scenario", "replay", "--store", "county.db", "--json")
    assert (same.code, same.json["same"], same.json["ground"]) == (DONE, True, "")
    found = desk.run("scenario", "replay", "--policy", told.name, "--store", "county.db", "--json").json
    refused = [(one["effective_on"], one["refusal"]) for one in found["steps"] if one["fate"] == "refused"]
    assert refused[0] == ("2026-08-10", "work-without-money")
    assert found["plans"][0]["plan_hash_recorded"] != found["plans"][0]["plan_hash_found"]
    for lang, words in (
        ("zh", ["没有这条明细了", "本可以承诺"]),
        ("en", ["no such line any more", "would have been open"]),
    ):
        said = desk.run("scenario", "replay", "--policy", told.name, "--store", "county.db", "--lang", lang)
        assert said.code == DONE
        assert all(word in said.out for word in words)


def test_a_stretch_and_a_ground_that_cannot_be_are_one_sentence(desk: Desk, told: Path) -> None:
    nothing = desk.run("scenario", "replay", "--from", "500", "--store", "county.db")
    assert (nothing.code, "ends at 80" in nothing.err) == (REFUSED, True)
    both = desk.run("scenario", "replay", "--policy", told.name, "--scenario", "thinner", "--store", "county.db")
    assert both.code == REFUSED
    broken = desk.folder / "broken.yaml"
    broken.write_text("policy: xiao\nversion: 1\n", encoding="utf-8")
    assert desk.run("scenario", "replay", "--policy", "broken.yaml", "--store", "county.db").code == BAD_INPUT


def test_the_decisions_a_change_may_name_are_listed(desk: Desk) -> None:
    listed = {one["decide"]: one for one in desk.run("scenario", "decisions", "--json").json}
    assert listed["strike-off"]["zh"] == "销号"
    assert {"argument": "evidence", "kind": "text", "required": True} in listed["strike-off"]["with"]
    assert "strike-off" in desk.run("scenario", "decisions", "--lang", "zh").out


def test_a_scenario_is_adopted_only_as_the_very_plan_a_run_found(desk: Desk) -> None:
    desk.planned()
    (desk.folder / "more.scenario.yaml").write_text(
        "scenario: more\nquestion: {zh: 多一点, en: A little more}\n"
        "change: [{set: funds.beautiful.amount_yuan, to: 96000, why: a gift}]\n",
        encoding="utf-8",
    )
    run = desk.run("scenario", "run", "more.scenario.yaml", "--json").json
    adopt = ("scenario", "adopt", "more.scenario.yaml", "--as", "li-na@finance-planner", "--json")
    assert desk.run(*adopt, "--plan-hash", run["before"]["plan_hash"]).code == REFUSED
    adopted = desk.run(*adopt, "--plan-hash", run["after"]["plan_hash"]).json
    assert adopted["plan_hash"] == run["after"]["plan_hash"]
    assert adopted["scenario_hash"] == run["scenario_hash"]
