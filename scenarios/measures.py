"""The measures gates and sweeps speak of: each a name, what it is counted in, and a figure worked out exactly.

A measure is of one outcome, or of how it compares; some ask `of` which unit, group, fund, rule or objective. Amounts
are in yuan, shares are parts of one. None means that there is nothing to measure: no such entry, or a division by
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from domain.comparison import Comparison
from domain.money import FEN_PER_YUAN, parse_yuan
from domain.register import Unit
from optimizer.rules.limits import UnitFloor
from scenarios.outcome import Outcome

Figure = Fraction | None
Of = Literal["", "unit", "township", "kind", "fund", "rule", "objective", "project", "amount"]
BEST = 10
"""How many units “the best” are: those with the most money per household before."""


@dataclass(frozen=True)
class Measure:
    """A named figure. `of` says what kind of code it asks for, empty for none."""

    name: str
    unit: Literal["yuan", "share", "count", "ratio", "own"]
    of: Of
    work_out: Callable[[Outcome, Comparison | None, str], Figure]
    compares: bool = False
    """Whether it needs another outcome to compare with."""


MEASURES: dict[str, Measure] = {}


def of_outcome(
    name: str, unit: Literal["yuan", "share", "count", "ratio", "own"], of: Of = ""
) -> Callable[[Callable[[Outcome, str], Figure]], Callable[[Outcome, str], Figure]]:
    """Enter a function of an outcome into the table."""

    def enter(function: Callable[[Outcome, str], Figure]) -> Callable[[Outcome, str], Figure]:
        MEASURES[name] = Measure(name, unit, of, lambda outcome, _, code: function(outcome, code))
        return function

    return enter


def of_comparison(
    name: str, unit: Literal["yuan", "share", "count", "ratio", "own"], of: Of = ""
) -> Callable[[Callable[[Outcome, Comparison, str], Figure]], Callable[[Outcome, Comparison, str], Figure]]:
    """Enter a function of how an outcome compares into the table."""

    def enter(
        function: Callable[[Outcome, Comparison, str], Figure],
    ) -> Callable[[Outcome, Comparison, str], Figure]:
        def work_out(outcome: Outcome, comparison: Comparison | None, code: str) -> Figure:
            return None if comparison is None else function(outcome, comparison, code)

        MEASURES[name] = Measure(name, unit, of, work_out, compares=True)
        return function

    return enter


def _yuan(fen: int) -> Fraction:
    return Fraction(fen, FEN_PER_YUAN)


def _exact(value: Decimal | None) -> Figure:
    return None if value is None else Fraction(value)


def _money(outcome: Outcome, units: Iterable[Unit]) -> int:
    return sum(outcome.money_fen[unit.code] for unit in units)


def _share(outcome: Outcome, units: Iterable[Unit]) -> Figure:
    whole = sum(outcome.money_fen.values())
    return Fraction(_money(outcome, units), whole) if whole else None


def _per_household(outcome: Outcome, units: list[Unit]) -> Figure:
    households = sum(unit.households for unit in units)
    return _yuan(_money(outcome, units)) / households if households else None


@of_outcome("given_out_yuan", "yuan")
def _given_out(outcome: Outcome, _: str) -> Figure:
    return _yuan(sum(outcome.money_fen.values()))


@of_outcome("left_yuan", "yuan")
def _left(outcome: Outcome, _: str) -> Figure:
    return _yuan(sum(use.unallocated_fen for use in outcome.plan.funds))


@of_outcome("fund_given_out_yuan", "yuan", "fund")
def _fund(outcome: Outcome, code: str) -> Figure:
    return next((_yuan(use.allocated_fen) for use in outcome.plan.funds if use.fund == code), None)


@of_outcome("unit_yuan", "yuan", "unit")
def _unit(outcome: Outcome, code: str) -> Figure:
    return _yuan(outcome.money_fen[code]) if code in outcome.money_fen else None


@of_outcome("unit_formula_yuan", "yuan", "unit")
def _unit_formula(outcome: Outcome, code: str) -> Figure:
    if code not in outcome.register.units:
        return None
    return _yuan(sum(line.amount_fen for line in outcome.plan.lines if line.unit == code and line.project is None))


@of_outcome("township_share", "share", "township")
def _township(outcome: Outcome, code: str) -> Figure:
    if code not in outcome.register.townships:
        return None
    return _share(outcome, [unit for unit in outcome.units() if unit.township == code])


@of_outcome("kind_share", "share", "kind")
def _kind(outcome: Outcome, code: str) -> Figure:
    units = [unit for unit in outcome.units() if unit.kind == code]
    return _share(outcome, units) if units else None


@of_outcome("backward_share", "share")
def _backward(outcome: Outcome, _: str) -> Figure:
    return _share(outcome, outcome.units(backward=True))


@of_outcome("poor_share", "share")
def _poor(outcome: Outcome, _: str) -> Figure:
    return _share(outcome, outcome.units(poor=True))


@of_outcome("backward_to_others_ratio", "ratio")
def _backward_ratio(outcome: Outcome, _: str) -> Figure:
    backward = _per_household(outcome, outcome.units(backward=True))
    others = _per_household(outcome, outcome.units(backward=False))
    return backward / others if backward is not None and others else None


@of_outcome("least_unit_yuan", "yuan")
def _least(outcome: Outcome, _: str) -> Figure:
    return _yuan(min(outcome.money_fen.values(), default=0))


@of_outcome("most_unit_yuan", "yuan")
def _most(outcome: Outcome, _: str) -> Figure:
    return _yuan(max(outcome.money_fen.values(), default=0))


@of_outcome("units_below_floor", "count")
def _below_floor(outcome: Outcome, _: str) -> Figure:
    return _short_of_floor(outcome, outcome.units())


@of_outcome("backward_units_below_floor", "count")
def _backward_below_floor(outcome: Outcome, _: str) -> Figure:
    return _short_of_floor(outcome, outcome.units(backward=True))


def _short_of_floor(outcome: Outcome, units: list[Unit]) -> Figure:
    """Units that get less than a floor of the policy, be it a must or a should; without such a rule nobody does."""
    below = set()
    for rule in outcome.loaded.policy.rules:
        if isinstance(rule, UnitFloor):
            below |= {short.where for short in rule.check(outcome.audit)}
    return Fraction(sum(unit.code in below for unit in units))


@of_outcome("units_below_yuan", "count", "amount")
def _below(outcome: Outcome, amount: str) -> Figure:
    return Fraction(sum(fen < parse_yuan(amount) for fen in outcome.money_fen.values()))


@of_outcome("gini_of_grants", "ratio")
def _gini(outcome: Outcome, _: str) -> Figure:
    return _exact(outcome.measures.gini_grants)


@of_outcome("gini_after", "ratio")
def _gini_after(outcome: Outcome, _: str) -> Figure:
    return _exact(outcome.measures.gini_after)


@of_outcome("worst_fifth_share", "share")
def _worst_fifth(outcome: Outcome, _: str) -> Figure:
    return _exact(outcome.measures.worst_fifth_share)


@of_outcome("projects", "count")
def _projects(outcome: Outcome, _: str) -> Figure:
    return Fraction(len(outcome.projects))


@of_outcome("backward_projects", "count")
def _backward_projects(outcome: Outcome, _: str) -> Figure:
    backward = {unit.code for unit in outcome.units(backward=True)}
    return Fraction(sum(outcome.register.projects[code].unit in backward for code in outcome.projects))


@of_outcome("project_built", "count", "project")
def _built(outcome: Outcome, code: str) -> Figure:
    return Fraction(code in outcome.projects) if code in outcome.register.projects else None


@of_outcome("unfinished_left", "count")
def _unfinished(outcome: Outcome, _: str) -> Figure:
    started = [one.code for one in outcome.register.projects.values() if one.started and one.plannable]
    return Fraction(sum(code not in outcome.projects for code in started))


@of_outcome("offices_rented_out_left", "count")
def _rented(outcome: Outcome, _: str) -> Figure:
    built = [outcome.register.projects[code] for code in outcome.projects]
    ended = {one.unit for one in built if one.returns_office}
    return Fraction(sum(unit.office_rented_out and unit.code not in ended for unit in outcome.units()))


@of_outcome("sites", "count")
def _sites(outcome: Outcome, _: str) -> Figure:
    return Fraction(len(outcome.plan.sites))


@of_outcome("rule_shortfall", "own", "rule")
def _rule(outcome: Outcome, code: str) -> Figure:
    return Fraction(outcome.rules[code].shortfall) if code in outcome.rules else None


@of_outcome("objective", "own", "objective")
def _objective(outcome: Outcome, code: str) -> Figure:
    return next((Fraction(step.value) for step in outcome.plan.run.objectives if step.name == code), None)


@of_comparison("moved_yuan", "yuan")
def _moved(_: Outcome, comparison: Comparison, _code: str) -> Figure:
    return _yuan(comparison.moved_fen)


@of_comparison("units_gaining", "count")
def _gaining(_: Outcome, comparison: Comparison, _code: str) -> Figure:
    return Fraction(len(comparison.winners))


@of_comparison("units_losing", "count")
def _losing(_: Outcome, comparison: Comparison, _code: str) -> Figure:
    return Fraction(len(comparison.losers))


@of_comparison("backward_units_losing", "count")
def _backward_losing(_: Outcome, comparison: Comparison, _code: str) -> Figure:
    return Fraction(_group(comparison, "backward", "backward", "losers"))


@of_comparison("backward_units_losing_a_project", "count")
def _losing_project(outcome: Outcome, comparison: Comparison, _code: str) -> Figure:
    lost = {one.unit for code in comparison.projects_lost if (one := outcome.register.projects.get(code)) is not None}
    return Fraction(sum(unit.code in lost for unit in outcome.units(backward=True)))


@of_comparison("projects_lost", "count")
def _projects_lost(_: Outcome, comparison: Comparison, _code: str) -> Figure:
    return Fraction(len(comparison.projects_lost))


@of_comparison("projects_gained", "count")
def _projects_gained(_: Outcome, comparison: Comparison, _code: str) -> Figure:
    return Fraction(len(comparison.projects_gained))


@of_comparison("backward_change_yuan", "yuan")
def _backward_change(_: Outcome, comparison: Comparison, _code: str) -> Figure:
    return _yuan(_group(comparison, "backward", "backward", "more_fen"))


@of_comparison("others_change_yuan", "yuan")
def _others_change(_: Outcome, comparison: Comparison, _code: str) -> Figure:
    return _yuan(_group(comparison, "backward", "not-backward", "more_fen"))


@of_comparison("poor_change_yuan", "yuan")
def _poor_change(_: Outcome, comparison: Comparison, _code: str) -> Figure:
    return _yuan(_group(comparison, "poor", "poor", "more_fen"))


@of_comparison("township_change_yuan", "yuan", "township")
def _township_change(_: Outcome, comparison: Comparison, code: str) -> Figure:
    return _one_group(comparison, "township", code)


@of_comparison("kind_change_yuan", "yuan", "kind")
def _kind_change(_: Outcome, comparison: Comparison, code: str) -> Figure:
    return _one_group(comparison, "kind", code)


@of_comparison("unit_change_yuan", "yuan", "unit")
def _unit_change(_: Outcome, comparison: Comparison, code: str) -> Figure:
    return next((_yuan(one.more_fen) for one in comparison.units if one.code == code), None)


@of_comparison("best_ten_change_yuan", "yuan")
def _best_ten(outcome: Outcome, comparison: Comparison, _code: str) -> Figure:
    households = {code: unit.households for code, unit in outcome.register.units.items()}
    known = [one for one in comparison.units if households.get(one.code)]
    best = sorted(known, key=lambda one: (-Fraction(one.before_fen, households[one.code]), one.code))[:BEST]
    return _yuan(sum(one.more_fen for one in best))


def _one_group(comparison: Comparison, grouping: str, group: str) -> Figure:
    """What a township or kind has more; a name that there is not has no figure."""
    named = [one for one in comparison.groups if (one.grouping, one.group) == (grouping, group)]
    return _yuan(named[0].more_fen) if named else None


def _group(comparison: Comparison, grouping: str, group: str, figure: str) -> int:
    for one in comparison.groups:
        if (one.grouping, one.group) == (grouping, group):
            return int(getattr(one, figure))
    return 0
