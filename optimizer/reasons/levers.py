"""The four levers, each alone: the least change of score, cost, money or one rule with which a project is built.

`keep` are the rows v[j] >= floor[j] with the recorded floors of today's plan (`footing.py`), p the project, built[p]
= 1, and k the place of the benefit in the order, t its tolerance.

Score. More points raise v[k] of plans with p and of no other. With W = best[k] over plans with p and O = best[k] over
plans without (both with the floors before k), the least d with which every plan that is good enough builds p is the
least with which O falls below the floor that W + d sets:

    (1 - t) (W + d) > O                                                                              (1)

(one less without tolerance, where level plans with p are better in a later objective). None, where p worsens an
objective before k.

Cost. With saved >= 0 taken off the cost: the least `saved` with which a plan with p keeps the floors before some i and
beats every plan without p at i, that is, sets a floor above what those reach:

    min saved   subject to   v[j] >= floor[j] for j < i,   v[i] >= least raw value whose floor exceeds O[i]      (2)

Unfinished works: what p itself still lacks counts as a shortfall of plans without it, so their best falls with it.
The other floors are those recorded: what a cheaper p would add to an objective with a tolerance is not fed back.

Money. More money m for projects in one fund, total and envelope alike, welfare measured on today's scale:

    min m   subject to   v[j] >= floor[j] for every j                                                 (3)

One rule. A must-rule becomes a should of a class of its own, whose shortfall is not among the objectives:

    min shortfall   subject to   v[j] >= floor[j] for every j, and all other rules                    (4)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import msgspec

from domain.plan import Plan
from domain.reasons import Between, Lever, Outcome
from optimizer.case import Case
from optimizer.formulation import Formulation
from optimizer.model import Ints, Linear, Objective
from optimizer.reasons.footing import Footing, Shift
from optimizer.reasons.least import Found, least
from optimizer.reasons.richer import with_money
from optimizer.rules import stated_rules
from optimizer.rules.base import Measure, PlanRule
from optimizer.rules.unfinished import UnfinishedFirst
from optimizer.solve.engine import Engine

ASIDE = 10
"""A class of should-rules no policy can state (they go to 9)."""
NONE = Between(None, None)
Kind = Literal["score", "cost", "fund", "rule"]


@dataclass(frozen=True)
class Asked:
    """What is to be so in any case: a project built, or a unit shown as a demonstration site."""

    project: str | None = None
    site: str | None = None

    def projects(self, case: Case) -> list[str]:
        """The projects it is about."""
        return [self.project] if self.project is not None else case.projects_of[str(self.site)]

    def columns(self, footing: Footing) -> dict[int, int]:
        """The columns to fix, with their value."""
        form = footing.form
        return {form.built[self.project] if self.project is not None else form.site[str(self.site)]: 1}


def levers(
    case: Case,
    plan: Plan,
    engine: Engine,
    footing: Footing,
    project: str,
    kinds: Collection[str],
    heard: Callable[[str], None],
) -> Iterator[Lever]:
    """The levers of these kinds of one unfunded project of a case, in the order score, cost, funds, rules."""
    asked = Asked(project=project)
    if "score" in kinds:
        yield score_lever(footing, project)
    if "cost" in kinds:
        heard("cost")
        yield cost_lever(case, plan, engine, project)
    for fund in case.payers[project] if "fund" in kinds else ():
        heard(f"fund {fund}")
        yield fund_lever(case, plan, engine, asked, fund)
    if "rule" in kinds:
        heard("rule")
        yield from rule_levers(case, plan, engine, asked)


def score_lever(footing: Footing, project: str) -> Lever:
    """(1), in points."""
    built = footing.form.built[project]
    step = next((step for step in footing.steps if step.name == "benefit"), None)
    if step is None:
        return _lever("score", project, "not-asked", "points")
    keeps = 1 - step.tolerance
    with_it = footing.best(step, {built: 1})
    if not keeps or with_it.status == "impossible":
        return _lever("score", project, "never", "points")
    low_without, high_without = _without(footing, step, {built: 0})
    low = _needed(low_without, keeps) - with_it.bound
    high = None if with_it.values is None else _needed(high_without, keeps) - with_it.value
    if low == high and low > 1 and keeps == 1 and _wins_a_draw(footing, step, with_it.value, {built: 1}):
        low = high = low - 1
    return _lever("score", project, "least", "points", Between(max(low, 1), high))


def _wins_a_draw(footing: Footing, step: Objective, value: int, ask: dict[int, int]) -> bool:
    """Whether, drawn level in one objective, plans with it are better in the first later one that tells them apart."""
    keep = {name: footing.recorded[name].raw_floor for name in footing.before(step.name)} | {step.name: value}
    for later in footing.steps[len(keep) :]:
        answer = footing.solve(later.expression, later.sense == "max", keep, ask, later.name)
        sign, target = (1 if later.sense == "max" else -1), _beating(footing, later)
        if answer.values is None:
            return False
        if target is not None and sign * answer.value >= sign * target:
            return True
        keep[later.name] = footing.recorded[later.name].raw_floor
    return False


def _without(footing: Footing, step: Objective, ask: dict[int, int]) -> tuple[int, int]:
    """Between what the best plan without it reaches; today's plan is one, and usually proven the best."""
    recorded = footing.recorded[step.name]
    if recorded.raw_value == recorded.raw_bound:
        return recorded.raw_value, recorded.raw_value
    answer = footing.best(step, ask)
    ends = (recorded.raw_value if answer.values is None else answer.value, answer.bound)
    return min(ends), max(ends)


