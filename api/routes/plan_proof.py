"""What proves a plan, and how it goes public: verification, certificate, notice (M27)."""

from __future__ import annotations

from fastapi import APIRouter

from api.access import Served, Visitor, may
from api.codes import PlanCode
from api.moments import When
from api.plans_seen import about, seen
from api.problems import problems
from api.reading import ReadRoute
from api.schemas.plans import Certificate, Notice, Verification
from service.plan_answers import certificate
from service.plan_reading import findings
from service.public_notice import public_notice

router = APIRouter(route_class=ReadRoute, tags=["plans"])
FAULTS = problems(401, 404, 422, 503)


@router.get("/plans/{plan}/verification", dependencies=[may(scope="open")], responses=FAULTS)
def verify_plan(served: Served, visitor: Visitor, when: When, plan: PlanCode) -> Verification:
    """Check a plan anew, without any solver, against the register and policy it was computed from."""
    with served.county() as county:
        at = when.at(county)
        content = seen(county, plan, at, visitor).content
        assert content is not None
        found = findings(county, plan, at)
    return Verification(plan=plan, plan_hash=content.plan_hash, verified=not found, findings=found)


@router.get("/plans/{plan}/certificate", dependencies=[may(scope="open")], responses=problems(401, 404, 409, 422, 503))
def get_certificate(served: Served, visitor: Visitor, when: When, plan: PlanCode) -> Certificate:
    """The portable certificate of a plan as it was computed; one changed by hand has none (409)."""
    with served.county() as county:
        asked = about(served, county, plan, when.at(county), visitor)
        return Certificate.model_validate(certificate(asked, served.kept))


@router.get("/plans/{plan}/notice", dependencies=[may(scope="open")], responses=problems(401, 403, 404, 422, 503))
def get_notice(served: Served, visitor: Visitor, when: When, plan: PlanCode) -> Notice:
    """What the public is told: every unit's money, until when objections may be lodged, and what was decided.

    A plan that was not announced has no notice (403).
    """
    with served.county() as county:
        at = when.at(county)
        life = seen(county, plan, at, visitor)
        return Notice.model_validate(public_notice(county, about(served, county, plan, at, visitor), life, at))
