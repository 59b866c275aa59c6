"""What a unit could gain by misreporting one figure, others telling the truth: where evidence matters most (M41).

Each figure the policy asks about is told wrong, one at a time: a condition turned round, a number a tenth or a half
larger or smaller, the stars one up or down, a have denied. The formula grants are worked out anew, to the fen; the
plan's projects stay as they are, so the gain is that of the formula part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from domain.figures import ScoringFault, figure_name
from domain.formula import FormulaFault
from domain.plan import Plan
from domain.policy.expression import Expression
from domain.policy.model import Policy
from domain.register import Register, Unit
from domain.scoring import Scores, score
from optimizer.checking.audit import PlanAudit
from optimizer.checking.standing import formula_split
from optimizer.fairness.formula_audit import formula_envelope

TIMES = (Fraction(1, 2), Fraction(9, 10), Fraction(11, 10), Fraction(3, 2))
"""A number told wrong: by a half, by a tenth, either way."""
STARS = range(1, 6)
NUMBERS = {"households": "households", "population": "population", "income": "income_fen",
           "collective_income": "collective_income_fen"}  # fmt: skip
CONDITIONS = ("poor", "backward", "office_rented_out")
COUNTS_HAVES = ("haves", "missing")


@dataclass(frozen=True)
class Misreport:
    """The lie about one figure that pays a unit most, and what it pays."""

    unit: str
    figure: str
    truth: str
    told: str
    gain_fen: int


def misreports(register: Register, policy: Policy, plan: Plan) -> list[Misreport]:
    """For every unit and figure the lie that pays most, if one pays; the dearest first."""
    audit, scores = PlanAudit.of(register, policy, plan), score(policy, register)
    funds = {c: formula_envelope(audit, c) for c in audit.planned_funds if policy.funds[c].formula is not None}
    truth = _grants(audit, funds, scores)
    found: list[Misreport] = []
    for code, unit in sorted(register.units.items()):
        best: dict[str, Misreport] = {}
        for figure, was, told, lie in _lies(register, policy, unit):
            gain = _gain(register, policy, plan, funds, scores, lie, truth[code])
            if gain > 0 and (figure not in best or gain > best[figure].gain_fen):
                best[figure] = Misreport(code, figure, was, told, gain)
        found += best.values()
    return sorted(found, key=lambda m: (-m.gain_fen, m.unit, m.figure))


def _gain(
    register: Register, policy: Policy, plan: Plan, funds: dict[str, int], scores: Scores, lie: Unit, truth_fen: int
) -> int:
    """What a lie pays; nothing where it makes the unit impossible to score or the formula impossible to pay."""
    alone = replace(register, units={lie.code: lie})
    try:
        own = score(policy, alone)
        told = Scores(scores.need | own.need, scores.priority | own.priority, scores.criteria | own.criteria)
        audit = PlanAudit.of(replace(register, units={**register.units, lie.code: lie}), policy, plan)
        return _grants(audit, funds, told, [lie.code])[lie.code] - truth_fen
    except (ScoringFault, FormulaFault):
        return 0


def _grants(audit: PlanAudit, funds: dict[str, int], scores: Scores, units: list[str] | None = None) -> dict[str, int]:
    """Unit -> what the formulas give it, in fen."""
    grants = dict.fromkeys(units or audit.register.units, 0)
    for code, envelope in funds.items():
        formula = audit.policy.funds[code].formula
        assert formula is not None
        parts = formula_split(audit, code, formula, envelope, scores).parts
        for unit in grants:
            grants[unit] += sum(parts.get(unit, {}).values())
    return grants


def asked(register: Register, policy: Policy) -> frozenset[str]:
    """The names of all figures that rubric, formulas and eligibility of the planned funds ask about."""
    expressions = [policy.priority.need]
    for criterion in policy.priority.criteria:
        expressions += [e for e in (criterion.when, criterion.per) if e is not None]
    for code, fund in policy.funds.items():
        if fund.formula is not None:
            expressions += [factor.weight for factor in fund.formula.factors]
            floor = fund.formula.floor_fen
            expressions += [] if isinstance(floor, int) else [step.when for step in floor]
        if code in register.funds and (text := register.funds[code].eligibility) is not None:
            expressions.append(Expression.parse(text))
    return frozenset().union(*(e.names for e in expressions))


def _lies(register: Register, policy: Policy, unit: Unit) -> Iterator[tuple[str, str, str, Unit]]:
    """(figure, truth, told, the unit as told) for every lie tried."""
    names = asked(register, policy)
    for name, field in NUMBERS.items():
        value = getattr(unit, field)
        if name in names and value is not None:
            for told in sorted({int(value * times) for times in TIMES} - {value}):
                yield name, _said(field, value), _said(field, told), _changed(unit, field, told)
    for name in CONDITIONS:
        if name in names:
            value = getattr(unit, name)
            yield name, str(value).lower(), str(not value).lower(), _changed(unit, name, not value)
    if "stars" in names and unit.stars is not None:
        for stars in (unit.stars - 1, unit.stars + 1):
            if stars in STARS:
                yield "stars", str(unit.stars), str(stars), _changed(unit, "stars", stars)
    if "last_result" in names and unit.last_result is not None:
        for points in _near(unit.last_result):
            yield "last_result", str(unit.last_result), str(points), _changed(unit, "last_result", points)
    for have in unit.haves:
        if not names.isdisjoint({*COUNTS_HAVES, f"has_{have}"}) and have in policy.checklist:
            kept = tuple(h for h in unit.haves if h != have)
            yield "haves", have, f"no {have}", _changed(unit, "haves", kept)
    for header, value in unit.indicators.items():
        if figure_name(header) in names:
            for number in _near(value):
                indicators = {**unit.indicators, header: number}
                yield header, str(value), str(number), _changed(unit, "indicators", indicators)


def _near(value: Decimal) -> list[Decimal]:
    """Numbers told instead of a decimal, with as many places as it has."""
    told = {(value * t.numerator / t.denominator).quantize(value) for t in TIMES}
    return sorted(told - {value})


def _said(field: str, value: int) -> str:
    return f"{value / Decimal(100)}" if field.endswith("_fen") else str(value)


def _changed(unit: Unit, field: str, value: Any) -> Unit:
    return replace(unit, **{field: value})
