"""Every fault of a scenario file names the file, the line, the key, and what exists instead."""

from __future__ import annotations

import re

import pytest

from domain.policy.faults import PolicyFaults
from scenarios.gates import check_gates
from scenarios.language import CASES_MAX, load_scenario
from tests.scenarios.before import HEAD, after, with_changes

FILES = [
    ("question: {zh: 问, en: q}\n", 1, "scenario", "the key `scenario` here"),
    ("scenario: a\n", 1, "question", "the key `question` here"),
    ("scenario: a b\nquestion: {zh: 问, en: q}\n", 1, "scenario", "a name of letters"),
    ("scenario: a\nquestion: what if\n", 2, "question", "section"),
    (HEAD + "chang: []\n", 3, "chang", "perhaps `change` is meant"),
    (HEAD + "scenario: b\n", 3, "", "expected every key once"),
    (HEAD + "seed: -1\n", 3, "seed", "at least 0"),
    (HEAD + "based_on: {register: x-county, position: 3}\n", 3, "based_on", "one of `register`, `position`"),
    (HEAD + "based_on: {known_at: soon}\n", 3, "based_on.known_at", "a date"),
    (with_changes("{sett: units.v1.stars, to: 1, why: x}"), 4, "change[1]", "set, scale, add, remove, decide and use"),
    (with_changes("just words"), 4, "change[1]", "set, scale, add, remove, decide and use"),
    (with_changes("{set: units.v1.stars, to: 1}"), 4, "change[1].why", "the key `why` here"),
    (with_changes("{set: units.v1.stars, too: 1, why: x}"), 4, "change[1].too", "perhaps `to` is meant"),
    (with_changes("{set: a.b, to: 1, why: x}", "{scale: a.b, by: -1, why: x}"), 5, "change[2].by", "at least 0"),
    (with_changes("{scale: a.b, by: much, why: x}"), 4, "change[1].by", "a number"),
    (with_changes("{set: a.b, to: 1, where: stars <, why: x}"), 4, "change[1].where", "the end"),
    (HEAD + "gates:\n  - {measure: moved_yuan}\n", 4, "gates[1]", "at least one of `at_least`"),
    (HEAD + "gates:\n  - {measure: moved_yuan, at_least: lots}\n", 4, "gates[1].at_least", "a number"),
    (HEAD + "sweep: {}\n", 3, "sweep", "one of `grid`, `cases` and `draws`"),
    (HEAD + "sweep:\n  grid: [{set: a.b, values: []}]\n", 4, "sweep.grid[1].values", "at least one entry"),
    (HEAD + "sweep:\n  grid: [{values: [1]}]\n", 4, "sweep.grid[1]", "either `set` or `scale`"),
    (HEAD + "sweep:\n  draws: [{scale: a.b, uniform: [0.5, 1]}]\n", 4, "sweep", "`count`"),
    (HEAD + "sweep:\n  count: 3\n  draws: [{scale: a.b, uniform: [2, 1]}]\n", 5, "sweep.draws[1]", "bounds that rise"),
    (HEAD + "sweep:\n  count: 3\n  draws: [{scale: a.b}]\n", 5, "sweep.draws[1]", "one of `uniform`"),
    (HEAD + f"sweep:\n  count: {CASES_MAX + 1}\n  draws: [{{scale: a.b, chance: 1}}]\n", 4, "sweep.count", "at most"),
    ("", 1, "", "keys and values"),
]
"""Text, line of the fault, path, words of the sentence."""

