"""Reasons by brute force: what every plan of a small county comes to with, and without, one project, as data change.

Only tolerance 0 is asked of: an objective is then worsened when its best falls below today's, and a project is built
for certain when the best plans with it are lexicographically better than those without.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from domain.plan import Plan
from domain.policy.model import Policy
from domain.register import Register
from optimizer.case import Case
from tests.optimizer.brute import Brute, TooManyPlans
from tests.optimizer.brute_case import BruteCase

Outcome = tuple[int, ...]
ASIDE = 9
"""A class of should-rules the random counties do not use."""


class _PinnedCase(BruteCase):
    """A case counted in a given quantum, so that changed data are measured alike."""

    pinned = 1

    def _quantum(self) -> int:
        return self.pinned


class Among(Brute):
    """The outcomes of those plans whose projects one wants to see, signed so that more is better."""

    def __init__(self, register: Register, policy: Policy, quantum: int, wanted: Callable[[set[str]], bool], most: int):
        super().__init__(register, policy, plans_max=most)
        pinned = type("Pinned", (_PinnedCase,), {"pinned": quantum})
        self.case = pinned(register, policy)
        self.wanted = wanted

    def _in_order(self, built: set[str]) -> bool:
        return self.wanted(built) and super()._in_order(built)

    def signed(self) -> list[Outcome]:
        """Every outcome."""
        signs = [sign for _, sign in self.steps]
        return [tuple(s * v for s, v in zip(signs, outcome, strict=True)) for outcome in self.outcomes()]


class BruteReasons:
    """One county, its plan and one project the plan leaves out. Every method raises `TooManyPlans`."""

    def __init__(self, case: Case, plan: Plan, project: str, most: int) -> None:
        self.register, self.policy = case.register, case.policy
        self.quantum, self.project, self.most = case.quantum_fen, project, most
        self.floors = tuple((1 if o.sense == "max" else -1) * o.raw_floor for o in plan.run.objectives)
        self.names = [o.name for o in plan.run.objectives]

    def worsened(self) -> tuple[str, int] | bool | None:
        """(first objective, by how much), None where nothing is worsened, False where no plan builds it."""
        left = self._with(self.register).signed()
        if not left:
            return False
        for place, floor in enumerate(self.floors):
            best = max(outcome[place] for outcome in left)
            if best < floor:
                return self.names[place], floor - best
            left = [outcome for outcome in left if outcome[place] >= floor]
        return None

    def flips(self, *, points: int = 0, saved: int = 0) -> bool:
        """Whether every best plan builds the project once it has more points, or costs some quanta less."""
        project = self.register.projects[self.project]
        changed = msgspec.structs.replace(
            project, benefit=project.benefit + points, cost_fen=project.cost_fen - saved * self.quantum
        )
        register = msgspec.structs.replace(self.register, projects={**self.register.projects, project.code: changed})
        with_it = self._with(register).signed()
        without = self._among(register, self.policy, lambda built: self.project not in built).signed()
        return bool(with_it) and (not without or max(with_it) > max(without))

    def good_enough(self, *, fund: str, more: int) -> bool:
        """Whether a plan builds it and worsens nothing when a fund has so many quanta more for projects."""
        brute = self._with(self.register)
        brute.case.total[fund] += more
        brute.case.caps[fund] += more
        return any(self._keeps(outcome) for outcome in brute.signed())

    def relaxation(self, rule: str) -> int | None:
        """The least shortfall of a must-rule with which a plan builds it and worsens nothing; None: not even so."""
        rules = tuple(
            r.model_copy(update={"kind": "should", "priority_class": ASIDE}) if r.id == rule else r
            for r in self.policy.rules
        )
        brute = self._among(
            self.register, self.policy.model_copy(update={"rules": rules}), lambda built: self.project in built
        )
        brute.steps = [step for step in brute.steps if step[0] != f"shortfall-{ASIDE}"]
        brute.steps.append((f"shortfall-{ASIDE}", -1))
        return min((-outcome[-1] for outcome in brute.signed() if self._keeps(outcome)), default=None)

    def _keeps(self, outcome: Outcome) -> bool:
        return all(value >= floor for value, floor in zip(outcome, self.floors, strict=False))

    def _with(self, register: Register) -> Among:
        return self._among(register, self.policy, lambda built: self.project in built)

    def _among(self, register: Register, policy: Policy, wanted: Callable[[set[str]], bool]) -> Among:
        return Among(register, policy, self.quantum, wanted, self.most)


__all__ = ["BruteReasons", "TooManyPlans"]
