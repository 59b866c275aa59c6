"""The cases of a sweep: every combination, and draws that depend on nothing but the seed, the path and the number."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice

from domain.policy.loading import load_policy
from intake.register_file import read_register
from optimizer.rules import RULES
from scenarios.changes import apply
from scenarios.language import load_scenario
from scenarios.situation import Situation
from scenarios.sweeping import SweepCase, case_of, size_of
from service.registers import library

HEAD = "scenario: s\nquestion: {zh: 问, en: asked}\n"


def situation() -> Situation:
    folder = library() / "city-reward"
    loaded = load_policy((folder / "policy.yaml").read_text(encoding="utf-8"), RULES)
    return Situation(read_register(folder), loaded, RULES)


def cases(text: str) -> list[SweepCase]:
    scenario, base = load_scenario(HEAD + text).scenario, situation()
    return [case_of(scenario, base, number) for number in range(size_of(scenario))]


def test_a_grid_has_every_combination_once_in_the_order_of_the_file() -> None:
    found = cases(
        "sweep: {grid: [{set: policy.rules.poor-share.at_least, values: [0.7, 0.8]}, "
        "{set: policy.rules.area-share.at_most, values: [0.4, 0.45, 0.5]}]}"
    )
    assert [tuple(case.coordinates.values()) for case in found] == [
        (Decimal(first), Decimal(second)) for first in ("0.7", "0.8") for second in ("0.4", "0.45", "0.5")
    ]


def test_a_draw_does_not_depend_on_how_many_others_are_drawn() -> None:
    text = 'sweep: {{count: {}, draws: [{{scale: "funds.*.amount_yuan", each: apart, uniform: [0.9, 1.1]}}{}]}}'
    few = cases(text.format(3, ""))
    many = cases(text.format(40, ", {scale: policy.rules.poor-share.at_least, normal: [1, 0.01]}"))
    for one, other in zip(few, islice(many, 3), strict=True):
        assert one.coordinates.items() <= other.coordinates.items()
    assert len({tuple(case.coordinates.items()) for case in many}) == len(many)


def test_other_seeds_draw_other_figures() -> None:
    text = "sweep: {count: 2, draws: [{scale: policy.rules.poor-share.at_least, uniform: [0.9, 1]}]}\nseed: "
    assert cases(text + "1")[0].coordinates != cases(text + "2")[0].coordinates


def test_an_amount_that_is_drawn_and_set_is_a_whole_number_of_fen() -> None:
    found = cases(
        "sweep: {count: 20, draws: "
        "[{set: policy.rules.district-cap.amount_yuan, triangular: [3500000, 3600000, 4000000]}]}"
    )
    for case in found:
        (drawn,) = case.coordinates.values()
        assert drawn == drawn.quantize(Decimal("0.01"))
        (rule,) = [
            rule for rule in apply(situation(), case.changes[0]).loaded.policy.rules if rule.id == "district-cap"
        ]
        assert Decimal(rule.amount_fen) / 100 == drawn  # type: ignore[attr-defined]  # the cap of a unit


def test_money_that_comes_or_does_not_is_drawn_as_often_as_its_chance_says() -> None:
    found = cases("sweep: {count: 400, draws: [{scale: policy.rules.poor-share.at_least, chance: 0.25}]}")
    came = sum(case.coordinates["policy.rules.poor-share.at_least"] == 1 for case in found)
    assert 60 < came < 140  # 100 expected; the seed is fixed
