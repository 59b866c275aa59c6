"""Units: all of them, and one of them as its people read it: what we got and why, what was left out, how to object.

Residents need not sign in: they see the newest plan that was announced, as do accounts of townships; who is signed in
for the county sees the newest one. What was paid, and its story, are for accounts that answer for the place. An
objection is put on the record by an account, in the words of whoever objects: a village's own post, or whoever takes
letters down; residents without an account print the sheet.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.access import APPROVE, AUDIT, EVERYONE, PLAN, Caller, Served, Visitor, may, sees_all
from api.moments import When
from service import hearing
from service.access.principal import Principal
from service.asking.stories import story_of
from service.county import County, Receipt
from service.faults import FAMILIES
from service.jobs.asks import WhyNotAsk
from service.jobs.levers import Levers, levers_of
from service.nearness import nearness_of
from service.office import Office
from service.plan_reading import newest
from service.planning import Planned
from service.registers import Moment, day_of, moment
from service.unit_pages import newest_public, shown_unit, unit_places, unit_township
from service.unit_proof import paid_to, proof_of_grant, years_of
from web.forms import Tried, as_response, choice_in, decided, mandate_of, new_command, receipt_said, refused, sent
from web.languages import page_language
from web.periods import period_of
from web.rendering import Looked, looked, page

router = APIRouter(include_in_schema=False)
CAPACITIES = ("resident", "village-head", "department")
CODE_CHARACTERS = 8
Sent = Annotated[dict[str, str], Depends(sent)]
Job = Annotated[str | None, Query(max_length=64, pattern="^[0-9a-f-]+$")]


@router.get("/units", dependencies=[may(scope="open")])
def list_of_units(request: Request, served: Served, visitor: Visitor, when: When) -> Response:
    """Every unit and what it gets."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        found = _plan_for(visitor, county, here.at)
        townships = unit_places(found)
        total_fen, units = sum(town.total_fen for town in townships), sum(len(town.units) for town in townships)
        return page(
            "units.html.j2",
            here,
            plan_id=found.plan_id,
            plan_state=found.state,
            townships=townships,
            total_fen=total_fen,
            units=units,
        )


@router.get("/units/{unit}", dependencies=[may(scope="open")])
def unit_page(
    request: Request,
    served: Served,
    visitor: Visitor,
    when: When,
    unit: str,
    done: Annotated[int | None, Query(ge=1)] = None,
    why: Job = None,
) -> Response:
    """One unit."""
    with served.county() as county:
        return _page(served, looked(request, county, when.at(county)), visitor, unit, done=done, why=why)


@router.get("/units/{unit}/objection", dependencies=[may(scope="open")])
def objection_sheet(request: Request, served: Served, visitor: Visitor, when: When, unit: str) -> Response:
    """A sheet to print, fill in and hand in, for residents without an account."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        found = _plan_for(visitor, county, here.at)
        shown = shown_unit(found, unit, here.lang, {})
        period = period_of(found, day_of(county, here.at))
        return page("objection_sheet.html.j2", here, plan_id=found.plan_id, period=period, **shown)


@router.post("/units/{unit}/objections", dependencies=[may(EVERYONE, scope="place")])
def lodge_on_page(request: Request, served: Served, caller: Caller, unit: str, values: Sent) -> Response:
    """Put an objection on the record, in the words of whoever objects."""
    lang = page_language(request)
    with served.county() as county:
        found = _plan_for(caller, county, moment(county))
        caller.must_cover(unit_township(found, unit))

        def lodge() -> Receipt:
            mandate = mandate_of(county, caller, values)
            return hearing.lodge(
                county,
                f"o-{values['command'][:CODE_CHARACTERS]}",
                mandate,
                plan=found.plan_id,
                capacity=choice_in(values, "capacity", *CAPACITIES),
                said=values.get("said", ""),
                by=values.get("by") or None,
                unit=unit,
                project=values.get("project") or None,
            )

        return as_response(
            decided(lodge, "objection", values, f"/units/{unit}", lang),
            lambda tried: _page(served, looked(request, county, moment(county)), caller, unit, tried=tried),
        )


@router.post("/units/{unit}/why", dependencies=[may(PLAN, APPROVE, AUDIT, scope="county")])
def ask_on_page(request: Request, served: Served, caller: Caller, unit: str, values: Sent) -> Response:
    """Have the least change of every lever searched for one project; the page follows the job."""
    with served.county() as county:
        found = _plan_for(caller, county, moment(county))
        ask = WhyNotAsk.model_validate({"plan": found.plan_id, "subject": values.get("project", "")})
        key = f"page:{found.computed.plan.plan_hash}:{ask.subject}"[:200]
        try:
            job = served.ask_for("why-not", ask, caller, key)
        except FAMILIES as fault:
            tried = refused(fault, "why", values, page_language(request))
            return _page(served, looked(request, county, moment(county)), caller, unit, tried=tried)
    return RedirectResponse(f"/units/{unit}?why={job}#left", 303)


def _page(
    served: Office,
    here: Looked,
    visitor: Principal | None,
    unit: str,
    *,
    done: int | None = None,
    why: str | None = None,
    tried: Tried | None = None,
) -> Response:
    county, at = here.county, here.at
    found = _plan_for(visitor, county, at)
    plan_hash = found.computed.plan.plan_hash
    near = served.kept.get(("nearness", plan_hash), lambda: nearness_of(found))
    shown = shown_unit(found, unit, here.lang, near)
    period = period_of(found, day_of(county, at))
    at_home = visitor is not None and not visitor.must_change_password and visitor.covers(shown["township_code"])
    here_now = not here.past and period is not None
    return page(
        "unit.html.j2",
        here,
        status=tried.status if tried else 200,
        tried=tried,
        recorded=receipt_said(county, visitor, done),
        command=tried.values.get("command") if tried else new_command(),
        plan_id=found.plan_id,
        plan_state=found.state,
        period=period,
        may_lodge=here_now and at_home,
        may_ask=visitor is not None and bool(visitor.roles & (PLAN | APPROVE | AUDIT)) and visitor.townships is None,
        capacities=CAPACITIES,
        levers=_levers(served, visitor, found, why),
        proof=proof_of_grant(county, found.plan_id, unit, at),
        years_shown=years_of(county, unit, at, public=not sees_all(visitor)),
        paid=paid_to(county, unit, at) if at_home else [],
        story=story_of(county, unit, at) if at_home else None,
        **shown,
    )


def _levers(served: Office, visitor: Principal | None, found: Planned, why: str | None) -> Levers | None:
    return None if why is None or visitor is None else levers_of(served.jobs, visitor, found, why)


def _plan_for(visitor: Principal | None, county: County, at: Moment) -> Planned:
    return newest(county, None, at) if sees_all(visitor) else newest_public(county, at)
