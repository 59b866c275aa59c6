"""The small county before anything is changed, read from its tables without a store; and scenarios as texts."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from domain.policy.loading import load_policy
from intake.register_file import read_register
from optimizer.rules import RULES
from scenarios.changes import changed
from scenarios.language import LoadedScenario, load_scenario
from scenarios.situation import Situation
from tests.service.small import POLICY, write_register

HEAD = "scenario: wenn\nquestion: {zh: 问, en: what if}\n"
"""The first two lines of a scenario."""


@cache
def before() -> Situation:
    """The small county and its policy."""
    with tempfile.TemporaryDirectory() as folder:
        register = read_register(write_register(Path(folder)))
    return Situation(register, load_policy(POLICY, RULES), RULES)


def with_changes(*changes: str, more: str = "") -> str:
    """A scenario with these changes, one on each line from line 4 on; `more` comes after them."""
    return HEAD + "change:\n" + "".join(f"  - {change}\n" for change in changes) + more


def after(*changes: str) -> Situation:
    """The small county after these changes. Raises `PolicyFaults`."""
    loaded: LoadedScenario = load_scenario(with_changes(*changes))
    numbered = [(("change", number), change) for number, change in enumerate(loaded.scenario.change)]
    return changed(before(), numbered, loaded.tree)
