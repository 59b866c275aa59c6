"""`tongchou why`, `why-not`, `rules` and `late`: reasons of the plan on the record, in both languages and as JSON."""

from __future__ import annotations

import pytest

from tests.cli.running import REFUSED, USAGE, Desk
from tests.service.small import edited

UNITS = ("v1", "v2", "v3", "v4", "v5", "v6")


def test_every_unit_is_explained_to_the_fen_with_rule_and_clause(desk: Desk) -> None:
    desk.planned()
    for unit in UNITS:
        why = desk.done("why", unit, "--json").json["why"]
        assert sum(piece["amount_fen"] for piece in why["pieces"]) == why["total_fen"] > 0
    said = desk.done("why", "v1").out
    assert "100 (Households) × 1.50 = 150 of" in said
    assert "M12" in said
    assert "0.50 of the priority 1.50" in said
    assert "为什么得到" in desk.done("why", "一村", "--lang", "zh").out


def test_a_project_left_out_hears_what_it_would_worsen_and_the_least_change_of_every_lever(desk: Desk) -> None:
    desk.planned()
    answers = [one for unit in UNITS for one in desk.done("why-not", unit, "--json").json["why_not"]]
    left_out = [one for one in answers if one["kind"] == "project" and one["forced"]]
    assert left_out
    for one in left_out:
        assert [lever["kind"] for lever in one["levers"]][:2] == ["score", "cost"]
        assert {lever["kind"] for lever in one["levers"]} == {"score", "cost", "fund", "rule"}
        for lever in one["levers"]:
            assert lever["outcome"] != "unknown"
            assert lever["change"]["low"] == lever["change"]["high"]
    said = desk.done("why-not", left_out[0]["subject"]).out
    assert "Score" in said
    assert "the first objective to suffer" in said
    assert "Whose money would change" in said
    assert "单独改变一项" in desk.done("why-not", left_out[0]["subject"], "--lang", "zh").out


def test_a_unit_hears_of_the_demonstration_site_it_is_or_is_not(desk: Desk) -> None:
    desk.planned()
    sites = [one for unit in UNITS for one in desk.done("why-not", unit, "--quick", "--json").json["why_not"]]
    told = {one["subject"]: one["obstacle"] for one in sites if one["kind"] == "site"}
    assert set(told) == set(UNITS)
    assert "site" in told.values()
    other = next(unit for unit, obstacle in told.items() if obstacle is None)
    assert "To be one it still lacks" in desk.done("why-not", other, "--quick").out


def test_a_built_project_and_an_unknown_one_are_answered_in_a_sentence(desk: Desk) -> None:
    desk.planned()
    built = next(p["of"] for u in UNITS for p in desk.done("why", u, "--json").json["why"]["pieces"] if p["of"])
    assert "It is in the plan." in desk.done("why-not", built).out
    assert "Nearest: v1" in desk.told(REFUSED, "why", "v11")
    assert "最接近的是" in desk.told(REFUSED, "why-not", "p99", "--lang", "zh")
    assert "score, cost, fund, rule" in desk.told(USAGE, "why-not", "p1", "--levers", "luck")
    assert "没有相近的" in desk.told(REFUSED, "why", "qqqqqq", "--lang", "zh")
    desk.told(REFUSED, "why", "v1", "--plan", "2026-99")


def test_rules_show_their_room_and_on_request_what_a_step_is_worth(desk: Desk) -> None:
    desk.planned()
    rules = {one["rule"]: one for one in desk.done("rules", "--json").json["rules"]}
    assert {"nobody-below-floor", "backward-share", "sites"} <= set(rules)
    floor = rules["nobody-below-floor"]["numbers"][0]
    assert (floor["field"], floor["value"], floor["tighter"]) == ("amount_yuan", "5000", "up")
    asked = desk.done("rules", "--worth", "--rule", "sites", "--json").json["rules"]
    assert all(n["tightened"] and n["loosened"] for one in asked for n in one["numbers"])
    assert "One step tighter" in " ".join(desk.done("rules", "--worth", "--rule", "sites").out.split())
    worth = desk.done("rules", "--worth", "--json").json["funds"]
    assert all(fund["more"]["low"] == fund["more"]["high"] for fund in worth)
    shown = desk.done("rules", "--lang", "zh").out
    assert "每条规则" in shown
    assert "每镇至少 1 个" in shown
    assert "金额 5,000.00元" in shown
    assert "amount_yuan" not in shown


def test_a_late_request_may_be_described_or_stand_in_the_register(desk: Desk) -> None:
    desk.planned()
    new = ("--unit", "v5", "--purposes", "construction")
    cheap = desk.done("late", "bench", *new, "--cost", "100", "--json").json["late"]
    assert cheap["cost_fen"] == 10_000
    dear = desk.done("late", "tower", *new, "--cost", "900000", "--json").json["late"]
    assert (dear["as_it_is"], dear["swapped"], dear["instead"]) == (None, None, None)
    assert dear["more_fen"] == 90_000_000 - dear["left_fen"]["beautiful"]
    assert "No single project could make room" in desk.done("late", "tower", *new, "--cost", "900000").out
    assert "No fund may pay" in desk.done("late", "mural", "--unit", "v5", "--purposes", "art", "--cost", "5").out


@pytest.mark.parametrize(
    "code,arguments,said",
    [
        (USAGE, ("late", "bench", "--unit", "v5"), "a new project needs unit, cost, purposes"),
        (USAGE, ("late", "bench", "--unit", "v5", "--purposes", "art", "--cost", "much"), "a sum in yuan"),
        (REFUSED, ("late", "p1", "--unit", "v5", "--purposes", "art", "--cost", "5"), "has a project p1 already"),
        (REFUSED, ("late", "a b", "--unit", "v5", "--purposes", "art", "--cost", "5"), "cannot be a project"),
        (REFUSED, ("late", "x", "--unit", "v5", "--purposes", "art", "--cost", "0"), "it costs nothing"),
        (REFUSED, ("late", "x", "--unit", "v5", "--purposes", "art", "--cost", "0", "--lang", "zh"), "造价为零"),
        (REFUSED, ("late", "a b", "--unit", "v5", "--purposes", "art", "--cost", "5"), "its code is written"),
        (USAGE, ("late", "x", "--unit", "v5", "--purposes", "art", "--cost=-5", "--lang", "zh"), "不为负"),
        (USAGE, ("late", "x", "--benefit", "5"), "--unit is missing"),
        (REFUSED, ("late", "bench"), "There is no project bench"),
    ],
)
def test_what_cannot_be_requested_is_refused(desk: Desk, code: int, arguments: tuple[str, ...], said: str) -> None:
    desk.planned()
    assert said in desk.told(code, *arguments)


def test_a_unit_without_projects_is_told_so(desk: Desk) -> None:
    projects = edited("projects", ("p6,v6,", "p6,v5,"))
    desk.done("plan", "--register", desk.register(projects=projects), "--policy", desk.policy())
    said = desk.done("why-not", "v6").out
    assert "has no project in the library that a plan could build" in said
    assert "No project would bring what it lacks" in said
