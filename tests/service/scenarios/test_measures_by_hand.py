"""Measures and comparison of the small county, worked out by hand.

`beautiful` has 80,000 yuan for projects of 30,000 (v1), 18,000 (v2), 26,000 (v3) and 12,000 (v5): all but the last. Of
`service` 7,000 go to the projects of v4 and v6; the other 53,000 are 5,000 each and 23,000 by households × priority,
150 + 150 + 120 + 135 + 200 + 240 = 995: by Sainte-Laguë 3,500, 3,500, 2,800, 3,100, 4,600 and 5,500. With 56,000
in `beautiful`, the project of v2 is left out.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.comparison import Comparison
from scenarios.comparing import compare
from scenarios.gates import measured
from scenarios.measures import MEASURES
from scenarios.outcome import Outcome
from service.county import County
from service.scenarios.finding import read_scenario
from service.scenarios.running import ScenarioRun, run_scenario
from tests.scenarios.before import with_changes

BEFORE = {"v1": 38_500, "v2": 26_500, "v3": 33_800, "v4": 12_100, "v5": 9_600, "v6": 13_500}
AFTER = {**BEFORE, "v2": 8_500}

FIGURES: dict[tuple[str, str], tuple[Fraction | int | None, Fraction | int]] = {
    ("given_out_yuan", ""): (134_000, 116_000),
    ("left_yuan", ""): (6_000, 0),
    ("fund_given_out_yuan", "beautiful"): (74_000, 56_000),
    ("unit_yuan", "v2"): (26_500, 8_500),
    ("unit_formula_yuan", "v2"): (8_500, 8_500),
    ("township_share", "t1"): (Fraction(98_800, 134_000), Fraction(80_800, 116_000)),
    ("kind_share", "community"): (Fraction(13_500, 134_000), Fraction(13_500, 116_000)),
    ("backward_share", ""): (Fraction(50_600, 134_000), Fraction(50_600, 116_000)),
    ("poor_share", ""): (Fraction(50_600, 134_000), Fraction(50_600, 116_000)),
    ("backward_to_others_ratio", ""): (
        Fraction(50_600, 190) / Fraction(83_400, 710),
        Fraction(50_600, 190) / Fraction(65_400, 710),
    ),
    ("least_unit_yuan", ""): (9_600, 8_500),
    ("most_unit_yuan", ""): (38_500, 38_500),
    ("units_below_floor", ""): (0, 0),
    ("backward_units_below_floor", ""): (0, 0),
    ("units_below_yuan", "10000"): (1, 2),
    ("projects", ""): (5, 4),
    ("backward_projects", ""): (2, 2),
    ("project_built", "p2"): (1, 0),
    ("unfinished_left", ""): (0, 0),
    ("offices_rented_out_left", ""): (0, 0),
    ("sites", ""): (2, 2),
    ("rule_shortfall", "poor-share"): (0, 0),
    ("objective", "benefit"): (200, 170),
    ("moved_yuan", ""): (None, 18_000),
    ("units_gaining", ""): (None, 0),
    ("units_losing", ""): (None, 1),
    ("backward_units_losing", ""): (None, 0),
    ("backward_units_losing_a_project", ""): (None, 0),
    ("projects_lost", ""): (None, 1),
    ("projects_gained", ""): (None, 0),
    ("backward_change_yuan", ""): (None, 0),
    ("others_change_yuan", ""): (None, -18_000),
    ("poor_change_yuan", ""): (None, 0),
    ("township_change_yuan", "t1"): (None, -18_000),
    ("kind_change_yuan", "village"): (None, -18_000),
    ("unit_change_yuan", "v2"): (None, -18_000),
    ("best_ten_change_yuan", ""): (None, -18_000),
}
"""Measure and what it is of -> its figure before and after."""
ELSEWHERE = {"gini_of_grants", "gini_after", "worst_fifth_share"}
"""Measures of inequality, which tests of their own work out."""


@pytest.fixture(scope="module")
def run(county: County, tmp_path_factory: pytest.TempPathFactory) -> ScenarioRun:
    path = tmp_path_factory.mktemp("wenn") / "wenn.scenario.yaml"
    path.write_text(with_changes("{set: funds.beautiful.amount_yuan, to: 56000, why: x}"), encoding="utf-8")
    return run_scenario(read_scenario(str(path)), county)


def test_the_plans_are_those_worked_out_by_hand(run: ScenarioRun) -> None:
    assert {code: fen // 100 for code, fen in run.before.money_fen.items()} == BEFORE
    assert {code: fen // 100 for code, fen in run.after.money_fen.items()} == AFTER


@pytest.mark.parametrize("measure, of", sorted(FIGURES))
def test_a_measure_is_the_figure_worked_out_by_hand(run: ScenarioRun, measure: str, of: str) -> None:
    found = measured(measure, run.before, None, of), measured(measure, run.after, run.comparison, of)
    assert found == FIGURES[measure, of]


def test_every_measure_is_worked_out_here_or_has_tests_of_its_own() -> None:
    assert {name for name, _ in FIGURES} | ELSEWHERE == set(MEASURES)


def test_what_there_is_not_has_no_figure(run: ScenarioRun) -> None:
    for measure in MEASURES.values():
        if measure.of not in ("", "amount"):
            found = measured(measure.name, run.after, run.comparison, "nowhere")
            assert found is None, measure.name


MONEY = st.lists(st.integers(0, 500), min_size=8, max_size=8)


def with_money(outcome: Outcome, amounts: list[int]) -> Outcome:
    """The outcome with other amounts on its lines, in the order of lines."""
    lines = tuple(
        msgspec.structs.replace(line, amount_fen=amount)
        for line, amount in zip(outcome.plan.lines, amounts * 2, strict=False)
    )
    return replace(outcome, plan=msgspec.structs.replace(outcome.plan, lines=lines))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(MONEY, MONEY)
def test_flows_groups_and_units_add_up_to_what_moved(run: ScenarioRun, one: list[int], other: list[int]) -> None:
    found = compare(with_money(run.before, one), with_money(run.before, other))
    for fund in {flow.fund for flow in found.flows}:
        flows = [flow for flow in found.flows if flow.fund == fund]
        assert all(flow.amount_fen > 0 for flow in flows)
        assert not ({flow.giver for flow in flows} & {flow.taker for flow in flows}) - {None}
    more = {moved.code: moved.more_fen for moved in found.units}
    for unit, fen in more.items():
        taken = sum(flow.amount_fen for flow in found.flows if flow.taker == unit)
        given_up = sum(flow.amount_fen for flow in found.flows if flow.giver == unit)
        assert taken - given_up == fen
    for grouping in ("whole", "township", "kind", "backward", "poor"):
        assert sum(group.more_fen for group in found.groups if group.grouping == grouping) == sum(more.values())
    assert found.moved_fen == max(sum(f for f in more.values() if f > 0), -sum(f for f in more.values() if f < 0))


def _turned(found: Comparison) -> list[tuple[str, int]]:
    return [(moved.code, -moved.more_fen) for moved in found.units]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(MONEY, MONEY)
def test_the_other_way_round_every_gain_is_a_loss(run: ScenarioRun, one: list[int], other: list[int]) -> None:
    first, second = with_money(run.before, one), with_money(run.before, other)
    there, back = compare(first, second), compare(second, first)
    assert _turned(there) == [(moved.code, moved.more_fen) for moved in back.units]
    assert there.moved_fen == back.moved_fen
    assert compare(first, first).same


def test_groups_are_those_of_the_baseline_and_new_units_a_group_of_their_own(county: County, tmp_path: Path) -> None:
    path = tmp_path / "wenn.scenario.yaml"
    new = "{code: v7, name_zh: 七村, name_en: Seven, kind: village, township: t2, households: 80, poor: true}"
    changes = ["{set: units.v2.backward, to: true, why: x}", f"{{add: units, entry: {new}, why: x}}"]
    path.write_text(with_changes(*changes), encoding="utf-8")
    run = run_scenario(read_scenario(str(path)), county)
    groups = {(one.grouping, one.group): one for one in run.comparison.groups}
    assert groups["backward", "backward"].units == 2, "v2 was not backward before"
    assert groups["whole", "all"].units == 7
    assert groups["township", "new"].units == 1
    assert groups["township", "new"].before_fen == 0
    assert groups["township", "new"].after_fen == run.after.money_fen["v7"] > 0
