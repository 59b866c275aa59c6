"""What cannot work, at the command line: sums before the search, who collides where, repairs, shortfalls explained."""

from __future__ import annotations

import json
from typing import Any

import pytest

from optimizer.conflicts.impossibility import check_impossibility
from tests.cli.running import BAD_INPUT, DONE, NO_PLAN, Desk
from tests.service.small import edited_policy

TILTED = ("where: backward, at_least: 0.30", "where: backward, at_least: 0.95")


def problem(desk: Desk, *arguments: object) -> dict[str, Any]:
    """The one object on stderr, after what was said on the way, of a command that must find no plan."""
    read: dict[str, Any] = json.loads(desk.told(NO_PLAN, *arguments, "--json").splitlines()[-1])
    return read


def test_a_plan_that_cannot_be_carries_its_conflict_and_repairs_for_programs(desk: Desk) -> None:
    desk.imported()
    desk.done("policy", "adopt", desk.policy(edited_policy(TILTED)))
    told = problem(desk, "plan")
    assert told["error"] == "rules-collide"
    assert "backward-share" in [part.get("rule") for part in told["conflicts"]]
    assert all(part["minimal"] for part in told["conflicts"])
    cheapest = told["repairs"][0]
    assert cheapest["proven"]
    assert [change["rule"] for change in cheapest["relax"]] == ["backward-share"]
    assert float(cheapest["cost_yuan"]) == sum(change["amount"] for change in cheapest["relax"]) / 100


def test_a_statutory_rule_is_named_as_such_and_never_offered_for_repair(desk: Desk) -> None:
    desk.imported()
    statutory = edited_policy((TILTED[0], f"{TILTED[1]}, statutory: true"))
    desk.done("policy", "adopt", desk.policy(statutory))
    told = problem(desk, "plan")
    assert [part["statutory"] for part in told["conflicts"] if part.get("rule") == "backward-share"] == [True]
    assert all(change["rule"] != "backward-share" for repair in told["repairs"] for change in repair["relax"])


@pytest.mark.parametrize("lang, words", [("en", ("Takes part", "Repair 1")), ("zh", ("相互矛盾", "办法 1"))])
def test_a_collision_is_told_in_both_languages(desk: Desk, lang: str, words: tuple[str, ...]) -> None:
    desk.imported()
    desk.done("policy", "adopt", desk.policy(edited_policy(TILTED)))
    told = desk.told(NO_PLAN, "plan", "--lang", lang)
    assert all(word in told for word in words), told


def test_sentences_about_a_collision_call_rules_and_groups_by_name(desk: Desk) -> None:
    desk.imported()
    desk.done("policy", "adopt", desk.policy(edited_policy(TILTED)))
    told = desk.told(NO_PLAN, "plan", "--lang", "zh")
    assert "后进单位" in told
    assert "涉及 group" not in told
    checked = desk.run("policy", "check", desk.policy(edited_policy(("sites_min: 1", "sites_min: 9"))), "--lang", "zh")
    assert "补不齐的：–" not in checked.out


def test_a_policy_that_does_not_fit_its_register_is_bad_input(desk: Desk) -> None:
    desk.imported()
    strange = edited_policy(
        ("objectives:", "  - {rule: bundle, id: b, clause: M06, projects: [nope, nada]}\nobjectives:")
    )
    told = desk.told(BAD_INPUT, "policy", "check", desk.policy(strange))
    assert "nope" in told


def test_a_policy_is_added_up_against_the_register_of_the_store_or_one_that_is_named(desk: Desk) -> None:
    faulty, well = desk.policy(edited_policy(TILTED), "faulty.yaml"), desk.policy()
    assert desk.run("policy", "check", faulty).code == DONE, "without a register there is nothing to add up"
    named = desk.run("policy", "check", faulty, "--register", desk.register())
    assert named.code == NO_PLAN
    assert "At least 95.00%" in named.out
    desk.imported()
    before = desk.rows()
    assert desk.run("policy", "check", faulty).out == named.out
    said = desk.run("policy", "check", faulty, "--json")
    assert said.code == NO_PLAN
    assert [finding["rules"] for finding in said.json["findings"]] == [["backward-share"]]
    assert "contradict nothing" in desk.done("policy", "check", well).out
    assert desk.rows() == before


def test_a_proof_that_no_plan_exists_is_written_and_checks(desk: Desk) -> None:
    desk.imported()
    faulty = desk.policy(edited_policy(TILTED), "faulty.yaml")
    assert desk.run("policy", "check", faulty, "--proof", "proof.json").code == NO_PLAN
    proof = json.loads((desk.folder / "proof.json").read_text(encoding="utf-8"))
    assert check_impossibility(proof) == []
    desk.done("policy", "check", desk.policy(), "--proof", "none.json")
    assert not (desk.folder / "none.json").exists()


def test_a_notice_is_shown_with_a_plan_and_does_not_stop_it(desk: Desk) -> None:
    desk.imported()
    hopeless = edited_policy((TILTED[0], f"{TILTED[1]}, kind: should, priority_class: 9"))
    desk.done("policy", "adopt", desk.policy(hopeless))
    said = desk.done("plan")
    assert "Notice: " in said.out
    assert "At least 95.00%" in said.out
    (missed,) = [one for one in desk.done("shortfalls", "--json").json["shortfalls"] if one["rule"] == "backward-share"]
    assert 0 < missed["missed_at_least"] <= missed["missed"]
    assert "backward-share" in desk.done("shortfalls").out


def test_a_plan_that_misses_nothing_says_so(desk: Desk) -> None:
    desk.planned()
    assert "fulfils every should-rule" in desk.done("shortfalls").out
