"""Long work over HTTP: asked for (202, or 200 for who prefers to wait), waited for without a thread, told as events."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, Response

from api.access import Caller, Served
from api.languages import language
from api.problems import TYPES, Problem, problem, problems, status_of
from api.schemas.jobs import JobOut
from domain.money import Lang
from service.access.principal import Principal
from service.faults import Exit
from service.jobs.asks import Ask
from service.jobs.problems import kept_problem
from service.jobs.queue import JobQueue, JobRow, UnknownJob
from service.office import Office

WAIT_SECONDS_MAX = 50.0
"""Longer than this nobody is let wait; who prefers to is answered 202."""
OTHERS_SECONDS = 0.25
"""How often a job is looked at that another process may change."""
OWN_SECONDS = 1.0
"""How often one is looked at that is worked on here, and whether this server is to end."""
HEARTBEAT_SECONDS = 15.0
SEES_ALL = frozenset(("admin", "auditor"))
_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,6})\"?\s*(?=$|[,;])", re.IGNORECASE)


def seconds_preferred(header: str | None) -> float:
    """How long whoever asks prefers to wait (RFC 7240, 4.3); 0: not at all."""
    found = _WAIT.search(header or "")
    return 0.0 if found is None else min(float(found.group(1)), WAIT_SECONDS_MAX)


class Asking:
    """Takes a request for long work, on behalf of the route that got it."""

    def __init__(
        self, request: Request, office: Office, caller: Principal, prefer: str | None, key: str | None
    ) -> None:
        self._request, self._office, self._caller, self._key = request, office, caller, key
        self._wait_seconds = seconds_preferred(prefer)

    def own(self, job: str) -> JobRow:
        """See `own_job`."""
        return own_job(self._office, self._caller, job)

    async def answer(self, kind: str, ask: Ask) -> Response:
        """The result where it is there in the time whoever asks prefers to wait, else the job."""
        queue = self._office.jobs
        name = await run_in_threadpool(self._office.ask_for, kind, ask, self._caller, self._key)
        if self._wait_seconds:
            job = await ended(queue, name, self._wait_seconds)
        else:
            job = await run_in_threadpool(queue.get, name)
        location = f"/v1/jobs/{name}"
        applied = {"Preference-Applied": f"wait={int(self._wait_seconds)}"} if self._wait_seconds else {}
        if not job.ended:
            content = job_json(job, language(self._request))
            headers = {"Location": location, "Retry-After": "1", **applied}
            return JSONResponse(content, 202, headers)
        answer = await run_in_threadpool(result_of, self._request, queue, job)
        answer.headers.update({"Location": location, "Content-Location": f"{location}/result", **applied})
        return answer


async def _asking(
    request: Request,
    office: Served,
    caller: Caller,
    prefer: Annotated[
        str | None,
        Header(
            description="`wait=N`: answer 200 with the result if it is there in N seconds (RFC 7240).", max_length=200
        ),
    ] = None,
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=200, description="The same request under the same key is one job."),
    ] = None,
) -> Asking:
    return Asking(request, office, caller, prefer, idempotency_key)


LongWork = Annotated[Asking, Depends(_asking)]
LONG_WORK: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The result, for who preferred to wait and it was there in time.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    },
    202: {"model": JobOut, "description": "The job; `Location` says where it is followed."},
    **problems(401, 403, 404, 409, 422, 500, 503),
}
"""The documented answers of a route that asks for long work."""


def own_job(office: Office, caller: Principal, job: str) -> JobRow:
    """A job, for who asked for it and for who sees all. Raises `UnknownJob`."""
    found = office.jobs.get(job)
    if found.account != caller.account and not caller.roles & SEES_ALL:
        raise UnknownJob(job=job[:80])
    return found


def job_json(job: JobRow, lang: Lang) -> dict[str, Any]:
    """A job as `JobOut` has it."""
    here = f"/v1/jobs/{job.id}"
    return JobOut(
        id=job.id,
        kind=job.kind,
        state=job.state,  # type: ignore[arg-type]  # one of the five, by the table
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        attempts=job.attempts,
        cancel_asked=job.cancel_asked,
        changes=job.changes,
        progress=None if job.progress is None else json.loads(job.progress),
        request=json.loads(job.request),
        problem=None if job.problem is None else Problem.model_validate(_problem_of(job.problem, lang)),
        result=f"{here}/result" if job.state == "done" else None,
        events=f"{here}/events",
    ).model_dump(mode="json")


def result_of(request: Request, queue: JobQueue, job: JobRow) -> Response:
    """What came of a job: its result, or the problem it failed with. Raises `JobNotDone`."""
    if job.problem is not None:
        said = _problem_of(job.problem, language(request))
        details = {
            name: value for name, value in said.items() if name not in ("type", "title", "status", "detail", "code")
        }
        return problem(request, said["status"], said["code"], said["detail"], **details)
    found = queue.result(job)
    headers = {"ETag": f'"{job.id}"', "Cache-Control": "private, max-age=3600", "Vary": "Authorization"}
    if isinstance(found, Path):
        return FileResponse(found, headers=headers, media_type="application/json")
    return Response(found, headers=headers, media_type="application/json")


def _problem_of(kept: str, lang: Lang) -> dict[str, Any]:
    said = kept_problem(kept)
    code = said["code"]
    return {
        "type": TYPES + code,
        "title": code.replace("-", " "),
        "status": status_of(code, Exit(said["exit"])),
        "detail": said[lang],
        "code": code,
        **said["details"],
    }


@contextmanager
def _stirred(queue: JobQueue, job: str) -> Iterator[asyncio.Event]:
    """An event that is set whenever this process changes the job."""
    loop, event = asyncio.get_running_loop(), asyncio.Event()

    def told() -> None:
        with suppress(RuntimeError):  # the loop has ended, and whoever waited with it
            loop.call_soon_threadsafe(event.set)

    with queue.watch(job, told):
        yield event


async def _waited(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def _patience(queue: JobQueue, job: JobRow) -> float:
    """After so long a job is looked at though nobody told of it."""
    return OWN_SECONDS if job.runner is not None and job.runner == queue.runner else OTHERS_SECONDS


async def ended(queue: JobQueue, name: str, seconds: float) -> JobRow:
    """The job once it has ended, or as it stands after so long. Takes no thread while it waits."""
    clock = asyncio.get_running_loop().time
    ends = clock() + seconds
    with _stirred(queue, name) as event:
        while True:
            event.clear()
            job = await run_in_threadpool(queue.get, name)
            left = ends - clock()
            if job.ended or left <= 0 or queue.ending:
                return job
            await _waited(event, min(left, _patience(queue, job)))


async def events(queue: JobQueue, name: str, after: int, lang: Lang) -> AsyncIterator[bytes]:
    """The job as server-sent events from a change on: `state` and `progress`, and `end`, after which nothing comes.

    Every event carries the whole job as it stands, so that whoever was away misses nothing that counts.
    """
    clock = asyncio.get_running_loop().time
    state: str | None = None
    silent_since = clock()
    with _stirred(queue, name) as event:
        while True:
            event.clear()
            try:
                job = await run_in_threadpool(queue.get, name)
            except UnknownJob:
                return
            if job.changes > after:
                after, silent_since = job.changes, clock()
                kind = "end" if job.ended else "progress" if job.state == state else "state"
                state = job.state
                content = json.dumps(job_json(job, lang), ensure_ascii=False)
                yield f"event: {kind}\nid: {after}\ndata: {content}\n\n".encode()
            elif clock() - silent_since >= HEARTBEAT_SECONDS:
                silent_since = clock()
                yield b": still at it\n\n"
            if job.ended or queue.ending:
                return  # whoever reads on asks another process, or this one when it is there again
            await _waited(event, _patience(queue, job))
