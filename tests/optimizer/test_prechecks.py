"""Before the search: what is called impossible is, on random counties; every contradiction is named in words."""

from __future__ import annotations

import random
from typing import Any

import pytest

from optimizer.planning import solve_plan
from optimizer.prechecks import Finding, prechecks
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer.hand import K, by_formula, case_of, fund, policy, project, projects_only, register, unit
from tests.optimizer.small import small_county

TWO = [unit("A", backward=True), unit("B", township="T2")]


def found(
    rules: list[dict[str, Any]], funds: dict[str, Any] | None = None, projects: Any = (), units: Any = None
) -> list[Finding]:
    """What is found before the search in a county with one fund of 100k, all for projects unless said otherwise."""
    county = register(TWO if units is None else units, projects, [fund("F", 100)])
    return prechecks(case_of(county, policy({"F": projects_only()} if funds is None else funds, rules)))


def the_one(rules: list[dict[str, Any]], **county: Any) -> Finding:
    """The only certain finding."""
    (finding,) = [one for one in found(rules, **county) if one.certain]
    return finding


def test_on_random_counties_what_is_called_impossible_is_and_should_rules_are_never_a_fault() -> None:
    dice, called, impossible = random.Random(f"{SEED}:prechecks"), 0, 0
    for _ in range(150):
        county = small_county(dice)
        certain = [finding for finding in prechecks(county.case) if finding.certain]
        try:
            solve_plan(county.case)
        except NoPlan:
            impossible += 1
            called += bool(certain)
        else:
            assert certain == []
    assert called > impossible // 3 > 1


def test_what_is_called_out_of_reach_for_a_should_rule_is_always_missed() -> None:
    dice, seen = random.Random(f"{SEED}:notices"), 0
    for _ in range(90):
        county = small_county(dice)
        hopeless = {rule for one in prechecks(county.case) if not one.certain for rule in one.rules}
        for rule in county.loaded.policy.rules:
            if rule.id in hopeless and rule.kind == "should":
                must = county.loaded.policy.model_copy(update={"rules": (rule.model_copy(update={"kind": "must"}),)})
                loaded = type(county.loaded)(must, county.loaded.text, county.loaded.policy_hash)
                with pytest.raises(NoPlan):
                    solve_plan(case_of(county.register, loaded))
                seen += 1
    assert seen > 3


def test_floors_above_the_money_are_added_up() -> None:
    finding = the_one(
        [{"rule": "floor", "amount_yuan": 60_000}], projects=[project("P", "A", 90), project("Q", "B", 90)]
    )
    assert finding.code == "floors-above-budget"
    assert (finding.rules, finding.clauses) == (("floor",), ("M12",))
    assert (finding.figures["wanted_fen"], finding.figures["there_fen"]) == (120 * K, 100 * K)


def test_floors_of_a_group_above_its_largest_share_are_named_with_both_rules() -> None:
    projects = [project("P", "A", 60), project("Q", "B", 60)]
    rules = [
        {"rule": "floor", "where": "backward", "amount_yuan": 60_000},
        {"rule": "share", "where": "backward", "at_most": 0.5},
    ]
    finding = the_one(rules, projects=projects)
    assert finding.code == "share-exceeded-anyway"
    assert set(finding.rules) == {"floor", "share"}


def test_a_floor_above_a_cap_and_a_formula_above_a_cap_are_named_at_their_unit() -> None:
    projects = [project("P", "A", 30), project("Q", "B", 30)]
    rules = [{"rule": "floor", "amount_yuan": 30_000}, {"rule": "cap", "where": "backward", "amount_yuan": 20_000}]
    finding = the_one(rules, projects=projects)
    assert (finding.code, finding.rules, finding.figures["unit"]) == ("floor-above-cap", ("floor", "cap"), "A")
    finding = the_one([rules[1]], funds={"F": by_formula()})
    assert (finding.code, finding.rules, finding.figures["sure_fen"]) == ("formula-above-cap", ("cap",), 60 * K)


