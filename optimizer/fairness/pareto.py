"""Pareto efficiency: is there a plan, under the same must-rules, in which somebody gets more and nobody less?

With money[u] what a plan gives unit u, one search decides, exactly:

    maximise  sum(got[u] for u)   subject to   got[u] >= money[u] for every u, and every must-rule          (1)

The plan is efficient in money when (1) gains nothing. When it gains, the plan found is the witness; the strict order
has then preferred something else to that money, and which objective it is, is said.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.plan import Plan
from optimizer.case import Case
from optimizer.formulation import Formulation
from optimizer.solve.engine import Engine


@dataclass(frozen=True)
class ParetoAudit:
    """Whether a plan is efficient in money; `decided` is False when the search reached its limit first."""

    decided: bool
    efficient: bool
    gains_fen: tuple[tuple[str, int], ...] = ()
    """The witness: who could have more, and how much more, with nobody having less."""
    worsens: str | None = None
    """The first objective the witness does worse in than the plan."""


def audit_pareto(case: Case, plan: Plan, engine: Engine) -> ParetoAudit:
    """Search (1) for a plan of a case."""
    form = Formulation(case, tight=engine.tight)
    steps = form.objectives()
    money = dict.fromkeys(case.units, 0)
    for line in plan.lines:
        money[line.unit] += line.amount_fen
    got = {unit: form.money([unit]) for unit in case.units}
    for unit, fen in money.items():
        form.model.row(f"no-less.{unit}", got[unit], low=-(-fen // case.quantum_fen))
    answer = engine.solve(
        form.model,
        form.money(case.units),
        maximise=True,
        gap_allowed=0,
        hint=None,
        step="pareto",
        listener=None,
    )
    if answer.status == "impossible":
        return ParetoAudit(decided=True, efficient=True)
    if answer.values is None or answer.status == "limit":
        return ParetoAudit(decided=False, efficient=False)
    values = answer.values
    more = {unit: got[unit].value(values) * case.quantum_fen - money[unit] for unit in money}
    gains = tuple((unit, fen) for unit, fen in more.items() if fen >= case.quantum_fen)
    if not gains:
        return ParetoAudit(decided=True, efficient=True)
    stated = {o.name: o for o in plan.run.objectives}
    worsens = None
    for step in steps:
        reached, was = step.expression.value(values), stated[step.name].raw_value
        if reached < was if step.sense == "max" else reached > was:
            worsens = step.name
            break
    return ParetoAudit(True, False, gains, worsens)
