"""Decisions about projects on the ground: start, raise the cost, accept, withdraw (M20, M34, M36)."""

from __future__ import annotations

from dataclasses import dataclass, field

from eventsourcing.dcb.domain import Selector

from domain.decisions.citing import Citations
from domain.decisions.common import PROJECT_STATE, OnMoney, must_be_reasoned
from domain.decisions.projects import AboutProject, must_be_in_stage
from domain.errors import Refusal
from domain.facts import SPENDING_FACTS
from domain.facts.base import Fact
from domain.facts.projects import ProjectAccepted, ProjectOverrun, ProjectStarted, ProjectWithdrawn
from domain.folds.evidence import Subject


class ProjectStartedAlready(Refusal):
    """Work begins once."""

    code = "project-started-already"
    sentence_en = "Work on project {project} has begun already."
    cure_en = "Check the code of the project."


class ProjectNotStarted(Refusal):
    """What was never begun cannot be finished."""

    code = "project-not-started"
    sentence_en = "Work on project {project} was never recorded as begun, so it cannot be accepted."
    cure_en = "Record the start of the work first."


class CostNotRaised(Refusal):
    """An overrun raises the cost; a lower cost is a correction."""

    code = "cost-not-raised"
    sentence_en = "Project {project} costs {old_cost_fen}; {new_cost_fen} is not more."
    cure_en = "State the new, higher cost; a lower one is corrected through the register."


class ProjectCommitted(Refusal):
    """A project with money reserved for it cannot leave the library or change under the commitment (M20)."""

    code = "project-committed"
    sentence_en = "Project {project} has {open_fen} committed and not yet paid, so “{decision}” was refused."
    cure_en = "Pay or release the commitments first."


@dataclass(eq=False, kw_only=True)
class StartProject(AboutProject):
    """Record that work began on the ground: from now on the project is unfinished until accepted (M20).

    Refuses with `UnknownProject`, `ProjectInWrongStage` or `ProjectStartedAlready`.
    """

    def execute(self) -> None:
        """Record `ProjectStarted`."""
        if self.in_stage("admitted").started:
            raise ProjectStartedAlready(project=self.project)
        self.record(ProjectStarted(mandate=self.mandate, project=self.project))


@dataclass(eq=False, kw_only=True)
class RaiseCost(AboutProject):
    """Raise the cost of a project, with the reason; approved lines do not grow with it (M20).

    Refuses with `UnknownProject`, `ProjectInWrongStage`, `CostNotRaised` or `ReasonMissing`.
    """

    new_cost_fen: int
    reason: str

    def execute(self) -> None:
        """Record `ProjectOverrun`."""
        must_be_reasoned(self, self.reason)
        old_cost_fen = self.in_stage("proposed", "appraised", "admitted").cost_fen
        if self.new_cost_fen <= old_cost_fen:
            raise CostNotRaised(project=self.project, old_cost_fen=old_cost_fen, new_cost_fen=self.new_cost_fen)
        self.record(
            ProjectOverrun(
                mandate=self.mandate,
                project=self.project,
                old_cost_fen=old_cost_fen,
                new_cost_fen=self.new_cost_fen,
                reason=self.reason,
            )
        )


@dataclass(eq=False, kw_only=True)
class AcceptProject(AboutProject):
    """Accept a finished project (验收) on stated evidence: the haves it closes are closed (M18, M36).

    Money may still be paid afterwards (报账, retention). `cites` names pieces about the project or its unit. Refuses
    with `UnknownProject`, `ProjectInWrongStage`, `ProjectNotStarted`, `ReasonMissing`, or as `citing` says.
    """

    evidence: str
    cites: tuple[str, ...] = ()
    cited: Citations = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.cited = Citations(self.cites)

    def boundary(self) -> list[Selector]:
        """The project's own facts, and the evidence cited."""
        return [*super().boundary(), *self.cited.boundary()]

    def fold(self, fact: Fact) -> None:
        """Keep project and evidence."""
        super().fold(fact)
        self.cited.apply(fact)

    def execute(self) -> None:
        """Record `ProjectAccepted`."""
        must_be_reasoned(self, self.evidence)
        project = self.in_stage("admitted")
        if not project.started:
            raise ProjectNotStarted(project=self.project)
        accepted = ProjectAccepted(
            mandate=self.mandate, project=self.project, unit=project.unit, evidence=self.evidence
        )
        self.record(accepted)
        self.cited.record(self, accepted, Subject("project", self.project), Subject("unit", project.unit))


@dataclass(eq=False, kw_only=True)
class WithdrawProject(OnMoney):
    """Take a project out of the library, recording what was already spent on it as sunk (M20).

    An unfinished one (begun, or anything spent) needs a reason. Refuses with `UnknownProject`, `ProjectInWrongStage`,
    `ProjectCommitted` or `ReasonMissing`.
    """

    project: str
    reason: str = ""

    def boundary(self) -> list[Selector]:
        """The project's own facts, and its money."""
        return [Selector(types=[*PROJECT_STATE, *SPENDING_FACTS], tags=[f"project:{self.project}"])]

    def execute(self) -> None:
        """Record `ProjectWithdrawn`."""
        project = must_be_in_stage(self, self.project_known(self.project), "proposed", "appraised", "admitted")
        spending = self.money.project(self.project)
        if spending.open_fen > 0:
            raise ProjectCommitted(project=self.project, open_fen=spending.open_fen, decision=self.title())
        sunk_fen = project.spent_fen + spending.paid_fen
        if project.started or sunk_fen > 0:
            must_be_reasoned(self, self.reason)
        self.record(ProjectWithdrawn(mandate=self.mandate, project=self.project, reason=self.reason, sunk_fen=sunk_fen))
