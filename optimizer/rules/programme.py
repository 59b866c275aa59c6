"""The rolling programme: which units are built in which of the years planned, each once (“双百”工程, M17).

With in_year as in `optimizer/years.py`, building[u, y] 1 where anything of unit u is built in year y, and due as in
`Baseline.due`:

    in_year[p, y] <= building[u, y] <= sum(in_year[q, y] for q of u)      for every p of u        (1)
    sum(building[u, y] for y) <= 1                                        for every unit u        (2)
    at_least <= sum(building[u, y] for u in batch) <= at_most             for every batch, year y (3)
    in_year[p, y] = 0      for a started p in any year but its own: the one it is due in, else this year   (4)
    in_year[p, y] = 1      for p due in a year y up to `committed_through`                        (5)

A started project, or one due by `committed_through`, is its unit's year by (2). As a should-rule only (3) is soft.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import ClassVar

from pydantic import Field, model_validator

from domain.plan import Baseline
from domain.policy.expression import Expression
from domain.policy.model import NEWEST_APPROVED, Name, Policy, Section, Title, Yuan
from domain.register import Project, Register
from optimizer.fund_case import CaseMisfit
from optimizer.model import Linear
from optimizer.rules.base import Audit, Build, Measure, PlanRule, Shortfall, chosen_units


class LaterMoney(Section):
    """What one fund will have for projects in one later year; what is not spent then stays in the fund."""

    year: int
    fund: Name
    amount_fen: Yuan


class Batch(Section):
    """How many units of a kind, advanced or backward ones, are built in every year planned (M17)."""

    id: Name
    where: Expression
    at_least: int = Field(default=0, ge=0, le=10**6)
    at_most: int | None = Field(default=None, ge=0, le=10**6)
    label: Title | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Batch:
        if self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"`at_least` is {self.at_least}, above `at_most` {self.at_most}")
        return self


class Programme(PlanRule):
    """`rule: programme` – this year and the following are planned together, each unit built in one of them (M17)."""

    NAME: ClassVar[str] = "programme"
    MEASURE: ClassVar[Measure] = "units"
    years: tuple[int, ...] = Field(min_length=2, max_length=9)
    """The years planned, one after the other; the first is the one whose money is given out now."""
    money: tuple[LaterMoney, ...] = Field(min_length=1)
    batches: tuple[Batch, ...] = ()
    committed_through: int | None = None
    """What the baseline meant to build up to this year stays as it is."""
    baseline: Name = NEWEST_APPROVED

    @model_validator(mode="after")
    def _years_in_order(self) -> Programme:
        if any(after != before + 1 for before, after in pairwise(self.years)):
            raise ValueError("give `years` one after the other, such as [2026, 2027, 2028]")
        stated = [(entry.year, entry.fund) for entry in self.money]
        for entry in self.money:
            if entry.year not in self.years[1:]:
                raise ValueError(f"`money` names {entry.year}, which is no later year of this programme")
            if stated.count((entry.year, entry.fund)) > 1:
                raise ValueError(f"`money` names fund {entry.fund} twice for {entry.year}")
        return self

    def rows(self, build: Build) -> None:
        """Inequalities (1) to (5)."""
        for unit, projects in build.case.projects_of.items():
            self._unit(build, unit, projects)
        for batch in self.batches:
            units = chosen_units(build.case, batch.where)
            for year in build.years:
                here = Linear({build.building_in[u, year]: 1 for u in units if (u, year) in build.building_in})
                build.demand(self, f"{batch.id}.{year}.least", here, low=batch.at_least)
                if batch.at_most is not None:
                    build.demand(self, f"{batch.id}.{year}.most", here, high=batch.at_most)
        buildable = {code: project for code, project in build.case.register.projects.items() if project.plannable}
        own, kept = self._fixed(buildable, build.case.baseline)
        for (project, year), column in build.in_year.items():
            if own.get(project, year) != year:
                build.model.row(f"{self.id}.{project}.not-in-{year}", Linear({column: 1}), high=0)
        for project, year in kept.items():
            built = Linear({build.in_year[project, year]: 1} if (project, year) in build.in_year else {})
            build.model.row(f"{self.id}.{project}.committed", built, low=1)

    def _unit(self, build: Build, unit: str, projects: Iterable[str]) -> None:
        once = Linear()
        for year in build.years:
            works = [build.in_year[p, year] for p in projects if (p, year) in build.in_year]
            if not works:
                continue
            building = build.building_in[unit, year] = build.model.column(f"building.{unit}.{year}", 0, 1)
            once.add(building, 1)
            for number, column in enumerate(works):
                build.model.row(f"{self.id}.{unit}.{year}.{number}", Linear({column: 1, building: -1}), high=0)
            build.model.row(f"{self.id}.{unit}.{year}", Linear(dict.fromkeys(works, -1)).add(building, 1), high=0)
        build.model.row(f"{self.id}.{unit}.once", once, high=1)

    def _fixed(
        self, projects: Mapping[str, Project], baseline: Baseline | None
    ) -> tuple[dict[str, int], dict[str, int]]:
        """The only year of every started project, and the year of every committed one, of those still to be built."""
        due = {} if baseline is None else {p: y for p, y in baseline.due(self.years).items() if p in projects}
        own = {p: due.get(p, self.years[0]) for p, project in projects.items() if project.started}
        through = self.committed_through
        return own, {p: year for p, year in due.items() if through is not None and year <= through}

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Once only, batches, started and committed projects, counted from lines and schedule."""
        years_of: dict[str, set[int]] = {}
        for project, year in audit.built_in.items():
            years_of.setdefault(audit.register.projects[project].unit, set()).add(year)
        for unit, years in sorted(years_of.items()):
            if len(years) > 1:
                said = f"{unit} is built in {' and '.join(map(str, sorted(years)))}, each unit is built once"
                yield self._short(unit, len(years) - 1, said, always=True)
        for batch in self.batches:
            units = {unit.code for unit in audit.chosen(batch.where)}
            for year in self.years:
                number = sum(year in years_of[unit] for unit in units if unit in years_of)
                if number < batch.at_least:
                    said = (
                        f"{number} units of batch {batch.id} are built in {year}, at least {batch.at_least} should be"
                    )
                    yield self._short(f"{batch.id}.{year}.least", batch.at_least - number, said)
                if batch.at_most is not None and number > batch.at_most:
                    said = f"{number} units of batch {batch.id} are built in {year}, at most {batch.at_most} may be"
                    yield self._short(f"{batch.id}.{year}.most", number - batch.at_most, said)
        own, kept = self._fixed(audit.plannable, audit.baseline)
        for project, year in own.items():
            if (found := audit.built_in.get(project, year)) != year:
                yield self._short(
                    project, 1, f"{project} was started for {year} and is put off to {found}", always=True
                )
        for project, year in kept.items():
            if audit.built_in.get(project) != year:
                yield self._short(project, 1, f"{project} was committed for {year} and is not kept", always=True)

    def _short(self, where: str, amount: int, what: str, *, always: bool = False) -> Shortfall:
        return Shortfall(where, amount, f"{what} (rule {self.id}, {self.clause}).", always)


