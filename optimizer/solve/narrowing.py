"""The first engine: whole-number prices narrow the model to a window below the bound, which CP-SAT searches exactly.

    1. a smaller model with the same best value (`reduction.py`), its linear relaxation, and from its duals
       whole-number prices with a bound B (`prices.py`);
    2. a first plan, by fixing columns of the relaxation a few at a time (`dive.py`); often it is near enough;
    3. a target T a little below B: every plan that reaches T uses only the columns the prices leave open, so a much
       smaller model decides whether there is one (exactly, by CP-SAT);
    4. none: T - 1 is the new bound, and the window is made wider; one: the best of the window is the best of all.

A window that is not decided within its share of the limit is made wider too: in a wider one plans are easier to find,
and with one in hand T is its value. Every claim is exact; floats only ever suggested prices.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from optimizer.model import Ints, Linear, Model, most
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.dive import dive
from optimizer.solve.engine import Answer, Listener, Progress, Status
from optimizer.solve.kernel import Part, search_kernel
from optimizer.solve.prices import PriceBound, price_bound, whole_prices
from optimizer.solve.reduction import reduced
from optimizer.solve.relaxation import Point, Relaxation
from optimizer.solve.worksheet import Reduced

WIDENING = 4
"""By how much each window is wider than the one before."""
ROUNDS = 8
"""After so many windows the whole model is searched."""
FINEST = 2**20
"""The first window is no narrower than this part of the bound."""
KERNEL_PART = 1024
"""How near to the bound, as a part of it, a plan is looked for around the relaxation,"""
KERNELS: tuple[tuple[Part, float], ...] = (("support", 1.0), ("settled", 3.0))
"""and where, with the deterministic seconds it may take on a model of at most `KERNEL_COLUMNS`; more in proportion."""
KERNEL_COLUMNS = 10_000
FIRST_PART = 64
"""With a plan in hand the first window is one such part of the way from the bound to it."""
FIRST_LIMIT = 4.0
"""Deterministic seconds for the first window without a known plan; each later one gets twice as many."""


_NOTHING = Answer("unknown", None, 0, 0)


class Narrowing:
    """Prices first, then CP-SAT in windows; see the module's text. Asks for the tight formulation."""

    name = "narrowing"
    version = CpSat.version
    tight = True

    def __init__(self, *, seed: int = 1, deterministic_seconds: int = 60) -> None:
        self.seed = seed
        self.deterministic_seconds = deterministic_seconds

    def parameters(self) -> dict[str, str]:
        """Those of CP-SAT, and how windows widen."""
        exact = CpSat(seed=self.seed, deterministic_seconds=self.deterministic_seconds)
        return {**exact.parameters(), "window_widening": str(WIDENING), "windows": str(ROUNDS), "relaxation": "glop"}

    def solve(
        self,
        model: Model,
        expression: Linear,
        *,
        maximise: bool,
        gap_allowed: int,
        hint: Ints | None,
        step: str,
        listener: Listener | None,
    ) -> Answer:
        """One step; see `Engine.solve`. Ctrl-C stops the search and is raised again here."""
        sign = 1 if maximise else -1
        upward = expression if maximise else expression.times(-1)
        search = _Search(self, model, upward, gap_allowed, step, listener, sign)
        if hint is not None and len(hint) == len(model.lower):
            search.take(hint)
        return _in_sense(search.run(), sign)

    def attempt(
        self,
        model: Model,
        expression: Linear,
        *,
        maximise: bool,
        gap_allowed: int,
        hint: Ints | None,
        step: str,
        listener: Listener | None,
    ) -> Answer | None:
        """The same where the relaxation leads to a plan at once, else None, which says nothing of whether there is one.

        For demands that mostly can be met, as that no should-rule falls short: then a whole step is saved.
        """
        sign = 1 if maximise else -1
        upward = expression if maximise else expression.times(-1)
        search = _Search(self, model, upward, gap_allowed, step, listener, sign)
        search.only_at_once = True
        if hint is not None and len(hint) == len(model.lower):
            search.take(hint)
        answer = search.run()
        return None if answer.values is None else _in_sense(answer, sign)


def _in_sense(answer: Answer, sign: int) -> Answer:
    return replace(answer, value=sign * answer.value, bound=sign * answer.bound)


