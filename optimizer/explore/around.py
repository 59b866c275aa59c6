"""A model around a finished plan: what the plan reached stays a floor, loosened by a loss that is stated.

For every step i of the strict order, with bound[i] what was proven to be the best:

    v[i] >= bound[i] less max(tolerance[i], loss)            for the steps kept                      (1)
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction

import msgspec

from domain.plan import ObjectiveResult, Plan
from optimizer.case import Case
from optimizer.formulation import Formulation
from optimizer.model import Ints, Linear, Objective
from optimizer.outcome import raw_floor
from optimizer.solve.engine import Answer, Engine
from optimizer.solve.order import Solved

GAP = Fraction(1, 1000)
"""How near to the best a search around a plan goes unless it is asked for an exact answer."""


class Around:
    """One question: rows (1) for the steps kept; more rows and an objective of its own come from who asks."""

    def __init__(
        self,
        case: Case,
        plan: Plan,
        engine: Engine,
        *,
        loss: Fraction = Fraction(0),
        keep: Collection[str] | None = None,
    ) -> None:
        self.case, self.plan, self.engine = case, plan, engine
        self.form = Formulation(case, tight=engine.tight)
        self.steps: dict[str, Objective] = {step.name: step for step in self.form.objectives()}
        self.reached: dict[str, ObjectiveResult] = {}
        for stated in plan.run.objectives:
            step = self.steps[stated.name]
            looser = replace(step, tolerance=max(step.tolerance, loss))
            floor = raw_floor(case, looser, stated.raw_value, stated.raw_bound)
            self.reached[stated.name] = msgspec.structs.replace(stated, raw_floor=floor)
            if keep is None or stated.name in keep:
                self.keep(stated.name, floor)

    def keep(self, name: str, floor: int) -> None:
        """Demand that a step reaches a floor, in the model's own numbers."""
        step = self.steps[name]
        ends = {"low": floor} if step.sense == "max" else {"high": floor}
        self.form.model.row(f"keep.{name}.{floor}", step.expression, **ends)

    def best(
        self,
        expression: Linear,
        *,
        maximise: bool = True,
        gap_allowed: int = 0,
        step: str = "",
        hint: Ints | None = None,
    ) -> Answer:
        """The best value of an expression under all rows; `hint` are column values known to keep them."""
        return self.engine.solve(
            self.form.model,
            expression,
            maximise=maximise,
            gap_allowed=gap_allowed,
            hint=hint,
            step=step,
            listener=None,
        )

    def solved(self, answer: Answer) -> Solved:
        """An answer as `optimizer/planning.py` finishes plans from."""
        assert answer.values is not None
        return Solved(self.form, answer.values, tuple(self.reached.values()), answer.status)


def gap_of(value: int) -> int:
    """`GAP` of a raw value."""
    return int(abs(value) * GAP)
