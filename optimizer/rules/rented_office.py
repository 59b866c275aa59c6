"""Rented-out offices: no construction money until the office is taken back, or with the project that does so (M19).

For every unit u whose office is rented out, and not on its way back by work that needs no plan; every project p of u
with one of the stated purposes that does not itself return the office; R the projects of u that do:

    cost[p] * built[p] - cost[p] * sum(built[r] for r in R) <= 0                           (1)

As a should-rule its shortfall is the money given all the same. Formula money is not withheld here: a fund can refuse
such units by its `eligibility: not office_rented_out`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from domain.money import yuan
from domain.policy.model import Name
from domain.register import Project, Register, Unit
from optimizer.model import Linear
from optimizer.rules.base import Audit, Build, PlanRule, Shortfall, comes_anyway
from optimizer.rules.picking import must_be_known

if TYPE_CHECKING:
    from optimizer.case import Case


class RentedOffice(PlanRule):
    """`rule: rented-office` – while a unit's office is rented out, its construction waits for its return (M19)."""

    NAME: ClassVar[str] = "rented-office"
    purposes: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Which money is withheld: for projects with one of these purposes."""

    def fits(self, case: Case) -> None:
        """Raise `CaseMisfit` for purposes that no project has: the rule would watch over nothing."""
        known = {purpose for project in case.register.projects.values() for purpose in project.purposes}
        if known and known.isdisjoint(self.purposes):
            must_be_known(self.id, "purpose", self.purposes[0], known)

    def rows(self, build: Build) -> None:
        """Inequality (1)."""
        case = build.case
        for code, unit in case.units.items():
            if not self.concerns(case.register, unit):
                continue
            returns = [p for p in case.projects_of[code] if case.projects[p].returns_office]
            for project in case.projects_of[code]:
                if self.withholds(case.projects[project]):
                    cost = case.cost_quanta(project)
                    row = Linear({build.built[r]: -cost for r in returns}).add(build.built[project], cost)
                    build.demand(self, project, row, high=0)

    def concerns(self, register: Register, unit: Unit) -> bool:
        """Whether a unit's office is rented out and nothing under way takes it back."""
        own = [p for p in register.projects.values() if p.unit == unit.code and p.returns_office]
        return unit.office_rented_out and not any(comes_anyway(p) for p in own)

    def withholds(self, project: Project) -> bool:
        """Whether a project is of the purposes withheld and does not itself return the office."""
        return not project.returns_office and not set(self.purposes).isdisjoint(project.purposes)

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Every project paid for in a unit whose office stays rented out."""
        projects, units = audit.register.projects, audit.register.units
        returned = {projects[code].unit for code in audit.funded if projects[code].returns_office}
        for code in sorted(audit.funded):
            project = projects[code]
            rented = project.unit not in returned and self.concerns(audit.register, units[project.unit])
            if rented and self.withholds(project):
                given = audit.cost_fen(project)
                sentence = (
                    f"{project.name_en} ({code}) gets {yuan(given)} while the office of {project.unit} stays rented "
                    f"out (rule {self.id}, {self.clause})."
                )
                yield Shortfall(code, audit.round_up(given), sentence)
