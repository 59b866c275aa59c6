"""The policy reference: every rule has its section, and the examples in it are read as a policy."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.policy.loading import load_policy
from optimizer.rules import RULES

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "policy-rules.md").read_text(encoding="utf-8")
SECTIONS = {found[1]: found[2] for found in re.finditer(r"^## ([\w-]+)\n(.*?)(?=^#{1,2} |\Z)", TEXT, re.M | re.S)}
NEEDED = {"corridor": [{"rule": "demonstration-sites", "id": "sites", "clause": "M14"}]}
"""What a rule cannot do without."""
FUNDS = ("beautiful", "service", "city")


def policy_with(rules: list[dict[str, Any]]) -> str:
    """A policy with these rules and little else."""
    title, label = {"zh": "参考", "en": "Reference"}, {"zh": "户数", "en": "Households"}
    content = {
        "policy": "reference",
        "version": 1,
        "title": title,
        "in_force_from": date(2026, 1, 1),
        "priority": {"need": "households", "need_label": label},
        "funds": {code: {"clause": "M01"} for code in FUNDS},
        "rules": rules,
        "objectives": [{"id": "shortfall", "clause": "M20"}, {"id": "benefit", "clause": "M36"}],
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def test_every_rule_has_its_section_and_every_section_its_rule() -> None:
    assert sorted(SECTIONS) == sorted(RULES)


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_the_examples_of_a_rule_are_read_and_are_of_that_rule(name: str) -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", SECTIONS[name], re.M | re.S)
    rules = [rule for block in blocks for rule in yaml.safe_load(block)]
    assert rules
    loaded = load_policy(policy_with([*rules, *NEEDED.get(name, [])]), RULES)
    assert {rule.rule for rule in loaded.policy.rules[: len(rules)]} == {name}
