"""Stability: how much of an earlier plan a new one may change (频道换得太快, M45).

With due, dropped and changed as in `optimizer/changes.py`, and before[u] what the baseline gives unit u:

    dropped <= dropped_at_most                                                     (1)  rule `stability`
    changed <= changed_at_most                                                     (2)
    (1 - s) * before[u] <= money[u] <= (1 + s) * before[u]                         (3)  rule `stable-money`

(3) holds for every unit concerned that the baseline gives money; both sides are rounded inwards to whole quanta.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar

from pydantic import Field, model_validator

from domain.money import yuan
from domain.policy.expression import Expression
from domain.policy.model import NEWEST_APPROVED, Name, Share
from optimizer.changes import changed_projects, dropped
from optimizer.checking.churn import churn_of
from optimizer.rules.base import Audit, Build, Measure, PlanRule, Shortfall, chosen_units


class StableProjects(PlanRule):
    """`rule: stability` – at most so many of the baseline's projects are dropped, or projects changed in all (M45)."""

    NAME: ClassVar[str] = "stability"
    MEASURE: ClassVar[Measure] = "projects"
    baseline: Name = NEWEST_APPROVED
    dropped_at_most: int | None = Field(default=None, ge=0, le=10**6)
    changed_at_most: int | None = Field(default=None, ge=0, le=10**6)

    @model_validator(mode="after")
    def _one_limit(self) -> StableProjects:
        if self.dropped_at_most is None and self.changed_at_most is None:
            raise ValueError("give `dropped_at_most`, `changed_at_most` or both")
        return self

    def rows(self, build: Build) -> None:
        """Inequalities (1) and (2)."""
        if self.dropped_at_most is not None:
            build.demand(self, "dropped", dropped(build), high=self.dropped_at_most)
        if self.changed_at_most is not None:
            build.demand(self, "changed", changed_projects(build), high=self.changed_at_most)

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Counts the projects again, from the plan's lines and schedule."""
        churn = churn_of(audit)
        yield from self._over("dropped", len(churn.dropped), self.dropped_at_most)
        yield from self._over("changed", churn.projects, self.changed_at_most)

    def _over(self, where: str, found: int, allowed: int | None) -> Iterator[Shortfall]:
        if allowed is not None and found > allowed:
            sentence = (
                f"{found} projects are {where} against the baseline, at most {allowed} may be "
                f"(rule {self.id}, {self.clause})."
            )
            yield Shortfall(where, found - allowed, sentence)


class StableMoney(PlanRule):
    """`rule: stable-money` – what a unit gets differs from the baseline by at most a share (M45)."""

    NAME: ClassVar[str] = "stable-money"
    baseline: Name = NEWEST_APPROVED
    within: Share
    """The share of the unit's earlier money by which it may grow or shrink."""
    where: Expression | None = None

    def rows(self, build: Build) -> None:
        """Inequalities (3)."""
        case = build.case
        assert case.baseline is not None
        for unit in chosen_units(case, self.where):
            if before := case.baseline.money_fen.get(unit):
                least, most = (
                    Fraction(before, case.quantum_fen) * (1 + sign * Fraction(self.within)) for sign in (-1, 1)
                )
                money = build.money([unit])
                build.demand(self, f"{unit}.least", money, low=least.__ceil__())
                build.demand(self, f"{unit}.most", money, high=most.__floor__())

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Exact amounts in fen, unit by unit."""
        assert audit.baseline is not None
        for unit in audit.chosen(self.where):
            before = audit.baseline.money_fen.get(unit.code)
            if not before:
                continue
            got, room = audit.money_fen([unit.code]), Fraction(self.within) * before
            if (off := abs(got - before) - room) > 0:
                sentence = (
                    f"{unit.name_en} ({unit.code}) gets {yuan(got)} after {yuan(before)} in the baseline; "
                    f"rule {self.id} ({self.clause}) allows {self.within:.2%} more or less."
                )
                yield Shortfall(unit.code, audit.round_up(off.__ceil__()), sentence)
