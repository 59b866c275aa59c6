"""The auditor's page: any day as it was known then or as it is known now, what changed since, one yuan's way back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.access import READ, Served, may
from api.moments import When
from domain.errors import Refusal
from service.asking.targets import targets_of
from service.asking.tracing import trace
from service.audit_page import chain, committed_flow, funds_then, rails
from service.county import County
from service.diffing import diff
from service.faults import explain
from service.registers import Moment
from web.rendering import Looked, looked, page

router = APIRouter(include_in_schema=False)
CHANGES_SHOWN = 40


@router.get("/audit", dependencies=[may(READ, scope="county")])
def audit_page(
    request: Request,
    served: Served,
    when: When,
    since: Annotated[int | None, Query(ge=0)] = None,
    trace_of: Annotated[str | None, Query(alias="trace", max_length=80)] = None,
) -> Response:
    """Where the money was, and who decided it."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        picture, decisions = rails(county, here.at, here.lang)
        drawn, finding = committed_flow(county, here.at, here.lang)
        return page(
            "audit.html.j2",
            here,
            head=county.log.head(),
            rails=picture,
            decisions=decisions,
            funds=funds_then(county, here.at),
            flow=drawn,
            flow_finding=finding,
            chain=chain(county, here.at),
            since=since,
            changes=_changes(county, here.at, since),
            traced=_traced(county, here, trace_of),
            trace_of=trace_of or "",
        )


def _changes(county: County, at: Moment, since: int | None) -> dict[str, Any] | None:
    """What the moment has otherwise than an earlier position, the first rows and how many there are."""
    if since is None:
        return None
    found = diff(county, Moment(min(since, county.log.head()), at.as_of), at)
    return {"rows": found.changes[:CHANGES_SHOWN], "more": max(len(found.changes) - CHANGES_SHOWN, 0)}


def _traced(county: County, here: Looked, given: str | None) -> dict[str, Any] | None:
    """The way of a sum, the choice among several, or the sentence that says there is none."""
    if not given:
        return None
    try:
        targets = targets_of(county, given, here.at)
        if len(targets) > 1:
            return {"targets": targets}
        found = trace(county, targets[0], here.at)
    except Refusal as refusal:
        explained = explain(refusal, here.lang)
        return {"said": explained.sentences if explained else ()}
    return {"target": found.target, "steps": found.steps, "posts": found.posts, "pieces": found.json()["rules"]}
