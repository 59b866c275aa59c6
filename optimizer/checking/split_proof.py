"""Formula lines proven right: floors, duties, caps, and the split of the policy's own formula.

The divisor inequality (`divisor_proof.py`) proves the split without splitting; between equal claims, and on
floor, need and priority inside a grant, the domain's formula decides. Only what projects leave may go elsewhere, and
only where the formula's way would break a must-rule or cost an objective more than its tolerance (`_overruled`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from domain.money import yuan
from domain.plan import Part, Plan, PlanLine
from domain.policy.model import Formula
from domain.register import Register
from domain.scoring import Scores, UnitValues, condition, figure
from optimizer.checking.audit import PlanAudit
from optimizer.checking.divisor_proof import Holdings, check_method
from optimizer.checking.standing import by_formula, formula_split, raw_objectives
from optimizer.rules import rules_in_force

Fault = tuple[str, str, str]
"""Fund, where, sentence."""
Parts = Mapping[str, int]


@dataclass(frozen=True)
class FormulaFund:
    """A fund with a formula as the plan leaves it: floors, weights and grants of the units it may pay, in fen."""

    code: str
    formula: Formula
    scores: Scores
    floors: dict[str, int]
    certain: dict[str, int]
    """Floor and duties."""
    weights: dict[str, int]
    """(2) of `domain/formula.py` times one number for each group that makes all of its weights whole."""
    sums: dict[str, int]
    projects_fen: int
    """What the plan's projects take of the fund."""

    def most_fen(self, unit: str, without_cap_fen: int) -> int:
        """The most a unit may get by the formula; duties come on top of the cap."""
        if self.formula.cap_fen is None:
            return without_cap_fen
        return self.formula.cap_fen + self.certain[unit] - self.floors[unit]


def check_formula_lines(audit: PlanAudit, plan: Plan) -> Iterator[Fault]:
    """Everything wrong with the formula lines of every fund; nothing when they are what the policy says."""
    scores = audit.reckoning.scores
    for code in audit.planned_funds:
        formula = audit.policy.funds[code].formula
        lines = {line.unit: line for line in plan.lines if line.fund == code and line.project is None}
        if formula is None:
            for unit in lines:
                yield code, unit, f"Fund {code} has no formula, but {unit} gets a grant from it."
            continue
        eligible = audit.reckoning.eligible(code)
        for unit in sorted(set(lines) - set(eligible)):
            yield code, unit, f"Unit {unit} may not receive from fund {code} (M05), but gets a grant."
        fund = formula_fund(audit, code, formula, scores, lines)
        yield from _check_bounds(audit, fund)
        if _touched(audit, code):
            continue  # a hand has left the formula of this fund; budgets, caps and rules are checked all the same
        if audit.policy.funds[code].mode == "optimize":
            yield from _check_decided(audit, fund, lines)
        else:
            yield from _check_factors(audit, plan, fund, lines)


def _touched(audit: PlanAudit, fund: str) -> bool:
    """Whether a hand has set a grant of a fund, or a project that takes from it."""
    if not audit.by_hand:
        return False
    projects = audit.register.projects.values()
    subjects = {*audit.register.units, *audit.register.projects, *(f"{p.unit}.{p.code}" for p in projects)}
    return not audit.by_hand.isdisjoint(f"{fund}.{subject}" for subject in subjects)


def formula_fund(
    audit: PlanAudit, code: str, formula: Formula, scores: Scores, lines: Mapping[str, PlanLine]
) -> FormulaFund:
    """A fund's formula and its grants of a plan, unit by unit; `lines` are its formula lines by unit."""
    eligible = audit.reckoning.eligible(code)
    if isinstance(formula.floor_fen, int):
        floors = dict.fromkeys(eligible, formula.floor_fen)
    else:
        floors = dict.fromkeys(eligible, 0)
        for unit, values in zip(eligible, _figures(audit, scores, eligible), strict=True):
            steps = (s for s in formula.floor_fen if condition(s.when, values, f"the floor of {code}"))
            first = next(steps, None)
            floors[unit] = first.amount_fen if first else 0
    certain = dict(floors)
    for duty in audit.register.duties.values():
        if duty.fund == code and duty.unit in certain:
            certain[duty.unit] += duty.amount_fen
    return FormulaFund(
        code=code,
        formula=formula,
        scores=scores,
        floors=floors,
        certain=certain,
        weights={
            u: w
            for units in _groups(audit.register, formula, eligible)
            for u, w in _weights(audit, formula, units, scores).items()
        },
        sums={u: lines[u].amount_fen if u in lines else 0 for u in eligible},
        projects_fen=sum(line.amount_fen for line in audit.lines if line.fund == code and line.project is not None),
    )


