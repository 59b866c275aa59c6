"""Importance: what the loss of a funded project would cost the plan's last objective, all earlier ones kept.

    loss[p] = value of the plan - best value   subject to   built[p] = 0 and every earlier floor                (1)

An interval, proven at both ends: the best plan without p is searched until it is known to within `gap`; 0 makes it
exact. Where earlier floors cannot hold without p, the first objective that gives way is named instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from domain.plan import Plan
from optimizer.case import Case
from optimizer.explore.around import Around
from optimizer.model import Linear
from optimizer.outcome import own_unit, places
from optimizer.solve.engine import Engine


@dataclass(frozen=True)
class Importance:
    """What the plan would lose without one project, in the last objective's own unit."""

    project: str
    objective: str
    unit: str
    loss_at_least: Decimal
    loss_at_most: Decimal | None
    """None where the limit came before another plan was found."""
    indispensable: bool
    """Whether no plan without it keeps all must-rules and the earlier objectives."""


def importance(case: Case, plan: Plan, engine: Engine, project: str, *, gap: int = 0) -> Importance:
    """What losing `project` would cost, to within `gap` of the objective's raw numbers; `project` is in the plan."""
    last = plan.run.objectives[-1]
    around = Around(case, plan, engine, keep=[o.name for o in plan.run.objectives[:-1]])
    around.form.model.row(f"without.{project}", Linear({around.form.built[project]: 1}), high=0)
    step = around.steps[last.name]
    answer = around.best(step.expression, maximise=step.sense == "max", gap_allowed=gap, step=last.name)
    sign = 1 if last.sense == "max" else -1

    def cost(raw: int) -> Decimal:
        mine, other = (own_unit(case, last.name, last.unit, one) for one in (last.raw_value, raw))
        return places(max(sign * (mine - other), mine * 0))

    if answer.status == "impossible":
        return Importance(project, last.name, last.unit, Decimal(0), None, indispensable=True)
    most = None if answer.values is None else cost(answer.value)
    return Importance(project, last.name, last.unit, cost(answer.bound), most, indispensable=False)
