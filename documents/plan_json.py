"""A plan as one JSON object for programs: lines, funds, objectives in stated units, and the run that can be repeated.

Money is whole fen. `value` and `bound` of an objective are numbers in its `unit`, `gap` and `tolerance` ratios. Keys
stand in a fixed order, so that the same plan gives the same text.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from domain.measures import Churn, GroupMeasure, Measures
from domain.plan import ObjectiveResult, Plan
from domain.policy.model import Policy
from domain.register import Register


def plan_json(
    plan: Plan,
    *,
    verified: bool,
    register: Register | None = None,
    policy: Policy | None = None,
    measures: Measures | None = None,
) -> dict[str, Any]:
    """The object `plan.json` holds and `--json` prints; all of it text, numbers, lists and objects.

    `verified` says whether the solver-free check of every rule passed. With register, policy and measures the object
    also names the county and the policy and carries the figures of the summary.
    """
    result: dict[str, Any] = {
        "plan_hash": plan.plan_hash,
        "instance_hash": plan.run.instance_hash,
        "verified": verified,
    }
    if register is not None:
        county = {"county": register.county, "name_zh": register.name_zh, "name_en": register.name_en}
        result["register"] = {**county, "note": register.note, "position": plan.run.register_position}
    if policy is not None:
        title = {"title_zh": policy.title.zh, "title_en": policy.title.en}
        result["policy"] = {
            "policy": policy.policy,
            "version": policy.version,
            "hash": plan.run.policy_hash,
            **title,
            "in_force_from": policy.in_force_from.isoformat(),
        }
    result["funds"] = [
        {
            "fund": use.fund,
            "amount_fen": use.amount_fen,
            "allocated_fen": use.allocated_fen,
            "unallocated_fen": use.unallocated_fen,
        }
        for use in plan.funds
    ]
    result["objectives"] = [_objective(step) for step in plan.run.objectives]
    result["sites"] = list(plan.sites)
    result["lines"] = [
        {
            "line": line.line,
            "fund": line.fund,
            "unit": line.unit,
            "project": line.project,
            "amount_fen": line.amount_fen,
            "parts": dict(line.parts),
            "rules": list(line.rules),
        }
        for line in plan.lines
    ]
    result["not_funded"] = [
        {
            "project": entry.project,
            "reason": entry.reason,
            "detail": entry.detail,
            "missing_fen": entry.missing_fen,
        }
        for entry in plan.not_funded
    ]
    if plan.schedule:
        result["schedule"] = [
            {
                "project": entry.project,
                "unit": entry.unit,
                "fund": entry.fund,
                "year": entry.year,
                "amount_fen": entry.amount_fen,
            }
            for entry in plan.schedule
        ]
    if measures is not None:
        result["measures"] = _measures(measures)
        if measures.churn is not None:
            result["changes"] = _changes(measures.churn)
    result["run"] = _run(plan)
    return result


def _objective(step: ObjectiveResult) -> dict[str, Any]:
    return {
        "name": step.name,
        "sense": step.sense,
        "unit": step.unit,
        "value": number(step.value),
        "bound": number(step.bound),
        "gap": number(step.gap),
        "tolerance": number(step.tolerance),
        "raw_value": step.raw_value,
        "raw_bound": step.raw_bound,
        "raw_floor": step.raw_floor,
    }


def _run(plan: Plan) -> dict[str, Any]:
    run = plan.run
    return {
        "register_position": run.register_position,
        "policy": run.policy,
        "policy_version": run.policy_version,
        "policy_hash": run.policy_hash,
        "rules": list(run.rules),
        "engine": run.engine,
        "engine_version": run.engine_version,
        "parameters": dict(sorted(run.parameters.items())),
        "termination": run.termination,
    }


def _measures(measures: Measures) -> dict[str, Any]:
    return {
        "whole": _group(measures.whole),
        "backward": _group(measures.backward),
        "not_backward": _group(measures.not_backward),
        "poor": _group(measures.poor),
        "not_poor": _group(measures.not_poor),
        "townships": [_group(group) for group in measures.townships],
        "kinds": [_group(group) for group in measures.kinds],
        "gini_before": None if measures.gini_before is None else number(measures.gini_before),
        "gini_after": None if measures.gini_after is None else number(measures.gini_after),
        "gini_grants": number(measures.gini_grants),
        "gini_equal_split": number(measures.gini_equal_split),
        "worst_fifth_share": number(measures.worst_fifth_share),
    }


def _changes(churn: Churn) -> dict[str, Any]:
    return {
        "baseline": churn.baseline,
        "changes": churn.count,
        "kept": list(churn.kept),
        "dropped": list(churn.dropped),
        "added": list(churn.added),
        "moved": list(churn.moved),
        "sites_dropped": list(churn.sites_dropped),
        "sites_added": list(churn.sites_added),
    }


def _group(group: GroupMeasure) -> dict[str, Any]:
    return {
        "group": group.group,
        "units": group.units,
        "households": group.households,
        "fen": group.fen,
        "fen_by_fund": dict(sorted(group.fen_by_fund.items())),
        "per_household_fen": group.per_household_fen,
        "per_need_fen": group.per_need_fen,
        "sites": group.sites,
        "projects": group.projects,
    }


def number(value: Decimal) -> int | float:
    """A decimal as a JSON number: whole where it is whole, else the nearest double, which prints its digits back."""
    return int(value) if value == value.to_integral_value() else float(value)