def programme_of(policy: Policy) -> Programme | None:
    """The programme a policy states, if any."""
    return next((rule for rule in policy.rules if isinstance(rule, Programme)), None)


def planned_years(register: Register, policy: Policy) -> tuple[int, ...]:
    """The years a plan is made for: those of the programme, else the budget year of the funds planned with."""
    programme = programme_of(policy)
    return (_budget_year(register, policy),) if programme is None else programme.years


def later_money_fen(policy: Policy, funds: Iterable[str]) -> dict[tuple[str, int], int]:
    """(fund, later year) -> what the programme has for projects then, for these funds; empty without a programme."""
    programme, planned = programme_of(policy), set(funds)
    if programme is None:
        return {}
    return {(entry.fund, entry.year): entry.amount_fen for entry in programme.money if entry.fund in planned}


def must_fit_years(register: Register, policy: Policy) -> None:
    """Raise `CaseMisfit` where a policy states two programmes, or one that begins in another year than its money."""
    stated = [rule.id for rule in policy.rules if isinstance(rule, Programme)]
    if len(stated) > 1:
        raise CaseMisfit(f"Rules {stated[0]} and {stated[1]} are both a programme; state its years and batches in one.")
    programme, year = programme_of(policy), _budget_year(register, policy)
    if programme is not None and programme.years[0] != year:
        raise CaseMisfit(
            f"Rule {programme.id} plans from {programme.years[0]} on, but the newest fund it plans with is of {year}; "
            f"let its `years` begin with {year}."
        )


def _budget_year(register: Register, policy: Policy) -> int:
    funds = [register.funds[code] for code in policy.funds if code in register.funds]
    return max((f.budget_year for f in funds if f.pooled and not f.closed), default=policy.in_force_from.year)
