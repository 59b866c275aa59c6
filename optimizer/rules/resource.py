"""Resources beside money: projects use up crew-days, cement or machine hours, of which there is only so much (M26).

For every group G of units (the county, each township, unit or kind, or those where a condition holds), q[p] what
project p uses up, and a scale that makes all numbers whole:

    scale * sum(q[p] * built[p] for p of units in G) <= scale * limit(G)                  (1)  at most
    scale * sum(q[p] * built[p] for p of units in G) >= scale * at_least                  (2)  at least

limit(G) is `at_most`, or the sum of `supply` over the units of G: what they have of it. Several rules of this kind make
a multi-dimensional knapsack.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from domain.policy.expression import Expression
from domain.policy.faults import Misfit
from domain.policy.model import Number
from domain.quantities import quantity, quantity_names
from domain.questions import shown
from domain.register import Unit
from domain.scoring import figure
from optimizer.model import Linear
from optimizer.rules.base import Audit, Build, Measure, PlanRule, Shortfall, chosen_units, column_unit
from optimizer.rules.picking import must_be_known

if TYPE_CHECKING:
    from optimizer.case import Case


class Resource(PlanRule):
    """`rule: resource` – the projects built use up at most (or at least) so much of a column of the register (M26)."""

    NAME: ClassVar[str] = "resource"
    MEASURE: ClassVar[Measure] = "quantity"
    quantity: Annotated[str, Field(min_length=1, max_length=200)]
    """The header of the projects' column, or its name as expressions write it."""
    at_most: Number | None = None
    at_least: Number | None = None
    supply: Expression | None = None
    """A figure of the units: the limit is what the units of the group have together."""
    each: Literal["township", "unit", "kind"] | None = None
    where: Expression | None = None
    """Units it is about; with `each` only their projects count in a group."""

    @model_validator(mode="after")
    def _complete(self) -> Resource:
        if self.at_most is None and self.at_least is None and self.supply is None:
            raise Misfit("`at_most`, `at_least` or `supply`")
        if self.at_most is not None and self.supply is not None:
            raise Misfit("either `at_most` (a number) or `supply` (a figure of the units), not both")
        return self

    @property
    def counted_in(self) -> str:
        """The column."""
        return column_unit(self.quantity)

    def fits(self, case: Case) -> None:
        """Raise `CaseMisfit` for a column that no project has."""
        must_be_known(self.id, "column of projects", self.quantity, quantity_names(case.register))

    def rows(self, build: Build) -> None:
        """Inequalities (1) and (2)."""
        case = build.case
        header = quantity_names(case.register)[self.quantity]
        groups: dict[str, list[str]] = {}
        for code in chosen_units(case, self.where):
            groups.setdefault(_group(self.each, case.units[code]), []).append(code)
        for name, units in sorted(groups.items()):
            used = {p: quantity(case.projects[p], header) for unit in units for p in case.projects_of[unit]}
            most = None if self.at_most is None else Fraction(self.at_most)
            if self.supply is not None:
                most = sum((figure(self.supply, case.values(u), f"rule `{self.id}`") for u in units), Fraction(0))
            for bound, side in ((most, "high"), (None if self.at_least is None else Fraction(self.at_least), "low")):
                if bound is None:
                    continue
                scale = lcm(bound.denominator, *(amount.denominator for amount in used.values()))
                row = Linear({build.built[p]: int(amount * scale) for p, amount in used.items() if amount})
                limit = int(bound * scale)
                if side == "high":
                    build.demand(self, f"{name}.most", row, high=limit, per=scale)
                else:
                    build.demand(self, f"{name}.least", row, low=limit, per=scale)

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """What the funded projects use up, group by group, exactly; shortfalls in whole units of the column."""
        header = quantity_names(audit.register)[self.quantity]
        used: dict[str, Fraction] = {}
        supplied: dict[str, Fraction] = {}
        group_of = {unit.code: _group(self.each, unit) for unit in audit.chosen(self.where)}
        for unit, name in group_of.items():
            used.setdefault(name, Fraction(0))
            if self.supply is not None:
                supplied[name] = supplied.get(name, Fraction(0)) + figure(self.supply, audit.values(unit), self.id)
        for code in audit.funded:
            project = audit.register.projects[code]
            if project.unit in group_of:
                used[group_of[project.unit]] += quantity(project, header)
        for name, amount in sorted(used.items()):
            most = supplied.get(name, None if self.at_most is None else Fraction(self.at_most))
            if most is not None and amount > most:
                yield self._short(f"{name}.most", amount - most, f"{shown(amount)}, at most {shown(most)}")
            if self.at_least is not None and amount < (least := Fraction(self.at_least)):
                yield self._short(f"{name}.least", least - amount, f"{shown(amount)}, at least {shown(least)}")

    def _short(self, where: str, by: Fraction, said: str) -> Shortfall:
        name = where.rsplit(".", 1)[0]
        sentence = (
            f"The projects built use {self.quantity} ({name}): {said} is asked for (rule {self.id}, {self.clause})."
        )
        return Shortfall(where, by.__ceil__(), sentence)


def _group(each: str | None, unit: Unit) -> str:
    """The group a unit belongs to."""
    if each is None:
        return "county"
    return {"township": unit.township, "kind": unit.kind, "unit": unit.code}[each]
