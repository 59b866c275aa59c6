"""Counties made by hand: a test writes down only what matters to it, everything else is ordinary.

Amounts are whole thousands of yuan ("k"), so that sums can be added up in the head; the quantum is one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from domain.plan import Baseline, Plan
from domain.policy.loading import LoadedPolicy, load_policy
from domain.register import Fund, Project, Register, Township, Unit
from optimizer.case import Case, build_case
from optimizer.planning import solve_plan
from optimizer.rules import RULES
from optimizer.verify import verify
from tests.optimizer.small import policy_text

K = 100_000
"""A thousand yuan in fen."""
Rule = dict[str, Any]


def unit(code: str, **differs: Any) -> Unit:
    """A village of 100 households in the town T1 that lacks nothing."""
    ordinary: dict[str, Any] = {
        "name_zh": code,
        "name_en": code,
        "kind": "village",
        "township": "T1",
        "households": 100,
        "haves": ("money", "place"),
    }
    return Unit(code=code, **{**ordinary, **differs})


def project(code: str, of: str, cost_k: int, **differs: Any) -> Project:
    """A building project of one benefit point per thousand yuan."""
    ordinary: dict[str, Any] = {
        "name_zh": code,
        "name_en": code,
        "category": "works",
        "builder": "builder",
        "responsible_post": "post",
        "purposes": ("build",),
        "benefit": cost_k,
        "target": "done",
        "due_on": date(2026, 12, 1),
    }
    return Project(code=code, unit=of, cost_fen=cost_k * K, **{**ordinary, **differs})


def fund(code: str, amount_k: int, **differs: Any) -> Fund:
    """A fund for building."""
    ordinary: dict[str, Any] = {
        "name_zh": code,
        "name_en": code,
        "department": "finance",
        "document_no": "1",
        "budget_year": 2026,
        "purposes": ("build",),
    }
    return Fund(code=code, amount_fen=amount_k * K, **{**ordinary, **differs})


def register(units: Iterable[Unit], projects: Iterable[Project], funds: Iterable[Fund], **differs: Any) -> Register:
    """A register of these, with the townships the units name: T… are towns, S… subdistricts."""
    units = list(units)
    towns = {
        u.township: Township(
            code=u.township,
            name_zh=u.township,
            name_en=u.township,
            kind="town" if u.township.startswith("T") else "subdistrict",
        )
        for u in units
    }
    return Register(
        county="hand",
        name_zh="手",
        name_en="Hand",
        townships=towns,
        units={u.code: u for u in units},
        projects={p.code: p for p in projects},
        funds={f.code: f for f in funds},
        **differs,
    )


def projects_only(share: float = 1) -> dict[str, Any]:
    """A fund that pays for whole projects and nothing else."""
    return {"clause": "M01", "envelopes": {"projects_at_most_share": share}}


def by_formula(projects_k: int = 0, *, rest: str = "formula", mode: str = "factor", **formula: Any) -> dict[str, Any]:
    """A fund split by weight, with something for projects."""
    factor = {"id": "weight", "clause": "M02", "share": 1, "weight": "weight", "label": {"zh": "权", "en": "Weight"}}
    return {
        "clause": "M02",
        "mode": mode,
        "formula": {"factors": [factor], **formula},
        "envelopes": {"projects_at_most_yuan": projects_k * 1000, "rest": rest},
    }


def policy(funds: dict[str, Any], rules: Sequence[Rule] = (), **differs: Any) -> LoadedPolicy:
    """A policy with these funds and rules: need is households, backward units count half as much again."""
    content: dict[str, Any] = {
        "policy": "hand",
        "version": 1,
        "title": {"zh": "手", "en": "Hand"},
        "in_force_from": date(2026, 1, 1),
        "quantum_yuan": 1000,
        "checklist": ["money", "place"],
        "priority": {
            "need": "households",
            "need_label": {"zh": "户", "en": "Households"},
            "criteria": [
                {"id": "backward", "clause": "M11", "when": "backward", "add": 0.5, "label": {"zh": "后", "en": "b"}}
            ],
        },
        "funds": funds,
        "rules": [{"id": rule["rule"], "clause": "M12", **rule} for rule in rules],
        "objectives": [
            {"id": "shortfall", "clause": "M20"},
            {"id": "welfare", "clause": "M11"},
            {"id": "benefit", "clause": "M26"},
        ],
        **differs,
    }
    return load_policy(policy_text(content), RULES)


def case_of(county: Register, loaded: LoadedPolicy, before: Baseline | None = None) -> Case:
    """The case of a county and a policy, and of an earlier plan."""
    return build_case(county, loaded, before)


def best_plan(county: Register, loaded: LoadedPolicy, before: Baseline | None = None) -> Plan:
    """The optimizer's plan, in which the verifier finds nothing wrong."""
    plan = solve_plan(build_case(county, loaded, before))
    assert verify(county, loaded, plan) == []
    return plan


def built(plan: Plan) -> set[str]:
    """The projects a plan builds."""
    return {line.project for line in plan.lines if line.project is not None}


def grants_k(plan: Plan, fund_code: str) -> dict[str, float]:
    """What each unit gets by the formula of a fund, in thousands of yuan."""
    return {line.unit: line.amount_fen / K for line in plan.lines if line.fund == fund_code and line.project is None}


def reached(plan: Plan, objective: str) -> int:
    """The raw value of an objective."""
    return next(o.raw_value for o in plan.run.objectives if o.name == objective)
