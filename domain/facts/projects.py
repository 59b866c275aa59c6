"""Facts about the project library (项目库): declared, appraised, admitted, ranked, built, accepted."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from domain.facts.base import Fact, Reason
from domain.register import Code, Count, Fen, Project


class ProjectProposed(Fact, frozen=True, kw_only=True, tag="project.proposed"):
    """A unit declared a project; it cannot be funded before it is admitted."""

    project: Code
    unit: Code
    record: Project


class ProjectCorrected(Fact, frozen=True, kw_only=True, tag="project.corrected"):
    """What the library says of a project was corrected; `record` is the whole new entry (M33)."""

    project: Code
    unit: Code
    record: Project
    changed: tuple[str, ...]


class ProjectAppraised(Fact, frozen=True, kw_only=True, tag="project.appraised"):
    """The project was judged: its benefit in points, and the finding."""

    project: Code
    benefit: Count
    finding: Reason


class ProjectAdmitted(Fact, frozen=True, kw_only=True, tag="project.admitted"):
    """The project entered the library and may be funded."""

    project: Code


class ProjectRanked(Fact, frozen=True, kw_only=True, tag="project.ranked"):
    """The project got its place in its unit's or county's order of wishes."""

    project: Code
    rank: Annotated[int, Meta(ge=1)]


class ProjectWithdrawn(Fact, frozen=True, kw_only=True, tag="project.withdrawn"):
    """The project left the library; for an unfinished one this is the reasoned decision to drop it (M20)."""

    project: Code
    reason: Reason
    sunk_fen: Fen


class ProjectStarted(Fact, frozen=True, kw_only=True, tag="project.started"):
    """Work began on the ground: from now on it is unfinished until accepted (M20)."""

    project: Code


class ProjectOverrun(Fact, frozen=True, kw_only=True, tag="project.overrun"):
    """The project's cost was raised by a decision of its own; lines approved before do not grow with it."""

    project: Code
    old_cost_fen: Fen
    new_cost_fen: Fen
    reason: Reason


class ProjectAccepted(Fact, frozen=True, kw_only=True, tag="project.accepted"):
    """The finished project was accepted (验收); the haves it closes are closed."""

    project: Code
    unit: Code
    evidence: Reason
