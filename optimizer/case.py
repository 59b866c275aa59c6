"""The case: register and policy turned into whole numbers and index lists a model can be built from.

Money is in quanta: the largest sum of which the policy's `quantum_yuan`, every cost and envelope, and every floor, cap,
duty and group amount of a formula is a whole multiple; so nothing is rounded on the way in or out. `PlanAudit` works
out the same sum by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import gcd

from domain.hashing import case_hash
from domain.leximin import Leximin, Reach, leximin
from domain.plan import Baseline
from domain.policy.loading import LoadedPolicy
from domain.policy.model import Formula, Policy
from domain.register import Project, Register, Unit
from domain.scoring import Scores, UnitValues, condition, figure, score, unit_values
from domain.welfare import WelfareScale, welfare_scale
from optimizer.baseline import must_have_baseline
from optimizer.bundling import Bundled, bundled
from optimizer.fund_case import CaseMisfit, FundCase, fund_case
from optimizer.rules import stated_rules
from optimizer.rules.base import PlanRule, paid_for
from optimizer.rules.programme import later_money_fen, must_fit_years, planned_years

__all__ = ["Case", "CaseMisfit", "FundCase", "build_case"]

LINE_NAME_MAX = 64
"""Lines are named by codes (`domain.register.Code`)."""


@dataclass(frozen=True)
class Case:
    """Register, policy and what follows from them. Units, projects and funds are in order of codes."""

    register: Register
    loaded: LoadedPolicy
    scores: Scores
    funds: dict[str, FundCase]
    projects: dict[str, Project]
    """Plannable projects: admitted, something left to pay, and at least one fund may pay for them."""
    payers: dict[str, tuple[str, ...]]
    """Project -> the funds that may pay for it (M05)."""
    quantum_fen: int
    baseline: Baseline | None = None
    """The earlier plan this one is compared with (M45)."""
    bundles: tuple[Bundled, ...] = ()
    """Projects that go together, and what they save (M06), by the policy's rules or those a search is left with."""

    @property
    def policy(self) -> Policy:
        """The typed policy."""
        return self.loaded.policy

    @cached_property
    def units(self) -> dict[str, Unit]:
        """All recipients, in order of codes however the register lists them."""
        return dict(sorted(self.register.units.items()))

    def quanta(self, fen: int) -> int:
        """Fen as whole quanta; every amount of the case divides evenly."""
        quanta, rest = divmod(fen, self.quantum_fen)
        if rest:
            raise AssertionError(f"{fen} fen is not a whole number of quanta of {self.quantum_fen} fen")
        return quanta

    def cost_fen(self, project: str) -> int:
        """What a plan has to pay to build a project: its remaining cost (M20), less its bundle's discount (M06)."""
        discount_fen = self.bundle_of[project].discount_fen[project] if project in self.bundle_of else 0
        return self.projects[project].remaining_fen - discount_fen

    def cost_quanta(self, project: str) -> int:
        """`cost_fen` in quanta."""
        return self.quanta(self.cost_fen(project))

    @cached_property
    def bundle_of(self) -> dict[str, Bundled]:
        """Project -> the bundle without which it must not be built."""
        return {member: one for one in self.bundles if one.must for member in one.members}

    def together(self, project: str) -> tuple[str, ...]:
        """The projects that are built when this one is, because a bundle must be whole; itself among them."""
        return self.bundle_of[project].members if project in self.bundle_of else (project,)

    def under(self, rules: Sequence[PlanRule]) -> Case:
        """The same case under other rules: a bundle that is left out gives no discount either. Raises `CaseMisfit`."""
        return replace(self, bundles=bundled(rules, self))

    @cached_property
    def _values(self) -> dict[str, UnitValues]:
        towns, checklist = self.register.townships, self.policy.checklist
        return {c: unit_values(u, towns[u.township], checklist) for c, u in self.units.items()}

    def values(self, unit: str) -> UnitValues:
        """What the policy's expressions can ask about a unit."""
        return self._values[unit]

    @cached_property
    def weights(self) -> dict[str, Fraction]:
        """n[u] = need × priority (M11)."""
        return {u: self.scores.weight(u) for u in self.units}

    @cached_property
    def total_weight(self) -> Fraction:
        """Σ n[u]."""
        return sum(self.weights.values(), Fraction(0))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years planned, this one first; more than one only under a programme (M17)."""
        return planned_years(self.register, self.policy)

    @cached_property
    def later_fen(self) -> dict[tuple[str, int], int]:
        """(fund, later year) -> what a programme has for projects then (M17)."""
        return later_money_fen(self.policy, self.funds)

    @cached_property
    def money_quanta(self) -> Fraction:
        """All money there is to plan with, that of later years included."""
        money = sum(f.total_fen for f in self.funds.values()) + sum(self.later_fen.values())
        return Fraction(money, self.quantum_fen)

    @cached_property
    def welfare(self) -> WelfareScale:
        """The straight pieces of U for this case's money and weights."""
        money, spec = self.money_quanta, self.policy.welfare
        mean = money / self.total_weight if self.total_weight else Fraction(0)
        return welfare_scale(Decimal(spec.alpha), spec.pieces, mean)

    @cached_property
    def leximin(self) -> Leximin:
        """The levels of α = ∞: what each unit is sure of, and what projects and decided grants may add."""
        least = {u: sum(self.quanta(fen.get(u, 0)) for fen in self.guaranteed_fen.values()) for u in self.units}
        free = dict.fromkeys(self.units, 0)
        for fund in self.funds.values():
            if fund.decides_grants:
                for unit, (low, high) in self.grant_bounds(fund).items():
                    least[unit] += low
                    free[unit] += high - low
        reaches = {
            u: Reach(self.weights[u], least[u], tuple(self.cost_quanta(p) for p in self.projects_of[u]), free[u])
            for u in self.units
        }
        return leximin(reaches, self.policy.welfare.pieces, self.money_quanta, self.quantum_fen)

    @cached_property
    def guaranteed_fen(self) -> dict[str, dict[str, int]]:
        """Fund -> unit -> guaranteed formula grant, in fen."""
        return {
            f.code: {u: sum(parts.values()) for u, parts in f.guaranteed.parts.items()} if f.guaranteed else {}
            for f in self.funds.values()
        }

    @cached_property
    def floors_fen(self) -> dict[str, dict[str, int]]:
        """Fund -> unit -> floor of the formula, in fen (M12)."""
        return {f.code: {u: self._floor(f, u) for u in f.units} for f in self.funds.values() if f.policy.formula}

    def _floor(self, fund: FundCase, unit: str) -> int:
        formula = fund.policy.formula
        assert formula is not None
        if isinstance(formula.floor_fen, int):
            return formula.floor_fen
        figures = self.figures(unit)
        holding = (s.amount_fen for s in formula.floor_fen if condition(s.when, figures, "a floor of the formula"))
        return next(holding, 0)

    def figures(self, unit: str) -> UnitValues:
        """What a formula's expressions can ask about a unit: its scores too."""
        record, scores = self.units[unit], self.scores
        further = {"need": scores.need.__getitem__, "priority": scores.priority.__getitem__, "weight": scores.weight}
        return UnitValues(record, self.register.townships[record.township], self.policy.checklist, further)

    def grant_bounds(self, fund: FundCase) -> dict[str, tuple[int, int]]:
        """Least and most of each unit's formula grant in mode `optimize`, in quanta: floor and duties, and cap."""
        formula = fund.policy.formula
        assert formula is not None
        floors = self.floors_fen[fund.code]
        bounds = {}
        for unit in fund.units:
            duty = fund.duties.get(unit, 0)
            high = fund.total_fen if formula.cap_fen is None else formula.cap_fen + duty
            bounds[unit] = (self.quanta(floors[unit] + duty), self.quanta(min(high, fund.total_fen)))
        return bounds

    def grants_least_fen(self, fund: FundCase) -> int:
        """What the formula grants of a fund in mode `optimize` come to at least: floors and duties."""
        return sum(low for low, _ in self.grant_bounds(fund).values()) * self.quantum_fen

    def rest_rooms(self, fund: FundCase) -> dict[str, int]:
        """How many quanta each unit may still get by the formula on top of its guaranteed grant, up to its cap.

        Nothing where the formula gives a unit no weight, or groups have amounts of their own: such a rest stays.
        """
        formula = fund.policy.formula
        assert formula is not None
        rooms = dict.fromkeys(fund.units, 0)
        for unit in fund.units:
            if formula.groups or not self._has_claim(formula, unit):
                continue
            room = fund.projects_fen
            if formula.cap_fen is not None:
                given = self.guaranteed_fen[fund.code][unit] - fund.duties.get(unit, 0)
                room = min(room, formula.cap_fen - given)
            rooms[unit] = self.quanta(room)
        return rooms

    def _has_claim(self, formula: Formula, unit: str) -> bool:
        figures = self.figures(unit)
        return any(factor.share and figure(factor.weight, figures, "a factor") > 0 for factor in formula.factors)

    @cached_property
    def projects_of(self) -> dict[str, list[str]]:
        """Unit -> its plannable projects."""
        result: dict[str, list[str]] = {u: [] for u in self.units}
        for code, project in self.projects.items():
            result[project.unit].append(code)
        return result

    def missing(self, unit: str) -> list[str]:
        """Which haves of the policy's checklist a unit lacks, and no work already paid for will bring (M18)."""
        have = {*self.units[unit].haves, *self._coming.get(unit, ())}
        return [h for h in self.policy.checklist if h not in have]

    @cached_property
    def _coming(self) -> dict[str, set[str]]:
        coming: dict[str, set[str]] = {}
        for project in self.register.projects.values():
            if paid_for(project):
                coming.setdefault(project.unit, set()).update(project.closes)
        return coming

    def project_line(self, fund: str, code: str) -> str:
        """The name of the line in which a fund pays a project; with the unit where a unit has the project's code."""
        return f"{fund}.{code}" if code not in self.units else f"{fund}.{self.projects[code].unit}.{code}"

    @cached_property
    def instance_hash(self) -> str:
        """The hash of all this case depends on."""
        counted_fen = {f.code: f.total_fen for f in self.funds.values()}
        return case_hash(self.register, self.loaded.policy_hash, counted_fen, self.baseline)