CHANGES = [
    (
        "{set: unit.v1.stars, to: 3, why: x}",
        "set",
        "townships, units, projects, funds, duties, policy; perhaps `units`",
    ),
    ("{set: units.v9.stars, to: 3, why: x}", "set", "one of v1, v2, v3, v4, v5, v6"),
    ("{set: units.v1.star, to: 3, why: x}", "set", "perhaps `stars` is meant"),
    ("{set: units.v1, to: 3, why: x}", "set", "the path of one of its fields"),
    ("{set: units.v1.stars, to: 9, why: x}", "to", "found 9, expected a whole number, at most 5"),
    ("{set: units.v1.stars, to: [1], why: x}", "to", "found a list, expected a whole number;"),
    ("{set: units.v1.haves, to: people, why: x}", "to", "expected a list"),
    ("{set: units.v1.stars, from: 4, to: 3, why: x}", "from", "found 2 there, expected 4"),
    ("{set: units.v1.stars.high, to: 3, why: x}", "set", "nothing below it"),
    ("{set: funds.beautiful.amount_yuan, from: 1, to: 3, why: x}", "from", "found 80000 yuan there, expected 1"),
    ("{set: funds.beautiful.amount_yuan, to: 3.001, why: x}", "to", "a whole number of fen"),
    ("{set: funds.beautiful.amount_yuan, to: lots, why: x}", "to", "an amount in yuan"),
    ("{set: funds.beautiful.tranches.b9.amount_yuan, to: 3, why: x}", "set", "one of b1, b2"),
    ("{set: policy.rules.floor.amount_yuan, to: 3, why: x}", "set", "nobody-below-floor, nobody-above-cap"),
    ("{set: policy.rules.backward-share.atleast, to: 0.3, why: x}", "set", "perhaps `at_least` is meant"),
    (
        "{set: policy.rules.backward-share.at_least, to: 3, why: x}",
        "set",
        "at most 1 (at `rules[backward-share].at_least`",
    ),
    ("{set: policy, to: 3, why: x}", "set", "the path of something in it"),
    ('{set: "", to: 3, why: x}', "set", "townships, units"),
    ("{set: units.*.stars, to: 3, where: stars > 5, why: x}", "where", "no entry of `units.*.stars`"),
    ("{set: units.*.stars, to: 3, where: stars, why: x}", "where", "compare it"),
    ("{set: units.*.stars, to: 3, where: sterne > 2, why: x}", "where", 'no value for "sterne"'),
    ("{set: policy.rules.*.at_least, to: 0.2, where: stars > 2, why: x}", "where", "only beside units, projects"),
    ("{scale: units.v1.name_zh, by: 2, why: x}", "scale", "a number that can be multiplied"),
    ("{scale: units.v1.poor, by: 2, why: x}", "scale", "a number that can be multiplied"),
    ("{scale: policy.rules.sites.min, by: 2, why: x}", "scale", "rule, id, clause, sites_min, sites_max"),
    ("{add: units, entry: {code: v1}, why: x}", "entry", "the field `name_zh`"),
    ("{add: units, entry: {code: v7, house: 4}, why: x}", "entry", "perhaps `households` is meant"),
    ("{add: units.v7, entry: {households: 4}, why: x}", "add", "the kind alone, `units`"),
    ("{add: wells, entry: {code: v7}, why: x}", "add", "townships, units, projects"),
    ("{add: policy.rules, entry: {rule: floor, id: sites, amount_yuan: 1}, why: x}", "entry", "there already"),
    ("{add: policy.rules, entry: {rule: flor, id: f, amount_yuan: 1}, why: x}", "entry", "perhaps `floor` is meant"),
    ("{add: policy.priority, entry: {a: 1}, why: x}", "add", "there already"),
    ("{remove: units.v1, why: x}", "remove", "a project, a duty or a part of the policy"),
    ("{remove: projects.p9, why: x}", "remove", "one of p1, p2, p3, p4, p5, p6"),
    ("{remove: policy.objectives, why: x}", "remove", "the key `objectives`"),
    ("{remove: policy.welfare, why: x}", "remove", "something the policy has"),
]
"""Change, which of its keys is at fault, words of the sentence."""


@pytest.mark.parametrize("text, line, path, words", FILES)
def test_a_bad_file_is_refused_at_its_line_and_key(text: str, line: int, path: str, words: str) -> None:
    with pytest.raises(PolicyFaults) as refused:
        load_scenario(text, source="wenn.scenario.yaml")
    (fault,) = refused.value.faults
    assert (fault.line, fault.path) == (line, path)
    assert fault.sentence.startswith(f"wenn.scenario.yaml, line {line}, column {fault.column}")
    assert words in fault.sentence


@pytest.mark.parametrize("change, key, words", CHANGES)
def test_a_change_that_cannot_be_made_is_refused_at_its_key_with_what_exists(change: str, key: str, words: str) -> None:
    with pytest.raises(PolicyFaults) as refused:
        after("{set: units.v2.stars, to: 4, why: this one can be made}", change)
    (fault,) = refused.value.faults
    assert (fault.line, fault.path) == (5, f"change[2].{key}")
    assert words in fault.sentence
    assert not re.search(r"`(int|str|array|bool|object|null)`", fault.sentence), "a type's name in a program"


def test_every_change_that_cannot_be_made_is_named_at_once() -> None:
    with pytest.raises(PolicyFaults) as refused:
        after("{set: units.v9.stars, to: 3, why: x}", "{remove: projects.p1, why: x}", "{remove: units.v1, why: x}")
    assert [fault.line for fault in refused.value.faults] == [4, 6]


@pytest.mark.parametrize(
    "gate, words",
    [
        ("{measure: moved, at_most: 1}", "perhaps `moved_yuan` is meant"),
        ("{measure: nonsense, at_most: 1}", "one of backward_change_yuan, "),
        ("{measure: unit_yuan, at_most: 1}", "`of`, which unit is meant"),
        ("{measure: moved_yuan, of: v1, at_most: 1}", "no `of`"),
    ],
)
def test_a_gate_of_a_measure_there_is_not_is_refused_with_those_there_are(gate: str, words: str) -> None:
    loaded = load_scenario(HEAD + f"gates:\n  - {gate}\n")
    with pytest.raises(PolicyFaults) as refused:
        check_gates(loaded.scenario.gates, loaded.tree)
    (fault,) = refused.value.faults
    assert fault.line == 4
    assert fault.path.startswith("gates[1]")
    assert words in fault.sentence
