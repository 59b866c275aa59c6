"""What one step of a rule's number, or 10,000 yuan of project money, is worth: by solving again, or by prices.

With the number one step tighter the first objective with best[i] < floor[i] is worsened (`footing.py`); one step
looser, the gain is what the last objective reaches beyond its proven bound, all earlier floors kept (or, of a
should-rule the plan falls short of, what that shortfall loses). More steps in one direction only ever go on in the same
sense, so the range in which a step more does no more is found by widening and halving. What an objective with a
tolerance before the last could gain stays within its own tolerance and is not asked.

A price on a row says what a unit more of room would add to the linear relaxation: an estimate, and called so.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import msgspec

from domain.plan import Plan
from domain.reasons import Effect, FundWorth, RuleStanding
from optimizer.case import Case
from optimizer.checking.audit import PlanAudit
from optimizer.reasons.footing import Footing, places
from optimizer.reasons.numbers import Knob, knobs, standings
from optimizer.reasons.richer import with_money
from optimizer.rules import stated_rules
from optimizer.rules.base import PlanRule
from optimizer.solve.engine import Engine
from optimizer.solve.relaxation import relaxation_duals

STEP_FEN = 1_000_000
"""10,000 yuan: what the worth of money is told for."""
FURTHEST = 16
"""Ranges are asked for up to so many steps."""


class Worth:
    """One plan and its case, asked what numbers are worth."""

    def __init__(self, case: Case, plan: Plan, engine: Engine) -> None:
        self.case, self.plan, self.engine = case, plan, engine
        self.audit = PlanAudit.of(case.register, case.policy, plan)

    def standings(self) -> list[RuleStanding]:
        """How every rule stands, with estimates by prices."""
        estimates = self._rule_estimates()
        return [
            msgspec.structs.replace(one, estimate=estimates.get(one.rule) if one.numbers else None)
            for one in standings(self.audit)
        ]

    def asked(self, standing: RuleStanding) -> RuleStanding:
        """The same with the exact worth of a step in both directions of every number, and its range."""
        rule = next((r for r in stated_rules(self.case.policy) if r.id == standing.rule), None)
        if rule is None:
            return standing
        turned = list(knobs(self.audit, rule))
        numbers = tuple(
            msgspec.structs.replace(
                number, tightened=self._tightened(knob, number.slack_steps or 0), loosened=self._loosened(knob)
            )
            for number, knob in zip(standing.numbers, turned, strict=True)
        )
        return msgspec.structs.replace(standing, numbers=numbers)

    def funds(self, *, exact: bool) -> list[FundWorth]:
        """What 10,000 yuan (in whole quanta) of project money more, or less, in each fund would do."""
        estimates = self._fund_estimates()
        quanta = max(STEP_FEN // self.case.quantum_fen, 1)
        return [
            FundWorth(
                fund=code,
                step_fen=quanta * self.case.quantum_fen,
                more=self._gain(self._money(code, quanta)) if exact else None,
                less=self._loss(self._money(code, -quanta)) if exact and self._spares(code, quanta) else None,
                estimate=None if code not in estimates else places(estimates[code] * quanta),
            )
            for code in self.case.funds
        ]

    def _tightened(self, knob: Knob, room: int) -> Effect:
        if room:
            return Effect(objective=None, steps=room)
        return _ranged(lambda steps: self._loss(self._turned(knob, steps)), knob.steps_left(1))

    def _loosened(self, knob: Knob) -> Effect:
        return _ranged(lambda steps: self._gain(self._turned(knob, -steps)), knob.steps_left(-1))

    def _turned(self, knob: Knob, steps: int) -> Footing:
        changed = knob.turned(steps)
        rules: list[PlanRule] = [changed if r.id == knob.rule.id else r for r in stated_rules(self.case.policy)]
        return Footing(self.case, self.plan.run.objectives, self.engine, rules=rules)

    def _money(self, fund: str, quanta: int) -> Footing:
        return Footing(with_money(self.case, fund, quanta).case, self.plan.run.objectives, self.engine)

    def _spares(self, fund: str, quanta: int) -> bool:
        return self.case.funds[fund].projects_fen >= quanta * self.case.quantum_fen

    def _loss(self, footing: Footing) -> Effect:
        """The first objective that is worsened, and by how much."""
        found = footing.furthest({})
        if found is None:
            return Effect(objective=None, possible=False)
        worsened = footing.worsened(*found)
        if worsened is None:
            return Effect(objective=None)
        return Effect(objective=worsened.objective, unit=worsened.unit, low=-worsened.high, high=-worsened.low)

    def _gain(self, footing: Footing) -> Effect:
        """What a shortfall loses, or the last objective gains."""
        lacking = [s for s in footing.steps[:-1] if s.sense == "min" and footing.recorded[s.name].raw_bound > 0]
        for step in (*lacking, *footing.steps[-1:]):
            answer = footing.best(step, {})
            recorded, sign = footing.recorded[step.name], 1 if step.sense == "max" else -1
            if answer.values is None:
                continue
            ends = [
                abs(footing.own(step, a) - footing.own(step, b)) if sign * (a - b) > 0 else Fraction(0)
                for a, b in ((answer.value, recorded.raw_bound), (answer.bound, recorded.raw_value))
            ]
            if ends[1]:
                return Effect(objective=step.name, unit=step.unit, low=places(ends[0]), high=places(ends[1]))
        return Effect(objective=None)

    def _rule_estimates(self) -> dict[str, Decimal]:
        footing = Footing(self.case, self.plan.run.objectives, self.engine)
        estimates: dict[str, Fraction] = {}
        for name, price in self._prices(footing).items():
            if name in footing.form.demanded:
                rule, per = footing.form.demanded[name]
                measure = next(r.MEASURE for r in stated_rules(self.case.policy) if r.id == rule)
                units = Fraction(STEP_FEN, self.case.quantum_fen) if measure == "fen" else Fraction(1)
                estimates[rule] = estimates.get(rule, Fraction(0)) + abs(price) * per * units
        return {rule: places(worth) for rule, worth in estimates.items()}

    def _fund_estimates(self) -> dict[str, Fraction]:
        prices = self._prices(Footing(self.case, self.plan.run.objectives, self.engine))
        return {
            code: sum((abs(prices.get(f"{row}.{code}", Fraction(0))) for row in ("budget", "envelope")), Fraction(0))
            for code in self.case.funds
        }

    def _prices(self, footing: Footing) -> dict[str, Fraction]:
        """Row -> price for the last objective, in its own raw numbers."""
        if not footing.steps:
            return {}
        step = footing.steps[-1]
        upward = step.expression if step.sense == "max" else step.expression.times(-1)
        with footing.asked(footing.before(step.name), {}) as form:
            duals = relaxation_duals(form.model, upward)
            return dict(zip(form.model.row_names, duals, strict=True)) if duals is not None else {}


def _ranged(effect: Callable[[int], Effect], end: int | None) -> Effect:
    """The effect of one step, and how many steps do no more, as far as there are steps."""
    most = FURTHEST if end is None else min(end, FURTHEST)
    one = effect(1)
    last, beyond = min(1, most), most + 1
    while last < most and beyond > last + 1:
        steps = min(last * 2, most) if beyond > most else (last + beyond) // 2
        if effect(steps) == one:
            last = steps
        else:
            beyond = steps
    return msgspec.structs.replace(one, steps=last)
