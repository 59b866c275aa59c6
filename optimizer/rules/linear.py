"""Free linear rules: a sum of named quantities, each with an exact factor, at least, at most or equal to a number.

With v[t] the value of term t in its own unit (money in yuan) and k[t] its factor, a scale that makes all numbers whole:

    scale * sum(k[t] * v[t] for t in terms) >= scale * at_least                             (1)
    scale * sum(k[t] * v[t] for t in terms) <= scale * at_most                              (2)  `equals` is both

    reached[u] >= built[p]                      for every p of u that the term picks        (3)  units, households
    reached[u] <= sum(built[p] for p of u that the term picks)                              (4)

The quantities are listed in `QUANTITIES`; beside them any column of the projects.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, model_validator

from domain.policy.faults import Misfit
from domain.policy.model import Name, Number
from domain.quantities import quantity, quantity_names
from domain.questions import shown
from domain.register import Project, Register
from optimizer.model import Linear
from optimizer.rules.base import Audit, Build, Measure, PlanRule, Shortfall, chosen_units, column_unit
from optimizer.rules.picking import Picking, must_be_known

if TYPE_CHECKING:
    from optimizer.case import Case

QUANTITIES: dict[str, Measure] = {
    "money": "fen",  # all that the units receive, in yuan
    "cost": "fen",  # what is paid for the projects built, in yuan
    "running-cost": "fen",  # what they will cost every year, in yuan (M37)
    "projects": "projects",
    "benefit": "points",  # of the appraisal of the projects built
    "sites": "sites",
    "units": "units",  # in which something is built
    "households": "quantity",  # of these units
}
OF_UNITS = ("money", "sites")
"""Quantities that no project is picked for."""
WITH_FUNDS = ("money", "cost")


class Term(Picking):
    """One quantity with its factor, and what of it is counted."""

    quantity: Annotated[str, Field(min_length=1, max_length=200)]
    factor: Number = Field(default=1, validate_default=True)
    funds: tuple[Name, ...] | None = None

    @model_validator(mode="after")
    def _meaningful(self) -> Term:
        if self.quantity in OF_UNITS and (self.category or self.closes):
            raise Misfit(f"no `category` or `closes` beside `quantity: {self.quantity}`, which is counted by units")
        if self.funds is not None and self.quantity not in WITH_FUNDS:
            raise Misfit(f"`funds` only beside {' or '.join(f'`quantity: {name}`' for name in WITH_FUNDS)}")
        return self


class LinearRule(PlanRule):
    """`rule: linear` – whatever a planner can say as a sum of quantities and a number."""

    NAME: ClassVar[str] = "linear"
    LATE: ClassVar[bool] = True
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    at_least: Number | None = None
    at_most: Number | None = None
    equals: Number | None = None

    @model_validator(mode="after")
    def _complete(self) -> LinearRule:
        bounds = [self.at_least, self.at_most, self.equals]
        if all(bound is None for bound in bounds) or (self.equals is not None and bounds[:2] != [None, None]):
            raise Misfit("`at_least`, `at_most` or both, or else `equals`")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise Misfit("an `at_least` no larger than `at_most`")
        return self

    @property
    def measure(self) -> Measure:
        """That of the terms where they agree."""
        measures = {QUANTITIES.get(term.quantity, "quantity") for term in self.terms}
        return measures.pop() if len(measures) == 1 else "quantity"

    @property
    def counted_in(self) -> str:
        """What the terms are counted in; the rule's own sum where they differ."""
        if self.measure != "quantity":
            return super().counted_in
        names = {term.quantity for term in self.terms}
        if len(names) > 1:
            return column_unit(self.id)
        (name,) = names
        return name if name in QUANTITIES else column_unit(name)

    def fits(self, case: Case) -> None:
        """Raise `CaseMisfit` for a quantity, category or have that nobody knows."""
        for term in self.terms:
            must_be_known(self.id, "quantity", term.quantity, {*QUANTITIES, *quantity_names(case.register)})
            term.names_fit(case, self.id)

    @property
    def _bounds(self) -> list[tuple[str, Fraction]]:
        least = self.at_least if self.equals is None else self.equals
        most = self.at_most if self.equals is None else self.equals
        return [(side, Fraction(bound)) for side, bound in (("least", least), ("most", most)) if bound is not None]

    def rows(self, build: Build) -> None:
        """Inequalities (1) to (4)."""
        parts = [
            (Fraction(t.factor) * unit, value)
            for n, t in enumerate(self.terms)
            for unit, value in self._value(build, n)
        ]
        quantum = Fraction(build.case.quantum_fen, 100)
        one = quantum if self.measure == "fen" else Fraction(1)
        scale = lcm(one.denominator, *(k.denominator for k, _ in parts), *(b.denominator for _, b in self._bounds))
        whole = Linear()
        for factor, value in parts:
            whole = whole.plus(value, int(factor * scale))
        for side, bound in self._bounds:
            limit, per = int(bound * scale), int(one * scale)
            if side == "least":
                build.demand(self, side, whole, low=limit, per=per)
            else:
                build.demand(self, side, whole, high=limit, per=per)

    def _value(self, build: Build, number: int) -> Iterator[tuple[Fraction, Linear]]:
        """The value of a term, as sums of columns with what one of each is worth."""
        case, term = build.case, self.terms[number]
        units, quantum = chosen_units(case, term.where), Fraction(case.quantum_fen, 100)
        projects = [p for unit in units for p in case.projects_of[unit] if term.picks(case.projects[p])]
        if term.quantity == "money":
            yield quantum, build.money(units, term.funds)
        elif term.quantity == "cost":
            yield quantum, build.project_money(projects, term.funds)
        elif term.quantity == "sites":
            yield Fraction(1), Linear({build.site[u]: 1 for u in units if u in build.site})
        elif term.quantity in ("units", "households"):
            for unit in units:
                own = [build.built[p] for p in projects if case.projects[p].unit == unit]
                worth = Fraction(1 if term.quantity == "units" else case.units[unit].households)
                if own:
                    yield worth, self._reached(build, f"{number}.{unit}", own)
        else:
            header = self._header(term, case.register)
            for p in projects:
                yield self._worth(term, header, case.projects[p]), Linear({build.built[p]: 1})

    def _reached(self, build: Build, name: str, built: list[int]) -> Linear:
        """Rows (3) and (4): a column that is 1 where something is built."""
        if len(built) == 1:
            return Linear({built[0]: 1})
        reached = build.model.column(f"reached.{self.id}.{name}", 0, 1)
        for column in built:
            build.model.row(f"{self.id}.{name}.reached", Linear({reached: 1, column: -1}), low=0)
        build.model.row(f"{self.id}.{name}.by-none", Linear(dict.fromkeys(built, -1)).add(reached, 1), high=0)
        return Linear({reached: 1})

    def _header(self, term: Term, register: Register) -> str:
        """The header of the column a term speaks of; empty where it speaks of none."""
        return "" if term.quantity in QUANTITIES else quantity_names(register)[term.quantity]

    def _worth(self, term: Term, header: str, project: Project) -> Fraction:
        """What one project counts for."""
        if term.quantity == "projects":
            return Fraction(1)
        if term.quantity == "benefit":
            return Fraction(project.benefit)
        if term.quantity == "running-cost":
            return Fraction(project.running_cost_fen, 100)
        return quantity(project, header)

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """The sum of the terms in exact numbers."""
        reached = sum((Fraction(term.factor) * self._found(audit, term) for term in self.terms), Fraction(0))
        for side, bound in self._bounds:
            by = bound - reached if side == "least" else reached - bound
            if by > 0:
                asked = f"at {side} {shown(bound)}"
                sentence = f"The sum of rule {self.id} comes to {shown(reached)}, {asked} is asked for ({self.clause})."
                in_fen = self.measure == "fen"
                yield Shortfall(side, audit.round_up((by * 100).__ceil__()) if in_fen else by.__ceil__(), sentence)

    def _found(self, audit: Audit, term: Term) -> Fraction:
        units = {unit.code: unit for unit in audit.chosen(term.where)}
        if term.quantity == "money":
            return Fraction(audit.money_fen(units, term.funds), 100)
        if term.quantity == "sites":
            return Fraction(len(audit.sites.intersection(units)))
        funded = [audit.register.projects[code] for code in sorted(audit.funded)]
        picked = [project for project in funded if project.unit in units and term.picks(project)]
        if term.quantity == "cost":
            return Fraction(audit.project_money_fen([project.code for project in picked], term.funds), 100)
        if term.quantity in ("units", "households"):
            homes = {project.unit for project in picked}
            return Fraction(len(homes) if term.quantity == "units" else sum(units[u].households for u in homes))
        header = self._header(term, audit.register)
        return sum((self._worth(term, header, project) for project in picked), Fraction(0))
