"""The JSON Schema for editors takes every shipped scenario and refuses what is built otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from domain.policy.yaml_text import load_yaml
from scenarios.language import Add, Decide, Remove, Scale, Set, Use
from scenarios.measures import MEASURES
from scenarios.schema import scenario_schema
from service.scenarios.finding import shipped_scenarios
from tests.scenarios.before import HEAD, with_changes
from tests.scenarios.json_schema import fits

SCHEMA = scenario_schema()
ODD = [
    "question: {zh: 问, en: q}\n",
    "scenario: a\n",
    "scenario: a b\nquestion: {zh: 问, en: q}\n",
    "scenario: a\nquestion: what if\n",
    HEAD + "chang: []\n",
    HEAD + "seed: -1\n",
    HEAD + "seed: 1.5\n",
    HEAD + "based_on: {position: -1}\n",
    HEAD + "based_on: x-county\n",
    with_changes("{sett: units.v1.stars, to: 1, why: x}"),
    with_changes("just words"),
    with_changes("{set: units.v1.stars, to: 1}"),
    with_changes("{set: units.v1.stars, scale: units.v1.stars, by: 1, to: 1, why: x}"),
    with_changes("{scale: a.b, by: -1, why: x}"),
    with_changes("{scale: a.b, by: much, why: x}"),
    with_changes("{add: units, entry: v7, why: x}"),
    HEAD + "gates:\n  - {measure: moved_yuan, at_least: lots}\n",
    HEAD + "gates:\n  - {measure: moved, at_least: 1}\n",
    HEAD + "sweep:\n  grid: [{set: a.b, values: []}]\n",
    HEAD + "sweep:\n  count: 1\n  draws: [{scale: a.b, uniform: [1]}]\n",
    HEAD + "sweep:\n  count: 1\n  draws: [{scale: a.b, chance: 2}]\n",
    HEAD + "sweep:\n  count: 1\n  draws: [{scale: a.b, chance: 1, each: alone}]\n",
    HEAD + "sweep:\n  count: 100001\n  draws: [{scale: a.b, chance: 1}]\n",
]


def data(text: str) -> Any:
    """The text as an editor sees it."""
    return load_yaml(text).data


@pytest.mark.parametrize("name", sorted(shipped_scenarios()))
def test_a_shipped_scenario_fits(name: str) -> None:
    assert fits(data(shipped_scenarios()[name].read_text(encoding="utf-8")), SCHEMA, SCHEMA)


@pytest.mark.parametrize("text", ODD)
def test_what_is_built_otherwise_does_not_fit(text: str) -> None:
    assert not fits(data(text), SCHEMA, SCHEMA)


def test_every_verb_is_one_of_the_changes_an_editor_offers() -> None:
    offered = SCHEMA["properties"]["change"]["items"]["oneOf"]
    assert {one["$ref"].rpartition("/")[2] for one in offered} == {
        kind.__name__ for kind in (Set, Scale, Add, Remove, Decide, Use)
    }


def test_an_editor_offers_every_measure() -> None:
    assert SCHEMA["$defs"]["Gate"]["properties"]["measure"]["enum"] == sorted(MEASURES)
