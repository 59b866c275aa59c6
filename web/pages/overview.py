"""The overview: how far every fund has come, the map, what waits for whom, what changed since the last visit."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.access import READ, Caller, Served, may
from api.moments import When
from service.overview import overview_at, since_visit
from service.plan_reading import NoPlanYet, newest
from service.showing import shown_plan
from web.rendering import looked, page
from web.visits import last_visit, remember_visit

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[may(READ, scope="open")])
def overview(request: Request, served: Served, caller: Caller, when: When) -> Response:
    """Where the money is; whoever acts for single townships begins with the villages."""
    if not caller.covers(None):
        return RedirectResponse("/units", 303)
    with served.county() as county:
        here = looked(request, county, when.at(county))
        try:
            plan = newest(county, None, here.at)
            parts = {"plan_id": plan.plan_id, "plan_state": plan.state, **shown_plan(plan, here.lang)}
        except NoPlanYet:
            parts = {"plan_id": None}
        since, head = last_visit(request), county.log.head()
        seen = None if since is None or since > head else since_visit(here.county, since)
        response = page("overview.html.j2", here, found=overview_at(county, here.at), seen=seen, since=since, **parts)
    remember_visit(request, response, head)
    return response
