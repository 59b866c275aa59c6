"""Long work somebody asked for before: what it was about, what it found, and what it says for the pages of a server."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec

from documents.proof import objective_name
from domain.money import Lang
from service.jobs.asks import Ask
from service.jobs.problems import kept_problem
from service.jobs.queue import CANCELLED, DONE, FAILED, JobQueue, JobRow, NoSuchFile
from service.scenarios import papers, sweep_papers
from texts import Both, both, has, literal

BODIES: Mapping[str, Mapping[Lang, str]] = {
    "scenario": papers.BODIES,
    "comparison": papers.BODIES,
    "sweep": sweep_papers.BODIES,
}
"""Kind of work -> the files that say what was found, if its papers were asked for."""
LOOKED_AT_MAX = 200
"""Of somebody's jobs the newest so many are looked through."""


class Found(msgspec.Struct):
    """What is read of any result; the rest of it is for programs."""

    moved_fen: int | None = None
    plan: str | None = None
    plan_hash: str | None = None
    facts: int | None = None
    cases: int | None = None
    files: tuple[str, ...] = ()
    after: dict[str, str] | None = None


@dataclass(frozen=True)
class Done:
    """One job with what it asked and, once it is done, what it found."""

    job: JobRow
    asked: Mapping[str, Any]
    found: Found | None

    @property
    def scenario(self) -> str | None:
        """The name of the scenario it is about, shipped or sent along."""
        named = self.asked.get("scenario")
        if isinstance(named, str):
            return named
        whole = named if isinstance(named, dict) else _whole(self.asked.get("text"))
        called = whole.get("scenario")
        return str(called) if called is not None else None

    @property
    def question(self) -> Both | None:
        """What the scenario it is about asks."""
        from service.scenarios.gallery import question_of  # with the language of scenarios, which most pages never need

        named = self.asked.get("scenario")
        if isinstance(named, str):
            return question_of(named)
        whole = named if isinstance(named, dict) else _whole(self.asked.get("text"))
        asks = whole.get("question") or {}
        zh, en = (str(asks.get(lang) or "") for lang in ("zh", "en"))
        return Both(zh or en, en or zh) if zh or en else None

    @property
    def sides(self) -> tuple[Both, Both]:
        """What a comparison puts side by side, in a few words."""
        return _side(self.asked.get("before") or {}), _side(self.asked.get("after") or {})

    @property
    def on_record(self) -> bool:
        """Whether it was worked out on the record, rather than on a shipped register."""
        named = self.asked.get("scenario")
        whole = named if isinstance(named, dict) else _whole(self.asked.get("text"))
        return bool(whole) and "register" not in (whole.get("based_on") or {})


def done_of(queue: JobQueue, job: JobRow) -> Done:
    """A job with what it found."""
    return Done(job, json.loads(job.request), _found(queue, job))


def earlier(queue: JobQueue, account: str | None, kinds: Collection[str]) -> list[Done]:
    """The jobs of some kinds somebody asked for (None: everybody), the newest first."""
    rows = queue.table.newest(account=account, limit=LOOKED_AT_MAX)
    return [Done(row, json.loads(row.request), None) for row in rows if row.kind in kinds]


def same_ask(queue: JobQueue, account: str, kind: str, ask: Ask) -> JobRow | None:
    """The newest job of somebody that asks just this and has not failed."""
    request = json.loads(ask.model_dump_json(exclude_defaults=True))
    rows = queue.table.newest(account=account, kind=kind, limit=LOOKED_AT_MAX)
    return next(
        (row for row in rows if row.state not in (FAILED, CANCELLED) and json.loads(row.request) == request), None
    )


def body_of(queue: JobQueue, job: JobRow, lang: Lang) -> str | None:
    """What a job that is done says, as HTML made by its worker; None where no papers were asked for."""
    name = BODIES.get(job.kind, {}).get(lang)
    if job.state != DONE or name is None:
        return None
    try:
        return queue.file(job, name).read_text(encoding="utf-8")
    except (NoSuchFile, OSError):
        return None


def why_failed(job: JobRow, lang: Lang) -> tuple[str, ...]:
    """The sentences of a job that failed."""
    return () if job.problem is None else (str(kept_problem(job.problem)[lang]),)


def _found(queue: JobQueue, job: JobRow) -> Found | None:
    if job.state != DONE:
        return None
    result = queue.result(job)
    try:
        content = result.encode() if isinstance(result, str) else result.read_bytes()
        return msgspec.json.decode(content, type=Found, strict=False)
    except (msgspec.MsgspecError, OSError):
        return None


def _side(given: Mapping[str, Any]) -> Both:
    """One side of a comparison as it was asked for."""
    called = given.get("scenario") or _whole(given.get("text")).get("scenario")
    if given.get("plan"):
        return both("side.plan", what=literal(given["plan"]))
    if called:
        return both("side.scenario", what=literal(str(called if isinstance(called, str) else called.get("scenario"))))
    if given.get("policy"):
        return both("web.compare.policy")
    if given.get("position"):
        return both("side.record_position", what=given["position"])
    if given.get("known_at"):
        return both("side.record", what=literal(str(given["known_at"])))
    return both("side.record_now")


def _whole(text: object) -> dict[str, Any]:
    """A scenario that was sent as the text of a file; empty where it cannot be read as one."""
    return _read(text) if isinstance(text, str) else {}


@lru_cache(64)
def _read(text: str) -> dict[str, Any]:
    from scenarios.language import load_scenario

    data = load_scenario(text).tree.data
    return dict(data) if isinstance(data, dict) else {}


@dataclass(frozen=True)
class Step:
    """How far a job is: what it is at, so many of how many, and what may still be missing as a part."""

    called: Both
    done: int | None
    of: int | None
    gap_ratio: float | None


def step_of(job: JobRow) -> Step | None:
    """How far a job is, in words; None before it told anything."""
    if job.progress is None or job.ended:
        return None
    told = json.loads(job.progress)
    step = str(told.get("step", ""))
    called = both(f"web.job.step.{step}") if has(f"web.job.step.{step}") else objective_name(step)
    return Step(called, told.get("done"), told.get("of"), told.get("gap_ratio"))
