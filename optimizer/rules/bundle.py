"""Bundles: small projects that are funded whole or not at all, and cheaper for being done together (M06).

For every bundle B of the rule, with built[p] of its members p and first its member with the first code:

    built[p] = built[first]                                      for every other p of B     (1)  must
                                                                 of a programme: in every year (M17)
    whole[B] >= built[p]                                         for every p of B           (2)  should
    sum(built[p] for p in B) >= size(B) * whole[B]                                          (3)  should

As members are only ever built together, a discount is a plain reduction of what a plan pays for each of them
(`Case.cost_fen`, `PlanAudit.cost_fen`), in whole quanta of the policy:

    discount[p] = floor(discount_share * remaining[p])                                      (4)
    discount[p] = D(p) - D(before p),  D(p) = floor(discount_yuan * remaining up to p / remaining of all)   (5)

in order of codes, so that (5) gives out the sum to the last quantum. The projects a bundle is made of are listed, or
picked by category, by the have they close, or by a condition on their unit; those picked make one bundle per unit, per
cluster of neighbouring units, or one in all. One project alone is no bundle.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from domain.policy.faults import Misfit
from domain.policy.model import Name, Share, Yuan
from optimizer.model import Linear
from optimizer.rules.base import Audit, Build, Measure, PlanRule, Shortfall
from optimizer.rules.picking import Picking

if TYPE_CHECKING:
    from optimizer.case import Case


class Bundle(Picking, PlanRule):
    """`rule: bundle` – projects of one unit, or of one kind in neighbouring units, whole or not at all (M06)."""

    NAME: ClassVar[str] = "bundle"
    MEASURE: ClassVar[Measure] = "projects"
    projects: Annotated[tuple[Name, ...], Field(min_length=2)] | None = None
    """The members by code; all of them, or the policy does not fit the register."""
    within: Literal["unit", "neighbours", "county"] = "unit"
    """Where the members of one bundle lie: in one unit, in units each of which borders on another, anywhere."""
    discount_share: Annotated[Share, Field(lt=1)] = Decimal(0)
    discount_fen: Yuan = 0

    @model_validator(mode="after")
    def _complete(self) -> Bundle:
        picks = [self.category, self.closes, self.where]
        if (self.projects is None) == all(pick is None for pick in picks):
            raise Misfit("either `projects` (their codes), or `category`, `closes` or `where` to pick them by")
        if self.projects is not None and len(set(self.projects)) < len(self.projects):
            raise Misfit("every project of a bundle once", cure="delete the repeated code")
        if self.discount_share and self.discount_fen:
            raise Misfit("either `discount_share` or `discount_yuan`, not both")
        if self.kind == "should" and (self.discount_share or self.discount_fen):
            cure = "make the rule a must: the discount is for building all members together"
            raise Misfit("no discount beside `kind: should`", cure=cure)
        return self

    @property
    def gives_way(self) -> bool:
        """A discount is for the whole bundle: such a rule holds or is left out, prices and all."""
        return not (self.discount_share or self.discount_fen)

    def fits(self, case: Case) -> None:
        """Raise `CaseMisfit` for a category or have nobody knows; bundles that cannot be are found by `bundling`."""
        self.names_fit(case, self.id)

    def rows(self, build: Build) -> None:
        """Inequalities (1), or (2) and (3)."""
        for bundle in build.case.bundles:
            if bundle.rule != self.id:
                continue
            columns = {member: build.built[member] for member in bundle.members}
            if self.kind == "must":
                first, *others = bundle.members
                for member in others:
                    for year in build.years:
                        pair = {
                            build.in_year[p, year]: k
                            for p, k in ((member, 1), (first, -1))
                            if (p, year) in build.in_year
                        }
                        name = f"{bundle.name}.{member}"
                        name = name if len(build.years) == 1 else f"{name}.{year}"
                        build.demand(self, name, Linear(pair), low=0, high=0)
                continue
            whole = build.model.column(f"whole.{self.id}.{bundle.name}", 0, 1)
            for member, column in columns.items():
                build.model.row(f"{self.id}.{bundle.name}.{member}", Linear({whole: 1, column: -1}), low=0)
            complete = Linear(dict.fromkeys(columns.values(), 1)).add(whole, -len(columns))
            build.demand(self, bundle.name, complete, low=0)

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Every bundle of which a part is funded and a part is not: how many members are missing."""
        for members in audit.bundles(self.id):
            left_out = [member for member in members if member not in audit.funded]
            if 0 < len(left_out) < len(members):
                sentence = (
                    f"{', '.join(left_out)} {'is' if len(left_out) == 1 else 'are'} left out of a bundle of "
                    f"{len(members)} projects that is funded whole or not at all (rule {self.id}, {self.clause})."
                )
                yield Shortfall(members[0], len(left_out), sentence)
            years = {audit.built_in[member] for member in members if member in audit.funded}
            if self.kind == "must" and len(years) > 1:
                sentence = (
                    f"A bundle of {len(members)} projects is built in {len(years)} years, where it is to be built "
                    f"together (rule {self.id}, {self.clause})."
                )
                yield Shortfall(members[0], len(years) - 1, sentence)
