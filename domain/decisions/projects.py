"""Decisions about the project library (项目库): propose, appraise, admit, rank (M05, M20, M26, M28)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eventsourcing.dcb.domain import Selector
from msgspec.structs import replace

from domain.decisions.common import PROJECT_STATE, ImpossibleValue, NothingChanged, OnRegister, must_be_reasoned
from domain.errors import Refusal
from domain.facts import FUND_FACTS
from domain.facts.funds import FundAnnounced
from domain.facts.projects import ProjectAdmitted, ProjectAppraised, ProjectProposed, ProjectRanked
from domain.facts.register import UnitRegistered
from domain.register import Project


class ProjectTaken(Refusal):
    """A project code is given once, also after a withdrawal: the past keeps its names."""

    code = "project-taken"
    sentence_en = "Project {project} is in the library already."
    cure_en = "Give the new project a code of its own."


class ProjectInWrongStage(Refusal):
    """Declared, appraised, admitted, then built and accepted: no step is left out, none is taken twice."""

    code = "project-in-wrong-stage"
    sentence_en = "Project {project} is {stage}; “{decision}” is possible only when it is {needed}."
    cure_en = "Take the steps of the library in their order."


class NoFundForProject(Refusal):
    """No open fund in the pool covers every purpose of the project, so nobody could ever pay it (M05)."""

    code = "no-fund-for-project"
    sentence_en = "No fund may pay project {project} ({purposes}); closest is {closest}, which lacks {lacking}."
    cure_en = "Correct the purposes of the project, or announce or pool a fund that covers them."


@dataclass(eq=False, kw_only=True)
class AboutProject(OnRegister):
    """A decision that stands on one project alone."""

    project: str

    def boundary(self) -> list[Selector]:
        """The project's own facts."""
        return [Selector(types=PROJECT_STATE, tags=[f"project:{self.project}"])]

    def in_stage(self, *needed: str) -> Project:
        """The project, when it is in one of the stages; raises `UnknownProject` or `ProjectInWrongStage`."""
        return must_be_in_stage(self, self.project_known(self.project), *needed)


def must_be_in_stage(decision: OnRegister, project: Project, *needed: str) -> Project:
    """The project again, when it is in one of the stages; raises `ProjectInWrongStage`."""
    if project.stage not in needed:
        raise ProjectInWrongStage(
            project=project.code, stage=project.stage, decision=decision.title(), needed=" or ".join(needed)
        )
    return project


@dataclass(eq=False, kw_only=True)
class ProposeProject(OnRegister):
    """Declare a project for the library; whatever `entry.stage` says, it begins as proposed (M26).

    Refuses with `ProjectTaken`, `UnknownUnit`, `UnknownProject` (a prerequisite), `UnknownFund` (for the running cost)
    or `ImpossibleValue` (more spent than it costs).
    """

    entry: Project

    def boundary(self) -> list[Selector]:
        """The code, and that unit, prerequisites and running fund exist."""
        entry = self.entry
        running = [Selector(types=[FundAnnounced], tags=[f"fund:{entry.running_fund}"])] if entry.running_fund else []
        return [
            Selector(types=[ProjectProposed], tags=[f"project:{entry.code}"]),
            Selector(types=[UnitRegistered], tags=[f"unit:{entry.unit}"]),
            *(Selector(types=[ProjectProposed], tags=[f"project:{code}"]) for code in entry.requires),
            *running,
        ]

    def execute(self) -> None:
        """Record `ProjectProposed`."""
        entry = self.entry
        if entry.code in self.register.projects:
            raise ProjectTaken(project=entry.code)
        self.unit_known(entry.unit)
        for code in entry.requires:
            self.project_known(code)
        if entry.running_fund:
            self.fund_known(entry.running_fund)
        if entry.spent_fen > entry.cost_fen:
            raise ImpossibleValue(subject=entry.code, fault="more is spent than it costs")
        record = replace(entry, stage="proposed")
        self.record(ProjectProposed(mandate=self.mandate, project=entry.code, unit=entry.unit, record=record))


@dataclass(eq=False, kw_only=True)
class AppraiseProject(AboutProject):
    """Judge a project: its benefit in points, and the finding. An admitted one can be judged again.

    Refuses with `UnknownProject`, `ProjectInWrongStage` or `ReasonMissing`.
    """

    benefit: int
    finding: str

    def execute(self) -> None:
        """Record `ProjectAppraised`."""
        must_be_reasoned(self, self.finding)
        self.in_stage("proposed", "appraised", "admitted")
        if self.benefit < 0:
            raise ImpossibleValue(subject=self.project, fault=f"benefit is in points from 0 up, not {self.benefit}")
        self.record(
            ProjectAppraised(mandate=self.mandate, project=self.project, benefit=self.benefit, finding=self.finding)
        )


@dataclass(eq=False, kw_only=True)
class AdmitProject(AboutProject):
    """Let an appraised project into the library: from now on a plan may fund it (M20, M05).

    `purposes_of_funds` hands in the purposes a policy states for funds; the other funds have those of the register.
    Refuses with `UnknownProject`, `ProjectInWrongStage` or `NoFundForProject`, which says what is lacking.
    """

    purposes_of_funds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def boundary(self) -> list[Selector]:
        """The project, and every fund: any of them might pay it."""
        return [*super().boundary(), Selector(types=FUND_FACTS)]

    def execute(self) -> None:
        """Record `ProjectAdmitted`."""
        project = self.in_stage("appraised")
        self._must_find_a_fund(project)
        self.record(ProjectAdmitted(mandate=self.mandate, project=self.project))

    def _must_find_a_fund(self, project: Project) -> None:
        lacking = {
            code: [p for p in project.purposes if p not in self.purposes_of_funds.get(code, fund.purposes)]
            for code, fund in sorted(self.register.funds.items())
            if fund.pooled and not fund.closed
        }
        if any(not missing for missing in lacking.values()):
            return
        closest = min(lacking, key=lambda code: len(lacking[code]), default="none, as no open fund is in the pool")
        raise NoFundForProject(
            project=self.project,
            purposes=", ".join(project.purposes),
            closest=closest,
            lacking=", ".join(lacking.get(closest, project.purposes)),
        )


@dataclass(eq=False, kw_only=True)
class RankProject(AboutProject):
    """Give an admitted project its place in the order of wishes, 1 being first.

    Refuses with `UnknownProject`, `ProjectInWrongStage`, `ImpossibleValue` or `NothingChanged`.
    """

    rank: int

    def execute(self) -> None:
        """Record `ProjectRanked`."""
        project = self.in_stage("admitted")
        if self.rank < 1:
            raise ImpossibleValue(subject=self.project, fault=f"ranks count from 1, not from {self.rank}")
        if project.rank == self.rank:
            raise NothingChanged(decision=self.title(), subject=self.project)
        self.record(ProjectRanked(mandate=self.mandate, project=self.project, rank=self.rank))