def _groups(register: Register, formula: Formula, units: list[str]) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for unit in units:
        groups.setdefault(getattr(register.units[unit], formula.group_by) if formula.group_by else "", []).append(unit)
    return list(groups.values())


def _weights(audit: PlanAudit, formula: Formula, units: list[str], scores: Scores) -> dict[str, int]:
    """The combined weight of each unit: Σ over the factors of share × figure / sum of figures, on one denominator."""
    columns: list[tuple[Fraction, list[int]]] = []
    for factor in formula.factors:
        figures = [figure(factor.weight, one, f"factor {factor.id}") for one in _figures(audit, scores, units)]
        common = lcm(*{one.denominator for one in figures})
        column = [one.numerator * (common // one.denominator) for one in figures]
        if whole := sum(column):
            columns.append((Fraction(factor.share) / whole, column))
    common = lcm(*(times.denominator for times, _ in columns))
    weights = [0] * len(units)
    for times, column in columns:
        whole_times = times.numerator * (common // times.denominator)
        weights = [weight + whole_times * one for weight, one in zip(weights, column, strict=True)]
    return dict(zip(units, weights, strict=True))


def _figures(audit: PlanAudit, scores: Scores, units: list[str]) -> Iterator[UnitValues]:
    """What a formula's expressions can ask about each unit: its scores too."""
    further = {"need": scores.need.__getitem__, "priority": scores.priority.__getitem__, "weight": scores.weight}
    records, towns, checklist = audit.register.units, audit.register.townships, audit.policy.checklist
    return (UnitValues(one, towns[one.township], checklist, further) for one in (records[u] for u in units))


def _check_bounds(audit: PlanAudit, fund: FormulaFund) -> Iterator[Fault]:
    """Floors, duties and caps; and that a fund left to the objectives is whole where the policy wants it so."""
    code, total = fund.code, audit.total_fen(fund.code)
    for unit, fen in fund.sums.items():
        if fen < fund.certain[unit]:
            least = yuan(fund.certain[unit])
            yield code, unit, f"Unit {unit} gets {yuan(fen)} from {code}, below floor and duties of {least}."
        if fen > fund.most_fen(unit, total):
            most = yuan(fund.most_fen(unit, total))
            yield code, unit, f"Unit {unit} gets {yuan(fen)} from {code}, above the cap of {most}."


def _check_decided(audit: PlanAudit, fund: FormulaFund, lines: Mapping[str, PlanLine]) -> Iterator[Fault]:
    """A fund in mode `optimize`: given out whole where the policy says so, each grant explained by the rubric."""
    code, total = fund.code, audit.total_fen(fund.code)
    given = sum(fund.sums.values())
    whole = min(total - fund.projects_fen, sum(fund.most_fen(u, total) for u in fund.sums))
    if audit.policy.funds[code].envelopes.rest == "formula" and given != whole:
        yield code, "sum", f"The grants of {code} come to {yuan(given)}, the projects leave {yuan(whole)} for them."
    for unit, line in lines.items():
        if line.amount_fen % audit.quantum_fen:
            yield code, unit, f"Unit {unit} gets {yuan(line.amount_fen)} from {code}, no whole number of quanta."
        floor, duty = fund.floors[unit], fund.certain[unit] - fund.floors[unit]
        parts: dict[Part, int] = {"duty": duty, "floor": floor}
        yield from _same_parts(fund, unit, line.parts, parts | _weighed(fund, unit, line.amount_fen - duty - floor))


def _check_factors(audit: PlanAudit, plan: Plan, fund: FormulaFund, lines: Mapping[str, PlanLine]) -> Iterator[Fault]:
    """A fund in mode `factor`: the formula's own split, or, of what projects leave, one that rules enforce."""
    code, whole = fund.code, audit.policy.funds[fund.code].envelopes.rest == "formula"
    total = audit.total_fen(code)
    sure = total - audit.projects_cap_fen(code)
    split = formula_split(audit, code, fund.formula, total - fund.projects_fen if whole else sure, fund.scores)
    differing = [u for u in fund.sums if fund.sums[u] != sum(split.parts[u].values())]
    if not differing:
        yield from _check_method(fund, audit.policy.quantum_fen, audit.register)
        for unit, line in lines.items():
            yield from _same_parts(fund, unit, line.parts, split.parts[unit])
        return
    if not whole or not _overruled(audit, plan, fund.scores):
        for unit in differing:
            says = yuan(sum(split.parts[unit].values()))
            yield code, unit, f"Unit {unit} gets {yuan(fund.sums[unit])} from {code}, its formula says {says} (M02)."
        yield from _check_method(fund, audit.policy.quantum_fen, audit.register)
        return
    guaranteed = formula_split(audit, code, fund.formula, sure, fund.scores).parts
    if sum(fund.sums.values()) != total - fund.projects_fen - split.unallocated_fen:
        yield code, "sum", f"The formula lines of {code} do not give out what its projects leave."
    for unit, fen in fund.sums.items():
        more = fen - sum(guaranteed[unit].values())
        if more < 0 or more % audit.quantum_fen or (more and not fund.weights[unit]):
            yield code, unit, f"Unit {unit} may not get {yuan(fen)} from {code}: more or less than its formula allows."
        elif unit in lines:
            parts = dict(guaranteed[unit])
            for part, extra in _weighed(fund, unit, more).items():
                parts[part] = parts.get(part, 0) + extra
            yield from _same_parts(fund, unit, lines[unit].parts, parts)


def _overruled(audit: PlanAudit, plan: Plan, scores: Scores) -> bool:
    """Whether the formula's own split of what projects leave would break a must-rule or an objective's floor."""
    other = by_formula(audit, list(audit.lines), scores)
    if any(rule.kind == "must" and any(True for _ in rule.check(other)) for rule in rules_in_force(audit.policy)):
        return True
    raw = raw_objectives(audit.register, audit.policy, other)
    floors = {o.name: sorted((o.raw_floor, o.raw_bound)) for o in plan.run.objectives}
    return any(not floors[name][0] <= value <= floors[name][1] for name, value in raw.items() if name in floors)


def _weighed(fund: FormulaFund, unit: str, fen: int) -> dict[Part, int]:
    """Money beyond floors as need and priority, 1 : priority - 1."""
    priority = fund.scores.priority[unit]
    above = fen * max(priority.numerator - priority.denominator, 0) // priority.numerator
    return {"need": fen - above, "priority": above}


def _same_parts(fund: FormulaFund, unit: str, stated: Parts, expected: Mapping[Part, int]) -> Iterator[Fault]:
    if stated == expected:
        return
    if {part: fen for part, fen in stated.items() if fen} != {part: fen for part, fen in expected.items() if fen}:
        yield fund.code, unit, f"The parts of what {unit} gets from {fund.code} are not those of its formula."


def _check_method(fund: FormulaFund, quantum_fen: int, register: Register) -> Iterator[Fault]:
    """Inequality (1), inside each group."""
    for units in _groups(register, fund.formula, list(fund.sums)):
        quanta, remainders, at_cap, cap = list[int](), list[int](), list[bool](), fund.formula.cap_fen
        for unit in units:
            above, rest = divmod(fund.sums[unit] - fund.certain[unit], quantum_fen)
            quanta.append(above)
            remainders.append(rest)
            at_cap.append(cap is not None and cap - fund.floors[unit] - above * quantum_fen < quantum_fen)
        weights = [fund.weights[unit] for unit in units]
        yield from check_method(fund.code, fund.formula.method, Holdings(units, weights, quanta, remainders, at_cap))
