"""Contiguity: neighbouring backward units built together count as pairs, worth more than money scattered (M16).

With N the pairs of neighbours among the units concerned, and a unit being built when the plan builds a project there:

    pair[u, v] <= building[u],   pair[u, v] <= building[v]              for every (u, v) in N              (1)
    building[u] <= sum(built[p] for p of u)                                                               (2)
    sum(pair[u, v] for (u, v) in N) >= pairs_at_least                                                     (3)

Every pair adds `points_per_pair` to the benefit: the one slider between scattered and joined. The objective
`contiguity` makes the number of pairs of all these rules as large as it can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from domain.policy.expression import Expression
from optimizer.model import Linear
from optimizer.rules.base import Audit, Build, Measure, PlanRule, Shortfall, chosen_units, neighbours_among

POINTS_MAX = 10**6


class Contiguity(PlanRule):
    """`rule: contiguity` – neighbours among the units where `where` holds, built together, count as pairs (M16)."""

    NAME: ClassVar[str] = "contiguity"
    MEASURE: ClassVar[Measure] = "pairs"
    where: Expression = Field(default_factory=lambda: Expression.parse("backward"))
    pairs_at_least: int = Field(default=0, ge=0, le=10**6)
    points_per_pair: int = Field(default=0, ge=0, le=POINTS_MAX)
    """Points of benefit a pair is worth."""

    def rows(self, build: Build) -> None:
        """Inequalities (1) to (3). A unit without projects has no column, and neither have its pairs."""
        pairs = Linear()
        for u, v in neighbours_among(build.case.register, chosen_units(build.case, self.where)):
            ends = [build.building(u), build.building(v)]
            if None in ends:
                continue
            pair = build.model.column(f"pair.{self.id}.{u}.{v}", 0, 1)
            for code, end in zip((u, v), ends, strict=True):
                assert end is not None
                build.model.row(f"{self.id}.{u}.{v}.{code}", Linear({pair: 1, end: -1}), high=0)
            pairs.add(pair, 1)
        build.pairs[self.id] = pairs
        if self.pairs_at_least:
            build.demand(self, "pairs", pairs, low=self.pairs_at_least)

    def points(self, build: Build) -> Linear:
        """`points_per_pair` for every pair."""
        return build.pairs[self.id].times(self.points_per_pair) if self.points_per_pair else Linear()

    def points_reached(self, audit: Audit) -> int:
        """`points_per_pair` for every pair of the plan."""
        return self.points_per_pair * self.pairs_reached(audit) if self.points_per_pair else 0

    def pairs_reached(self, audit: Audit) -> int:
        """How many pairs of neighbours the plan builds together."""
        concerned = {unit.code for unit in audit.chosen(self.where)}
        building = {audit.register.projects[code].unit for code in audit.funded} & concerned
        pairs = {frozenset(pair) for pair in audit.register.adjacency}
        return sum(len(pair) == 2 and building.issuperset(pair) for pair in pairs)

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Counts the pairs of the plan."""
        reached = self.pairs_reached(audit)
        if reached < self.pairs_at_least:
            sentence = (
                f"{reached} pairs of neighbours ({self.where}) are built together, "
                f"at least {self.pairs_at_least} are asked for (rule {self.id}, {self.clause})."
            )
            yield Shortfall("pairs", self.pairs_at_least - reached, sentence)
