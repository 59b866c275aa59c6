"""Alternatives: plans that differ materially from the best one and from each other, within a stated loss.

With built* the projects of a plan found before (the best plan first), and cost[p] what a project takes:

    maximise  apart
    apart <= sum(cost[p] * (1 - built[p]) for p in built*) + sum(cost[p] * built[p] for p not in built*)   for each  (1)

under every must-rule and every objective's floor, loosened by the loss (`around.py`); so each plan moves as much
project money as it can against the nearest of those before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from domain.plan import Plan
from optimizer.case import Case
from optimizer.checking.audit import PlanAudit
from optimizer.explore.around import Around
from optimizer.model import Linear
from optimizer.planning import finished
from optimizer.solve.engine import Engine
from optimizer.verify import verify_allocation

NEAR_ENOUGH = 5
"""An alternative may be this many percent less different than the most different there is: finding it takes seconds,
proving the last percents minutes."""


@dataclass(frozen=True)
class Alternative:
    """One plan that differs: every must-rule holds, checked by the verifier, no objective loses more than allowed."""

    plan: Plan
    moved_fen: int
    """Cost of the projects in which it differs from the nearest plan before it."""
    moved_at_most_fen: int
    """No plan within the loss differs by more than this."""


def alternatives(case: Case, plan: Plan, engine: Engine, *, count: int, loss: Fraction) -> Iterator[Alternative]:
    """Up to `count` plans within `loss` of every objective's proven bound, the most different first.

    Ends early where no plan differs at all. Raises nothing: a search that reaches its limit ends them too.
    """
    known = [plan]
    for _ in range(count):
        around = Around(case, plan, engine, loss=loss)
        model, built = around.form.model, around.form.built
        whole = sum(case.cost_quanta(p) for p in built)
        apart = Linear({model.column("apart", 0, whole): 1})
        for number, other in enumerate(known):
            chosen = {line.project for line in other.lines if line.project is not None}
            differs = Linear()
            for project, column in built.items():
                cost = case.cost_quanta(project)
                differs.add(column, -cost if project in chosen else cost)
                differs.constant += cost if project in chosen else 0
            model.row(f"apart.{number}", differs.plus(apart, -1), low=0)
        answer = around.best(apart, gap_allowed=whole * NEAR_ENOUGH // 100, step="apart")
        if answer.values is None or answer.value <= 0:
            return
        found = finished(case, around.solved(answer), engine)
        moved = min(_apart_fen(case, found, other) for other in known)
        if not moved or any(verify_allocation(PlanAudit.of(case.register, case.policy, found), found)):
            return
        known.append(found)
        yield Alternative(found, moved, max(answer.bound * case.quantum_fen, moved))


def _apart_fen(case: Case, one: Plan, other: Plan) -> int:
    projects = [{line.project for line in plan.lines if line.project is not None} for plan in (one, other)]
    return sum(case.cost_fen(p) for p in projects[0] ^ projects[1])
