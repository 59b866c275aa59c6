"""Commitments that reserve money and disbursements that pay it, each as it stands at a moment (M07, M08)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query

from api.access import READ, Caller, Served, may
from api.codes import CommitmentCode, DisbursementCode
from api.derived import item_of, model_of
from api.lists import Listed, Page
from api.moments import When
from api.problems import problems
from api.reading import ReadRoute
from service.access.principal import Principal
from service.county import County
from service.payments import Commitment, CommitmentState, Disbursement, DisbursementState
from service.registers import Moment, register_at, registered

router = APIRouter(route_class=ReadRoute, tags=["money"])
CommitmentOut: Any = model_of(Commitment, also=("open_fen", "state"))
DisbursementOut: Any = model_of(Disbursement, also=("state",))
Row = TypeVar("Row", Commitment, Disbursement)
FAULTS = problems(401, 403, 404, 422, 503)
Fund = Annotated[str | None, Query(max_length=64, description="Only of this fund.")]
Unit = Annotated[str | None, Query(max_length=64, description="Only of this unit.")]
Project = Annotated[str | None, Query(max_length=64, description="Only of this project.")]
Plan = Annotated[str | None, Query(max_length=64, description="Only under this plan.")]
Township = Annotated[str | None, Query(max_length=64, description="Only of units of this township.")]


@router.get("/commitments", dependencies=[may(READ, scope="own")], responses=FAULTS)
def list_commitments(
    served: Served,
    caller: Caller,
    listed: Listed,
    fund: Fund = None,
    unit: Unit = None,
    project: Project = None,
    plan: Plan = None,
    township: Township = None,
    state: Annotated[CommitmentState | None, Query(description="Only those in this state.")] = None,
) -> Page[CommitmentOut]:
    """Every commitment in the order they were made; of an account limited to townships, those of their units."""
    with served.county() as county:
        at = listed.at(county)
        found = served.payments.commitments(county, at, {"fund": fund, "unit": unit, "project": project})
        places = places_of(county, at)
    rows = _of(found, caller, places, plan=plan, township=township, state=state)
    return listed.page(CommitmentOut, rows, at)


@router.get("/commitments/{commitment}", dependencies=[may(READ, scope="place")], responses=FAULTS)
def get_commitment(served: Served, caller: Caller, when: When, commitment: CommitmentCode) -> CommitmentOut:
    """One commitment."""
    with served.county() as county:
        at = when.at(county)
        found = served.payments.commitment(county, at, commitment)
        caller.must_cover(places_of(county, at).get(found.unit))
    return item_of(CommitmentOut, found)


@router.get("/disbursements", dependencies=[may(READ, scope="own")], responses=FAULTS)
def list_disbursements(
    served: Served,
    caller: Caller,
    listed: Listed,
    fund: Fund = None,
    unit: Unit = None,
    project: Project = None,
    plan: Plan = None,
    township: Township = None,
    commitment: Annotated[str | None, Query(max_length=64, description="Only against this commitment.")] = None,
    state: Annotated[DisbursementState | None, Query(description="Only those in this state.")] = None,
) -> Page[DisbursementOut]:
    """Every disbursement in the order they were recorded; of an account limited to townships, those of their units."""
    about = {"fund": fund, "unit": unit, "project": project, "commitment": commitment}
    with served.county() as county:
        at = listed.at(county)
        found = served.payments.disbursements(county, at, about)
        places = places_of(county, at)
    rows = _of(found, caller, places, plan=plan, township=township, state=state)
    return listed.page(DisbursementOut, rows, at)


@router.get("/disbursements/{disbursement}", dependencies=[may(READ, scope="place")], responses=FAULTS)
def get_disbursement(served: Served, caller: Caller, when: When, disbursement: DisbursementCode) -> DisbursementOut:
    """One disbursement."""
    with served.county() as county:
        at = when.at(county)
        found = served.payments.disbursement(county, at, disbursement)
        caller.must_cover(places_of(county, at).get(found.unit))
    return item_of(DisbursementOut, found)


def _of(found: Iterable[Row], caller: Principal, places: Mapping[str, str], **wanted: str | None) -> Iterator[Row]:
    """Those whose units the caller may see, of the plan, township and state that were asked for."""
    for one in found:
        place = places.get(one.unit)
        stands = {"plan": one.plan, "township": place, "state": one.state}
        if caller.covers(place) and all(value in (None, stands[name]) for name, value in wanted.items()):
            yield one


def places_of(county: County, at: Moment) -> dict[str, str]:
    """Unit -> its township; empty where nothing is registered."""
    units = register_at(county, at).units if registered(county, at) else {}
    return {code: unit.township for code, unit in units.items()}
