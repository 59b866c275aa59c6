"""Decisions around approval: review, announce, close objections, return; then notice and supersede (M27)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from eventsourcing.dcb.domain import Selector

from domain.decisions.common import must_be_reasoned
from domain.decisions.notices import grants_of
from domain.decisions.plans import AboutPlan, PlanInWrongState, UnknownPlan
from domain.errors import Refusal
from domain.facts import OBJECTION_FACTS, PLAN_FACTS
from domain.facts.base import Fact
from domain.facts.plans import (
    ObjectionsClosed,
    PlanAnnounced,
    PlanNoticed,
    PlanReturned,
    PlanReviewed,
    PlanSuperseded,
)
from domain.folds import ObjectionsFold, PlanFold


class MakerReviews(Refusal):
    """Who drafted, adjusted or proposed a plan does not review it (M27)."""

    code = "maker-reviews"
    sentence_en = "{person} made or proposed plan {plan} and cannot review it."
    cure_en = "Let another person review it."


class PeriodTooShort(Refusal):
    """Objections need a day after the announcement (公示)."""

    code = "period-too-short"
    sentence_en = "Plan {plan} is announced on {announced_on}; objections until {until} leave no day for them."
    cure_en = "State a later last day for objections."


class ObjectionsStillPossible(Refusal):
    """The period for objections runs to its end (公示)."""

    code = "objections-still-possible"
    sentence_en = "Objections to plan {plan} are possible until {until}; {on} is too early for “{decision}”."
    cure_en = "Take this step on that day or later."


class ObjectionsOpen(Refusal):
    """A plan goes on only when every objection has its answer (公示)."""

    code = "objections-open"
    sentence_en = "Plan {plan} has objections that wait for an answer, so “{decision}” was refused: {objections}."
    cure_en = "Answer each with `tongchou objection answer`, stating the reason."


@dataclass(eq=False, kw_only=True)
class Heard(AboutPlan):
    """A decision that also stands on the objections to its plan."""

    objections: ObjectionsFold = field(default_factory=ObjectionsFold, init=False, repr=False)

    def boundary(self) -> list[Selector]:
        """The plan's own facts, and the objections to it."""
        return [*super().boundary(), Selector(types=OBJECTION_FACTS, tags=[f"plan:{self.plan}"])]

    def fold(self, fact: Fact) -> None:
        """Keep where the plan and the objections to it stand."""
        super().fold(fact)
        self.objections.apply(fact)

    def must_be_heard(self) -> None:
        """Raise `ObjectionsStillPossible` before the last day of the period, `ObjectionsOpen` without every answer."""
        until, on = self.life.objections_until, self.mandate.effective_on
        if until is not None and on < until:
            raise ObjectionsStillPossible(plan=self.plan, until=until, on=on, decision=self.title())
        if waiting := self.objections.open(self.plan):
            codes = ", ".join(one.lodged.objection for one in waiting)
            raise ObjectionsOpen(plan=self.plan, decision=self.title(), objections=codes)


@dataclass(eq=False, kw_only=True)
class ReviewPlan(AboutPlan):
    """Say that a proposed plan was read, and what the reviewer thinks of it (M27).

    Refuses with `UnknownPlan`, `PlanInWrongState`, `MakerReviews` or `ReasonMissing`.
    """

    opinion: str

    def execute(self) -> None:
        """Record `PlanReviewed`."""
        must_be_reasoned(self, self.opinion)
        self.in_state("proposed")
        if self.mandate.person in {person for person, _ in self.life.makers}:
            raise MakerReviews(person=self.mandate.person, plan=self.plan)
        self.record(PlanReviewed(mandate=self.mandate, plan=self.plan, opinion=self.opinion))


@dataclass(eq=False, kw_only=True)
class AnnouncePlan(AboutPlan):
    """Make a reviewed plan public for objections (公示) until a later day than the one it is announced on (M27).

    Refuses with `UnknownPlan`, `PlanInWrongState` or `PeriodTooShort`.
    """

    objections_until: date

    def execute(self) -> None:
        """Record `PlanAnnounced`."""
        self.in_state("reviewed")
        if self.objections_until <= self.mandate.effective_on:
            raise PeriodTooShort(plan=self.plan, announced_on=self.mandate.effective_on, until=self.objections_until)
        self.record(PlanAnnounced(mandate=self.mandate, plan=self.plan, objections_until=self.objections_until))


@dataclass(eq=False, kw_only=True)
class CloseObjections(Heard):
    """Say that the period for objections is over, judged by the day the decision counts from, and none is open (M27).

    Refuses with `UnknownPlan`, `PlanInWrongState`, `ObjectionsStillPossible` or `ObjectionsOpen`.
    """

    def execute(self) -> None:
        """Record `ObjectionsClosed`."""
        self.in_state("announced")
        self.must_be_heard()
        self.record(ObjectionsClosed(mandate=self.mandate, plan=self.plan))


@dataclass(eq=False, kw_only=True)
class ReturnPlan(AboutPlan):
    """Send a plan back with a reason at any point before its approval; it can be drafted anew (M27).

    Refuses with `UnknownPlan`, `PlanInWrongState` or `ReasonMissing`.
    """

    reason: str

    def execute(self) -> None:
        """Record `PlanReturned`."""
        must_be_reasoned(self, self.reason)
        self.in_state("proposed", "reviewed", "announced", "objections_closed")
        self.record(PlanReturned(mandate=self.mandate, plan=self.plan, reason=self.reason))


@dataclass(eq=False, kw_only=True)
class NoticePlan(AboutPlan):
    """Publish an approved plan as final (公告), and tell each unit what it gets (M27).

    Refuses with `UnknownPlan` or `PlanInWrongState`.
    """

    def execute(self) -> None:
        """Record `PlanNoticed`, and `GrantNoticed` for every unit the plan gives to, in order of codes."""
        content = self.in_state("approved")
        self.record(PlanNoticed(mandate=self.mandate, plan=self.plan))
        for grant in grants_of(self.plan, content, self.mandate):
            self.record(grant)


@dataclass(eq=False, kw_only=True)
class SupersedePlan(AboutPlan):
    """Let another plan, proposed at least, take the place of one in force: no further line of it is committed.

    What is committed under it stays committed, and counts against the funds of the plan that takes over. Refuses with
    `UnknownPlan` or `PlanInWrongState`.
    """

    by_plan: str
    successor: PlanFold = field(init=False, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.successor = PlanFold(self.by_plan)

    def boundary(self) -> list[Selector]:
        """Both plans."""
        return [*super().boundary(), Selector(types=PLAN_FACTS, tags=[f"plan:{self.by_plan}"])]

    def fold(self, fact: Fact) -> None:
        """Keep where both plans stand."""
        super().fold(fact)
        self.successor.apply(fact)

    def execute(self) -> None:
        """Record `PlanSuperseded`."""
        self.in_state("approved", "noticed")
        if self.successor.state is None:
            raise UnknownPlan(plan=self.by_plan)
        if self.by_plan == self.plan or self.successor.state in ("drafted", "returned", "superseded"):
            raise PlanInWrongState(
                plan=self.by_plan,
                state=self.successor.state,
                decision=self.title(),
                needed="another plan, and proposed, on its way to approval, or approved",
            )
        self.record(PlanSuperseded(mandate=self.mandate, plan=self.plan, by_plan=self.by_plan))
