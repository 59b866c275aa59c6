"""The examples of rules about time in the policy reference are read, each as the rule of its section (M17, M45)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from domain.policy.loading import load_policy
from optimizer.rules import RULES
from tests.optimizer.hand import policy, projects_only
from tests.optimizer.small import policy_text

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "policy-rules.md").read_text(encoding="utf-8")
OBJECTIVE = re.compile(r"`- (\{id: changes[^`]*\})`")


@pytest.mark.parametrize("name", ["stability", "stable-money", "programme"])
def test_the_examples_of_a_rule_about_time_are_of_that_rule(name: str) -> None:
    section = re.search(rf"^## {name}\n(.*?)(?=^#{{1,2}} )", TEXT, re.M | re.S)
    assert section is not None
    content = yaml.safe_load(policy({"beautiful": projects_only()}).text)
    for block in re.findall(r"^```yaml\n(.*?)^```", section[1], re.M | re.S):
        rules = yaml.safe_load(block)
        content["rules"] = rules
        loaded = load_policy(policy_text(content), RULES)
        assert [rule.rule for rule in loaded.policy.rules] == [name] * len(rules)


def test_the_example_of_the_objective_is_read() -> None:
    example = OBJECTIVE.search(TEXT)
    assert example is not None
    step = yaml.safe_load(example[1])
    loaded = policy({"beautiful": projects_only()}, objectives=[step])
    assert loaded.policy.objectives[0].id == "changes"
