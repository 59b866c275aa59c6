"""A sweep of the small county's record: cases with a plan, cases that are impossible, and how to run it by force."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from service.policies import adopt_policy, read_policy
from service.registers import import_register
from tests.service.small import PLANNER, small_county, store_in, write_policy, write_register

SCENARIO = """\
scenario: thin
question: {zh: 户数变了、最低数提高了怎么办？, en: "What if there are other households and a higher floor?"}
sweep:
  grid:
    - {scale: "units.*.households", values: [1, 0.8, 1.6]}
    - {set: policy.rules.nobody-below-floor.amount_yuan, values: [5000, 7000, 40000]}
"""
SIZE = 9
IMPOSSIBLE = {2, 5, 8}
"""A floor of 40,000 yuan for six units is more than all funds hold."""


def recorded(folder: Path, scenario: str = SCENARIO) -> Path:
    """The small county on a record in the folder, and beside it the scenario, whose file is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    register, policy = write_register(folder / "register"), write_policy(folder / "policy.yaml")
    with small_county(folder) as county:
        imported = import_register(county, register, county.mandate(PLANNER, why="begin"))
        adopt_policy(county, read_policy(policy, imported.register), county.mandate(PLANNER, why="begin"))
    path = folder / "thin.scenario.yaml"
    path.write_text(scenario, encoding="utf-8")
    return path


def store(folder: Path) -> str:
    """The address of that record."""
    return store_in(folder)


def lines(out: Path) -> list[dict[str, Any]]:
    """The whole lines of a folder's rows, heading first; a last one cut off does not count."""
    return [json.loads(line) for line in (out / "cases.jsonl").read_bytes().split(b"\n")[:-1]]


def table(out: Path) -> bytes:
    """The finished table."""
    return (out / "cases.csv").read_bytes()
