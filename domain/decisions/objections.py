"""Decisions about objections to an announced plan: lodge, answer, withdraw (公示, M27).

An objection is lodged while the plan is announced and its period runs, by anybody. It is answered with a reason by a
person who neither lodged it nor made the plan: nobody judges in a cause of their own. Upheld, it returns the plan in
the same decision, and what else is open against that text lapses with it; rejected, the plan stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from eventsourcing.dcb.domain import Selector
from msgspec.structs import replace

from domain.decisions.citing import Citations
from domain.decisions.common import UnknownProject, UnknownUnit, must_be_reasoned
from domain.decisions.hearing import Heard
from domain.decisions.plans import AboutPlan, NoSuchLine
from domain.errors import Refusal
from domain.facts.base import Fact
from domain.facts.objections import ObjectionAnswered, ObjectionLodged, ObjectionWithdrawn, Outcome
from domain.facts.plans import PlanReturned
from domain.facts.projects import ProjectProposed
from domain.facts.register import UnitRegistered
from domain.folds import ObjectionsFold, RegisterFold
from domain.folds.evidence import Subject
from domain.folds.objections import Objection


class ObjectionTaken(Refusal):
    """An objection's code is given once."""

    code = "objection-taken"
    sentence_en = "There is an objection {objection} already."
    cure_en = "Give the new objection a code of its own; to repeat a command, repeat its idempotency key."


class UnknownObjection(Refusal):
    """An objection the record does not hold."""

    code = "unknown-objection"
    sentence_en = "There is no objection {objection} in the record."
    cure_en = "`tongchou objection list` shows the objections there are."


class ObjectionSettled(Refusal):
    """An objection is answered or taken back once."""

    code = "objection-settled"
    sentence_en = "Objection {objection} is {state} already, so “{decision}” was refused."
    cure_en = "It stays as it is; whoever still objects lodges an objection to the plan as it is announced next."


class OutsideHearing(Refusal):
    """Objections are lodged in the period the announcement states (公示)."""

    code = "outside-hearing"
    sentence_en = "Objections to plan {plan} are heard from {since} until {until}; {on} is outside of that."
    cure_en = "Date the objection to the day it was made, if that lies in the period."


class OwnCause(Refusal):
    """Who objects, and who made the plan, do not judge the objection (M27)."""

    code = "own-cause"
    sentence_en = "{person} {why} and cannot answer objection {objection}."
    cure_en = "Let another person answer it."


class NotTheirs(Refusal):
    """An objection is taken back by whoever lodged it, or by who took it down for them."""

    code = "objection-not-theirs"
    sentence_en = "{person} neither lodged objection {objection} nor took it down, and cannot withdraw it."
    cure_en = "Let whoever lodged it withdraw it; to turn it down, answer it with a reason."


@dataclass(eq=False, kw_only=True)
class LodgeObjection(AboutPlan):
    """Put an objection to an announced plan on the record, in the words of whoever objects (公示, M27).

    `objector` is a pseudonymous id. Refuses with `UnknownPlan`, `PlanInWrongState`, `OutsideHearing`, `ReasonMissing`,
    `ObjectionTaken`, `UnknownUnit`, `UnknownProject` or `NoSuchLine`.
    """

    objection: str
    objector: str
    capacity: str
    text: str
    unit: str | None = None
    project: str | None = None
    line: str | None = None
    objections: ObjectionsFold = field(default_factory=ObjectionsFold, init=False, repr=False)
    register: RegisterFold = field(default_factory=RegisterFold, init=False, repr=False)

    def boundary(self) -> list[Selector]:
        """The plan, the objection's own code, and the unit and project concerned."""
        unit = [Selector(types=[UnitRegistered], tags=[f"unit:{self.unit}"])] if self.unit else []
        project = [Selector(types=[ProjectProposed], tags=[f"project:{self.project}"])] if self.project else []
        own = Selector(types=[ObjectionLodged], tags=[f"objection:{self.objection}"])
        return [*super().boundary(), own, *unit, *project]

    def fold(self, fact: Fact) -> None:
        """Keep where the plan stands, and whether code, unit and project are there."""
        super().fold(fact)
        self.objections.apply(fact)
        self.register.apply(fact)

    def execute(self) -> None:
        """Record `ObjectionLodged`."""
        must_be_reasoned(self, self.text)
        self.in_state("announced")
        since, until, on = self.life.announced_on, self.life.objections_until, self.mandate.effective_on
        if since is None or until is None or not since <= on <= until:
            raise OutsideHearing(plan=self.plan, since=since, until=until, on=on)
        if self.objection in self.objections.objections:
            raise ObjectionTaken(objection=self.objection)
        self._must_be_there()
        self.record(
            ObjectionLodged(
                mandate=self.mandate,
                objection=self.objection,
                plan=self.plan,
                objector=self.objector,
                capacity=self.capacity,
                text=self.text,
                unit=self.unit,
                project=self.project,
                line=self.line,
            )
        )

    def _must_be_there(self) -> None:
        if self.unit is not None and self.unit not in self.register.units:
            raise UnknownUnit(unit=self.unit)
        if self.project is not None and self.project not in self.register.projects:
            raise UnknownProject(project=self.project)
        if self.line is not None and self.life.line(self.line) is None:
            raise NoSuchLine(plan=self.plan, line=self.line)