@dataclass
class _Search:
    """One step under way, its objective written to be made large."""

    engine: Narrowing
    model: Model
    upward: Linear
    gap_allowed: int
    step: str
    listener: Listener | None
    sign: int
    started: float = field(default_factory=time.monotonic)
    values: Ints | None = None
    """The best plan known, and its value."""
    value: int = 0
    bound: int | None = None
    """Proven for the whole model; None before anything is."""
    only_at_once: bool = False
    """Give up where the relaxation does not lead to a first plan."""

    def __post_init__(self) -> None:
        self.left = float(self.engine.deterministic_seconds)

    def take(self, values: Ints) -> bool:
        """Keep a plan if it is the best so far; whether it is a plan at all."""
        if self.model.broken_rows(values):
            return False
        value = self.upward.value(values)
        if self.values is None or value > self.value:
            self.values, self.value = values, value
        return True

    def run(self) -> Answer:
        """The step's answer, upward."""
        reach = most(self.model, self.upward)
        if self.values is not None and reach - self.value <= self.gap_allowed:
            self.bound = reach
            return self._answer()
        base = reduced(self.model, self.upward, self.model.lower, self.model.upper)
        if base is None:
            return Answer("impossible", None, 0, 0)
        relaxation = Relaxation(base.model, base.expression)
        point = relaxation.best()
        if point is None:
            return _NOTHING if self.only_at_once else self._whole()
        prices = price_bound(base.model, base.expression, whole_prices(base.model, relaxation.duals(point)))
        self.bound = min(prices.bound, reach)
        self._tell(None, self.bound)
        self._suggest(base, prices, relaxation, point)
        if self._near():
            return self._answer()
        if self.only_at_once and self.values is None:
            return _NOTHING
        for target, limit in self._windows(self.bound):
            if not self._window(base, prices, target, limit):
                return self._whole()
            if self._near() or self.left <= 0:
                return self._answer()
        return self._whole()

    def _suggest(self, base: Reduced, prices: PriceBound, relaxation: Relaxation, point: Point) -> None:
        """Plans the relaxation leads to, the cheapest first, until one is near enough."""
        seed, width = self.engine.seed, self.gap_allowed or abs(prices.bound) // KERNEL_PART
        if not self._near() and not relaxation.large:
            self._take_suggested(base, dive(base, relaxation, point, seed=seed, thorough=False))
        for part, seconds in KERNELS:
            limit = min(seconds * max(1, len(base.model.lower) / KERNEL_COLUMNS), self.left)
            if not self._near() and (self.values is None or prices.bound - self.value > width):
                near = max(self.gap_allowed, width // 2)
                self._take_suggested(
                    base, search_kernel(base, prices, point, part, width=width, near=near, seed=seed, limit=limit)
                )
        if self.values is None and not relaxation.large:
            self._take_suggested(base, dive(base, relaxation, point, seed=seed, thorough=True))

    def _take_suggested(self, base: Reduced, suggested: tuple[Ints | None, float]) -> None:
        values, work = suggested
        self.left = max(self.left - work, 0.0)
        if values is not None and self.take(base.restore(values)):
            self._tell(self.value, most(self.model, self.upward))

    def _near(self) -> bool:
        return self.values is not None and self.bound is not None and self.bound - self.value <= self.gap_allowed

    def _windows(self, bound: int) -> Iterator[tuple[int, float]]:
        """Targets and limits, wider and wider, until a plan is known; then its own value with all that is left."""
        width, limit = max(self.gap_allowed, abs(bound) // FINEST, 1), FIRST_LIMIT
        if self.values is not None:
            width = max(width, (bound - self.value) // FIRST_PART)
        for _ in range(ROUNDS):
            if self.values is not None and bound - width <= self.value:
                break
            yield bound - width, min(limit, self.left)
            width *= WIDENING
            limit *= 2
        if self.values is not None:
            yield self.value, self.left

    def _window(self, base: Reduced, prices: PriceBound, target: int, limit: float) -> bool:
        """Search the plans that reach `target`; False when what came back cannot be so."""
        assert self.bound is not None
        small = reduced(base.model, base.expression, *prices.narrowed(base.model, target))
        if small is None:
            return self._none_reaches(target)
        known = self.values if self.values is not None and self.value >= target else None
        answer = CpSat(seed=self.engine.seed, deterministic_seconds=limit, presolve=False).solve(
            small.model,
            small.expression,
            maximise=True,
            gap_allowed=self.gap_allowed,
            hint=None if known is None else small.forward(base.forward(known)),  # one below the target only misleads
            step=self.step,
            listener=lambda news: self._tell(news.value, max(news.bound, target - 1)),
            window=(target, self.bound),
        )
        self.left -= answer.work
        if answer.status == "impossible":
            return self._none_reaches(target)
        if answer.values is None:
            return True
        self.bound = min(self.bound, max(answer.bound, target - 1))
        return self.take(base.restore(small.restore(answer.values)))

    def _none_reaches(self, target: int) -> bool:
        """No plan reaches `target`, unless one is known that does."""
        if self.values is not None and self.value >= target:
            return False
        assert self.bound is not None
        self.bound = min(self.bound, target - 1)
        return True

    def _whole(self) -> Answer:
        """The whole model by CP-SAT alone: for what prices say nothing about."""
        answer = CpSat(seed=self.engine.seed, deterministic_seconds=max(self.left, FIRST_LIMIT)).solve(
            self.model,
            self.upward,
            maximise=True,
            gap_allowed=self.gap_allowed,
            hint=self.values,
            step=self.step,
            listener=lambda news: self._tell(news.value, news.bound),
        )
        if answer.status == "impossible":
            return answer
        if answer.values is not None:
            self.take(answer.values)
        self.bound = answer.bound if self.bound is None else min(self.bound, answer.bound)
        return self._answer()

    def _answer(self) -> Answer:
        assert self.bound is not None
        if self.values is None:
            return Answer("unknown", None, 0, self.bound)
        status: Status = "optimal" if self.value == self.bound else "within-gap" if self._near() else "limit"
        return Answer(status, self.values, self.value, self.bound)

    def _tell(self, value: int | None, bound: int) -> None:
        """Pass news on, as far as it is proven for the whole model."""
        if self.listener is None:
            return
        best = max((v for v in (value, None if self.values is None else self.value) if v is not None), default=None)
        proven = bound if self.bound is None else min(bound, self.bound)
        elapsed = time.monotonic() - self.started
        self.listener(Progress(self.step, None if best is None else self.sign * best, self.sign * proven, elapsed))
