"""The example of the objective `changes` in the policy reference is read (M45)."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tests.optimizer.hand import policy, projects_only

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "policy-rules.md").read_text(encoding="utf-8")
OBJECTIVE = re.compile(r"`- (\{id: changes[^`]*\})`")


def test_the_example_of_the_objective_is_read() -> None:
    example = OBJECTIVE.search(TEXT)
    assert example is not None
    loaded = policy({"beautiful": projects_only()}, objectives=[yaml.safe_load(example[1])])
    assert loaded.policy.objectives[0].id == "changes"