@dataclass(eq=False, kw_only=True)
class _AboutObjection(Heard):
    objection: str

    def still_open(self) -> Objection:
        """The objection, when it waits for its answer; raises `UnknownObjection` or `ObjectionSettled`."""
        found = self.objections.objections.get(self.objection)
        if found is None:
            raise UnknownObjection(objection=self.objection)
        if found.state != "open":
            raise ObjectionSettled(objection=self.objection, state=found.state, decision=self.title())
        return found


@dataclass(eq=False, kw_only=True)
class AnswerObjection(_AboutObjection):
    """Uphold an objection, which returns the plan in the same decision, or reject it; with the reason (公示, M27).

    `cites` names pieces of evidence about the objection, its unit or its project. Refuses with `UnknownObjection`,
    `ObjectionSettled`, `OwnCause`, `ReasonMissing`, `UnknownPlan`, `PlanInWrongState`, or where the evidence does not
    carry it (`citing`).
    """

    outcome: Outcome
    reason: str
    cites: tuple[str, ...] = ()
    cited: Citations = field(init=False, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cited = Citations(self.cites)

    def boundary(self) -> list[Selector]:
        """The plan, the objections to it, and the evidence cited."""
        return [*super().boundary(), *self.cited.boundary()]

    def fold(self, fact: Fact) -> None:
        """Keep plan, objections and evidence."""
        super().fold(fact)
        self.cited.apply(fact)

    def execute(self) -> None:
        """Record `ObjectionAnswered`, and `PlanReturned` where it is upheld."""
        must_be_reasoned(self, self.reason)
        found = self.still_open()
        self.in_state("announced")
        self._must_be_another(found)
        answered = ObjectionAnswered(
            mandate=self.mandate,
            objection=self.objection,
            plan=self.plan,
            outcome=self.outcome,
            reason=self.reason,
        )
        self.record(answered)
        named = (("unit", found.lodged.unit), ("project", found.lodged.project))
        concerned = [Subject(kind, code) for kind, code in named if code is not None]
        self.cited.record(self, answered, Subject("objection", self.objection), *concerned)
        if self.outcome == "upheld":
            mandate = replace(self.mandate, cause=f"objection:{self.objection}")
            self.record(PlanReturned(mandate=mandate, plan=self.plan, reason=self.reason))

    def _must_be_another(self, found: Objection) -> None:
        person = self.mandate.person
        if person == found.lodged.objector:
            raise OwnCause(person=person, why="lodged it", objection=self.objection)
        if person in {maker for maker, _ in self.life.makers}:
            raise OwnCause(person=person, why="made or proposed the plan", objection=self.objection)


@dataclass(eq=False, kw_only=True)
class WithdrawObjection(_AboutObjection):
    """Take an objection back before it is answered; only whoever lodged it, or took it down for them, may (M27).

    Refuses with `UnknownObjection`, `ObjectionSettled`, `NotTheirs` or `ReasonMissing`.
    """

    reason: str

    def execute(self) -> None:
        """Record `ObjectionWithdrawn`."""
        must_be_reasoned(self, self.reason)
        found = self.still_open()
        if self.mandate.person not in (found.lodged.objector, found.taken_down_by):
            raise NotTheirs(person=self.mandate.person, objection=self.objection)
        self.record(
            ObjectionWithdrawn(mandate=self.mandate, objection=self.objection, plan=self.plan, reason=self.reason)
        )
