"""Rewards by graded results: nothing below the lowest tier, a better tier never less than a worse one (M22, M25).

With money[u] what the fund gives unit u, its tier the highest whose `from_result` its result reaches, and size[u] = 1
or its households:

    money[u] <= 0                                      for every u below the lowest tier            (1)
    money[u] * size[v] <= money[v] * size[u]           for u in a tier, v in the next better one    (2)
    money[u] = amount[tier of u] * size[u]             where tiers state amounts, which must rise   (3)
                                                       (rounded down to the policy's quantum)

(2) is about the nearest better tier that anyone is in, so that it holds between any two. The grants themselves come
from the fund's formula, or from the objectives (`mode: optimize`).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from domain.money import yuan
from domain.policy.expression import Expression
from domain.policy.faults import Misfit
from domain.policy.model import Name, Number, Section, Yuan
from domain.register import Unit
from domain.scoring import UnitValues, figure
from optimizer.rules.base import Audit, Build, PlanRule, Shortfall, chosen_units

BELOW = -1
"""The tier of a unit whose result reaches none."""


class Tier(Section):
    """One tier: the result it begins at and, where tiers state sums, what each unit or household in it gets."""

    from_result: Number
    amount_fen: Yuan | None = None


class RewardTiers(PlanRule):
    """`rule: reward-tiers` – a fund rewards results tier by tier: more for more, nothing for nothing (M22, M25)."""

    NAME: ClassVar[str] = "reward-tiers"
    fund: Name
    result: Expression
    """The graded result of a unit, a number, e.g. `last_result`."""
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]
    """From the lowest to the highest."""
    per: Literal["unit", "household"] = "unit"
    where: Expression | None = None
    """Units it is about; without it all."""

    @model_validator(mode="after")
    def _rising(self) -> RewardTiers:
        amounts = [tier.amount_fen for tier in self.tiers if tier.amount_fen is not None]
        if amounts and len(amounts) < len(self.tiers):
            raise Misfit("`amount_yuan` in every tier or in none")
        for lower, higher in pairwise(self.tiers):
            if higher.from_result <= lower.from_result:
                found = f"{higher.from_result} after {lower.from_result}"
                raise Misfit("tiers from the lowest to the highest result", found=found, cure="put them in order")
        for below, above in pairwise(amounts):
            if above <= below:
                found = f"{yuan(above)} after {yuan(below)}"
                raise Misfit("amounts that rise from tier to tier (M22)", found=found, cure="raise the higher tier's")
        return self

    def tier_of(self, values: UnitValues) -> int:
        """The number of a unit's tier from 0, or `BELOW`. Raises `ScoringFault` where the result is missing."""
        result = figure(self.result, values, f"rule `{self.id}`")
        return max((k for k, tier in enumerate(self.tiers) if Fraction(tier.from_result) <= result), default=BELOW)

    def size(self, unit: Unit) -> int:
        """What grants are compared by: 1, or the unit's households."""
        return 1 if self.per == "unit" else unit.households

    def rows(self, build: Build) -> None:
        """Inequalities (1), and (3) or (2)."""
        case, members = build.case, dict[int, list[str]]()
        for code in chosen_units(case, self.where):
            members.setdefault(self.tier_of(case.values(code)), []).append(code)
        for code in members.pop(BELOW, []):
            build.demand(self, f"{code}.below", build.money([code], [self.fund]), high=0)
        if self.tiers[0].amount_fen is not None:
            for number, codes in members.items():
                for code in codes:
                    amount_fen = (self.tiers[number].amount_fen or 0) * self.size(case.units[code])
                    due = case.quanta(amount_fen - amount_fen % case.policy.quantum_fen)
                    money = build.money([code], [self.fund])
                    build.demand(self, f"{code}.least", money, low=due)
                    build.demand(self, f"{code}.most", money, high=due)
            return
        for lower, higher in pairwise(sorted(members)):
            for worse in members[lower]:
                for better in members[higher]:
                    w, b = self.size(case.units[worse]), self.size(case.units[better])
                    ahead = build.money([better], [self.fund]).times(w).plus(build.money([worse], [self.fund]), -b)
                    build.demand(self, f"{better}.{worse}", ahead, low=0, per=max(w, 1))

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Exact grants in fen: those below, those beside their tier's amount, and every pair out of order."""
        tiers: dict[int, list[tuple[Unit, int]]] = {}
        for unit in audit.chosen(self.where):
            got = audit.money_fen([unit.code], [self.fund])
            tiers.setdefault(self.tier_of(audit.values(unit.code)), []).append((unit, got))
        for unit, got in tiers.pop(BELOW, []):
            if got:
                yield self._short(audit, f"{unit.code}.below", got, f"{unit.code} reaches no tier but gets {yuan(got)}")
        for number, ranked in tiers.items():
            amount = self.tiers[number].amount_fen
            for unit, got in ranked if amount is not None else []:
                due = (amount or 0) * self.size(unit) // audit.policy.quantum_fen * audit.policy.quantum_fen
                if got != due:
                    side = "least" if got < due else "most"
                    said = f"{unit.code} gets {yuan(got)}, its tier's reward is {yuan(due)}"
                    yield self._short(audit, f"{unit.code}.{side}", abs(got - due), said)
        if self.tiers[0].amount_fen is None:
            for lower, higher in pairwise(sorted(tiers)):
                for worse, less in tiers[lower]:
                    for better, more in tiers[higher]:
                        yield from self._pair(audit, worse, less, better, more)

    def _pair(self, audit: Audit, worse: Unit, less: int, better: Unit, more: int) -> Iterator[Shortfall]:
        w, b = self.size(worse), self.size(better)
        if more * w < less * b:
            by_fen = -(-(less * b - more * w) // max(w, 1))
            than = f"less per {self.per} than {worse.code} of a lower tier with {yuan(less)}"
            said = f"{better.code} gets {yuan(more)}, {than}"
            yield self._short(audit, f"{better.code}.{worse.code}", by_fen, said)

    def _short(self, audit: Audit, where: str, by_fen: int, said: str) -> Shortfall:
        return Shortfall(where, audit.round_up(by_fen), f"{said} (rule {self.id}, {self.clause}).")
