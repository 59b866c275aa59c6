"""The measures of gates and sweeps in words, and their figures as they are printed."""

from __future__ import annotations

from decimal import Decimal

from documents.wording import figure, money, percent, shown
from texts import Both, both, both_or, literal


def measure_name(measure: str) -> Both:
    """A measure in words; one of a single entry with the entry’s code, one of a step of the strict order as such."""
    first, _, code = measure.partition(" ")
    if first == "objective" and code:
        return both("scenario_measure.objective_of", objective=both_or(f"objective.{code}", shown(code)))
    called = both_or(f"scenario_measure.{first}", shown(first))
    return called + literal(f" {shown(code)}") if code else called


def measured(measure: str, value: Decimal) -> Both:
    """A figure of a measure as it is printed: shares as per cent, yuan in 万元 or ¥, the rest as it is."""
    first = measure.partition(" ")[0]
    if first.endswith("_yuan") and not first.startswith("units_below"):
        return money(int((value * 100).to_integral_value()))
    if first.endswith("_share"):
        return literal(percent(value, 2))
    return literal(figure(value, 0 if value == value.to_integral_value() else 3))


def unit_of(measure: str) -> Both:
    """What a measure is counted in, for the head of its axis."""
    first = measure.partition(" ")[0]
    if first.endswith("_yuan") and not first.startswith("units_below"):
        return Both("（万元）", " (¥)")
    return literal("")
