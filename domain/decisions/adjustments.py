"""The decision that changes a draft by hand: with a reason, and with what the hand costs against the optimum (M27)."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.decisions.common import NothingChanged, must_be_reasoned
from domain.decisions.plan_content import must_be_sound
from domain.decisions.plans import OnCase
from domain.facts.plans import PlanLineAdjusted
from domain.plan import Plan


@dataclass(eq=False, kw_only=True)
class AdjustLines(OnCase):
    """Replace a draft (or a returned plan) by `content`, the whole adjusted and re-verified plan.

    `cost` says per objective what was lost against the optimum, in the objective's own unit. Refuses with
    `UnknownPlan`, `PlanInWrongState`, `CaseMoved`, `PolicyNotAdopted`, `NothingChanged`, `ReasonMissing`, or where the
    text is not sound (`plan_content`).
    """

    content: Plan
    reason: str
    cost: dict[str, str] = field(default_factory=dict)

    def execute(self) -> None:
        """Record `PlanLineAdjusted` with the lines that differ, as they were and as they are."""
        must_be_reasoned(self, self.reason)
        before = self.in_state("drafted", "returned")
        based_on = min(before.run.register_position, self.content.run.register_position)
        self.case_must_stand(self.content, based_on)
        must_be_sound(self.plan, self.content, self.register)
        old = {line.line: line for line in before.lines}
        new = {line.line: line for line in self.content.lines}
        old_lines = tuple(line for name, line in old.items() if new.get(name) != line)
        new_lines = tuple(line for name, line in new.items() if old.get(name) != line)
        if not old_lines and not new_lines:
            raise NothingChanged(decision=self.title(), subject=self.plan)
        self.record(
            PlanLineAdjusted(
                mandate=self.mandate,
                plan=self.plan,
                old_lines=old_lines,
                new_lines=new_lines,
                content=self.content,
                reason=self.reason,
                cost=self.cost,
            )
        )
