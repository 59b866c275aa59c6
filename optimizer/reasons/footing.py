"""What every “why not” stands on: the model of the plan's own case, with what the plan reached kept as rows.

With the objectives v[1] … v[m] in the policy's order (all written as "more is better") and floor[j] the `raw_floor` of
the recorded plan:

    best[i]  =  maximise v[i]   subject to the rules, v[j] >= floor[j] for j < i, and what is asked     (1)

Today's plan itself shows best[i] >= floor[i] as long as nothing is asked. The first objective an ask worsens is the
first i with best[i] < floor[i]; then (1) has no answer for any later one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from domain.plan import ObjectiveResult
from domain.reasons import Between, Worsened
from optimizer.case import Case
from optimizer.formulation import Formulation
from optimizer.model import UNBOUNDED, Ints, Linear, Objective
from optimizer.outcome import own_unit
from optimizer.rules.base import PlanRule
from optimizer.solve.engine import Answer, Engine

SIX_PLACES = Decimal("0.000001")


Shift = Callable[[Formulation, Objective], Objective]
"""What an objective becomes where what is asked changes how it is counted."""


class Footing:
    """A model with the recorded floors as rows that can be let go; asked again and again with other demands."""

    def __init__(
        self,
        case: Case,
        objectives: Sequence[ObjectiveResult],
        engine: Engine,
        *,
        rules: Sequence[PlanRule] | None = None,
        cheaper: Collection[str] = (),
        shift: Shift | None = None,
    ) -> None:
        self.case = case
        self.engine = engine
        self.form = Formulation(case, rules, tight=engine.tight, cheaper=cheaper)
        self.recorded = {o.name: o for o in objectives}
        found = {step.name: step for step in self.form.objectives()}
        self.steps: list[Objective] = [found[o.name] for o in objectives]
        if shift is not None:
            self.steps = [shift(self.form, step) for step in self.steps]
        self._rows: dict[str, int] = {}
        self._kept: dict[tuple[str, tuple[tuple[int, int], ...]], Answer] = {}
        for step in self.steps:
            floor = self.recorded[step.name].raw_floor
            self._rows[step.name] = len(self.form.model.row_names)
            bounds = {"low": floor} if step.sense == "max" else {"high": floor}
            self.form.model.row(f"keep.{step.name}", step.expression, **bounds)

    def before(self, name: str) -> list[str]:
        """The objectives that come before one in the order."""
        return self.names[: self.names.index(name)]

    @property
    def names(self) -> list[str]:
        """The objectives in their order."""
        return [step.name for step in self.steps]

    def best(self, step: Objective, ask: Mapping[int, int]) -> Answer:
        """(1) for one objective, with columns fixed to what is asked; asked twice, answered once."""
        key = (step.name, tuple(sorted(ask.items())))
        if key not in self._kept:
            before = self.before(step.name)
            self._kept[key] = self.solve(step.expression, step.sense == "max", before, ask, step.name)
        return self._kept[key]

    def solve(
        self,
        expression: Linear,
        maximise: bool,
        keep: Collection[str] | Mapping[str, int],
        ask: Mapping[int, int],
        name: str,
        hint: Ints | None = None,
    ) -> Answer:
        """The best of an expression with the floors of `keep` as rows and columns fixed to what is asked; to 0 %.

        `keep` as a mapping says other floors than the recorded ones.
        """
        with self.asked(keep, ask) as form:
            return self.engine.solve(
                form.model, expression, maximise=maximise, gap_allowed=0, hint=hint, step=name, listener=None
            )

    @contextmanager
    def asked(self, keep: Collection[str] | Mapping[str, int], ask: Mapping[int, int]) -> Iterator[Formulation]:
        """The model with some floors and with columns fixed; whatever is done to it meanwhile is undone."""
        model = self.form.model
        columns, rows = len(model.lower), len(model.row_low)
        before = [list(ends) for ends in (model.lower, model.upper, model.row_low, model.row_high)]
        for step in self.steps:
            r = self._rows[step.name]
            if step.name not in keep:
                model.row_low[r], model.row_high[r] = -UNBOUNDED, UNBOUNDED
            elif isinstance(keep, Mapping):
                ends = model.row_low if step.sense == "max" else model.row_high
                ends[r] = keep[step.name] - step.expression.constant
        for c, value in ask.items():
            model.lower[c] = model.upper[c] = value
        try:
            yield self.form
        finally:
            model.lower, model.upper, model.row_low, model.row_high = before
            del model.column_names[columns:], model.row_names[rows:], model.row_terms[rows:]

    def furthest(self, ask: Mapping[int, int]) -> tuple[Objective, Answer] | None:
        """The last objective that can be asked for at all, and its best; None where not even the rules can be kept.

        Asked from the last one backwards: where it answers, no earlier objective is worsened.
        """
        for step in reversed(self.steps):
            answer = self.best(step, ask)
            if answer.status != "impossible":
                return step, answer
        if not self.steps:
            answer = self.solve(Linear(), True, (), ask, "rules")
            return None if answer.status == "impossible" else (Objective("rules", "max", Linear(), "points"), answer)
        return None

    def worsened(self, step: Objective, answer: Answer) -> Worsened | None:
        """How far an answer falls below what the plan keeps of an objective; None where it may well not."""
        recorded = self.recorded.get(step.name)
        if recorded is None:
            return None
        sign, floor = (1 if step.sense == "max" else -1), recorded.raw_floor
        least = sign * (floor - answer.bound)
        most = None if answer.values is None else sign * (floor - answer.value)
        if most is not None and most <= 0:
            return None
        best = answer.bound if answer.values is None else answer.value
        kept, bound, found = (self.own(step, raw) for raw in (floor, answer.bound, best))
        return Worsened(
            objective=step.name,
            unit=step.unit,
            reached=recorded.value,
            kept=places(kept),
            best=places(found),
            best_bound=places(bound),
            raw=Between(max(least, 0), most),
            low=places(max(sign * (kept - bound), Fraction(0))),
            high=places(sign * (kept - found)),
        )

    def own(self, step: Objective, raw: int) -> Fraction:
        """A raw number in the objective's own unit."""
        return own_unit(self.case, step.name, step.unit, raw)


def places(number: Fraction | int) -> Decimal:
    """To six places, half to even."""
    exact = Fraction(number)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(SIX_PLACES, ROUND_HALF_EVEN)
