"""Long work as a page: how far it is, its end on request, what it found with its papers, what can be made of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from api.access import EVERYONE, PLAN, Caller, Served, may
from api.long_work import SEES_ALL, own_job
from api.routes.computing import WHO
from domain.money import Lang
from service.access.principal import Principal
from service.jobs.asks import AdoptAsk, SweepAsk
from service.jobs.queue import CANCELLED, FAILED, JobRow
from service.jobs.shelf import BODIES, body_of, done_of, earlier, step_of, why_failed
from service.office import Office
from service.scenarios.finding import shipped_scenarios
from web.rendering import looked, page
from web.visitors import may_compute, may_plan

router = APIRouter(include_in_schema=False)
JOBS_SHOWN = 50


@router.get("/jobs", dependencies=[may(EVERYONE, scope="open")])
def list_of_jobs(request: Request, served: Served, caller: Caller) -> Response:
    """What somebody asked for, the newest first; an auditor sees everybody's."""
    account = None if caller.roles & SEES_ALL else caller.account
    with served.county() as county:
        jobs = earlier(served.jobs, account, (*BODIES, "what-if", "adoption", "plan"))[:JOBS_SHOWN]
        return page("jobs.html.j2", looked(request, county), opened="/scenarios", jobs=jobs)


@router.get("/jobs/{job}", dependencies=[may(EVERYONE, scope="open")])
def job_page(request: Request, served: Served, caller: Caller, job: str) -> Response:
    """One job as it stands, or what came of it."""
    found = own_job(served, caller, job)
    with served.county() as county:
        here = looked(request, county)
        return page("job.html.j2", here, opened="/scenarios", **job_parts(served, found, caller, here.lang))


@router.post("/jobs/{job}/cancel", dependencies=[may(EVERYONE, scope="open")])
def cancel_job(served: Served, caller: Caller, job: str, back: Annotated[str, Form(max_length=2000)] = "") -> Response:
    """Ask for the end of a job."""
    own_job(served, caller, job)
    served.jobs.cancel(job)
    return RedirectResponse(back if back.startswith("/compare?") else f"/jobs/{job}", 303)


@router.post("/jobs/{job}/again", dependencies=[WHO])
def ask_again(served: Served, caller: Caller, job: str) -> Response:
    """Ask the same once more; a sweep goes on where it was."""
    found = own_job(served, caller, job)
    done = done_of(served.jobs, found)
    if found.kind == "sweep":
        asked = SweepAsk.model_validate({**done.asked, "goes_on": found.id})
        return RedirectResponse(f"/jobs/{served.ask_for('sweep', asked, caller)}", 303)
    return RedirectResponse("/scenarios" if done.scenario is None else f"/scenarios/{done.scenario}", 303)


@router.post("/jobs/{job}/adopt", dependencies=[may(PLAN, scope="county")])
def adopt(served: Served, caller: Caller, job: str) -> Response:
    """Take the decisions of a scenario that was run on the record, and draft the very plan it found."""
    done = done_of(served.jobs, own_job(served, caller, job))
    given = {name: done.asked[name] for name in ("scenario", "text", "files") if name in done.asked}
    plan_hash = (done.found.after or {}).get("plan_hash") if done.found is not None else None
    ask = AdoptAsk.model_validate({**given, "plan_hash": plan_hash})
    return RedirectResponse(f"/jobs/{served.ask_for('adoption', ask, caller)}", 303)


def job_parts(served: Office, job: JobRow, caller: Principal, lang: Lang) -> dict[str, Any]:
    """What the page of a job says of it."""
    done = done_of(served.jobs, job)
    body = body_of(served.jobs, job, lang)
    return {
        "job": job,
        "done": done,
        "step": step_of(job),
        "body": Markup(body) if body is not None else None,  # made and escaped by our own worker
        "said": why_failed(job, lang),
        "may_adopt": job.kind == "scenario" and done.on_record and done.found is not None and may_plan(caller),
        "may_again": job.kind == "sweep" and job.state in (CANCELLED, FAILED) and may_compute(caller),
        "shipped": done.scenario in shipped_scenarios(),
        "what_if": job.kind != "comparison" or _supposes(done.asked),
    }


def _supposes(asked: Any) -> bool:
    """Whether a side of a comparison is a what-if."""
    return any("scenario" in asked.get(side, {}) or "policy" in asked.get(side, {}) for side in ("before", "after"))
