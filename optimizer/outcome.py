"""What a step of the strict order came to, in its own unit: value, proven bound, gap, and the floor for later steps."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import msgspec

from domain.leximin import STEP
from domain.plan import ObjectiveResult
from optimizer.case import Case
from optimizer.model import Objective

SIX_PLACES = Decimal("0.000001")


def own_unit(case: Case, step_name: str, unit: str, raw: int) -> Fraction:
    """A raw objective value in the objective's own unit: yuan, yuan per weighted household, points, sites."""
    if step_name == "welfare":
        return case.welfare.equal_grant(raw, case.total_weight) * case.quantum_fen / 100
    if step_name.startswith(STEP):
        return case.leximin.in_unit(step_name, raw)
    if unit == "yuan":
        return Fraction(raw * case.quantum_fen, 100)
    return Fraction(raw)


def describe(case: Case, step: Objective, raw_value: int, raw_bound: int) -> ObjectiveResult:
    """A step's outcome in its own unit: value, proven bound, relative gap, and the floor for later steps."""
    value = own_unit(case, step.name, step.unit, raw_value)
    bound = own_unit(case, step.name, step.unit, raw_bound)
    return ObjectiveResult(
        name=step.name,
        sense=step.sense,
        unit=step.unit,
        value=places(value),
        bound=places(bound),
        gap=_gap(value, bound),
        tolerance=Decimal(step.tolerance.numerator) / step.tolerance.denominator,
        raw_value=raw_value,
        raw_bound=raw_bound,
        raw_floor=raw_floor(case, step, raw_value, raw_bound),
    )


def restate(case: Case, reached: ObjectiveResult, raw_value: int) -> ObjectiveResult:
    """The outcome of a step for the finished plan: later steps may have used its tolerance, settling improved it."""
    value = own_unit(case, reached.name, reached.unit, raw_value)
    bound = own_unit(case, reached.name, reached.unit, reached.raw_bound)
    return msgspec.structs.replace(reached, value=places(value), raw_value=raw_value, gap=_gap(value, bound))


def _gap(value: Fraction, bound: Fraction) -> Decimal:
    base = max(abs(value), abs(bound))
    return places(abs(bound - value) / base) if base else Decimal(0)


def raw_floor(case: Case, step: Objective, raw_value: int, raw_bound: int) -> int:
    """The least (or, when minimised, the most) raw value later steps must keep: the bound less the tolerance.

    Measured from the bound and not from the value, so that the finished plan is proven within the tolerance; where the
    search stopped further off than that, nothing is given away.
    """
    left = 1 - step.tolerance
    if step.name == "welfare":
        equal = case.welfare.equal_grant(raw_bound, case.total_weight) * left
        return min(raw_value, case.welfare.worth(equal, case.total_weight).__ceil__())
    if step.sense == "max":
        return min(raw_value, (raw_bound * left).__ceil__())
    return max(raw_value, (raw_bound * (1 + step.tolerance)).__floor__())


def places(value: Fraction) -> Decimal:
    """An exact number to the six places in which objectives are stated."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(SIX_PLACES, ROUND_HALF_EVEN)
