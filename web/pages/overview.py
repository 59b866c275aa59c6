"""The overview: how far every fund has come, the map, what waits for whom, what changed since the last visit."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.access import READ, Served, may
from api.moments import When
from service.overview import overview_at
from service.plan_reading import NoPlanYet, newest
from service.showing import shown_plan
from web.rendering import looked, page

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[may(READ, scope="county")])
def overview(request: Request, served: Served, when: When) -> Response:
    """Where the money is."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        try:
            plan = newest(county, None, here.at)
            parts = {"plan_id": plan.plan_id, "plan_state": plan.state, **shown_plan(plan, here.lang)}
        except NoPlanYet:
            parts = {"plan_id": None}
        return page("overview.html.j2", here, found=overview_at(county, here.at), **parts)
