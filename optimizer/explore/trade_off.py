"""Trade-off: what more of one objective costs another, from one end of the curve to the other (M11 against M36).

For two steps a and b of the strict order, the steps before both kept:

    1. a_max and b(a_max), b_max and a(b_max): each made best first, then the other                (the ends)
    2. for targets t between a(b_max) and a_max:   maximise b   subject to   a >= t                (the points between)

Each point is a whole plan's pair of values with its proven bound, in the objectives' own units (the epsilon-constraint
method: Y. Y. Haimes and others, 1971).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.plan import Plan
from optimizer.case import Case
from optimizer.explore.around import Around, gap_of
from optimizer.model import Ints
from optimizer.outcome import own_unit, places
from optimizer.solve.engine import Answer, Engine


@dataclass(frozen=True)
class TradePoint:
    """One point of the curve: with at least `first` of the one objective, `second` of the other can be reached."""

    first: Decimal
    second: Decimal
    second_at_most: Decimal
    """Proven: no plan with as much of the first has more of the second."""
    raw: tuple[int, int]


class NoTradeOff(ValueError):
    """The search found no plan at an end of the curve within its limit."""


def trade_off(case: Case, plan: Plan, engine: Engine, first: str, second: str, *, points: int) -> Iterator[TradePoint]:
    """The curve between two steps of the policy's order, from the best of `first` to the best of `second`.

    `points` counts the two ends. Steps before both are kept at the plan's floors, others are free; both are steps of
    the plan. Raises `NoTradeOff` when the limit comes before an end of the curve.
    """
    names = [o.name for o in plan.run.objectives]
    kept = names[: min(names.index(first), names.index(second))]
    question = _Question(case, plan, engine, first, second, kept)
    high = question.best_of(first, than=second)
    low = question.best_of(second, than=first)
    yield question.point(*high)
    for i in range(1, points - 1):
        part = Fraction(i, points - 1)
        target = (high[0] + (low[0] - high[0]) * part).__round__()
        found = question.second_with(target)
        if found is not None:
            yield question.point(*found)
    yield question.point(*low)


class _Question:
    """The two steps, and the model made anew for every question."""

    def __init__(self, case: Case, plan: Plan, engine: Engine, first: str, second: str, kept: list[str]) -> None:
        self.case, self.plan, self.engine = case, plan, engine
        self.first, self.second, self.kept = first, second, kept
        self.start: Ints | None = None
        """A plan with the most of the first, and so with at least as much as any target."""

    def around(self) -> Around:
        return Around(self.case, self.plan, self.engine, keep=self.kept)

    def ask(self, around: Around, name: str, hint: Ints | None = None) -> Answer:
        step = around.steps[name]
        stated = around.reached[name]
        gap = 0 if step.sense == "min" else gap_of(stated.raw_value)
        return around.best(step.expression, maximise=step.sense == "max", gap_allowed=gap, step=name, hint=hint)

    def best_of(self, name: str, *, than: str) -> tuple[int, int, int]:
        """(first, second, bound of second) where `name` is best and, with that, `than` is best."""
        best = self.ask(self.around(), name)
        if best.values is None:
            raise NoTradeOff(f"no plan was found within the limit while making {name} best")
        around = self.around()
        around.keep(name, best.value)
        other = self.ask(around, than, best.values)
        if other.values is None:
            raise NoTradeOff(f"no plan was found within the limit while making {than} best")
        if name == self.first:
            self.start = other.values
            return best.value, other.value, other.bound
        return other.value, best.value, best.bound

    def second_with(self, target: int) -> tuple[int, int, int] | None:
        """The best of the second with at least `target` of the first."""
        around = self.around()
        around.keep(self.first, target)
        answer = self.ask(around, self.second, self.start)
        if answer.values is None:
            return None
        return around.steps[self.first].expression.value(answer.values), answer.value, answer.bound

    def point(self, first: int, second: int, bound: int) -> TradePoint:
        """A pair of raw values in the objectives' own units."""
        units = {o.name: o.unit for o in self.plan.run.objectives}
        own = [
            places(own_unit(self.case, name, units[name], raw))
            for name, raw in ((self.first, first), (self.second, second), (self.second, bound))
        ]
        return TradePoint(own[0], own[1], own[2], (first, second))
