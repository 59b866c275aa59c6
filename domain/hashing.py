"""What a plan is computed from and what it says, as SHA-256 over canonical JSON: equal content, equal hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from domain.plan import Baseline, PlanLine, ScheduledProject
from domain.register import Register


def _sha256(content: object) -> str:
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def case_hash(
    register: Register,
    policy_hash: str,
    counted_fen: Mapping[str, int] | None = None,
    baseline: Baseline | None = None,
) -> str:
    """The hash of all a plan depends on: register without outlines and arrivals of money (M07), policy, baseline.

    `counted_fen` is what the plan counts on of each fund it plans with: more than plannable where pledges count. A case
    without a baseline has the hash it had before there were any.
    """
    counted = counted_fen or {}
    funds = {
        code: (counted.get(code, f.plannable_fen), f.purposes, f.eligibility, f.pooled, f.closed, f.budget_year)
        for code, f in register.funds.items()
    }
    content: dict[str, object] = {
        "townships": register.townships,
        "units": register.units,
        "projects": register.projects,
        "funds": funds,
        "duties": register.duties,
        "adjacency": register.adjacency,
        "policy": policy_hash,
    }
    return _sha256(content if baseline is None else {**content, "baseline": baseline})


def plan_hash(
    instance_hash: str,
    lines: Iterable[PlanLine],
    sites: Iterable[str],
    schedule: Iterable[ScheduledProject] = (),
) -> str:
    """The hash of what a plan says: its case, lines, sites and schedule; nothing of time, place or search."""
    ordered: list[PlanLine] = sorted(lines, key=lambda line: line.line)
    content: dict[str, object] = {"case": instance_hash, "lines": ordered, "sites": sorted(sites)}
    later = sorted(schedule, key=lambda one: (one.year, one.fund, one.project))
    return _sha256({**content, "schedule": later} if later else content)
