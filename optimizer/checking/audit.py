"""A finished plan held against register and policy, in exact fen: what rules and the verifier look things up in.

Built from the register, the policy and the plan's own lines; nothing of the search is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import gcd

from domain.plan import Baseline, Plan, PlanLine, ScheduledProject
from domain.policy.expression import Expression
from domain.policy.model import Policy
from domain.register import Project, Register, Unit
from domain.scoring import UnitValues, condition, may_receive, unit_values
from optimizer.checking.bundle_audit import bundles_of, discounts_fen
from optimizer.checking.reckoning import Reckoning
from optimizer.rules.base import paid_for
from optimizer.rules.programme import planned_years

OF_THE_CASE = (
    "years", "quantum_fen", "planned_funds", "plannable", "borders", "reckoning",
    "_bundles", "_discounts_fen", "_values", "_coming", "_payers", "_covering", "_chosen",
)  # fmt: skip
"""What is kept of an audit for the same plan with other lines: only what register and policy alone decide."""


class PlanAudit:
    """A plan's lines by unit, fund and project, and the register's answers to the policy's questions."""

    def __init__(
        self,
        register: Register,
        policy: Policy,
        lines: Iterable[PlanLine],
        sites: Iterable[str],
        by_hand: Iterable[str] = (),
        *,
        baseline: Baseline | None = None,
        schedule: Iterable[ScheduledProject] = (),
    ) -> None:
        self.register = register
        self.policy = policy
        self.lines = tuple(lines)
        self.sites = frozenset(sites)
        self.by_hand = frozenset(by_hand)
        """Names of lines a hand has set, dropped ones too."""
        self.baseline = baseline
        self.schedule = tuple(schedule)
        self.funded_now = frozenset(line.project for line in self.lines if line.project is not None)
        """Projects this year's money builds."""
        self.funded = self.funded_now.union(s.project for s in self.schedule)
        """Projects built this year or in a later year of the programme (M17)."""
        self._money: dict[tuple[str, str], int] = {}
        for line in self.lines:
            key = (line.unit, line.fund)
            self._money[key] = self._money.get(key, 0) + line.amount_fen

    @classmethod
    def of(cls, register: Register, policy: Policy, plan: Plan) -> PlanAudit:
        """The audit of a whole plan."""
        compared, later = plan.run.baseline, plan.schedule
        return cls(register, policy, plan.lines, plan.sites, plan.by_hand, baseline=compared, schedule=later)

    def with_lines(self, lines: Iterable[PlanLine]) -> PlanAudit:
        """The same plan with other lines, as far as no hand has touched it."""
        audit = PlanAudit(self.register, self.policy, lines, self.sites, baseline=self.baseline, schedule=self.schedule)
        audit.__dict__.update({name: self.__dict__[name] for name in OF_THE_CASE if name in self.__dict__})
        return audit

    @cached_property
    def reckoning(self) -> Reckoning:
        """Scores, welfare and formulas of the case, worked out once."""
        return Reckoning(self)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years planned, this one first; more than one only under a programme (M17)."""
        return planned_years(self.register, self.policy)

    @cached_property
    def built_in(self) -> dict[str, int]:
        """Project -> the year it is built in."""
        return dict.fromkeys(sorted(self.funded_now), self.years[0]) | {s.project: s.year for s in self.schedule}

    @cached_property
    def quantum_fen(self) -> int:
        """The sum in which the case counts money: every amount of register and policy is a multiple of it.

        A plan's own lines have no say in it: the model's whole numbers mean the same for every plan of a case.
        """
        amounts = [self.policy.quantum_fen]
        amounts += [p.remaining_fen for p in self.plannable.values()]
        amounts += [duty.amount_fen for duty in self.register.duties.values() if duty.fund in self.planned_funds]
        for code in self.planned_funds:
            amounts += [self.total_fen(code), self.projects_cap_fen(code)]
            formula = self.policy.funds[code].formula
            if formula is None:
                continue
            floor = formula.floor_fen
            amounts += [floor] if isinstance(floor, int) else [step.amount_fen for step in floor]
            amounts += [group.amount_fen for group in formula.groups]
            if formula.cap_fen is not None:
                amounts.append(formula.cap_fen)
        return gcd(*amounts)

    @cached_property
    def planned_funds(self) -> list[str]:
        """Funds the policy plans with and that are in the pool and open (M43), in order of codes."""
        funds = self.register.funds
        return [c for c in sorted(self.policy.funds) if c in funds and funds[c].pooled and not funds[c].closed]

    def total_fen(self, fund: str) -> int:
        """What a plan may count on of a fund: announced, carried over, and of money pledges as much as its policy says:
        what they brought, and `pledges_confidence` of what they still owe, down to the policy's quantum (M07, M10)."""
        record, confidence = self.register.funds[fund], self.policy.funds[fund].pledges_confidence
        if confidence is None:
            return record.plannable_fen
        promised = [(p.amount_fen, p.arrived_fen) for p in record.pledges if p.kind == "money"]
        hoped = Fraction(confidence) * sum(max(0, amount - came) for amount, came in promised)
        whole_quanta = hoped // self.policy.quantum_fen
        return record.plannable_fen + sum(came for _, came in promised) + whole_quanta * self.policy.quantum_fen

    def projects_cap_fen(self, fund: str) -> int:
        """What projects may use of a fund at most, in fen; a share of it is rounded down to the policy's quantum."""
        total, envelopes = self.total_fen(fund), self.policy.funds[fund].envelopes
        if envelopes.projects_at_most_share is None:
            return min(envelopes.projects_at_most_fen, total)
        part = (Fraction(envelopes.projects_at_most_share) * total).__floor__()
        return part - part % self.policy.quantum_fen

    @cached_property
    def plannable(self) -> dict[str, Project]:
        """Admitted projects with something left to pay."""
        return {p.code: p for p in self.register.plannable_projects() if p.remaining_fen > 0}

    def cost_fen(self, project: Project) -> int:
        """What a plan has to pay to build a project: its remaining cost (M20), less its bundle's discount (M06)."""
        return project.remaining_fen - self._discounts_fen.get(project.code, 0)

    def bundles(self, rule: str) -> list[list[str]]:
        """The bundles of a rule `bundle`, by its id, each as the codes of its projects (M06)."""
        return self._bundles[rule]

    def together(self, project: str) -> list[str]:
        """The projects that are built when this one is, because a bundle must be whole; itself among them."""
        must = [rule.id for rule in self.policy.rules if rule.kind == "must" and rule.id in self._bundles]
        return next((one for rule in must for one in self._bundles[rule] if project in one), [project])

    @cached_property
    def borders(self) -> frozenset[tuple[str, str]]:
        """Pairs of neighbouring units."""
        return frozenset(self.register.adjacency)

    @cached_property
    def _bundles(self) -> dict[str, list[list[str]]]:
        return bundles_of(self)

    @cached_property
    def _discounts_fen(self) -> dict[str, int]:
        return discounts_fen(self)

    def payers(self, project: Project) -> list[str]:
        """The funds that may pay for a project: pooled, project money, purposes covered, unit eligible (M05)."""
        key = project.unit, project.purposes
        if key not in self._payers:
            covering = self._covering.get(project.purposes)
            if covering is None:
                covering = self._covering[project.purposes] = self._funds_covering(project.purposes)
            self._payers[key] = [code for code in covering if self.eligible(code, project.unit)]
        return self._payers[key]

    def _funds_covering(self, purposes: Iterable[str]) -> list[str]:
        """The funds with money for projects whose purposes cover these."""
        result = []
        for code in self.planned_funds:
            override = self.policy.funds[code].purposes
            own = set(self.register.funds[code].purposes if override is None else override)
            if own.issuperset(purposes) and self.projects_cap_fen(code) > 0:
                result.append(code)
        return result

    @cached_property
    def _payers(self) -> dict[tuple[str, tuple[str, ...]], list[str]]:
        """(unit, purposes) -> who may pay; filled as asked."""
        return {}

    @cached_property
    def _covering(self) -> dict[tuple[str, ...], list[str]]:
        """Purposes -> funds that cover them; filled as asked."""
        return {}

    def eligible(self, fund: str, unit: str) -> bool:
        """Whether a fund may pay a unit at all (M05)."""
        record = self.register.funds[fund]
        return record.eligibility is None or may_receive(record, self.values(unit))

    def values(self, unit: str) -> UnitValues:
        """What the policy's expressions can ask about a unit."""
        if unit not in self._values:
            record = self.register.units[unit]
            town = self.register.townships[record.township]
            self._values[unit] = unit_values(record, town, self.policy.checklist)
        return self._values[unit]

    @cached_property
    def _values(self) -> dict[str, UnitValues]:
        return {}

    def missing(self, unit: str) -> list[str]:
        """Which haves of the checklist a unit lacks, and no work already paid for will bring (M18)."""
        have = {*self.register.units[unit].haves, *self._coming.get(unit, ())}
        return [h for h in self.policy.checklist if h not in have]

    @cached_property
    def _coming(self) -> dict[str, set[str]]:
        coming: dict[str, set[str]] = {}
        for project in self.register.projects.values():
            if paid_for(project):
                coming.setdefault(project.unit, set()).update(project.closes)
        return coming

    def chosen(self, where: Expression | None) -> list[Unit]:
        """Units for which a condition holds (None: all), in order of codes."""
        if where not in self._chosen:
            units = [u for _, u in sorted(self.register.units.items())]
            chosen = [u for u in units if where is None or condition(where, self.values(u.code), "a rule")]
            self._chosen[where] = chosen
        return self._chosen[where]

    @cached_property
    def _chosen(self) -> dict[Expression | None, list[Unit]]:
        """Condition -> units; filled as asked."""
        return {}

    def money_fen(self, units: Iterable[str], funds: Sequence[str] | None = None) -> int:
        """All that these units receive from these funds (default: all), in fen."""
        codes = tuple(self.planned_funds if funds is None else funds)
        if codes not in self._received:
            times, received = Counter(codes), dict[str, int]()
            for (unit, fund), fen in self._money.items():
                if fund in times:
                    received[unit] = received.get(unit, 0) + times[fund] * fen
            self._received[codes] = received
        received = self._received[codes]
        return sum(received.get(u, 0) for u in units)

    @cached_property
    def _received(self) -> dict[tuple[str, ...], dict[str, int]]:
        """Funds -> unit -> what it receives from them, in fen; filled as asked."""
        return {}

    def project_money_fen(self, projects: Iterable[str], funds: Sequence[str] | None = None) -> int:
        """All that these funds (default: all) pay of these projects, in fen."""
        own = [line for project in projects for line in self._lines_of.get(project, [])]
        return sum(line.amount_fen for line in own if funds is None or line.fund in funds)

    @cached_property
    def _lines_of(self) -> dict[str, list[PlanLine]]:
        """Project -> the lines that pay for it."""
        lines: dict[str, list[PlanLine]] = {}
        for line in self.lines:
            if line.project is not None:
                lines.setdefault(line.project, []).append(line)
        return lines

    def round_up(self, fen: int) -> int:
        """Fen rounded up to whole quanta of the case."""
        return -(-fen // self.quantum_fen) * self.quantum_fen
