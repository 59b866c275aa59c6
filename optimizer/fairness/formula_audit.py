"""Audits of the formula part of a plan: what a divisor method promises, tried on the plan's own lines (M11, M12).

For every fund in mode `factor`, inside each group of its formula and among units with the same floor:

    equal-units    units of equal weight get the same, to within one quantum                            (1)
    more-weight    a unit of more weight never gets less                                                (2)
    larger-fund    with more money in the fund the formula takes no fen from anyone                     (3)

(M. L. Balinski and H. P. Young, Fair Representation, 1982.) They must hold where the formula decides; where a rule over
several units has sent money elsewhere (`overruled`) or a hand has, breaches are shown all the same, as measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from domain.plan import Plan
from domain.policy.model import Formula, Policy
from domain.register import Register
from domain.scoring import Scores, score
from optimizer.checking.audit import PlanAudit
from optimizer.checking.split_proof import FormulaFund, formula_fund
from optimizer.checking.standing import formula_split

Promise = Literal["equal-units", "more-weight", "larger-fund"]
Decided = Literal["formula", "overruled", "by-hand", "objectives"]
LARGER_BY_PERCENT = (1, 10, 100)


@dataclass(frozen=True)
class Breach:
    """One promise broken, with its witness: `unit` gets `by_fen` less than it would by the promise."""

    promise: Promise
    unit: str
    other: str
    """The unit compared with, or by how much the fund was made larger."""
    by_fen: int


@dataclass(frozen=True)
class FormulaAudit:
    """What the audit of one fund's formula part found."""

    fund: str
    decided_by: Decided
    """Who had the last word on the grants: only what the formula itself decides must keep its promises."""
    breaches: tuple[Breach, ...]

    @property
    def keeps_its_promises(self) -> bool:
        """Nothing found, or nothing that a formula has to answer for."""
        return not self.breaches or self.decided_by != "formula"


def audit_formulas(register: Register, policy: Policy, plan: Plan) -> list[FormulaAudit]:
    """Every fund with a formula, in order of codes."""
    audit, scores = PlanAudit.of(register, policy, plan), score(policy, register)
    return [
        _audited(audit, code, formula, scores)
        for code in audit.planned_funds
        if (formula := policy.funds[code].formula) is not None
    ]


def _audited(audit: PlanAudit, code: str, formula: Formula, scores: Scores) -> FormulaAudit:
    lines = {line.unit: line for line in audit.lines if line.fund == code and line.project is None}
    fund = formula_fund(audit, code, formula, scores, lines)
    breaches = [*_equal_units(audit, fund), *_more_weight(audit, fund)]
    envelope = formula_envelope(audit, code)
    says = formula_split(audit, code, formula, envelope, scores)
    if audit.policy.funds[code].mode == "factor":
        breaches += _larger_fund(audit, fund, envelope)
    decided: Decided = "formula"
    if audit.policy.funds[code].mode == "optimize":
        decided = "objectives"
    elif any(says.grant_fen(unit) != fen for unit, fen in fund.sums.items()):
        decided = "by-hand" if audit.by_hand else "overruled"
    return FormulaAudit(code, decided, tuple(breaches))


def formula_envelope(audit: PlanAudit, code: str) -> int:
    """What the formula of a fund has to give out in a plan, in fen: all, or all its projects leave."""
    total = sum(u.amount_fen for u in audit.lines if u.fund == code and u.project is None)
    return total + _left(audit, code)


def _left(audit: PlanAudit, code: str) -> int:
    """What caps kept the formula from giving out."""
    spent = sum(u.amount_fen for u in audit.lines if u.fund == code)
    return audit.total_fen(code) - spent if audit.policy.funds[code].envelopes.rest == "formula" else 0


def _alike(audit: PlanAudit, fund: FormulaFund) -> Iterator[list[str]]:
    """Units of one group and one floor, lightest first."""
    by = fund.formula.group_by
    groups: dict[tuple[str, int], list[str]] = {}
    for unit in fund.sums:
        group = getattr(audit.register.units[unit], by) if by else ""
        groups.setdefault((group, fund.floors[unit]), []).append(unit)
    for units in groups.values():
        yield sorted(units, key=lambda u: (fund.weights[u], u))


def _free_fen(fund: FormulaFund, unit: str) -> int:
    """A grant without what came with a duty (M09)."""
    return fund.sums[unit] - (fund.certain[unit] - fund.floors[unit])


def _equal_units(audit: PlanAudit, fund: FormulaFund) -> Iterator[Breach]:
    """(1)."""
    for units in _alike(audit, fund):
        for u, v in pairwise(units):
            by = _free_fen(fund, u) - _free_fen(fund, v)
            if fund.weights[u] == fund.weights[v] and abs(by) > audit.policy.quantum_fen:
                yield Breach("equal-units", v if by > 0 else u, u if by > 0 else v, abs(by))


def _more_weight(audit: PlanAudit, fund: FormulaFund) -> Iterator[Breach]:
    """(2), each unit against the best served of the lighter ones."""
    for units in _alike(audit, fund):
        best: str | None = None
        waiting: list[str] = []
        for before, unit in pairwise([units[0], *units]):
            if fund.weights[before] < fund.weights[unit]:
                best = max([*waiting, *([best] if best else [])], key=lambda u: _free_fen(fund, u))
                waiting = []
            waiting.append(unit)
            if best and _free_fen(fund, unit) < _free_fen(fund, best):
                yield Breach("more-weight", unit, best, _free_fen(fund, best) - _free_fen(fund, unit))


def _larger_fund(audit: PlanAudit, fund: FormulaFund, envelope: int) -> Iterator[Breach]:
    """(3), for one quantum more and for some percents more."""
    before = formula_split(audit, fund.code, fund.formula, envelope, fund.scores)
    larger = {"one quantum": audit.policy.quantum_fen}
    larger |= {f"{percent} %": envelope * percent // 100 for percent in LARGER_BY_PERCENT}
    for name, more in larger.items():
        after = formula_split(audit, fund.code, fund.formula, envelope + more, fund.scores)
        for unit in fund.sums:
            if (by := before.grant_fen(unit) - after.grant_fen(unit)) > 0:
                yield Breach("larger-fund", unit, name, by)
