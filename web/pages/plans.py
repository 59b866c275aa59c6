"""Plans: which there are, and one of them with its picture, lines, reasons, proof and hearing (M27)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.access import READ, Served, may
from api.moments import When
from service.plan_reading import life_of, planned, standing
from service.sealing import resting_on
from service.showing import shown_plan
from texts import text
from web.rendering import looked, page

router = APIRouter(include_in_schema=False)


@router.get("/plans", dependencies=[may(READ, scope="county")])
def list_of_plans(request: Request, served: Served, when: When) -> Response:
    """Every plan with its state and its sum."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        return page("plans.html.j2", here, plans=standing(county, here.at))


@router.get("/plans/{plan}", dependencies=[may(READ, scope="county")])
def plan_page(request: Request, served: Served, when: When, plan: str) -> Response:
    """One plan."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        found = planned(county, plan, here.at)
        about = {"rests_on": resting_on(county, here.at.position).sentences, "position": here.at.position}
        heads = ("position", "recorded_at", "effective_on", "state", "by", "why", "document")
        steps = [dict(zip(heads, step, strict=True)) for step in life_of(county, plan, here.at)]
        for step in steps:
            state, _, objection = str(step["state"]).partition(" ")
            step["said"] = f"{text(f'times.state.{state}', here.lang)} {objection}".strip()
        return page(
            "plan.html.j2",
            here,
            plan_id=plan,
            plan_state=found.state,
            steps=steps,
            **shown_plan(found, here.lang, about),
        )
