"""Loading a policy: the typed values, the hash of what it says, and every fault at once with its place and its cure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError, model_validator

from domain.policy.expression import Expression
from domain.policy.faults import PolicyFault, PolicyFaults
from domain.policy.loading import LoadedPolicy, load_policy
from domain.policy.model import Envelopes, FloorStep, Policy, Rule, Share, Yuan
from domain.policy.yaml_text import load_yaml


class Ceiling(Rule):
    """A kind of rule for these tests: nobody above an amount."""

    NAME: ClassVar[str] = "ceiling"
    amount_fen: Yuan
    funds: tuple[str, ...] | None = None
    where: Expression | None = None


class Part(Rule):
    """A kind of rule for these tests: a group gets a part."""

    NAME: ClassVar[str] = "part"
    each: Literal["township", "kind"] | None = None
    at_least: Share | None = None
    fund: str | None = None
    times: int = Field(default=1, gt=0, multiple_of=2)

    @model_validator(mode="after")
    def _something(self) -> Part:
        if self.at_least is None and self.each is None:
            raise ValueError("give `each` or `at_least`")
        return self


RULES: dict[str, type[Rule]] = {kind.NAME: kind for kind in (Ceiling, Part)}

GOOD = """\
policy: x-county
version: 3
title: {zh: 办法, en: Policy}
in_force_from: 2026-01-01
priority:
  need: households
  need_label: {zh: 户数, en: Households}
  criteria:
    - {id: backward, clause: M11, add: 0.50, when: backward, label: {zh: 后进, en: Backward}}
funds:
  service:
    clause: M02
    formula:
      floor_yuan: 25000
      factors:
        - {id: weight, clause: M02, share: 1, weight: weight, label: {zh: 权重, en: Weight}}
    envelopes: {projects_at_most_yuan: '450000.50', rest: formula}
rules:
  - {rule: ceiling, id: top, clause: M13, amount_yuan: 300000, funds: [service], where: backward}
  - {rule: part, id: poor, clause: M11, kind: should, priority_class: 2, each: kind, fund: service, times: 4}
objectives:
  - {id: shortfall, clause: M20}
  - {id: welfare, clause: M11, tolerance: 0.001}
