"""A plan changed by hand: lines set to other amounts, projects added or dropped, all else recomputed and checked.

A hand may leave the formula and the optimum; it may not leave the must-rules, the budgets or full funding: the verifier
looks at those again. `Plan.by_hand` names the lines a hand has touched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

import msgspec

from domain.errors import Refusal
from domain.hashing import plan_hash
from domain.plan import NotFunded, Plan, PlanLine
from optimizer.additions import not_funded
from optimizer.assembly import Choice, fund_uses, project_part
from optimizer.case import Case
from optimizer.checking.audit import PlanAudit
from optimizer.checking.standing import raw_objectives
from optimizer.outcome import restate

TAKEN_FIRST = ("manual", "priority", "need", "floor", "duty")
"""From which part of a formula grant a hand takes first."""


class LineUnknown(Refusal):
    """A hand wants to change a line that neither is in the plan nor could be."""

    code = "line-unknown"
    sentence_en = "There is no line {line} in the plan, and none can be made."
    cure_en = "Lines are named `fund.unit` for formula grants and `fund.project` for what a fund pays of a project."


def adjusted(case: Case, plan: Plan, changes: Mapping[str, int]) -> Plan:
    """The plan with some lines set to other amounts in fen; 0 takes a line out. Raises `LineUnknown`."""
    lines = {line.line: line for line in plan.lines}
    for name, amount in changes.items():
        line = lines.get(name) or _new_line(case, plan.sites, name)
        if amount == 0:
            lines.pop(name, None)
        elif line.amount_fen != amount:
            lines[name] = _set(line, amount)
    kept = tuple(sorted(lines.values(), key=lambda line: (line.fund, line.unit, line.project or "")))
    by_hand = tuple(sorted({*plan.by_hand, *changes}))
    audit = PlanAudit(
        case.register, case.policy, kept, plan.sites, by_hand, baseline=case.baseline, schedule=plan.schedule
    )
    raw = raw_objectives(case.register, case.policy, audit)
    run = msgspec.structs.replace(
        plan.run, objectives=tuple(restate(case, o, raw[o.name]) for o in plan.run.objectives)
    )
    return Plan(
        lines=kept,
        funds=fund_uses(case, kept),
        sites=plan.sites,
        not_funded=_left_out(case, kept, plan),
        run=run,
        plan_hash=plan_hash(run.instance_hash, kept, plan.sites, plan.schedule),
        by_hand=by_hand,
        schedule=plan.schedule,
    )


def cost_of_hand(before: Plan, after: Plan) -> dict[str, str]:
    """Objective -> what the hand cost it in its own unit, for the worse positive."""
    cost: dict[str, str] = {}
    for old, new in zip(before.run.objectives, after.run.objectives, strict=True):
        worse: Decimal = old.value - new.value if old.sense == "max" else new.value - old.value
        cost[old.name] = f"{worse} {old.unit}"
    return cost


def _new_line(case: Case, sites: Collection[str], name: str) -> PlanLine:
    """An empty line for a project or a unit that has none yet."""
    for fund in case.funds.values():
        code = fund.code
        for project in case.projects.values():
            if code in case.payers[project.code] and case.project_line(code, project.code) == name:
                parts = {str(project_part(case, sites, project.code)): 0}
                return _empty(name, code, project.unit, project.code, parts, ("full-funding", "by-hand"))
        for unit in fund.units:
            if fund.policy.formula is not None and f"{code}.{unit}" == name:
                return _empty(name, code, unit, None, {}, ("by-hand",))
    raise LineUnknown(line=name)


def _empty(
    name: str, fund: str, unit: str, project: str | None, parts: dict[str, int], rules: tuple[str, ...]
) -> PlanLine:
    return PlanLine(line=name, fund=fund, unit=unit, project=project, amount_fen=0, parts=parts, rules=rules)


def _set(line: PlanLine, amount: int) -> PlanLine:
    parts = dict(line.parts)
    more = amount - line.amount_fen
    if line.project is not None:
        part = next(iter(parts), "project")
        parts = {part: amount}
    elif more > 0:
        parts["manual"] = parts.get("manual", 0) + more
    else:
        for part in TAKEN_FIRST:
            taken = min(parts.get(part, 0), -more)
            parts[part] = parts.get(part, 0) - taken
            more += taken
    rules = tuple(dict.fromkeys((*line.rules, "by-hand")))
    return msgspec.structs.replace(line, amount_fen=amount, parts={p: f for p, f in parts.items() if f}, rules=rules)


def _left_out(case: Case, lines: tuple[PlanLine, ...], plan: Plan) -> tuple[NotFunded, ...]:
    pays = {(line.fund, line.project): line.amount_fen for line in lines if line.project is not None}
    decided = {f.code for f in case.funds.values() if f.decides_grants}
    grants = {
        (line.fund, line.unit): line.amount_fen for line in lines if line.project is None and line.fund in decided
    }
    reasons, fitting = not_funded(case, Choice(pays, plan.sites, grants, schedule=plan.schedule))
    by_hand = [NotFunded(project=p, reason="by-hand", detail="") for p in fitting]
    return tuple(sorted((*reasons, *by_hand), key=lambda n: n.project))
