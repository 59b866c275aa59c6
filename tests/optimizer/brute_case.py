"""A small county read once more for brute force: quanta, who may pay, what a formula is sure of, the welfare function.

Written from the words of `optimizer/case.py` and `domain/welfare.py`, with the domain's scoring and formula and nothing
of the optimizer.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise
from math import gcd

from domain.formula import formula_grants
from domain.policy.expression import Expression
from domain.policy.model import Policy
from domain.register import Project, Register
from domain.scoring import UnitValues, condition, figure, may_receive, score, unit_values
from optimizer.rules.bundle import Bundle
from optimizer.rules.programme import LaterMoney, Programme
from tests.optimizer.brute_bundles import bundles_of, saved_fen

EXACT = Context(prec=60)


class BruteCase:
    """What a plan of a small county may do, in quanta."""

    def __init__(self, register: Register, policy: Policy) -> None:
        self.register, self.policy = register, policy
        self.units = sorted(register.units)
        open_funds = [f for f in sorted(policy.funds) if register.funds[f].pooled and not register.funds[f].closed]
        self.funds = open_funds
        self.scores = score(policy, register)
        self.values = {
            u: unit_values(one, register.townships[one.township], policy.checklist) for u, one in register.units.items()
        }
        self.eligible = {
            f: [u for u in self.units if may_receive(register.funds[f], self.values[u])] for f in self.funds
        }
        self._total_fen = {f: self._counted(f) for f in self.funds}
        self._caps_fen = {f: self._projects_cap(f) for f in self.funds}
        self.quantum = self._quantum()
        self.caps = {f: fen // self.quantum for f, fen in self._caps_fen.items()}
        self.total = {f: fen // self.quantum for f, fen in self._total_fen.items()}
        self.projects = {p.code: p for p in register.plannable_projects() if p.remaining_fen > 0}
        self.cost = {c: p.remaining_fen // self.quantum for c, p in self.projects.items()}
        """Quanta a plan pays for each project; bundles make it less."""
        self.payers = {c: [f for f in self.funds if self._may_pay(f, p)] for c, p in self.projects.items()}
        for rule in policy.rules:
            if isinstance(rule, Bundle) and rule.kind == "must":
                for members in bundles_of(self, rule):
                    for code, fen in saved_fen(self, rule, members).items():
                        self.cost[code] -= fen // self.quantum
        self.guaranteed = {f: self._guaranteed(f) for f in self.funds}
        self._slopes, self._breaks = self._pieces()

    def decides(self, fund: str) -> bool:
        """Whether the objectives decide the formula grants of a fund."""
        spec = self.policy.funds[fund]
        return spec.mode == "optimize" and spec.formula is not None

    def where(self, expression: Expression | None) -> list[str]:
        """Units for which a condition holds; all without one."""
        return [u for u in self.units if expression is None or condition(expression, self.values[u], "rule")]

    def room(self, fund: str, unit: str) -> int:
        """How much more than it is sure of a unit may get by the formula of a fund."""
        formula = self.policy.funds[fund].formula
        assert formula is not None
        values = self._formula_values(unit)
        if not self.decides(fund) and not any(f.share and figure(f.weight, values, "w") for f in formula.factors):
            return 0
        if formula.cap_fen is None:
            return self.total[fund]
        top = formula.cap_fen + self._duties(fund).get(unit, 0)
        return top // self.quantum - self.guaranteed[fund][unit]

    def worth(self, unit: str, quanta: int) -> int:
        """n U(g / n) of one unit: the pieces of U below its grant, each as wide as the unit's weight makes it."""
        ends = [round(self.scores.weight(unit) * b) for b in self._breaks]
        value, start = 0, 0
        for slope, end in zip(self._slopes, [*ends, max([*ends, quanta])], strict=True):
            value += slope * max(0, min(end, quanta) - start)
            start = max(start, min(end, quanta))
        return value

    def _counted(self, fund: str) -> int:
        """Announced money, and of pledges what came and the policy's part of what is owed, in whole quanta of it."""
        record, trust = self.register.funds[fund], self.policy.funds[fund].pledges_confidence
        pledges = [p for p in record.pledges if p.kind == "money"] if trust is not None else []
        owed = int(Fraction(trust or 0) * sum(p.amount_fen - min(p.arrived_fen, p.amount_fen) for p in pledges))
        return record.plannable_fen + sum(p.arrived_fen for p in pledges) + owed - owed % self.policy.quantum_fen

    def _projects_cap(self, fund: str) -> int:
        envelopes, total = self.policy.funds[fund].envelopes, self._total_fen[fund]
        if envelopes.projects_at_most_share is None:
            return min(envelopes.projects_at_most_fen, total)
        share = int(Fraction(envelopes.projects_at_most_share) * total)
        return share // self.policy.quantum_fen * self.policy.quantum_fen

    def _quantum(self) -> int:
        amounts = [self.policy.quantum_fen]
        amounts += [max(p.remaining_fen, 0) for p in self.register.plannable_projects()]
        amounts += [d.amount_fen for d in self.register.duties.values() if d.fund in self.funds]
        for fund in self.funds:
            amounts += [self._total_fen[fund], self._caps_fen[fund]]
            if formula := self.policy.funds[fund].formula:
                floor = formula.floor_fen
                amounts += [floor] if isinstance(floor, int) else [step.amount_fen for step in floor]
                amounts.append(formula.cap_fen or 0)
        return gcd(*amounts)

    def _may_pay(self, fund: str, project: Project) -> bool:
        override = self.policy.funds[fund].purposes
        purposes = self.register.funds[fund].purposes if override is None else override
        return set(project.purposes) <= set(purposes) and project.unit in self.eligible[fund] and self.caps[fund] > 0

    def _duties(self, fund: str) -> dict[str, int]:
        duties: dict[str, int] = {}
        for duty in self.register.duties.values():
            if duty.fund == fund:
                duties[duty.unit] = duties.get(duty.unit, 0) + duty.amount_fen
        return duties

    def _formula_values(self, unit: str) -> UnitValues:
        record, scores = self.register.units[unit], self.scores
        further = {"need": scores.need.__getitem__, "priority": scores.priority.__getitem__, "weight": scores.weight}
        return UnitValues(record, self.register.townships[record.township], self.policy.checklist, further)

    def _guaranteed(self, fund: str) -> dict[str, int]:
        """What the formula is sure of in mode `factor`; floors and duties in mode `optimize`."""
        formula = self.policy.funds[fund].formula
        if formula is None:
            return {}
        if self.decides(fund):
            sure = {u: self._floor(fund, u) + self._duties(fund).get(u, 0) for u in self.eligible[fund]}
            return {u: fen // self.quantum for u, fen in sure.items()}
        split = formula_grants(
            formula,
            units=self.eligible[fund],
            register=self.register,
            checklist=self.policy.checklist,
            scores=self.scores,
            envelope_fen=self._total_fen[fund] - self._caps_fen[fund],
            quantum_fen=self.policy.quantum_fen,
            duties=self._duties(fund),
        )
        return {u: sum(parts.values()) // self.quantum for u, parts in split.parts.items()}

    def _floor(self, fund: str, unit: str) -> int:
        formula = self.policy.funds[fund].formula
        assert formula is not None
        if isinstance(formula.floor_fen, int):
            return formula.floor_fen
        values = self._formula_values(unit)
        return next((s.amount_fen for s in formula.floor_fen if condition(s.when, values, "floor")), 0)

    def _later_money(self) -> list[LaterMoney]:
        """What a programme has in later years."""
        return [entry for rule in self.policy.rules if isinstance(rule, Programme) for entry in rule.money]

    def _pieces(self) -> tuple[list[int], list[Fraction]]:
        """Slopes and breakpoints of U, in quanta per weight."""
        weights = sum((self.scores.weight(u) for u in self.units), Fraction(0))
        later = sum(entry.amount_fen for entry in self._later_money() if entry.fund in self.funds)
        mean = (sum(self.total.values()) + Fraction(later, self.quantum)) / weights
        alpha, pieces = Decimal(self.policy.welfare.alpha), self.policy.welfare.pieces
        if alpha == 0 or not mean:
            return [10**6], []
        exponents = [EXACT.divide(Decimal(2 * k), Decimal(pieces - 1)) - 1 for k in range(pieces)]
        ratios = [EXACT.power(Decimal(8), exponent) for exponent in exponents]
        middles: Sequence[Decimal] = [
            ratios[0],
            *(EXACT.sqrt(EXACT.multiply(a, b)) for a, b in pairwise(ratios)),
            ratios[-1],
        ]
        slopes = [int((EXACT.power(m, -alpha) * 10**6).to_integral_value()) for m in middles]
        return slopes, [mean * Fraction(r) for r in ratios]
