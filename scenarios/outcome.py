"""What came of a scenario or of the case it is compared with: a verified plan, and what it was computed from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from domain.measures import Measures
from domain.plan import Plan
from domain.policy.loading import LoadedPolicy
from domain.register import Register, Unit
from domain.scoring import Scores
from optimizer.checking.audit import PlanAudit
from optimizer.fairness import measure
from optimizer.reasons.numbers import Held, held


@dataclass(frozen=True, eq=False)
class Outcome:
    """A plan with its register, policy and figures; itself and no other, so that what is worked out of it is kept."""

    name: str
    register: Register
    loaded: LoadedPolicy
    plan: Plan
    audit: PlanAudit
    """What the solver-free checks read of it."""
    scores: Scores | None = field(default=None, repr=False)
    """What the rubric makes of its units, where that was worked out already."""

    @cached_property
    def money_fen(self) -> dict[str, int]:
        """Unit -> what it gets, all funds together; every unit of the register, in order of codes."""
        money = Counter(dict.fromkeys(sorted(self.register.units), 0))
        for line in self.plan.lines:
            money[line.unit] += line.amount_fen
        return dict(money)

    @cached_property
    def projects(self) -> frozenset[str]:
        """The projects it builds."""
        return frozenset(line.project for line in self.plan.lines if line.project is not None)

    @cached_property
    def rules(self) -> dict[str, Held]:
        """Rule -> how it stands under the plan."""
        return held(self.audit)

    @cached_property
    def measures(self) -> Measures:
        """What it does, in figures."""
        return measure(self.register, self.loaded.policy, self.plan, self.scores)

    def units(self, *, backward: bool | None = None, poor: bool | None = None) -> list[Unit]:
        """The units of a group, in order of codes."""
        return [
            unit
            for _, unit in sorted(self.register.units.items())
            if (backward is None or unit.backward == backward) and (poor is None or unit.poor == poor)
        ]
