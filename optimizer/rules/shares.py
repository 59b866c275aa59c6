"""Shares of the money: how much of it a group of units gets at least or at most (M11, M12, M13, M21).

With money[u, f] everything unit u receives from fund f, G the group, F the funds concerned and s = num / den:

    den * sum(money[u, f] for u in G, f in F) >= num * sum(money[u, f] for all u, f in F)      (1)  at least
    den * sum(money[u, f] for u in G, f in F) <= num * sum(money[u, f] for all u, f in F)      (2)  at most
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import model_validator

from domain.money import yuan
from domain.policy.expression import Expression
from domain.policy.model import Share
from optimizer.rules.base import Audit, Build, PlanRule, Shortfall, chosen_units


class GroupShare(PlanRule):
    """`rule: share` – a group (`where: backward`), or `each: township`, gets at least or at most a share."""

    NAME: ClassVar[str] = "share"
    where: Expression | None = None
    each: Literal["township", "kind"] | None = None
    funds: tuple[str, ...] | None = None
    at_least: Share | None = None
    at_most: Share | None = None

    @model_validator(mode="after")
    def _complete(self) -> GroupShare:
        if (self.where is None) == (self.each is None):
            raise ValueError("give either `where` (a condition that picks the group) or `each` (township or kind)")
        if self.at_least is None and self.at_most is None:
            raise ValueError("give `at_least`, `at_most` or both")
        return self

    def rows(self, build: Build) -> None:
        """Inequalities (1) and (2), for one group or for each."""
        case = build.case
        if self.each is None:
            groups = {"group": chosen_units(case, self.where)}
        else:
            groups = {}
            for code, unit in case.units.items():
                groups.setdefault(getattr(unit, self.each), []).append(code)
        whole = build.money(case.units, self.funds)
        for name, units in sorted(groups.items()):
            part = build.money(units, self.funds)
            for share, sign in ((self.at_least, 1), (self.at_most, -1)):
                if share is not None:
                    s = Fraction(share)
                    excess = part.times(sign * s.denominator).plus(whole, -sign * s.numerator)
                    build.demand(self, name, excess, low=0, per=s.denominator)

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Exact shares in fen, group by group."""
        if self.each is None:
            groups = {"group": [u.code for u in audit.chosen(self.where)]}
        else:
            groups = {}
            for unit in audit.register.units.values():
                groups.setdefault(getattr(unit, self.each), []).append(unit.code)
        whole = audit.money_fen(audit.register.units, self.funds)
        for name, units in sorted(groups.items()):
            part = audit.money_fen(units, self.funds)
            if self.at_least is not None and part < (wanted := Fraction(self.at_least) * whole):
                yield self._short(audit, name, part, whole, (wanted - part).__ceil__(), f"at least {self.at_least:.2%}")
            if self.at_most is not None and part > (allowed := Fraction(self.at_most) * whole):
                yield self._short(audit, name, part, whole, (part - allowed).__ceil__(), f"at most {self.at_most:.2%}")

    def _short(self, audit: Audit, name: str, part: int, whole: int, by_fen: int, wanted: str) -> Shortfall:
        who = str(self.where) if self.each is None else f"{self.each} {name}"
        sentence = f"{who} gets {yuan(part)} of {yuan(whole)}; rule {self.id} ({self.clause}) asks for {wanted}."
        return Shortfall(name, audit.round_up(by_fen), sentence)
