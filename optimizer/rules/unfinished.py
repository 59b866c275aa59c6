"""Unfinished works come first: what was started is finished before anything new is begun (M20).

For every project p that was started:

    cost[p] * (1 - built[p]) <= 0                                                          (1)

As a should-rule its shortfall is the money still missing to finish what was started.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from domain.money import yuan
from optimizer.model import Linear
from optimizer.rules.base import Audit, Build, PlanRule, Shortfall


class UnfinishedFirst(PlanRule):
    """`rule: unfinished-first` – every started project is funded to its end (M20)."""

    NAME: ClassVar[str] = "unfinished-first"

    def rows(self, build: Build) -> None:
        """Inequality (1), project by project so that a conflict names the one that cannot be finished."""
        case = build.case
        for project in case.register.plannable_projects():
            if project.started and project.remaining_fen > 0:
                built = build.built.get(project.code)
                cost = case.quanta(project.remaining_fen) if built is None else case.cost_quanta(project.code)
                left = Linear(constant=cost)
                if built is not None:
                    left.add(built, -cost)
                build.demand(self, project.code, left, high=0)

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """The remaining cost of every started project the plan leaves out."""
        for project in audit.register.plannable_projects():
            if project.started and project.remaining_fen > 0 and project.code not in audit.funded:
                missing = audit.cost_fen(project)
                sentence = (
                    f"{project.name_en} ({project.code}) was started and is left unfinished; "
                    f"{yuan(missing)} are missing (rule {self.id}, {self.clause})."
                )
                yield Shortfall(project.code, audit.round_up(missing), sentence)
