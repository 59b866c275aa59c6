"""One named step of the order by itself: its best value while earlier objectives keep floors that are given.

For questions about a plan that stands: “what is the most benefit with this project in, at the welfare we have?”
"""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.assembly import Choice
from optimizer.case import Case
from optimizer.formulation import Formulation
from optimizer.solve.engine import Answer, Engine
from optimizer.solve.landing import landed
from optimizer.solve.order import Shape


def step_with_keeps(
    case: Case,
    floors: Mapping[str, int],
    step: str,
    engine: Engine,
    *,
    shape: Shape | None = None,
    gap_allowed: int = 0,
    start: Choice | None = None,
) -> tuple[Formulation, Answer]:
    """The model and the answer of one step.

    `floors` are raw values by objective (`ObjectiveResult.raw_floor`): least ones where more is better, else most ones.
    `shape` adds rows of its own, and `start` is a plan known already. Raises `KeyError` for an objective the policy
    does not list.
    """
    formulation = Formulation(case, tight=engine.tight)
    steps = {one.name: one for one in formulation.objectives()}
    if shape is not None:
        shape(formulation)
    for name, floor in floors.items():
        ends = {"low": floor} if steps[name].sense == "max" else {"high": floor}
        formulation.model.row(f"keep.{name}", steps[name].expression, **ends)
    answer = engine.solve(
        formulation.model,
        steps[step].expression,
        maximise=steps[step].sense == "max",
        gap_allowed=gap_allowed,
        hint=None if start is None else landed(formulation, start),
        step=step,
        listener=None,
    )
    return formulation, answer
