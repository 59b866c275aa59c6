"""Long work that was asked for: how far it is, its events, its result and files, its end on request."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response, StreamingResponse

from api.access import EVERYONE, Caller, Served, may
from api.languages import language
from api.lists import CursorUnreadable
from api.long_work import SEES_ALL, events, job_json, own_job, result_of
from api.problems import problems
from api.repeating import StrictRoute
from api.schemas.jobs import JobOut, JobPage, State
from api.tails import EVENT_STREAM, stream_of

router = APIRouter(route_class=StrictRoute, tags=["jobs"])
MEDIA = {".zip": "application/zip", ".csv": "text/csv; charset=utf-8", ".jsonl": "application/jsonl"}
"""Of the files jobs have."""


@router.get("/jobs", dependencies=[may(EVERYONE, scope="open")], responses=problems(401, 403, 422, 503))
def list_jobs(
    request: Request,
    served: Served,
    caller: Caller,
    state: Annotated[State | None, Query(description="Only jobs in this state.")] = None,
    kind: Annotated[str | None, Query(max_length=64, description="Only jobs of this kind.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Items a page has at most.")] = 100,
    cursor: Annotated[str | None, Query(max_length=200, description="The `next` of the page before.")] = None,
) -> JobPage:
    """Your jobs, the newest first; an administrator's or auditor's list has everybody's."""
    account = None if caller.roles & SEES_ALL else caller.account
    before = None if cursor is None else _read(cursor)
    found = served.jobs.table.newest(account=account, state=state, kind=kind, before=before, limit=limit + 1)
    more = _cursor(found[limit - 1].created_at, found[limit - 1].id) if len(found) > limit else None
    items = [JobOut.model_validate(job_json(job, language(request))) for job in found[:limit]]
    return JobPage(items=items, next=more)


@router.get("/jobs/{job}", dependencies=[may(EVERYONE, scope="open")], responses=problems(401, 403, 404, 422, 503))
def get_job(request: Request, served: Served, caller: Caller, job: str) -> JobOut:
    """One job as it stands."""
    return JobOut.model_validate(job_json(own_job(served, caller, job), language(request)))


@router.post(
    "/jobs/{job}/cancel", dependencies=[may(EVERYONE, scope="open")], responses=problems(401, 403, 404, 422, 503)
)
def cancel_job(request: Request, served: Served, caller: Caller, job: str) -> JobOut:
    """Ask for its end; one that ended already stays as it is. What it recorded before stays recorded."""
    own_job(served, caller, job)
    return JobOut.model_validate(job_json(served.jobs.cancel(job), language(request)))


@router.get(
    "/jobs/{job}/result",
    dependencies=[may(EVERYONE, scope="open")],
    response_class=Response,
    responses={
        200: {"description": "What it found.", "content": {"application/json": {"schema": {"type": "object"}}}},
        **problems(401, 403, 404, 409, 422, 500, 503),
    },
)
def get_job_result(request: Request, served: Served, caller: Caller, job: str) -> Response:
    """What came of a job: its result, or the problem it failed with."""
    return result_of(request, served.jobs, own_job(served, caller, job))


@router.get(
    "/jobs/{job}/files/{name}",
    dependencies=[may(EVERYONE, scope="open")],
    response_class=FileResponse,
    responses={
        200: {"description": "The file.", "content": {kind: {} for kind in MEDIA.values()}},
        **problems(401, 403, 404, 409, 422, 503),
    },
)
def get_job_file(served: Served, caller: Caller, job: str, name: str) -> FileResponse:
    """A file of a job, as its result names them."""
    path = served.jobs.file(own_job(served, caller, job), name)
    return FileResponse(path, media_type=MEDIA.get(path.suffix, "application/octet-stream"), filename=name)


@router.get(
    "/jobs/{job}/events",
    dependencies=[may(EVERYONE, scope="open")],
    response_class=StreamingResponse,
    responses={
        200: {"description": "Server-sent events.", "content": {EVENT_STREAM: stream_of("JobOut")}},
        204: {"description": "It has ended, and the event that says so was read."},
        **problems(401, 403, 404, 422, 503),
    },
)
async def follow_job(
    request: Request,
    served: Served,
    caller: Caller,
    job: str,
    last_event_id: Annotated[
        str | None, Header(max_length=20, pattern=r"^\d*$", description="The id of the last event that was read.")
    ] = None,
) -> Response:
    """Its state and progress as they change: events `state`, `progress` and `end`, each with the whole job."""
    after = int(last_event_id or 0)
    found = await run_in_threadpool(own_job, served, caller, job)
    if found.ended and found.changes <= after:
        return Response(status_code=204)  # an `EventSource` then asks no more
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = events(served.jobs, job, after, language(request))
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


def _cursor(at: datetime, job: str) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()} {job}".encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, str]:
    try:
        at, _, job = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(" ")
        moment = datetime.fromisoformat(at)
    except (ValueError, binascii.Error):
        raise CursorUnreadable(given=cursor[:40]) from None
    if moment.tzinfo is None:
        raise CursorUnreadable(given=cursor[:40])
    return moment, job
