"""Money from a higher level that must be matched: at most a ratio of what local funds pay, and at most a ceiling (M10).

With G what the fund pays, L what the local funds pay and num / den the ratio, for each project the fund may pay for,
for each unit, or in all:

    den * G <= num * L                                                     (1)  ratio
    G <= ceiling                                                           (2)  ceiling
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from domain.money import yuan
from domain.policy.expression import Expression
from domain.policy.faults import Misfit
from domain.policy.model import Name, Number, Yuan
from optimizer.model import Linear
from optimizer.rules.base import Audit, Build, PlanRule, Shortfall, chosen_units


class MatchedGrant(PlanRule):
    """`rule: matched-grant` – a grant from above is at most `ratio` times the local money beside it (M10)."""

    NAME: ClassVar[str] = "matched-grant"
    fund: Name
    """The fund from the higher level."""
    local_funds: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The funds whose money it is matched with."""
    ratio: Annotated[Number, Field(ge=0, le=Decimal(1000))] | None = None
    ceiling_fen: Yuan | None = None
    each: Literal["project", "unit", "county"] = "project"
    """Where it is matched: project by project, in the sum of a unit (formula grants too), or in the sum of all."""
    where: Expression | None = None
    """Units it is about; without it all."""

    @model_validator(mode="after")
    def _complete(self) -> MatchedGrant:
        if self.ratio is None and self.ceiling_fen is None:
            raise Misfit("`ratio`, `ceiling_yuan` or both")
        if self.fund in self.local_funds:
            raise Misfit("local funds beside the grant", found=f"{self.fund} on both sides", cure="take it out of one")
        return self

    def rows(self, build: Build) -> None:
        """Inequalities (1) and (2)."""
        units, (grant, local) = chosen_units(build.case, self.where), self._sides
        sums: dict[str, tuple[Linear, Linear]] = {}
        if self.each == "project":
            for unit in units:
                for code in build.case.projects_of[unit]:
                    if self.fund in build.case.payers[code]:
                        sums[code] = build.project_money([code], grant), build.project_money([code], local)
        elif self.each == "unit":
            sums = {unit: (build.money([unit], grant), build.money([unit], local)) for unit in units}
        else:
            sums = {"county": (build.money(units, grant), build.money(units, local))}
        for name, (given, matched) in sums.items():
            if self.ratio is not None:
                ratio = Fraction(self.ratio)
                excess = given.times(ratio.denominator).plus(matched, -ratio.numerator)
                build.demand(self, f"{name}.ratio", excess, high=0, per=ratio.denominator)
            if self.ceiling_fen is not None:
                build.demand(self, f"{name}.ceiling", given, high=self.ceiling_fen // build.case.quantum_fen)

    @property
    def _sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return (self.fund,), self.local_funds

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Exact sums in fen, place by place."""
        units = [unit.code for unit in audit.chosen(self.where)]
        for name, got, local in self._found(audit, units):
            if self.ratio is not None and got > (allowed := Fraction(self.ratio) * local):
                most = f"{self.ratio} times the {yuan(local)} of {', '.join(self.local_funds)}"
                yield self._over(audit, f"{name}.ratio", name, got, (got - allowed).__ceil__(), most)
            if self.ceiling_fen is not None and got > self.ceiling_fen:
                most = f"its ceiling of {yuan(self.ceiling_fen)}"
                yield self._over(audit, f"{name}.ceiling", name, got, got - self.ceiling_fen, most)

    def _found(self, audit: Audit, units: list[str]) -> Iterator[tuple[str, int, int]]:
        """Place, what the grant gives there, what local funds give there, in fen."""
        grant, local = self._sides
        if self.each == "project":
            for code in sorted(audit.funded):
                if audit.register.projects[code].unit in units:
                    yield code, audit.project_money_fen([code], grant), audit.project_money_fen([code], local)
        elif self.each == "unit":
            for unit in units:
                yield unit, audit.money_fen([unit], grant), audit.money_fen([unit], local)
        else:
            yield "county", audit.money_fen(units, grant), audit.money_fen(units, local)

    def _over(self, audit: Audit, where: str, name: str, got: int, by_fen: int, most: str) -> Shortfall:
        sentence = f"{self.fund} gives {name} {yuan(got)}, more than {most} (rule {self.id}, {self.clause})."
        return Shortfall(where, audit.round_up(by_fen), sentence)
