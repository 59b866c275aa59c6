"""Units: all of them, and one of them as its people read it: what we got and why, what was left out, the way it took.

Residents need not sign in: they see the newest plan that was announced. Who is signed in sees the newest one.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.access import Served, Visitor, may
from api.moments import When
from service.access.principal import Principal
from service.asking.stories import story_of
from service.county import County
from service.plan_reading import newest
from service.planning import Planned
from service.registers import Moment
from service.unit_pages import newest_public, shown_unit, unit_places
from web.rendering import looked, page

router = APIRouter(include_in_schema=False)


@router.get("/units", dependencies=[may(scope="open")])
def list_of_units(request: Request, served: Served, visitor: Visitor, when: When) -> Response:
    """Every unit and what it gets."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        found = _plan_for(visitor, county, here.at)
        townships = unit_places(found)
        return page("units.html.j2", here, plan_id=found.plan_id, plan_state=found.state, townships=townships)


@router.get("/units/{unit}", dependencies=[may(scope="open")])
def unit_page(request: Request, served: Served, visitor: Visitor, when: When, unit: str) -> Response:
    """One unit."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        found = _plan_for(visitor, county, here.at)
        shown = shown_unit(found, unit, here.lang)
        story = story_of(county, unit, here.at) if visitor is not None else None
        about = {"plan_id": found.plan_id, "plan_state": found.state, "hearing": found.hearing, "story": story}
        return page("unit.html.j2", here, status=200, **about, **shown)


def _plan_for(visitor: Principal | None, county: County, at: Moment) -> Planned:
    return newest_public(county, at) if visitor is None else newest(county, None, at)
