"""The strict order: the steps of a policy, their own units, and what later steps must keep of earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from documents.standalone.certificate_check.case import Case
from documents.standalone.certificate_check.files import at, only
from documents.standalone.certificate_check.policy import exact
from documents.standalone.certificate_check.rows import Linear, Rows
from documents.standalone.certificate_check.sayings import Wrong


@dataclass
class Step:
    """One step of the strict order: what it makes large or small, and in which unit it is told."""

    name: str
    sign: int
    """1: more is better, -1: less."""
    expression: Linear
    tolerance: Fraction
    unit: str


def steps_of(case: Case, rows: Rows) -> list[Step]:
    """The policy's strict order, shortfalls class by class."""
    steps = []
    for spec in at(case.policy, "objectives", list, "policy"):
        name = at(only(spec, ("id", "clause", "tolerance"), "policy.objectives"), "id", str, "policy.objectives")
        tolerance = exact(spec.get("tolerance", 0), "policy.objectives")
        if name == "shortfall":
            for number_, shorts in sorted(rows.shorts.items()):
                unit = "yuan" if rows.short_in_money[number_] else "sites"
                steps.append(Step(f"shortfall-{number_}", -1, shorts, tolerance, unit))
        elif name == "welfare":
            steps.append(Step(name, 1, Linear({("welfare",): 1}), tolerance, "yuan per weighted household"))
        elif name == "benefit":
            steps.append(Step(name, 1, rows.benefit, tolerance, "points"))
        else:
            raise Wrong("unknown", where="policy.objectives", name=name)
    return steps


def in_own_unit(case: Case, step: Step, raw: int) -> Fraction:
    """A raw value in the unit of its step."""
    if step.name == "welfare":
        return case.welfare.equal(raw, case.total_weight) * case.quantum / 100
    return Fraction(raw * case.quantum, 100) if step.unit == "yuan" else Fraction(raw)


def floor_of(case: Case, step: Step, raw_bound: int) -> int:
    """What later steps must keep: the bound less the tolerance."""
    if step.sign < 0:
        return int(raw_bound * (1 + step.tolerance) // 1)
    if step.name == "welfare":
        kept = case.welfare.equal(raw_bound, case.total_weight) * (1 - step.tolerance)
        return int(-(-case.welfare.worth(kept, case.total_weight) // 1))
    return int(-(-raw_bound * (1 - step.tolerance) // 1))
