"""The strict order of objectives: each step is solved with what earlier steps reached, less their tolerance, as rows.

For steps 1..m with values v[i] (all written as "more is better"):

    maximise v[i]   subject to   v[j] >= floor[j]  for j < i                                     (1)

where floor[j] is the proven bound of v[j] less its stated tolerance, in the objective's own unit: never one sum of
magic weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from domain.leximin import STEP
from domain.plan import ObjectiveResult
from optimizer.assembly import Choice
from optimizer.case import Case
from optimizer.formulation import Formulation
from optimizer.model import Ints, Linear, Model, Objective, most
from optimizer.outcome import describe, own_unit, raw_floor
from optimizer.solve.engine import Answer, Engine, Listener
from optimizer.solve.landing import landed

HALF = Fraction(1, 2)
"""A step but the last is searched to half its tolerance, so that later steps have the other half to use."""


class NoPlan(ValueError):
    """The rules cannot all hold: no plan exists. The conflict is looked for by `optimizer/conflicts/conflict.py`."""


class NotFound(RuntimeError):
    """The search reached its limit before it found any plan; that says nothing about whether one exists."""


@dataclass(frozen=True)
class Solved:
    """The last step's column values, and what every step reached."""

    formulation: Formulation
    values: Ints
    objectives: tuple[ObjectiveResult, ...]
    termination: str


Shape = Callable[[Formulation], None]
"""Adds rows to a model whose columns all stand already: “with this project built”, “without that one”."""


def solve_in_order(
    case: Case,
    engine: Engine,
    listener: Listener | None = None,
    *,
    shape: Shape | None = None,
    start: Choice | None = None,
) -> Solved:
    """Solve every step of the policy's order, with what `shape` demands beside the rules.

    A `start` is a plan known already, of this case or one like it: the search goes on from it where the rules allow,
    which saves time and leaves what is proven as it is. Raises `NoPlan` or `NotFound`.
    """
    formulation = Formulation(case, tight=engine.tight)
    steps = formulation.objectives()
    if shape is not None:
        shape(formulation)
    model = formulation.model
    hint = None if start is None else landed(formulation, start)
    results: list[ObjectiveResult] = []
    stopped: list[str] = []
    first: Answer | None = None
    if (opening := _opening(case, formulation, steps, engine, listener, hint)) is not None:
        results, first = opening
        stopped = [f"{result.name}: optimal" for result in results]
    for step in steps[len(results) :] or [Objective("rules", "max", Linear(), "points")]:
        # without objectives any plan will do
        share = HALF if steps and step is not steps[-1] else Fraction(1)
        answer = _take(case, formulation, step, engine, hint, listener, first, share)
        first = None
        assert answer.values is not None
        hint = answer.values
        if not steps:
            break
        stopped.append(_stop(step, answer))
        result = describe(case, step, answer.value, answer.bound)
        results.append(result)
        _keep(model, step, result.raw_floor)
    assert hint is not None
    return Solved(formulation, hint, tuple(results), "; ".join(stopped))


def _keep(model: Model, step: Objective, floor: int) -> None:
    """Inequality (1) for one step."""
    ends = {"low": floor} if step.sense == "max" else {"high": floor}
    model.row(f"keep.{step.name}", step.expression, **ends)


def _opening(
    case: Case,
    formulation: Formulation,
    steps: list[Objective],
    engine: Engine,
    listener: Listener | None,
    hint: Ints | None,
) -> tuple[list[ObjectiveResult], Answer] | None:
    """The first shortfalls at once: where a plan without any is found while searching the first step after them.

    Such a plan proves that none is the least, and is an answer of that step. None where the relaxation shows no such
    plan at once; then the steps are taken one by one.
    """
    model, attempt = formulation.model, getattr(engine, "attempt", None)
    if attempt is None:
        return None
    results: list[ObjectiveResult] = []
    for step in steps[:-1]:
        least = -most(model, step.expression.times(-1))
        if step.sense == "max" or raw_floor(case, step, least, least) != least:
            break
        results.append(describe(case, step, least, least))
    if not results:
        return None
    rows = len(model.row_names)
    for step, result in zip(steps, results, strict=False):
        _keep(model, step, result.raw_floor)
    step = steps[len(results)]
    answer = attempt(
        model,
        step.expression,
        maximise=step.sense == "max",
        gap_allowed=_first_gap(case, step, hint),
        hint=hint,
        step=step.name,
        listener=listener,
    )
    if answer is None:
        model.cut(rows)
        return None
    return results, answer


def _take(
    case: Case,
    formulation: Formulation,
    step: Objective,
    engine: Engine,
    hint: Ints | None,
    listener: Listener | None,
    first: Answer | None = None,
    share: Fraction = HALF,
) -> Answer:
    """One step, asked again with a smaller gap while the gap in the objective's own unit is above the tolerance.

    `first` is the answer to the first guess of that gap, where it is known already; `share` the part of the tolerance
    that the step may use up itself.
    """
    gap_allowed = _first_gap(case, step, hint, share)
    while True:
        answer = first or engine.solve(
            formulation.model,
            step.expression,
            maximise=step.sense == "max",
            gap_allowed=gap_allowed,
            hint=hint,
            step=step.name,
            listener=listener,
        )
        if answer.status == "impossible":
            raise NoPlan("no plan keeps all must-rules")
        if answer.values is None:
            raise NotFound(f"no plan was found within the limit while deciding {step.name}")
        value, bound = (own_unit(case, step.name, step.unit, raw) for raw in (answer.value, answer.bound))
        near = abs(bound - value) <= step.tolerance * share * max(abs(value), abs(bound))
        if answer.status in ("limit", "claimed") or gap_allowed == 0 or near:
            return answer
        hint, gap_allowed, first = answer.values, gap_allowed // 4, None


def _stop(step: Objective, answer: Answer) -> str:
    """Why a step ended, for the run record: a float engine's claim is told as one."""
    claim = f" {answer.claim}" if answer.status == "claimed" else ""
    return f"{step.name}: {answer.status}{claim}"


def _first_gap(case: Case, step: Objective, hint: Ints | None, share: Fraction = HALF) -> int:
    """A first guess of the raw distance that is this share of the tolerance; `_take` makes sure."""
    if step.name.startswith(STEP):  # the whole money is a first guess of what may be reached; `_take` asks again
        most = case.money_quanta * case.leximin.level(step.name).scale
        return int(most * step.tolerance * share)
    if step.tolerance == 0:
        return 0
    if step.name != "welfare":
        return int(abs(step.expression.value(hint)) * step.tolerance * share) if hint is not None else 0
    if not case.total_weight:
        return 0
    mean = case.money_quanta / case.total_weight
    whole = case.welfare.worth(mean, case.total_weight)
    return int((whole - case.welfare.worth(mean * (1 - step.tolerance), case.total_weight)) / 2)
