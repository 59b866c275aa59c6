"""The answer of a why-not job as a page shows it: the least change of every lever, or how far the search has come."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from documents.why_not import forced_sentence, lever_rows
from domain.reasons import WhyNot
from service.access.principal import Principal
from service.jobs.queue import JobQueue, UnknownJob
from service.planning import Planned
from service.unit_pages import view_of
from texts import Both


@dataclass(frozen=True)
class Levers:
    """What a search found for one project; `state` is that of its job, and without `rows` there is no answer yet."""

    job: str
    state: str
    project: str = ""
    forced: Both | None = None
    rows: tuple[tuple[Both, Both], ...] = ()


class _Answer(msgspec.Struct):
    plan_hash: str
    why_not: list[WhyNot]


def levers_of(jobs: JobQueue, visitor: Principal, found: Planned, job: str) -> Levers | None:
    """The levers a job found; None for a job of somebody else, of another kind, or about another plan."""
    try:
        row = jobs.get(job)
    except UnknownJob:
        return None
    if row.kind != "why-not" or row.account != visitor.account:
        return None
    if row.state != "done":
        return Levers(job, row.state)
    result = jobs.result(row)
    content = result.read_bytes() if isinstance(result, Path) else result
    answer = msgspec.json.decode(content, type=_Answer, strict=False)
    if answer.plan_hash != found.computed.plan.plan_hash or not answer.why_not:
        return None
    one = answer.why_not[0]
    forced = None if one.forced is None else forced_sentence(one)
    return Levers(job, row.state, one.subject, forced, tuple(lever_rows(view_of(found), one)))