def build_case(register: Register, loaded: LoadedPolicy, baseline: Baseline | None = None) -> Case:
    """Turn a register and a policy, and the earlier plan it is to be compared with, into a case.

    Raises `CaseMisfit` where the policy plans with a fund the register lacks, where a duty's fund has no formula to pay
    it, where a formula left to the objectives asks for groups, where codes are too long to name a line, where there is
    no baseline though a rule or objective needs one, or where a programme begins in another year than its money;
    `ScoringFault` where a figure the rubric needs is missing; and `FormulaFault` where floors and duties exceed what a
    formula may give.
    """
    policy = loaded.policy
    if strangers := sorted(set(policy.funds) - set(register.funds)):
        raise CaseMisfit(
            f"The policy {policy.policy} plans with fund {strangers[0]}, which the register does not have "
            f"(it has {', '.join(sorted(register.funds)) or 'none'}); announce the fund, or take it out of the policy."
        )
    must_have_baseline(policy, baseline)
    must_fit_years(register, policy)
    scores = score(policy, register)
    funds = {
        code: fund_case(register.funds[code], spec, register, policy, scores)
        for code, spec in sorted(policy.funds.items())
        if code in register.funds and register.funds[code].pooled and not register.funds[code].closed
    }
    payers = {
        p.code: tuple(
            f.code
            for f in funds.values()
            if f.projects_fen > 0 and p.unit in f.units and f.purposes.issuperset(p.purposes)
        )
        for p in register.plannable_projects()
        if p.remaining_fen > 0
    }
    projects = {code: register.projects[code] for code, funds_of in payers.items() if funds_of}
    amounts = [register.projects[code].remaining_fen for code in payers]
    for fund in funds.values():
        amounts += [fund.total_fen, fund.projects_fen, *fund.duties.values()]
        if (formula := fund.policy.formula) is not None:
            floor = formula.floor_fen
            amounts += [floor] if isinstance(floor, int) else [step.amount_fen for step in floor]
            amounts += [formula.cap_fen or 0, *(group.amount_fen for group in formula.groups)]
    case = Case(
        register=register,
        loaded=loaded,
        scores=scores,
        funds=funds,
        projects=projects,
        payers={code: payers[code] for code in projects},
        quantum_fen=gcd(policy.quantum_fen, *amounts),
        baseline=baseline,
    )
    _check_line_names(case)
    rules = stated_rules(policy)
    for rule in rules:
        rule.fits(case)
    return case.under(rules)


def _check_line_names(case: Case) -> None:
    """Every line a plan could have must be nameable, or the plan could not be recorded."""
    names = [case.project_line(fund, code) for code, payers in case.payers.items() for fund in payers]
    names += [f"{fund.code}.{unit}" for fund in case.funds.values() if fund.policy.formula for unit in fund.units]
    longest = max(names, key=len, default="")
    if len(longest) > LINE_NAME_MAX:
        raise CaseMisfit(
            f"A plan's line would be called {longest}, {len(longest)} characters where {LINE_NAME_MAX} are allowed; "
            "shorten the code of the fund, the project or the unit in it."
        )
