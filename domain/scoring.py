"""Scoring by the published rubric: each unit's need and priority, and whether a fund may pay it (M05, M11).

    need[u]     = what `priority.need` comes to for unit u
    priority[u] = 1 + Σ over the criteria of `add` where `when` holds, or `add` × `per`
    weight[u]   = need[u] × priority[u]

All of it exact. An expression that cannot be answered for a unit is a fault that names the unit, the figure and the
expression.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import gcd, lcm

from domain.figures import ScoringFault, UnitValues, unit_values
from domain.policy.expression import Expression, ExpressionFault
from domain.policy.model import Criterion, Policy
from domain.questions import Question, condition, figure, shown
from domain.quoting import printable
from domain.register import Fund, Register

__all__ = [
    "Scores",
    "ScoringFault",
    "UnitValues",
    "condition",
    "figure",
    "may_receive",
    "score",
    "unit_values",
    "whole_of",
    "whole_weights",
]

EXACT_BITS_MAX = 4096
"""Common denominators up to this size are kept exactly by `whole_weights`; a county's rubric needs a few dozen bits."""
ROUNDED_BITS = 256
"""Beyond it, weights are rounded to this many bits of the largest: finer than any amount of money can tell apart."""


@dataclass(frozen=True)
class Scores:
    """What the rubric makes of every unit; all numbers exact, need and priority above 0."""

    need: dict[str, Fraction]
    priority: dict[str, Fraction]
    """1 + what the criteria add."""
    criteria: dict[str, tuple[tuple[str, Fraction], ...]]
    """Unit -> (criterion, what it adds) for the criteria that add anything, in the order of the policy."""

    def weight(self, unit: str) -> Fraction:
        """need × priority: how much of a sum is fair for this unit against another."""
        return self.weights[unit]

    @cached_property
    def weights(self) -> dict[str, Fraction]:
        """The weight of every unit, worked out when first asked for."""
        return {unit: need * self.priority[unit] for unit, need in self.need.items()}

    @cached_property
    def whole_weight(self) -> Fraction:
        """The weights of all units together."""
        return whole_of(self.weights.values())


def whole_of(figures: Iterable[Fraction]) -> Fraction:
    """Exact figures added up, denominator by denominator: units have few different ones."""
    numerators: dict[int, int] = {}
    for one in figures:
        numerator, denominator = one.as_integer_ratio()
        numerators[denominator] = numerators.get(denominator, 0) + numerator
    return sum((Fraction(n, d) for d, n in numerators.items()), Fraction(0))


def score(policy: Policy, register: Register) -> Scores:
    """Score every unit of the register by the policy's rubric (M11), in order of codes.

    Raises `ScoringFault` where a figure is missing or does not fit (`score-figure-missing`, `score-not-a-number`,
    `score-not-a-condition`, `score-not-answerable`), and where a need or priority is not above 0 (`score-need`,
    `score-priority`).
    """
    rubric = policy.priority
    need_of = Question(rubric.need, "`priority.need`")
    criteria = [_Line(criterion) for criterion in rubric.criteria]
    kept: dict[tuple[Fraction | bool, ...], tuple[tuple[tuple[str, Fraction], ...], Fraction]] = {}
    scores = Scores({}, {}, {})
    for code, unit in sorted(register.units.items()):
        values = unit_values(unit, register.townships[unit.township], policy.checklist)
        need = need_of.figure(values)
        if need <= 0:
            cure = "give it its figures, or take it out of the register; no unit can be weighed by a need of nothing"
            problem = f"comes to {shown(need)}, expected more than 0; {cure}."
            raise need_of.fault("score-need", values, problem)
        times = tuple(line.times(values) for line in criteria)
        if times not in kept:
            added = tuple((line.id, line.add * many) for line, many in zip(criteria, times, strict=True) if many)
            kept[times] = added, 1 + sum((amount for _, amount in added), Fraction(0))
        added, priority = kept[times]
        if priority <= 0:
            adds = ", ".join(f"{name} {shown(amount)}" for name, amount in added)
            sentence = (
                f"Unit {printable(code)} has a priority of {shown(priority)} (1, {adds}), expected more than 0; "
                "lower what the criteria take off."
            )
            raise ScoringFault("score-priority", sentence, code)
        scores.need[code] = need
        scores.priority[code] = priority
        scores.criteria[code] = added
    return scores


class _Line:
    """One criterion, ready to be asked."""

    def __init__(self, criterion: Criterion) -> None:
        self.id = criterion.id
        self.add = Fraction(criterion.add)
        what = f"criterion `{criterion.id}`"
        self._when = None if criterion.when is None else Question(criterion.when, what)
        self._per = None if criterion.per is None else Question(criterion.per, what)

    def times(self, values: UnitValues) -> Fraction | bool:
        """How often `add` counts for a unit."""
        if self._when is not None and not self._when.condition(values):
            return False
        return True if self._per is None else self._per.figure(values)


def may_receive(fund: Fund, values: UnitValues) -> bool:
    """Whether a fund's own condition (`eligibility`) lets a unit receive from it (M05). Raises `ScoringFault`."""
    if fund.eligibility is None:
        return True
    return _eligibility(fund.code, fund.eligibility).condition(values)


@lru_cache(maxsize=256)
def _eligibility(fund: str, text: str) -> Question:
    what = f"the eligibility of fund `{printable(fund)}`"
    try:
        return Question(Expression.parse(text), what)
    except ExpressionFault as fault:
        raise ScoringFault("score-eligibility-unreadable", f"In {what}: {fault.sentence}") from fault


def whole_weights(weights: Sequence[Fraction]) -> list[int]:
    """Weights of 0 or more as whole numbers in the same proportions, as small as they can be.

    Exact, unless the common denominator is longer than `EXACT_BITS_MAX` bits (hundreds of unrelated divisors): then
    each weight is rounded half up to a multiple of 2^-`ROUNDED_BITS` of the largest, and never to 0. Equal weights
    stay equal, larger ones never become smaller.
    """
    common = 1
    for denominator in {weight.denominator for weight in weights}:
        common = lcm(common, denominator)
        if common.bit_length() > EXACT_BITS_MAX:
            largest = max(weights)
            whole = [max(int(w / largest * 2**ROUNDED_BITS + Fraction(1, 2)), 1) if w else 0 for w in weights]
            break
    else:
        whole = [weight.numerator * (common // weight.denominator) for weight in weights]
    shared = gcd(*whole)
    return [weight // shared for weight in whole] if shared > 1 else whole