def cost_lever(case: Case, plan: Plan, engine: Engine, project: str) -> Lever:
    """(2), in fen; not for α = ∞ or several years, whose rows do not know a cost that is cut."""
    if case.policy.welfare.alpha == "inf" or len(case.years) > 1:
        return _lever("cost", project, "not-answered", "fen")
    footing = Footing(case, plan.run.objectives, engine, cheaper=[project], shift=_unfinished(case, project))
    saved, most = footing.form.saved[project], case.cost_quanta(project) - 1
    ask = {footing.form.built[project]: 1}
    ways: list[Found] = []
    for step in reversed(footing.steps):
        target = _beating(footing, step)
        if target is None or most < 0:
            continue
        keep = footing.before(step.name)
        way = least(footing, Linear({saved: 1}), most, keep=keep, ask=ask, reach=step, target=target, first=most // 16)
        if way is not None:
            ways.append(way)
            most = most if way.high is None else way.high - 1  # an earlier objective counts only if it asks for less
    if not ways:
        return _least("cost", project, "fen", None, case.quantum_fen)
    highs = [way.high for way in ways if way.high is not None]
    either = Found(min(way.low for way in ways), min(highs) if highs else None)
    return _least("cost", project, "fen", either, case.quantum_fen)


def _unfinished(case: Case, project: str) -> Shift:
    """Adds what is saved of unfinished work to the shortfall it counts in: plans without it would lack that less."""
    rules = [r for r in stated_rules(case.policy) if isinstance(r, UnfinishedFirst) and r.kind == "should"]
    names = [f"shortfall-{rule.priority_class}" for rule in rules if case.projects[project].started]

    def shift(form: Formulation, step: Objective) -> Objective:
        times = names.count(step.name)
        return replace(step, expression=step.expression.plus(Linear({form.saved[project]: times}))) if times else step

    return shift


def fund_lever(case: Case, plan: Plan, engine: Engine, asked: Asked, fund: str) -> Lever:
    """(3), in fen; up to twice the fund, or twice the cost of what is asked."""
    cost = sum(case.cost_quanta(code) for code in asked.projects(case))
    rich = with_money(case, fund, most=2 * max(cost, case.quanta(case.funds[fund].total_fen)))
    footing = Footing(rich.case, plan.run.objectives, engine)
    more = rich.add_to(footing.form.model)
    found = least(footing, more, rich.most, keep=footing.names, ask=asked.columns(footing), first=cost // 16)
    return _least("fund", fund, "fen", found, case.quantum_fen)


def rule_levers(case: Case, plan: Plan, engine: Engine, asked: Asked) -> list[Lever]:
    """(4) for every must-rule of the policy, in its measure.

    Asked of many at once first: what no giving way of all of them helps, none of them alone is in the way of; where it
    helps, only the rules the found plan breaks are asked one by one, then the others again without them.
    """
    musts = [rule for rule in stated_rules(case.policy) if rule.kind == "must" and rule.gives_way]
    result = {rule.id: _lever("rule", rule.id, "not-in-the-way", rule.measure) for rule in musts}
    suspects = list(musts)
    while suspects:
        soft = _Softened(case, plan, engine, suspects)
        found = least(soft.footing, Linear(), 0, keep=soft.footing.names, ask=asked.columns(soft.footing))
        if found is None:
            break
        # where the limit came first, any of them may be in the way
        broken = suspects if found.values is None else [r for r in suspects if soft.places(r, found.values)]
        if not broken:
            return [_lever("rule", rule.id, "already", rule.measure, Between(0, 0)) for rule in musts]
        for rule in broken:
            result[rule.id] = _rule_lever(case, _Softened(case, plan, engine, [rule]), rule, asked)
        suspects = [rule for rule in suspects if rule not in broken]
    return [result[rule.id] for rule in musts]


def _rule_lever(case: Case, soft: _Softened, rule: PlanRule, asked: Asked) -> Lever:
    footing, short = soft.footing, soft.short(rule)
    most = sum(footing.form.model.upper[c] for c in short.terms)
    found = least(footing, short, most, keep=footing.names, ask=asked.columns(footing))
    per = case.quantum_fen if rule.measure == "fen" else 1
    lever = _least("rule", rule.id, rule.measure, found, per, none="not-in-the-way")
    given = [] if found is None or found.values is None else soft.places(rule, found.values)
    return msgspec.structs.replace(lever, places=tuple((where, n * per) for where, n in given))


class _Softened:
    """A footing in which some must-rules are shoulds, each of a class of its own that no objective counts."""

    def __init__(self, case: Case, plan: Plan, engine: Engine, soft: list[PlanRule]) -> None:
        self._classes = {rule.id: ASIDE + place for place, rule in enumerate(soft)}
        rules = [
            rule.model_copy(update={"kind": "should", "priority_class": self._classes[rule.id]})
            if rule.id in self._classes
            else rule
            for rule in stated_rules(case.policy)
        ]
        self.footing = Footing(case, plan.run.objectives, engine, rules=rules)

    def short(self, rule: PlanRule) -> Linear:
        """What a rule falls short of, in its measure."""
        return self.footing.form.shortfall(self._classes[rule.id])

    def places(self, rule: PlanRule, values: Ints) -> list[tuple[str, int]]:
        """Where it does, and by how much."""
        names, start = self.footing.form.model.column_names, f"short.{rule.id}."
        return [(names[c].removeprefix(start), int(values[c])) for c in self.short(rule).terms if values[c]]


def _beating(footing: Footing, step: Objective) -> int | None:
    """The nearest raw value whose floor no plan without the project keeps; None where there is none.

    Plans without it reach at most the recorded bound.
    """
    bound, tolerance = footing.recorded[step.name].raw_bound, step.tolerance
    if step.sense == "min":
        value = (bound / (1 + tolerance)).__ceil__() - 1
        return value if value >= 0 else None
    if tolerance == 1:
        return None
    if step.name != "welfare":
        return _needed(bound, 1 - tolerance)
    scale, weight = footing.case.welfare, footing.case.total_weight
    if not weight:
        return None
    return scale.worth(scale.equal_grant(bound, weight) / (1 - tolerance), weight).__floor__() + 1


def _needed(without: int, keeps: Fraction) -> int:
    """The least value above `without` even after the tolerance."""
    return (without / keeps).__floor__() + 1


def _least(
    kind: Kind, subject: str, measure: Measure, found: Found | None, per: int, *, none: Outcome = "never"
) -> Lever:
    """A lever whose least change is known, counted in steps of `per`."""
    if found is None:
        return _lever(kind, subject, none, measure)
    outcome: Outcome = "unknown" if found.high is None else "already" if found.high == 0 else "least"
    low, high = (None if end is None else end * per for end in (found.low, found.high))
    return _lever(kind, subject, outcome, measure, Between(low, high))


def _lever(kind: Kind, subject: str, outcome: Outcome, measure: Measure, change: Between = NONE) -> Lever:
    return Lever(kind=kind, subject=subject, outcome=outcome, measure=measure, change=change)
