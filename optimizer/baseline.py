"""Which earlier plan a policy compares with: one for the whole policy, named by rules and objectives (M45)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.plan import Baseline
from domain.policy.model import NEWEST_APPROVED, Policy
from optimizer.fund_case import CaseMisfit
from optimizer.rules.programme import Programme
from optimizer.rules.stability import StableMoney, StableProjects


@dataclass(frozen=True)
class BaselineAsked:
    """The plan a policy names as its baseline, and who asks for it."""

    plan: str
    """Its code on the record, or `newest-approved`."""
    by: tuple[str, ...]
    """Rules and objectives that cannot do without; a programme has none in its first year."""

    @property
    def needed(self) -> bool:
        """Whether no plan can be computed without it."""
        return bool(self.by)


def baseline_asked_for(policy: Policy) -> BaselineAsked | None:
    """What the policy compares with; None when it compares with nothing.

    Raises `CaseMisfit` where two rules or objectives name different plans.
    """
    named: dict[str, str] = {}
    needed: list[str] = []
    for rule in policy.rules:
        if isinstance(rule, StableProjects | StableMoney | Programme):
            named.setdefault(rule.baseline, f"rule {rule.id}")
            if not isinstance(rule, Programme):
                needed.append(f"rule {rule.id}")
    for step in policy.objectives:
        if step.id == "changes":
            named.setdefault(step.baseline or NEWEST_APPROVED, "objective changes")
            needed.append("objective changes")
    if len(named) > 1:
        (one, by_one), (other, by_other) = list(named.items())[:2]
        raise CaseMisfit(
            f"A plan is compared with one baseline, but {by_one} names {one} and {by_other} names {other}; "
            "give all the same `baseline`."
        )
    return BaselineAsked(next(iter(named)), tuple(needed)) if named else None


def must_have_baseline(policy: Policy, baseline: Baseline | None) -> None:
    """Raise `CaseMisfit` where the policy compares with an earlier plan and there is none."""
    asked = baseline_asked_for(policy)
    if asked is not None and asked.needed and baseline is None:
        raise CaseMisfit(
            f"The policy compares with an earlier plan (`baseline: {asked.plan}`, {', '.join(asked.by)}), and none "
            "is at hand (M45); plan from a store that has it on the record, or take the comparison out of the policy."
        )
