"""Forced in: the best plan that builds a project, or shows a site, in any case; what it worsens, and who would lose.

With `ask` fixing the column to 1 and best[i] as in `footing.py`:

    i  =  the first objective with best[i] < floor[i];  by floor[i] - best[i]                        (1)

No i: an equally good plan does it. The plan compared with today's keeps the recorded floors before i, the best of i
less its tolerance, and then takes the later objectives in their order: what the policy itself would choose.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.plan import Plan
from domain.reasons import Forced, Worsened
from optimizer.assembly import plan_lines
from optimizer.outcome import describe, raw_floor
from optimizer.planning import finished_choice
from optimizer.reasons.footing import Footing
from optimizer.reasons.losers import moved_projects, moved_units
from optimizer.solve.engine import Answer
from optimizer.solve.order import Solved


def force(footing: Footing, plan: Plan, ask: Mapping[int, int], *, losers: bool = True) -> Forced:
    """What fixing columns does to a plan of the footing's case."""
    found = footing.furthest(ask)
    if found is None:
        return Forced(possible=False)
    step, answer = found
    worsened = footing.worsened(step, answer)
    if answer.values is None or not losers:
        return Forced(possible=True, worsened=worsened)
    return _with_losers(footing, plan, ask, step.name, answer, worsened)


def _with_losers(
    footing: Footing, plan: Plan, ask: Mapping[int, int], name: str, answer: Answer, worsened: Worsened | None
) -> Forced:
    case = footing.case
    results = [footing.recorded[earlier] for earlier in footing.before(name)] if name in footing.recorded else []
    keep = {o.name: o.raw_floor for o in results}
    assert answer.values is not None
    values = answer.values
    for step in footing.steps[len(results) :]:
        if step.name != name:
            later = footing.solve(step.expression, step.sense == "max", keep, ask, step.name, values)
            if later.values is None:
                break
            answer, values = later, later.values
        results.append(describe(case, step, answer.value, answer.bound))
        keep[step.name] = raw_floor(case, step, answer.value, answer.bound)
    with footing.asked(keep, ask) as form:
        choice, _ = finished_choice(case, Solved(form, values, tuple(results), ""), footing.engine)
    lines = plan_lines(case, choice)
    return Forced(
        possible=True,
        worsened=worsened,
        units=moved_units(plan.lines, lines),
        projects=moved_projects(plan.lines, lines),
    )
