"""Use case of the fairness report: inequality before and after a plan, and the audits no one else runs (M11, M13)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import msgspec

from domain.measures import Inequality
from domain.policy.model import Policy
from domain.register import Register
from domain.scoring import score
from optimizer.case import build_case
from optimizer.fairness.formula_audit import FormulaAudit, audit_formulas
from optimizer.fairness.indices import inequality
from optimizer.fairness.misreport import Misreport, misreports
from optimizer.fairness.pareto import ParetoAudit, audit_pareto
from optimizer.fairness.whole_audit import Overtaken, overtaken
from optimizer.planning import default_engine
from service.planning import Planned


@dataclass(frozen=True)
class FairnessMeasured:
    """What is measured at once: inequality, what formulas promise, who is overtaken."""

    plan: str
    before: Inequality | None
    """Of what the collectives have per household and year; None where the register does not know it."""
    after: Inequality | None
    """The same with the plan's money added, the poverty ranking still that of before."""
    grants: Inequality
    """Of the plan's money alone …"""
    equal_split: Inequality
    """… and of the split a spreadsheet would make: every unit the same sum."""
    formulas: tuple[FormulaAudit, ...]
    overtaken: tuple[Overtaken, ...]

    @property
    def promises_kept(self) -> bool:
        """Whether every formula keeps what its method promises."""
        return all(formula.keeps_its_promises for formula in self.formulas)


@dataclass(frozen=True)
class FairnessReport(FairnessMeasured):
    """Everything `tongchou audit-fairness` says of a plan: also what takes searches."""

    misreports: tuple[Misreport, ...]
    pareto: ParetoAudit


def audit_fairness(found: Planned) -> FairnessReport:
    """Measure and audit a plan."""
    computed = found.computed
    register, content = computed.register, computed.plan
    case = build_case(register, computed.loaded, content.run.baseline)
    measured = measure_fairness(found)
    return FairnessReport(
        **{one.name: getattr(measured, one.name) for one in fields(measured)},
        misreports=tuple(misreports(register, computed.loaded.policy, content)),
        pareto=audit_pareto(case, content, default_engine(case)),
    )


def fairness_json(report: FairnessReport) -> dict[str, Any]:
    """For programs."""
    content: dict[str, Any] = msgspec.to_builtins(report)
    return {**content, "promises_kept": report.promises_kept}


def measure_fairness(found: Planned) -> FairnessMeasured:
    """Measure a plan, without any search."""
    computed = found.computed
    register, policy, content = computed.register, computed.loaded.policy, computed.plan
    households = {code: unit.households for code, unit in register.units.items()}
    money = dict.fromkeys(register.units, 0)
    for line in content.lines:
        money[line.unit] += line.amount_fen
    incomes = _incomes(register)
    ranking = incomes or _need(register, policy)

    def index(amounts: dict[str, int]) -> Inequality:
        return inequality(amounts, households, ranking, incomes)

    own = {code: unit.collective_income_fen for code, unit in register.units.items()}
    standing = {code: fen for code, fen in own.items() if fen is not None}
    known = len(standing) == len(own)
    after = {code: fen + money[code] for code, fen in standing.items()}
    return FairnessMeasured(
        plan=found.plan_id,
        before=index(standing) if known else None,
        after=index(after) if known else None,
        grants=index(money),
        equal_split=index(dict.fromkeys(money, 1)),
        formulas=tuple(audit_formulas(register, policy, content)),
        overtaken=tuple(overtaken(register, policy, content)),
    )


def _incomes(register: Register) -> dict[str, Fraction] | None:
    """Income per head of every unit, the poverty ranking; None where it is not known of all."""
    incomes = {code: unit.income_fen for code, unit in register.units.items()}
    known = {code: Fraction(fen) for code, fen in incomes.items() if fen is not None}
    return known if len(known) == len(incomes) else None


def _need(register: Register, policy: Policy) -> dict[str, Fraction]:
    """Where incomes are not known: the ranking by weight per household, the weightiest first."""
    scores = score(policy, register)
    return {code: -scores.weight(code) / max(unit.households, 1) for code, unit in register.units.items()}
