"""Anything beside anything: two plans, days, policies or scenarios, and what differs. The address says which."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from api.access import READ, Caller, Served, may
from api.routes.computing import WHO
from service.access.principal import Principal
from service.county import County
from service.jobs.asks import ComparisonAsk
from service.jobs.queue import JobRow
from service.jobs.shelf import same_ask
from service.office import Office
from service.scenarios.choosing import NOW, Chosen, choices, chosen
from service.scenarios.papers import comparison_said
from service.scenarios.sides import compare_sides, read_side
from web.pages.long_work import job_parts
from web.rendering import Looked, looked, page
from web.visitors import may_compute

router = APIRouter(include_in_schema=False)
Written = Annotated[str, Query(max_length=200)]


@router.get("/compare", dependencies=[may(READ, scope="county")])
def compare_page(
    request: Request,
    served: Served,
    caller: Caller,
    left: Written = "",
    right: Written = "",
    left_day: Annotated[str, Query(max_length=10)] = "",
    right_day: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """Choose two things, and what differs where it is known; two plans on the record are compared at once."""
    with served.county() as county:
        here = looked(request, county)
        shown: dict[str, Any] = {"body": None, "job": None}
        if left and right:
            sides = _chosen(served, county, left, left_day), _chosen(served, county, right, right_day)
            left, right = (side.written for side in sides)
            shown |= _known(county, served, caller, here, sides)
        options = choices(county, served.saved.newest())
        return page(
            "compare.html.j2",
            here,
            opened="/scenarios",
            options=options,
            listed={written for _, some in options for written, _ in some},
            left=left,
            right=right or NOW,
            address=_address(left, right),
            may_run=may_compute(caller),
            **shown,
        )


@router.post("/compare", dependencies=[WHO])
def start_comparison(
    served: Served,
    caller: Caller,
    left: Annotated[str, Form(max_length=200)],
    right: Annotated[str, Form(max_length=200)],
    left_day: Annotated[str, Form(max_length=10)] = "",
    right_day: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Have two things worked out and compared, unless that was done or is under way."""
    with served.county() as county:
        sides = _chosen(served, county, left, left_day), _chosen(served, county, right, right_day)
    if not all(side.plan for side in sides) and _job_of(served, caller, sides) is None:
        served.ask_for("comparison", _ask(sides), caller)
    return RedirectResponse(_address(*(side.written for side in sides)), 303)


def _known(
    county: County, served: Office, caller: Principal, here: Looked, sides: tuple[Chosen, Chosen]
) -> dict[str, Any]:
    """What is known of two things: the comparison, or how far it is."""
    if all(side.plan for side in sides):
        before, after = (read_side(side.written) for side in sides)
        found = compare_sides(before, after, county)
        return {"body": Markup(comparison_said(found, here.lang)), "what_if": False}
    job = _job_of(served, caller, sides)
    return {} if job is None else job_parts(served, job, caller, here.lang)


def _job_of(served: Office, caller: Principal, sides: tuple[Chosen, Chosen]) -> JobRow | None:
    return same_ask(served.jobs, caller.account, "comparison", _ask(sides))


def _ask(sides: tuple[Chosen, Chosen]) -> ComparisonAsk:
    return ComparisonAsk(before=sides[0].given, after=sides[1].given, papers=True)


def _chosen(served: Office, county: County, written: str, day: str) -> Chosen:
    return chosen(county, written, _day(day), served.saved.get)


def _address(left: str, right: str) -> str:
    return f"/compare?{urlencode({'left': left, 'right': right})}"


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        return None
