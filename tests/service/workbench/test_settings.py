"""Settings of a workbench: a short query, the same whatever its order, and a scenario that finds the same plan."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from intake.register_file import read_register
from optimizer.rules import RULES
from scenarios.language import Remove, Set
from scenarios.situation import Situation
from service.policies import parse_policy
from service.scenarios.finding import composed_of
from service.workbench.controls import controls_of
from service.workbench.reopening import settings_of
from service.workbench.settings import NoSuchSetting, Settings
from tests.service.small import POLICY, write_register


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Situation:
    register = read_register(write_register(tmp_path_factory.mktemp("register")))
    return Situation(register, parse_policy(POLICY, register), RULES)


def test_equal_settings_have_one_query_whatever_their_order() -> None:
    one = Settings.parse("policy.rules.sites=off&funds.service.amount_yuan=50000")
    other = Settings.parse("funds.service.amount_yuan=50000&policy.rules.sites=off&funds.service.amount_yuan=50000")
    assert one == other
    assert one.query == "funds.service.amount_yuan=50000&policy.rules.sites=off"
    assert Settings.parse(one.query) == one
    assert one.name == other.name


def test_what_is_set_below_a_rule_that_is_off_says_nothing() -> None:
    assert Settings.parse("policy.rules.sites=off&policy.rules.sites.sites_min=3").query == "policy.rules.sites=off"


def test_what_the_record_has_is_no_setting(small: Situation) -> None:
    there = "funds.service.amount_yuan=60000&policy.rules.backward-share.at_least=0.3"
    kept = Settings.parse(f"{there}&policy.priority.criteria.backward.add=0.75").without_present(small)
    assert kept.query == "policy.priority.criteria.backward.add=0.75"


@pytest.mark.parametrize(
    "query", ["x=1", "funds=1", "policy.x=", "pages.x.y=1", "funds.%0a.amount_yuan=1", f"units.{'x' * 300}=1"]
)
def test_what_is_no_setting_is_refused(query: str) -> None:
    with pytest.raises(NoSuchSetting):
        Settings.parse(query)


def test_settings_are_a_scenario_that_says_what_was_there(small: Situation) -> None:
    settings = Settings.parse("funds.service.amount_yuan=50000&policy.rules.sites=off")
    composed = settings.composed(small, 9, why="a thin year")
    changes = [change for _, _, change in composed.changes]
    assert isinstance(changes[0], Set)
    assert (changes[0].set, changes[0].was, changes[0].to, changes[0].why) == (
        "funds.service.amount_yuan", 60000, 50000, "a thin year",
    )  # fmt: skip
    assert isinstance(changes[1], Remove)
    assert composed.loaded.scenario.based_on.position == 9


def test_every_control_is_a_path_with_the_value_that_is_there(small: Situation) -> None:
    controls = controls_of(small.register, small.loaded.policy)
    paths = {one.path: one for one in controls.numbers}
    assert paths["funds.beautiful.amount_yuan"].present == Decimal(80_000)
    assert paths["policy.rules.sites.sites_max"].present == 2
    for path, one in paths.items():
        assert one.low <= one.present <= one.high
        assert Settings.of([(path, str(one.present))]).without_present(small).query == ""
    assert [one.rule for one in controls.switches] == [rule.id for rule in small.loaded.policy.rules]


def test_arrangements_are_the_shipped_scenarios_that_bring_a_rule(tmp_path: Path) -> None:
    from service.registers import register_of, register_path

    register = register_of("x-county")
    loaded = parse_policy((register_path("x-county") / "policy.yaml").read_text(encoding="utf-8"), register)
    names = {one.name for one in controls_of(register, loaded.policy).arrangements}
    assert {"corridor", "three-years-at-once"} <= names
    assert "thinner" not in names


@pytest.mark.parametrize(
    "query",
    [
        "funds.beautiful.amount_yuan=61500.50",
        "policy.priority.criteria.backward.add=0.35&policy.rules.sites=off",
        "policy.rules.backward-share.kind=should&policy.rules.backward-share.priority_class=2",
        "use=corridor&policy.welfare.alpha=inf",
        "policy.welfare.alpha=2",
    ],
)
def test_what_is_saved_from_a_workbench_opens_at_its_address(small: Situation, query: str) -> None:
    settings = Settings.parse(query)
    assert settings_of(settings.composed(small, 7)) == settings


def test_what_the_workbench_cannot_set_has_no_address_there() -> None:
    written = (
        "{scale: funds.beautiful.amount_yuan, by: 0.9, why: x}",
        "{set: policy.rules.sites.where, to: {any: [1]}, why: x}",
        "{set: 'units.*.stars', where: stars > 2, to: 1, why: x}",
        "{remove: projects.p1, why: x}",
        "{decide: strike-off, with: {unit: v1}, why: x}",
    )
    for change in written:
        text = f"scenario: x\nquestion: {{zh: 问, en: q}}\nchange:\n  - {change}\n"
        assert settings_of(composed_of(text, Path("x.scenario.yaml"))) is None
    shipped = "scenario: x\nquestion: {zh: 问, en: q}\nbased_on: {register: x-county}\n"
    assert settings_of(composed_of(shipped, Path("x.scenario.yaml"))) is None
