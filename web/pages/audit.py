"""The auditor's page: any day as it was known then or as it is known now, what changed since, one yuan's way back."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.access import AUDIT, READ, Caller, Served, may
from api.moments import When
from domain.errors import Refusal
from service.access.principal import Principal
from service.asking.targets import targets_of
from service.asking.tracing import trace
from service.audit_page import chain, committed_flow, committed_map, funds_then, moved_between, rails, recorded_on
from service.county import County
from service.diffing import Change, diff
from service.entry_words import field_words, value_words
from service.faults import explain
from service.jobs.asks import PackAsk, VerifyAsk
from service.jobs.queue import DONE, JobRow
from service.jobs.shelf import earlier, why_failed
from service.listings import post_rows
from service.office import Office
from service.registers import Moment
from web.languages import page_language
from web.rendering import Looked, looked, page

router = APIRouter(include_in_schema=False)
CHANGES_SHOWN, FACTS_SHOWN = 40, 5


@router.get("/audit", dependencies=[may(READ, scope="county")])
def audit_page(
    request: Request,
    served: Served,
    when: When,
    since: Annotated[date | Annotated[int, Query(ge=0, le=2**53)] | None, Query()] = None,
    trace_of: Annotated[str | None, Query(alias="trace", max_length=80)] = None,
) -> Response:
    """Where the money was, and who decided it."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        picture, decisions, told = rails(county, here.at, here.lang, since if isinstance(since, date) else None)
        drawn, finding = committed_flow(county, here.at, here.lang)
        funds = funds_then(county, here.at)
        return page(
            "audit.html.j2",
            here,
            head=county.log.head(),
            rails=picture,
            decisions=decisions,
            rails_finding=told,
            recorded_on=recorded_on(county, here.at),
            funds=funds,
            map=committed_map(county, here.at, here.lang, finding),
            flow=drawn,
            flow_finding=finding,
            chain=chain(county, here.at),
            since=since,
            changes=_changes(county, here.at, since),
            verified=_work(served, here, "verify"),
            packed=_work(served, here, "pack"),
            may_audit=_may_audit(here.who),
            traced=_traced(county, here, trace_of),
            offices={row.post: row for row in post_rows(county, here.at)} if trace_of else {},
            trace_of=trace_of or "",
        )


@router.post("/audit/work", dependencies=[may(AUDIT, scope="county")])
def ask_for_work(
    request: Request, served: Served, caller: Caller, kind: Annotated[Literal["verify", "pack"], Form()]
) -> Response:
    """Have the record computed anew, or its pack made; the page says what came of it."""
    lang = page_language(request)
    ask = VerifyAsk() if kind == "verify" else PackAsk(lang=lang)
    served.ask_for(kind, ask, caller)
    return RedirectResponse("/audit#chain-head", 303)


def _may_audit(who: Principal | None) -> bool:
    return who is not None and bool(who.roles & AUDIT) and who.covers(None)


def _work(served: Office, here: Looked, kind: str) -> dict[str, Any] | None:
    """The newest work of a kind, with what came of it; only auditors are told."""
    if not _may_audit(here.who):
        return None
    job: JobRow | None = next((one.job for one in earlier(served.jobs, None, (kind,))), None)
    if job is None:
        return None
    result: dict[str, Any] = {}
    if job.state == DONE:
        found = served.jobs.result(job)
        result = json.loads(found if isinstance(found, str) else found.read_text(encoding="utf-8"))
    return {"job": job, "result": result, "said": why_failed(job, here.lang)}


def _changes(county: County, at: Moment, since: date | int | None) -> dict[str, Any] | None:
    """What the moment has otherwise than an earlier position, or an earlier day as known at the same position."""
    if since is None:
        return None
    on_day = isinstance(since, date)
    first = Moment(at.position, since) if isinstance(since, date) else Moment(min(since, county.log.head()), at.as_of)
    found = diff(county, first, at)
    rest = max(len(found.changes) - CHANGES_SHOWN, 0)
    moved = moved_between(funds_then(county, first), funds_then(county, at))
    rows = [_in_words(one) for one in found.changes[:CHANGES_SHOWN]]
    return {"moved": moved, "rows": rows, "more": rest, "on_day": on_day}


def _in_words(one: Change) -> dict[str, Any]:
    """One field that differs, as the table shows it."""
    differs = one.difference
    kind = differs.entry.partition(":")[0]
    before, after = (value_words(differs.field, value) for value in (differs.left, differs.right))
    field = field_words(kind, differs.field)
    return {"entry": differs.entry, "field": field, "before": before, "after": after, "facts": one.facts[:FACTS_SHOWN]}


def _traced(county: County, here: Looked, given: str | None) -> dict[str, Any] | None:
    """The way of a sum, the choice among several, or the sentence that says there is none."""
    if not given:
        return None
    try:
        targets = targets_of(county, given, here.at)
        if len(targets) > 1:
            return {"targets": targets}
        found = trace(here.county, targets[0], here.at)
    except Refusal as refusal:
        explained = explain(refusal, here.lang)
        return {"said": explained.sentences if explained else ()}
    return {"target": found.target, "steps": found.steps, "posts": found.posts, "pieces": found.json()["rules"]}