"""


def load(text: str) -> LoadedPolicy:
    return load_policy(text, RULES)


def faults(text: str) -> tuple[PolicyFault, ...]:
    with pytest.raises(PolicyFaults) as caught:
        load(text)
    return caught.value.faults


def changed(*changes: tuple[str, str]) -> str:
    text = GOOD
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def only(text: str) -> PolicyFault:
    found = faults(text)
    assert len(found) == 1, [fault.sentence for fault in found]
    return found[0]


# --- what a good file becomes


def test_a_policy_is_read_with_money_in_fen_numbers_exact_and_rules_by_their_kind() -> None:
    policy = load(GOOD).policy
    assert (policy.policy, policy.version, policy.in_force_from) == ("x-county", 3, date(2026, 1, 1))
    assert policy.priority.criteria[0].add == Decimal("0.50")
    service = policy.funds["service"]
    assert service.formula is not None
    assert service.formula.floor_fen == 2_500_000
    assert service.envelopes.projects_at_most_fen == 45_000_050
    top, poor = policy.rules
    assert isinstance(top, Ceiling)
    assert (top.amount_fen, top.funds, str(top.where)) == (30_000_000, ("service",), "backward")
    assert isinstance(poor, Part)
    assert (poor.kind, poor.priority_class, poor.times) == ("should", 2, 4)


def test_a_floor_may_be_a_table_of_steps() -> None:
    text = changed(
        ("floor_yuan: 25000", "floor_yuan: [{when: poor, amount_yuan: 30000}, {when: true, amount_yuan: 0}]")
    )
    formula = load(text).policy.funds["service"].formula
    assert formula is not None
    assert isinstance(formula.floor_fen, tuple)
    assert formula.floor_fen[0] == FloorStep(when=Expression.parse("poor"), amount_yuan=30_000)


def test_the_order_in_which_a_file_lists_its_funds_does_not_matter() -> None:
    text = changed(("funds:\n", "funds:\n  zeta: {clause: M04}\n  alpha: {clause: M04}\n"))
    assert list(load(text).policy.funds) == ["alpha", "service", "zeta"]


def test_a_policy_does_not_change_after_loading() -> None:
    with pytest.raises(ValidationError):
        load(GOOD).policy.version = 4


@pytest.mark.parametrize("alpha,text", [("0", "0"), ("0.5", "0.5"), ("1", "1"), ("2.0", "2"), ("'1'", "1")])
def test_the_strength_of_equity_may_be_written_as_a_number(alpha: str, text: str) -> None:
    assert load(GOOD + f"welfare: {{alpha: {alpha}}}\n").policy.welfare.alpha == text


def test_what_projects_may_use_is_an_amount_or_a_share_of_the_fund_and_never_more_than_the_fund() -> None:
    third = Envelopes(projects_at_most_share=Decimal("0.333"))
    assert third.most_for_projects_fen(1_000) == 333
    assert third.most_for_projects_fen(2) == 0
    assert Envelopes(projects_at_most_yuan=100).most_for_projects_fen(20_000) == 10_000
    assert Envelopes(projects_at_most_yuan=100).most_for_projects_fen(50) == 50


# --- the hash


@pytest.mark.parametrize(
    "before,after",
    [
        ("version: 3\n", "# a comment\nversion:   3\n\n"),
        ("add: 0.50", "add: 0.5"),
        ("title: {zh: 办法, en: Policy}", "title:\n  en: 'Policy'\n  zh: 办法"),
        ("clause: M11, add: 0.50", "add: 0.50, clause: M11"),
    ],
)
def test_layout_comments_and_the_order_of_keys_do_not_change_the_hash_of_a_policy(before: str, after: str) -> None:
    assert load(changed((before, after))).policy_hash == load(GOOD).policy_hash


@pytest.mark.parametrize(
    "before,after",
    [
        ("version: 3", "version: 4"),
        ("add: 0.50", "add: 0.51"),
        ("zh: 办法", "zh: 方法"),
        ("2026-01-01", "2026-01-02"),
        ("300000", "300001"),
        ("need: households", "need: households * 1"),
        ("version: 3\n", "version: 3\nnote: ''\n"),
    ],
)
def test_any_other_change_changes_the_hash_of_a_policy(before: str, after: str) -> None:
    assert load(changed((before, after))).policy_hash != load(GOOD).policy_hash


def test_the_order_of_rules_and_objectives_is_part_of_what_a_policy_says() -> None:
    lines = "  - {id: shortfall, clause: M20}\n", "  - {id: welfare, clause: M11, tolerance: 0.001}\n"
    assert load(changed(("".join(lines), "".join(reversed(lines))))).policy_hash != load(GOOD).policy_hash


def test_the_hash_of_a_policy_is_the_same_in_every_release() -> None:
    assert load(GOOD).policy_hash == "44dc4eceef4223f25bc67dd3f86bcf9a88a4a214c1f123d5bcca72ddbe1951e8"


# --- faults: every change of the good file in `wrong_policies.txt` with all that is said of it

WRONG = [
    block.splitlines()
    for block in (Path(__file__).parent / "wrong_policies.txt").read_text(encoding="utf-8").split("\n\n")
    if not block.startswith("#")
]


@pytest.mark.parametrize("change,said", [(block[0], block[1:]) for block in WRONG], ids=[block[0] for block in WRONG])
def test_a_wrong_file_is_told_the_place_what_was_found_what_was_expected_and_the_cure(
    change: str, said: list[str]
) -> None:
    before, after = (part.replace("⏎", "\n") for part in change.split(" → "))
    found = faults(changed((before, after.replace("∅", ""))))
    assert [f"  {fault.code}: {fault.sentence}".rstrip() for fault in found] == said


def test_all_faults_of_a_file_come_at_once_in_its_order() -> None:
    text = changed(("version: 3", "version: x"), ("need: households", "need: ("), ("share: 1", "share: 2"))
    found = faults(text + "limit: {}\n")
    assert [fault.path for fault in found] == [
        "version",
        "priority.need",
        "funds.service.formula.factors[weight].share",
        "limit",
    ]
    assert [fault.line for fault in found] == sorted(fault.line for fault in found)
    with pytest.raises(PolicyFaults) as caught:
        load(text)
    assert str(caught.value) == "\n".join(fault.sentence for fault in faults(text))


def test_what_yaml_itself_may_not_hold_is_told_in_the_same_form() -> None:
    repeated = only(changed(("version: 3\n", "version: 3\nversion: 4\n")))
    assert (repeated.code, repeated.line, repeated.path) == ("policy-yaml", 3, "")
    assert repeated.sentence.startswith(
        'policy.yaml, line 3, column 1: found the key "version" again (first in line 2)'
    )
    assert "alias" in only(changed(("clause: M13", "clause: *top"))).found
    assert only(changed(("clause: M13", "clause: &top M13"))).code == "policy-yaml"


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "just words\n", "- a\n- list\n", "null\n", "\x00", "policy: {" * 60]
)
def test_a_text_that_is_no_policy_at_all_is_refused_in_the_same_form(text: str) -> None:
    assert faults(text)


def test_a_name_that_is_known_may_be_demanded_of_every_expression_rules_included() -> None:
    text = changed(("need: households", "need: houses"), ("where: backward", "where: backwards"))
    load(text)  # without a register nobody knows which columns it will have
    with pytest.raises(PolicyFaults) as caught:
        load_policy(text, RULES, names={"households", "backward", "weight"})
    found = [(fault.path, fault.cure) for fault in caught.value.faults]
    assert [path for path, _ in found] == ["priority.need", "rules[top].where"]
    assert all("unknown name" in cure and "is meant" in cure for _, cure in found)


def test_the_source_of_a_text_is_named_in_its_faults() -> None:
    with pytest.raises(PolicyFaults, match=r"^year-2026\.yaml, line 2, column 10, `version`: found "):
        load_policy(changed(("version: 3", "version: x")), RULES, source="year-2026.yaml")


def test_a_rule_can_only_come_in_as_a_rule_of_a_known_kind() -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate(
            {**load(GOOD).policy.model_dump(exclude={"rules"}), "rules": [{"rule": "x", "id": "x", "clause": "M01"}]}
        )


JUNK = st.sampled_from(
    ["", "x y", "M02", "=1+1", -1, 0, 7, True, None, Decimal("0.3"), date(2026, 5, 1), [], {}, ["a"], {"a": 1}]
)


@given(st.data())
def test_whatever_stands_somewhere_in_a_file_it_is_taken_or_answered_in_our_own_words(data: st.DataObject) -> None:
    content = load_yaml(GOOD).data
    holder, key = data.draw(st.sampled_from(list(places(content))))
    holder[key] = data.draw(JUNK)
    text = yaml.safe_dump(plain(content), allow_unicode=True, sort_keys=False)
    try:
        load(text)
    except PolicyFaults as caught:
        for fault in caught.faults:
            assert not JARGON.search(fault.sentence), fault.sentence
            assert fault.line >= 1
            assert fault.expected or fault.cure or fault.suggestion


JARGON = re.compile(r"(?i)input|valid|instance|pydantic|tuple|dict\b|str\b|type=|error|mapping|scalar|NoneType")


def places(content: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a tree where something else may be put."""
    for key, value in list(content.items()) if isinstance(content, dict) else list(enumerate(content)):
        yield content, key
        if isinstance(value, dict | list):
            yield from places(value)


def plain(content: Any) -> Any:
    """The tree as the writer of YAML takes it; numbers with decimals become floats only on their way into text."""
    if isinstance(content, dict):
        return {key: plain(value) for key, value in content.items()}
    if isinstance(content, list):
        return [plain(value) for value in content]
    return float(content) if isinstance(content, Decimal) else content
