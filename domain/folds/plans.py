"""The plan fold: where a plan stands on its way from draft to notice, and who made what it says now (M27)."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import date
from typing import Literal

from domain.facts.base import Fact
from domain.facts.plans import (
    ObjectionsClosed,
    PlanAnnounced,
    PlanApproved,
    PlanDrafted,
    PlanLineAdjusted,
    PlanNoticed,
    PlanProposed,
    PlanReturned,
    PlanReviewed,
    PlanSuperseded,
)
from domain.plan import Plan, PlanLine

PlanState = Literal[
    "drafted",
    "proposed",
    "reviewed",
    "announced",
    "objections_closed",
    "approved",
    "noticed",
    "returned",
    "superseded",
]
IN_FORCE: tuple[PlanState, ...] = ("approved", "noticed")
"""In these states the lines of a plan may be committed."""


class PlanFold:
    """The life of one plan; `state` is None before its first draft.

    `makers` are the (person, post) pairs behind the content as it is now: who drafted it, adjusted it since, and
    proposed it. A new draft starts that list anew. Instead of a plan's content the facts may hold a promise of it, a
    function that brings it: it is kept when somebody asks for the content, and not before.
    """

    def __init__(self, plan: str) -> None:
        self.plan = plan
        self.state: PlanState | None = None
        self._content: Plan | Callable[[], Plan] | None = None
        self._lines: list[dict[str, PlanLine]] = []  # the lines by code, once somebody asked; forks share it
        self.policy: str | None = None
        self.makers: list[tuple[str, str]] = []
        self.proposed_hash: str | None = None
        self.announced_on: date | None = None
        self.objections_until: date | None = None
        self.return_reason: str | None = None
        self.superseded_by: str | None = None

    @property
    def content(self) -> Plan | None:
        """What the plan says now; None before its first draft."""
        if callable(self._content):
            self._content = self._content()
        return self._content

    @property
    def in_force(self) -> bool:
        """Whether its lines may be committed."""
        return self.state in IN_FORCE

    def line(self, line: str) -> PlanLine | None:
        """The line of that id in the content as it is now."""
        if not self._lines and self.content is not None:
            lines = reversed(self.content.lines)  # of two alike, the first counts
            self._lines.append({found.line: found for found in lines})
        return self._lines[0].get(line) if self._lines else None

    def fork(self) -> PlanFold:
        """A fold that stands where this one stands and goes on without it."""
        other = copy(self)
        other.makers = list(self.makers)
        return other

    def apply(self, fact: Fact) -> None:
        """Take in one fact; those of other plans are ignored."""
        if getattr(fact, "plan", None) != self.plan:
            return
        match fact:
            case PlanDrafted():
                self._content, self.policy, self.state = fact.content, fact.policy, "drafted"
                self._lines = []
                self.makers = [(fact.mandate.person, fact.mandate.post)]
                self.proposed_hash = self.objections_until = None
            case PlanLineAdjusted():
                self._content, self.state = fact.content, "drafted"
                self._lines = []
                self.makers.append((fact.mandate.person, fact.mandate.post))
                self.proposed_hash = self.objections_until = None
            case PlanProposed():
                self.state, self.proposed_hash = "proposed", fact.plan_hash
                self.makers.append((fact.mandate.person, fact.mandate.post))
            case PlanReviewed():
                self.state = "reviewed"
            case PlanAnnounced():
                self.state, self.objections_until = "announced", fact.objections_until
                self.announced_on = fact.mandate.effective_on
            case ObjectionsClosed():
                self.state = "objections_closed"
            case PlanApproved():
                self.state = "approved"
            case PlanReturned():
                self.state, self.return_reason = "returned", fact.reason
            case PlanNoticed():
                self.state = "noticed"
            case PlanSuperseded():
                self.state, self.superseded_by = "superseded", fact.by_plan
            case _:
                pass


class PlansFold:
    """Every plan there is, by code."""

    def __init__(self) -> None:
        self.plans: dict[str, PlanFold] = {}
        self._approved: list[str] = []

    def apply(self, fact: Fact) -> None:
        """Take in one fact; all but facts about plans are ignored."""
        match fact:
            case PlanDrafted():
                self.plans.setdefault(fact.plan, PlanFold(fact.plan)).apply(fact)
            case _:
                plan = getattr(fact, "plan", None)
                if isinstance(plan, str) and (life := self.plans.get(plan)):
                    life.apply(fact)
                    if isinstance(fact, PlanApproved):
                        self._approved.append(plan)

    def newest_approved(self) -> str | None:
        """The plan approved last of those in force; None when there is none."""
        return next((plan for plan in reversed(self._approved) if self.plans[plan].in_force), None)

    def in_force(self) -> list[PlanFold]:
        """The plans whose lines may be committed, in order of codes."""
        return [life for _, life in sorted(self.plans.items()) if life.in_force]
