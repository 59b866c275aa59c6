"""The model of one step: every rule, and what earlier steps of a plan reached, as rows; nothing is added later.

    maximise v[i]   subject to the rules and   v[j] >= floor[j]   for the steps j before i                (1)

with floor[j] from the plan's run record, so that whoever solves the file solves what the search solved.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import Refusal
from domain.plan import ObjectiveResult, Plan
from optimizer.case import Case
from optimizer.digits import Matrix, float_safe
from optimizer.formulation import Formulation
from optimizer.model import Model, Objective
from optimizer.solve.engine import Answer, Engine


class UnknownStep(Refusal):
    """A step the plan's strict order does not have."""

    code = "unknown-step"
    sentence_en = "The plan was not computed with a step “{step}”."
    cure_en = "Its steps are: {steps}."


@dataclass(frozen=True)
class StepModel:
    """One step: what it makes large or small, the exact model, and the same in numbers that floats hold."""

    objective: Objective
    model: Model
    matrix: Matrix
    earlier: tuple[ObjectiveResult, ...]
    recorded: ObjectiveResult

    @property
    def maximise(self) -> bool:
        """Whether the step makes its objective large."""
        return self.objective.sense == "max"


def step_model(case: Case, plan: Plan, step: str | None = None, *, tight: bool = True) -> StepModel:
    """The model of a plan's step (default: the last) with the plan's earlier steps kept.

    Raises `UnknownStep`, and `ModelFault` where floats could not hold the numbers.
    """
    results = {result.name: result for result in plan.run.objectives}
    names = list(results)
    if not names or (step is not None and step not in results):
        raise UnknownStep(step=step or "", steps=", ".join(names) or "–")
    formulation = Formulation(case, tight=tight)
    model, earlier = formulation.model, names[: names.index(step or names[-1])]
    for objective in formulation.objectives():
        if objective.name not in earlier:
            matrix = float_safe(model, objective.expression)
            kept = tuple(results[name] for name in earlier)
            return StepModel(objective, model, matrix, kept, results[objective.name])
        floor = results[objective.name].raw_floor
        side = {"low": floor} if objective.sense == "max" else {"high": floor}
        model.row(f"keep.{objective.name}", objective.expression, **side)
    raise UnknownStep(step=step or names[-1], steps=", ".join(names))


def best_value(built: StepModel, engine: Engine) -> tuple[int, int]:
    """What the step can reach at best, and a proven bound: equal when it is decided.

    Taken from the run record where value and bound agree there, else solved to the end or to the engine's limit.
    """
    recorded = built.recorded
    if recorded.raw_value == recorded.raw_bound:
        return recorded.raw_value, recorded.raw_bound
    answer: Answer = engine.solve(
        built.model,
        built.objective.expression,
        maximise=built.maximise,
        gap_allowed=0,
        hint=None,
        step=built.objective.name,
        listener=None,
    )
    if answer.values is None:
        return recorded.raw_value, recorded.raw_bound
    return answer.value, answer.bound
