"""What register and policy alone make of every unit, worked out once for all a verification asks.

Scores, the welfare scale, the levels of α = ∞ and the splits of formulas are the same for every plan of a case; the
verifier asks for them again and again, and for each project left out once more. All of it is the verifier's own
reading, from register and policy.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from domain.formula import FormulaSplit, formula_grants
from domain.leximin import Leximin, Reach, leximin
from domain.policy.model import Formula
from domain.scoring import Scores, score
from domain.welfare import WelfareScale, welfare_scale
from optimizer.rules.programme import later_money_fen

if TYPE_CHECKING:
    from optimizer.checking.audit import PlanAudit

SPLITS_KEPT = 32
"""A plan asks for two or three splits of a fund; each project left out may ask for one more, only once."""


class Reckoning:
    """Scores, welfare and formulas of a case; of the audit it uses nothing that depends on lines."""

    def __init__(self, audit: PlanAudit) -> None:
        self._audit = audit
        self._eligible: dict[str, list[str]] = {}
        self._kept = lru_cache(maxsize=SPLITS_KEPT)(self._split)

    @cached_property
    def scores(self) -> Scores:
        """The rubric's scores of every unit (M11). Raises `ScoringFault`."""
        return score(self._audit.policy, self._audit.register)

    def eligible(self, fund: str) -> list[str]:
        """The units a fund may pay, in order of codes (M05)."""
        if fund not in self._eligible:
            units = sorted(self._audit.register.units)
            anyone = self._audit.register.funds[fund].eligibility is None
            self._eligible[fund] = units if anyone else [u for u in units if self._audit.eligible(fund, u)]
        return self._eligible[fund]

    def split(self, fund: str, envelope_fen: int) -> FormulaSplit:
        """What the formula of a fund makes of a sum; not to be changed by who asks. Raises `FormulaFault`."""
        return self._kept(fund, envelope_fen)

    def split_by(self, fund: str, formula: Formula, envelope_fen: int, scores: Scores) -> FormulaSplit:
        """The same under other words or scores than the policy's own."""
        audit = self._audit
        duties: dict[str, int] = {}
        for duty in audit.register.duties.values():
            if duty.fund == fund:
                duties[duty.unit] = duties.get(duty.unit, 0) + duty.amount_fen
        return formula_grants(
            formula,
            units=self.eligible(fund),
            register=audit.register,
            checklist=audit.policy.checklist,
            scores=scores,
            envelope_fen=envelope_fen,
            quantum_fen=audit.policy.quantum_fen,
            duties=duties,
        )

    def _split(self, fund: str, envelope_fen: int) -> FormulaSplit:
        formula = self._audit.policy.funds[fund].formula
        assert formula is not None
        return self.split_by(fund, formula, envelope_fen, self.scores)

    @cached_property
    def sure_fen(self) -> dict[str, int]:
        """Unit -> what the formulas of funds in mode `factor` give it whatever projects take, in fen."""
        audit, sure = self._audit, dict.fromkeys(self._audit.register.units, 0)
        for code in audit.planned_funds:
            spec = audit.policy.funds[code]
            if spec.formula is None or spec.mode == "optimize":
                continue
            for unit, parts in self.split(code, audit.total_fen(code) - audit.projects_cap_fen(code)).parts.items():
                sure[unit] += sum(parts.values())
        return sure

    @cached_property
    def welfare(self) -> WelfareScale:
        """The straight pieces of welfare."""
        policy, whole = self._audit.policy, self.scores.whole_weight
        mean = Fraction(self._money_fen, self._audit.quantum_fen) / whole if whole else Fraction(0)
        return welfare_scale(Decimal(policy.welfare.alpha), policy.welfare.pieces, mean)

    @cached_property
    def leximin(self) -> Leximin:
        """The levels of α = ∞."""
        audit, policy, units, q = self._audit, self._audit.policy, self._audit.register.units, self._audit.quantum_fen
        least, free = dict.fromkeys(units, 0), dict.fromkeys(units, 0)
        costs: dict[str, list[int]] = {u: [] for u in units}
        for code in audit.planned_funds:
            spec, whole = policy.funds[code], audit.total_fen(code)
            if spec.formula is None:
                continue
            decides = spec.mode == "optimize"
            envelope_fen = whole if decides else whole - audit.projects_cap_fen(code)
            for unit, parts in self.split(code, envelope_fen).parts.items():
                duty, sure = parts.get("duty", 0), sum(parts.get(part, 0) for part in ("duty", "floor"))
                least[unit] += (sure if decides else sum(parts.values())) // q
                if decides:
                    most = whole if spec.formula.cap_fen is None else min(spec.formula.cap_fen + duty, whole)
                    free[unit] += (most - sure) // q
        for project in audit.plannable.values():
            if audit.payers(project):
                costs[project.unit].append(audit.cost_fen(project) // q)
        reaches = {u: Reach(self.scores.weight(u), least[u], tuple(costs[u]), free[u]) for u in units}
        return leximin(reaches, policy.welfare.pieces, Fraction(self._money_fen, q), q)

    @property
    def _money_fen(self) -> int:
        """All money that is planned with, later years of a programme too (M17)."""
        audit = self._audit
        later = later_money_fen(audit.policy, audit.planned_funds)
        return sum(audit.total_fen(f) for f in audit.planned_funds) + sum(later.values())