def test_a_share_no_one_can_take_is_out_of_reach() -> None:
    rules = [{"rule": "share", "where": "backward", "at_least": 0.8}]
    assert the_one(rules, funds={"F": by_formula()}).code == "share-out-of-reach"
    capped = [{**rules[0], "at_least": 0.5}, {"rule": "cap", "where": "backward", "amount_yuan": 40_000}]
    loose = {"F": by_formula(100)}
    assert the_one(capped, funds=loose).rules == ("share", "cap")


def test_shares_at_most_that_cannot_hold_all_the_money_and_shares_at_least_above_one_are_told() -> None:
    whole = {"F": by_formula(100)}
    finding = the_one([{"rule": "share", "each": "township", "at_most": 0.4}], funds=whole)
    assert (finding.code, finding.figures["held_fen"]) == ("shares-cannot-hold-all", 80 * K)
    rules = [
        {"rule": "share", "id": "one", "where": "backward", "at_least": 0.7},
        {"rule": "share", "id": "two", "where": "not backward", "at_least": 0.4},
    ]
    finding = the_one(rules, funds=whole)
    assert (finding.code, finding.rules) == ("shares-above-one", ("one", "two"))
    assert finding.figures["together"] == "110.00%"


def test_a_town_with_too_few_possible_sites_says_who_lacks_what_nobody_brings() -> None:
    units = [unit("A", haves=("money",)), unit("B", haves=()), unit("C")]
    rules = [{"rule": "demonstration-sites", "sites_min": 2}]
    finding = the_one(rules, units=units, projects=[project("P", "B", 10, closes=("money",))])
    assert finding.code == "town-without-sites"
    assert finding.figures["lacking"] == ("A (place)", "B (place)")
    assert (finding.figures["possible"], finding.figures["wanted"]) == (1, 2)


def test_two_rules_about_the_sites_of_a_town_contradict() -> None:
    rules = [
        {"rule": "demonstration-sites", "id": "few", "sites_min": 0, "sites_max": 0},
        {"rule": "demonstration-sites", "id": "many", "sites_min": 1, "sites_max": 2},
    ]
    assert [one.code for one in found(rules) if one.certain] == ["sites-contradict"] * 2


def test_unfinished_works_that_cannot_be_finished_are_named() -> None:
    rules = [{"rule": "unfinished-first", "id": "first"}]
    dear = [project("P", "A", 60, started=True), project("Q", "B", 60, started=True)]
    finding = the_one(rules, projects=dear)
    assert (finding.code, finding.figures["cost_fen"]) == ("unfinished-above-money", 120 * K)
    orphan = [project("P", "A", 60, started=True, purposes=("serve",))]
    assert the_one(rules, projects=orphan).code == "unfinished-without-fund"
    gone = project("Q", "A", 10, stage="withdrawn")
    waiting = [project("P", "A", 60, started=True, requires=("Q",)), gone]
    assert the_one(rules, projects=waiting).code == "unfinished-never"


def test_money_nobody_may_use_projects_that_wait_in_vain_and_hopeless_should_rules_are_notices() -> None:
    waiting = [project("P", "A", 60, requires=("Q",)), project("Q", "A", 10, stage="withdrawn")]
    rules = [{"rule": "floor", "amount_yuan": 60_000, "kind": "should"}]
    told = found(rules, projects=waiting)
    assert [one.code for one in told] == ["floors-above-budget", "prerequisite-never"]
    assert not any(one.certain for one in told)
    assert [one.code for one in found([])] == ["fund-unused"]


def test_any_rule_that_asks_for_more_than_there_can_be_is_told_by_its_own_rows() -> None:
    rules = [{"rule": "floor", "where": "backward", "amount_yuan": 60_000}]
    finding = the_one(rules, projects=[project("P", "A", 40), project("Q", "B", 90)])
    assert (finding.code, finding.rules, finding.figures["where"]) == ("out-of-reach", ("floor",), "A")
