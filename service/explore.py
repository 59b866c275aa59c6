"""Use cases around a finished plan: alternatives, trade-offs, what each project is worth, a plan for doubtful money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from documents.explored import curve, firm_and_waiting, losses, other_plans
from documents.view import View, make_view
from domain.decisions.common import UnknownFund
from domain.errors import Refusal
from domain.money import Lang
from domain.plan import Plan
from optimizer.case import Case, build_case
from optimizer.explore.alternatives import Alternative, alternatives
from optimizer.explore.importance import Importance, importance
from optimizer.explore.robust import Robust, last_tranches, robust
from optimizer.explore.trade_off import NoTradeOff, TradePoint, trade_off
from optimizer.planning import default_engine
from service.county import County
from service.plan_reading import newest
from service.registers import Moment
from service.solving import ExplorationUnfinished

__all__ = ["Alternative", "Importance", "Robust", "TradePoint"]

QUICK_PART = 200
"""Without `exact` the loss of a project is searched to one part in so many of the objective."""


class StepUnknown(Refusal):
    """An objective the plan does not have."""

    code = "step-unknown"
    sentence_en = "The plan has no objective {step}; it has {steps}."
    cure_en = "Name two of them."


class NotInPlan(Refusal):
    """A project that the plan does not build."""

    code = "not-in-plan"
    sentence_en = "Plan {plan} does not build the project {project}."
    cure_en = "`tongchou why-not {project}` says why."


class Around:
    """A plan on the record with its case, the newest one without a name, as it is or was at a moment.

    Raises `UnknownPlan` or `NoPlanYet`.
    """

    def __init__(self, county: County, plan: str | None, at: Moment | None = None) -> None:
        found = newest(county, plan, at)
        computed = found.computed
        self.name = found.plan_id
        self.plan: Plan = computed.plan
        self.case: Case = build_case(computed.register, computed.loaded, self.plan.run.baseline)
        self.view: View = make_view(computed.register, computed.loaded.policy, self.plan, computed.measures)
        self._engine = default_engine(self.case)

    def alternatives(self, *, count: int, loss: Fraction) -> Iterator[Alternative]:
        """Plans that differ materially within a loss of every objective."""
        return alternatives(self.case, self.plan, self._engine, count=count, loss=loss)

    def trade_off(self, first: str, second: str, *, points: int) -> Iterator[TradePoint]:
        """The curve between two objectives. Raises `StepUnknown` or `ExplorationUnfinished`."""
        steps = [o.name for o in self.plan.run.objectives]
        for step in (first, second):
            if step not in steps or first == second:
                raise StepUnknown(step=step, steps=", ".join(steps))
        try:
            yield from trade_off(self.case, self.plan, self._engine, first, second, points=points)
        except NoTradeOff as fault:
            raise ExplorationUnfinished(reason=str(fault)) from fault

    def funded(self, projects: Sequence[str]) -> list[str]:
        """These projects of the plan, by default all it builds. Raises `NotInPlan`."""
        built = sorted({line.project for line in self.plan.lines if line.project is not None})
        for project in projects:
            if project not in built:
                raise NotInPlan(plan=self.name, project=project)
        return list(projects) or built

    def importance(self, projects: list[str], *, exact: bool) -> Iterator[Importance]:
        """What the loss of each project would cost, by default of all the plan builds. Raises `NotInPlan`."""
        value = abs(self.plan.run.objectives[-1].raw_value) if self.plan.run.objectives else 0
        for project in self.funded(projects):
            yield importance(self.case, self.plan, self._engine, project, gap=0 if exact else value // QUICK_PART)

    def robust(self, *, short_fen: Mapping[str, int], loss: Fraction) -> Robust:
        """The plan within a loss whose firm part is worth most if money fails; by default each fund's last tranche.

        Raises `UnknownFund` or `ExplorationUnfinished`.
        """
        for fund in short_fen:
            if fund not in self.case.funds:
                raise UnknownFund(fund=fund)
        short = dict(short_fen) or {f: s for f, s in last_tranches(self.case.register).items() if f in self.case.funds}
        found = robust(self.case, self.plan, self._engine, short_fen=short, loss=loss)
        if found is None:
            raise ExplorationUnfinished(reason="no plan within the loss was found")
        return found

    def alternatives_table(self, found: Sequence[Alternative], lang: Lang) -> Any:
        """The plan beside the others, for the terminal."""
        return other_plans(self.view, self.name, [(one.plan, one.moved_fen) for one in found], lang)

    def curve_table(self, first: str, second: str, points: Sequence[TradePoint], lang: Lang) -> Any:
        """The curve, for the terminal."""
        return curve(first, second, [(p.first, p.second, p.second_at_most) for p in points], lang)

    def alternatives_json(self, found: Sequence[Alternative]) -> list[dict[str, Any]]:
        """Each of the others as a program reads it: what moves, which projects come and go, who gets what."""
        mine = {line.project for line in self.plan.lines if line.project}
        answer = []
        for one in found:
            other = {line.project for line in one.plan.lines if line.project}
            moved = {"moved_fen": one.moved_fen, "moved_at_most_fen": one.moved_at_most_fen}
            named = {"added": sorted(other - mine), "dropped": sorted(mine - other)}
            answer.append({**moved, **named, **_outline(one.plan)})
        return answer

    def curve_json(self, points: Sequence[TradePoint]) -> list[dict[str, Any]]:
        """The curve as a program reads it."""
        return [{"first": one.first, "second": one.second, "second_at_most": one.second_at_most} for one in points]

    def robust_json(self, found: Robust) -> dict[str, Any]:
        """The robust plan as a program reads it."""
        return {**msgspec.to_builtins(found), "plan": _outline(found.plan)}

    def importance_table(self, found: Sequence[Importance], lang: Lang) -> Any:
        """What each loss would cost, for the terminal."""
        low = [None if one.indispensable else one.loss_at_least for one in found]
        rows = [(one.project, one.unit, least, one.loss_at_most) for one, least in zip(found, low, strict=True)]
        return losses(self.view, rows, lang)

    def robust_table(self, found: Robust, lang: Lang) -> Any:
        """What to commit at once and what to let wait, for the terminal."""
        benefit = (found.firm_benefit, found.firm_benefit_at_most, found.firm_benefit_of_best)
        return firm_and_waiting(
            self.view,
            found.plan,
            short_fen=found.short_fen,
            uncovered_fen=found.uncovered_fen,
            firm=found.firm,
            waiting=found.waiting,
            benefit=benefit,
            lang=lang,
        )


def dearest_first(one: Importance) -> tuple[bool, Decimal, str]:
    """The key by which projects are sorted whose loss would cost most."""
    return not one.indispensable, -one.loss_at_least, one.project


def _outline(plan: Plan) -> dict[str, Any]:
    """What is told of a plan that is not on the record: what it reaches, who gets what, its hash."""
    return {
        "objectives": {o.name: {"value": o.value, "bound": o.bound, "unit": o.unit} for o in plan.run.objectives},
        "sites": list(plan.sites),
        "lines": [{"line": line.line, "unit": line.unit, "amount_fen": line.amount_fen} for line in plan.lines],
        "plan_hash": plan.plan_hash,
    }
