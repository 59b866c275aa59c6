"""Floors and caps: the least and the most a unit may get, in all or from some funds (M12, M21).

For every unit u concerned, with F the funds concerned:

    sum(money[u, f] for f in F) >= amount                                    (1)  floor
    sum(money[u, f] for f in F) <= amount                                    (2)  cap
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import model_validator

from domain.money import yuan
from domain.policy.expression import Expression
from domain.policy.model import Yuan
from domain.register import Unit
from optimizer.rules.base import Audit, Build, PlanRule, Shortfall, chosen_units


class _Limit(PlanRule):
    """What floor and cap share: the amount, per unit or per household, for the units where `where` holds."""

    where: Expression | None = None
    funds: tuple[str, ...] | None = None
    amount_fen: Yuan | None = None
    per_household_fen: Yuan | None = None

    @model_validator(mode="after")
    def _one_amount(self) -> _Limit:
        if (self.amount_fen is None) == (self.per_household_fen is None):
            raise ValueError("give either `amount_yuan` or `per_household_yuan`")
        return self

    def limit_fen(self, unit: Unit) -> int:
        """The limit of one unit, in fen."""
        if self.amount_fen is not None:
            return self.amount_fen
        assert self.per_household_fen is not None
        return self.per_household_fen * unit.households


class UnitFloor(_Limit):
    """`rule: floor` – every unit concerned gets at least the amount (M12)."""

    NAME: ClassVar[str] = "floor"

    def rows(self, build: Build) -> None:
        """Inequality (1)."""
        for code in chosen_units(build.case, self.where):
            low = -(-self.limit_fen(build.case.units[code]) // build.case.quantum_fen)
            build.demand(self, code, build.money([code], self.funds), low=low)

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Exact amounts in fen, unit by unit."""
        for unit in audit.chosen(self.where):
            got, wanted = audit.money_fen([unit.code], self.funds), self.limit_fen(unit)
            if got < wanted:
                sentence = (
                    f"{unit.name_en} ({unit.code}) gets {yuan(got)}, "
                    f"less than the floor of {yuan(wanted)} (rule {self.id}, {self.clause})."
                )
                yield Shortfall(unit.code, audit.round_up(wanted - got), sentence)


class UnitCap(_Limit):
    """`rule: cap` – no unit concerned gets more than the amount."""

    NAME: ClassVar[str] = "cap"

    def rows(self, build: Build) -> None:
        """Inequality (2)."""
        for code in chosen_units(build.case, self.where):
            high = self.limit_fen(build.case.units[code]) // build.case.quantum_fen
            build.demand(self, code, build.money([code], self.funds), high=high)

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Exact amounts in fen, unit by unit."""
        for unit in audit.chosen(self.where):
            got, allowed = audit.money_fen([unit.code], self.funds), self.limit_fen(unit)
            if got > allowed:
                sentence = (
                    f"{unit.name_en} ({unit.code}) gets {yuan(got)}, "
                    f"more than the cap of {yuan(allowed)} (rule {self.id}, {self.clause})."
                )
                yield Shortfall(unit.code, audit.round_up(got - allowed), sentence)
