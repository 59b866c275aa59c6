"""Where an estimate stands while projects come and go: who holds how much, what one more or one less is worth.

A project's price is what it adds to welfare per quantum, as (4) of `optimizer/choices.py` has it, at what its unit
holds at the moment. Prices are floats: they put projects in an order and never become money.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import cached_property

from domain.welfare import WelfareScale, welfare_scale
from optimizer.case import Case
from optimizer.estimate.purse import Purse
from optimizer.pieces import Worth
from optimizer.rules import stated_rules
from optimizer.rules.base import chosen_units, comes_anyway
from optimizer.rules.limits import UnitCap
from optimizer.rules.unfinished import UnfinishedFirst

STEEP = Decimal(2)
"""The worst-off first (α = ∞) has no prices; this leans to them as far as prices can."""


class Standing:
    """The projects built so far in a case, and what money is left."""

    def __init__(self, case: Case, built: Collection[str] = ()) -> None:
        self.case = case
        self.built: set[str] = set()
        self.locked: set[str] = set()
        """Projects that stay, because something else rests on them."""
        self.moved: set[str] = set()
        """Units that hold something else since somebody who keeps prices emptied this."""
        least = {f.code: case.quanta(case.grants_least_fen(f)) for f in case.funds.values() if f.decides_grants}
        capacity = {
            f.code: min(case.quanta(f.projects_fen), case.quanta(f.total_fen) - least.get(f.code, 0))
            for f in case.funds.values()
        }
        self.purse = Purse(capacity, case.payers.values())
        self.held = {u: sum(case.quanta(fen.get(u, 0)) for fen in case.guaranteed_fen.values()) for u in case.units}
        self._worth: dict[str, Worth] = {}
        self._prices: dict[str, dict[str, float]] = {}
        """Unit -> project -> its price, until what the unit holds changes."""
        for project in sorted(built):
            if project in case.projects and project not in self.built:
                self.add(project)

    @cached_property
    def cost(self) -> dict[str, int]:
        """Project -> what it costs, in quanta."""
        return {project: self.case.cost_quanta(project) for project in self.case.projects}

    @cached_property
    def _scale(self) -> WelfareScale:
        spec = self.case.policy.welfare
        if spec.alpha != "inf":
            return self.case.welfare
        mean = self.case.money_quanta / self.case.total_weight if self.case.total_weight else self.case.total_weight
        return welfare_scale(STEEP, spec.pieces, mean)

    def worth(self, unit: str, quanta: int) -> int:
        """The welfare of a unit that holds so much."""
        if unit not in self._worth:
            self._worth[unit] = Worth(self._scale.slopes, self._scale.cuts(self.case.weights[unit]))
        return self._worth[unit].of(quanta)

    def price(self, project: str) -> float:
        """What a project adds to welfare per quantum: of one that is built, what would be lost without it."""
        unit = self.case.projects[project].unit
        known = self._prices.setdefault(unit, {})
        if project not in known:
            cost = self.cost[project]
            held = self.held[unit] - (cost if project in self.built else 0)
            known[project] = (self.worth(unit, held + cost) - self.worth(unit, held)) / cost
        return known[project]

    def add(self, project: str) -> None:
        """Build a project, and all that is bundled with it (M06)."""
        self._move(project, 1)

    def drop(self, project: str) -> None:
        """Leave a project out, and all that is bundled with it."""
        self._move(project, -1)

    def _move(self, project: str, sign: int) -> None:
        for one in self.case.together(project):
            if (one in self.built) == (sign < 0):
                (self.built.add if sign > 0 else self.built.remove)(one)
                self.purse.pay(sign * self.cost[one], self.case.payers[one])
                unit = self.case.projects[one].unit
                self.held[unit] += sign * self.cost[one]
                self._prices.pop(unit, None)
                self.moved.add(unit)

    def affordable(self, project: str) -> bool:
        """Whether the funds can pay for it and its bundle."""
        return all(self.purse.fits(self.cost[one], self.case.payers[one]) for one in self.case.together(project))

    def admissible(self, project: str) -> bool:
        """Whether nothing but money keeps a project from being built: prerequisites, variants and caps allow it."""
        one, others = self.case.projects[project], self.case.register.projects
        for needed in one.requires:
            anyway = needed in others and comes_anyway(others[needed])
            if needed not in self.built and not anyway and needed not in self.case.together(project):
                return False
        if one.variant_group and one.variant_group in self._variants_taken:
            return False
        if one.variant_group and any(self.case.projects[b].variant_group == one.variant_group for b in self.built):
            return False
        most = self._most.get(one.unit)
        return most is None or self.held[one.unit] + self.cost[project] <= most

    def removable(self, project: str) -> bool:
        """Whether a project may go: nothing that is built rests on it."""
        together = self.case.together(project)
        if not self.locked.isdisjoint(together):
            return False
        resting = {other for one in together for other in self._resting_on.get(one, ())}
        return self.built.isdisjoint(resting.difference(together))

    @cached_property
    def _resting_on(self) -> dict[str, list[str]]:
        """Project -> those that need it built."""
        found: dict[str, list[str]] = {}
        for code, project in self.case.projects.items():
            for needed in project.requires:
                found.setdefault(needed, []).append(code)
        return found

    @cached_property
    def _variants_taken(self) -> frozenset[str]:
        taken = (p for p in self.case.register.projects.values() if p.variant_group and comes_anyway(p))
        return frozenset(p.variant_group for p in taken if p.variant_group)

    @cached_property
    def _most(self) -> Mapping[str, int]:
        """Unit -> the most it may hold, in quanta, by the caps that look at all its money."""
        found: dict[str, int] = {}
        for rule in stated_rules(self.case.policy):
            if isinstance(rule, UnitCap) and rule.kind == "must" and rule.funds is None:
                for code in chosen_units(self.case, rule.where):
                    limit = rule.limit_fen(self.case.units[code]) // self.case.quantum_fen
                    found[code] = min(limit, found.get(code, limit))
        return found

    def lock_unfinished(self) -> None:
        """What was started is finished first, where the policy says so (M20)."""
        if any(isinstance(rule, UnfinishedFirst) for rule in stated_rules(self.case.policy)):
            for code in sorted(self.case.projects):
                if self.case.projects[code].started:
                    if code not in self.built and self.admissible(code):
                        self.add(code)
                    self.locked.add(code)
