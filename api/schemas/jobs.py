"""Long work as it goes over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.problems import Problem

State = Literal["queued", "running", "done", "failed", "cancelled"]


class JobProgress(BaseModel):
    """How far a job is; of a search in the model's own whole numbers."""

    model_config = ConfigDict(extra="forbid")

    step: Annotated[str, Field(description="What is being searched or done.", examples=["welfare"])]
    objective: Annotated[int | None, Field(description="The best known so far.")] = None
    bound: Annotated[int | None, Field(description="Nothing better than this can exist.")] = None
    gap_ratio: Annotated[float | None, Field(ge=0, description="How far the two are apart, as a part.")] = None
    done: Annotated[int | None, Field(ge=0, description="So many of `of`, such as cases of a sweep.")] = None
    of: Annotated[int | None, Field(ge=0)] = None
    share_done: Annotated[float | None, Field(ge=0, le=1)] = None


class JobOut(BaseModel):
    """One job as it stands."""

    id: Annotated[str, Field(examples=["5f0c6d1e9a4b4c1d8f2e7a6b3c9d0e1f"])]
    kind: Annotated[str, Field(examples=["what-if"])]
    state: State
    created_at: datetime
    started_at: Annotated[datetime | None, Field(description="When somebody last began it.")]
    ended_at: datetime | None
    attempts: Annotated[int, Field(ge=0, description="Above 1 where a process that worked on it died.")]
    cancel_asked: bool
    changes: Annotated[int, Field(ge=1, description="Grows with every change; the id of its newest event.")]
    progress: JobProgress | None
    request: Annotated[dict[str, Any], Field(description="What was asked.")]
    problem: Annotated[Problem | None, Field(description="Why it failed.")]
    result: Annotated[str | None, Field(description="Where the result is, once it is done.")]
    events: Annotated[str, Field(description="Where its progress is told as server-sent events.")]


class JobPage(BaseModel):
    """Jobs, the newest first."""

    items: list[JobOut]
    next: Annotated[str | None, Field(description="Cursor of the next page; null on the last one.")]
