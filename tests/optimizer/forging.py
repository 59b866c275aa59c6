"""A forger's tools: change a valid plan, and put right again whatever else would give the change away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from domain.hashing import plan_hash
from domain.plan import FundUse, NotFunded, Plan, PlanLine
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from optimizer.case import build_case
from optimizer.checking.audit import PlanAudit
from optimizer.checking.standing import raw_objectives
from optimizer.outcome import restate

T = TypeVar("T", bound=msgspec.Struct)


def changed(thing: T, **differs: Any) -> T:
    """A copy of a frozen thing with some fields different."""
    return msgspec.structs.replace(thing, **differs)


def with_amount(line: PlanLine, fen: int) -> PlanLine:
    """The line over another amount, its largest part adjusted so that the parts add up."""
    largest = max(line.parts, key=lambda part: line.parts[part])
    parts = {**line.parts, largest: line.parts[largest] + fen - line.amount_fen}
    return msgspec.structs.replace(line, amount_fen=fen, parts=parts)


def line_of(plan: Plan, name: str) -> PlanLine:
    """A line by its name."""
    return next(line for line in plan.lines if line.line == name)


def forged(
    register: Register,
    loaded: LoadedPolicy,
    plan: Plan,
    *,
    edit: Callable[[PlanLine], PlanLine | None] = lambda line: line,
    more: Iterable[PlanLine] = (),
    sites: Iterable[str] | None = None,
    **differs: Any,
) -> Plan:
    """The plan with its lines edited (None drops one), and accounts, values, claims and hash made to fit again."""
    lines = tuple(edited for line in (*plan.lines, *more) if (edited := edit(line)) is not None)
    chosen = plan.sites if sites is None else tuple(sorted(sites))
    audit = PlanAudit(register, loaded.policy, lines, chosen)
    case = build_case(register, loaded)
    raw = raw_objectives(register, loaded.policy, audit)
    spent = {use.fund: sum(x.amount_fen for x in lines if x.fund == use.fund) for use in plan.funds}
    claims = {claim.project: claim for claim in plan.not_funded}
    left_out = sorted(set(audit.plannable) - audit.funded)
    unclaimed = {
        code: NotFunded(project=code, reason="no-money", detail="", missing_fen=audit.plannable[code].remaining_fen)
        for code in left_out
    }
    run = changed(plan.run, objectives=tuple(restate(case, o, raw[o.name]) for o in plan.run.objectives))
    forgery = Plan(
        lines=lines,
        funds=tuple(
            FundUse(
                fund=use.fund,
                amount_fen=use.amount_fen,
                allocated_fen=spent[use.fund],
                unallocated_fen=use.amount_fen - spent[use.fund],
            )
            for use in plan.funds
        ),
        sites=chosen,
        not_funded=tuple(claims.get(code, unclaimed[code]) for code in left_out),
        run=run,
        plan_hash=plan_hash(run.instance_hash, lines, chosen),
    )
    return msgspec.structs.replace(forgery, **differs)
