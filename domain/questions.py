"""Questions: one expression of the policy asked of many units, worked out once for units with equal figures.

An answer that cannot be given is a fault that names the unit, the figure, the expression and its place in the policy.
"""

from __future__ import annotations

import re
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache

from domain.figures import FIGURES, ScoringFault, UnitValues
from domain.policy.expression import Expression, ExpressionFault, Result, Value
from domain.quoting import printable, quoted

KEPT_ANSWERS_MAX = 2**16
"""A rubric over yes and no has a few dozen different answers; one over exact incomes would keep one per unit."""


def shown(answer: Result) -> str:
    """An answer as a planner reads it: numbers to four decimals, marked by `…` where there are more."""
    if not isinstance(answer, Fraction):
        return quoted(answer)
    whole, rest = divmod(answer * 10**4, 1)
    text = format(Decimal(whole).scaleb(-4).normalize(), "f")
    return f"{text}…" if rest else text


class Question:
    """An expression with its place in the policy (`what`, as a fault says it)."""

    def __init__(self, expression: Expression, what: str) -> None:
        self.expression = expression
        self.what = what
        self._names = sorted(expression.names)
        self._bare = expression.text if [expression.text] == self._names else None
        self._kept: dict[tuple[Value | None, ...], Result] = {}

    def figure(self, values: UnitValues) -> Fraction:
        """The number it comes to for one unit. Raises `ScoringFault`."""
        answer = self._answer(values)
        if not isinstance(answer, Fraction):
            raise self.fault("score-not-a-number", values, f"comes to {shown(answer)}, expected a number.")
        return answer

    def condition(self, values: UnitValues) -> bool:
        """Whether it holds for one unit. Raises `ScoringFault`."""
        answer = self._answer(values)
        if not isinstance(answer, bool):
            problem = f"comes to {shown(answer)}, expected a condition, true or false."
            raise self.fault("score-not-a-condition", values, problem)
        return answer

    def fault(self, code: str, values: UnitValues, problem: str) -> ScoringFault:
        """A fault of this question for one unit; `problem` ends the sentence."""
        unit = values.unit.code
        text = printable(self.expression.text)
        return ScoringFault(code, f"For unit {printable(unit)}, the expression `{text}` of {self.what} {problem}", unit)

    def _answer(self, values: UnitValues) -> Result:
        if self._bare is not None and type(value := values.get(self._bare)) in {int, Fraction, bool}:
            return Fraction(value) if type(value) is int else value  # a bare name needs no working out
        key = tuple(values.get(name) for name in self._names)
        answer = self._kept.get(key)
        if answer is None:
            answer = self._worked_out(values)
            if len(self._kept) < KEPT_ANSWERS_MAX:
                self._kept[key] = answer
        return answer

    def _worked_out(self, values: UnitValues) -> Result:
        try:
            return self.expression.evaluate(values)
        except ExpressionFault as fault:
            if fault.code != "expression-missing-value":
                problem = f"cannot be worked out. {fault.sentence}"
                raise self.fault("score-not-answerable", values, problem) from fault
            named = re.match(r"\w+", fault.text[fault.column - 1 :])
            name = named.group() if named else ""
            likely = [] if name in FIGURES else get_close_matches(name, list(values), n=1)
            cure = f"perhaps {quoted(likely[0])} is meant, otherwise fill it in" if likely else "fill it in"
            problem = f"needs {quoted(name)}, which the register does not give; {cure}, or guard the expression."
            raise self.fault("score-figure-missing", values, problem) from fault


def figure(expression: Expression, values: UnitValues, what: str) -> Fraction:
    """The number an expression comes to for one unit; `what` names its place in the policy. Raises `ScoringFault`."""
    return _question(expression, what).figure(values)


def condition(expression: Expression, values: UnitValues, what: str) -> bool:
    """Whether an expression holds for one unit; `what` names its place in the policy. Raises `ScoringFault`."""
    return _question(expression, what).condition(values)


@lru_cache(maxsize=256)
def _question(expression: Expression, what: str) -> Question:
    return Question(expression, what)
