"""A plan as its fact has it, in the form of `plan.json` that a certificate is checked with."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

RUN_KEYS = (
    "register_position",
    "policy",
    "policy_version",
    "policy_hash",
    "rules",
    "engine",
    "engine_version",
    "parameters",
    "termination",
)
DECIMALS = ("value", "bound", "gap", "tolerance")


def plan_file(plan: str, content: dict[str, Any]) -> str:
    """The text of `plan.json` for the content of a `plan.drafted` or `plan.line_adjusted`; nothing but what it says."""
    run = content["run"]
    told = {
        "plan": plan,
        "plan_hash": content["plan_hash"],
        "instance_hash": run["instance_hash"],
        "funds": content["funds"],
        "objectives": [_objective(step) for step in run["objectives"]],
        "sites": content["sites"],
        "lines": content["lines"],
        "not_funded": content["not_funded"],
        "by_hand": content.get("by_hand", []),
        "schedule": content.get("schedule", []),
        "run": {key: run[key] for key in RUN_KEYS},
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _objective(step: dict[str, Any]) -> dict[str, Any]:
    """A step with its decimals, which the log keeps as texts, as the numbers `plan.json` has."""
    return {key: _number(Decimal(value)) if key in DECIMALS else value for key, value in step.items()}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def plan_hash_of(content: dict[str, Any]) -> str:
    """What the hash of a plan covers, hashed: its case, lines, sites and schedule."""
    lines = sorted(content["lines"], key=lambda line: str(line["line"]))
    covered: dict[str, Any] = {
        "case": content["run"]["instance_hash"],
        "lines": lines,
        "sites": sorted(content["sites"]),
    }
    later = sorted(content.get("schedule", []), key=lambda one: (one["year"], one["fund"], one["project"]))
    if later:
        covered["schedule"] = later
    text = json.dumps(covered, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
