"""Funds with their tranches and pledges, as the register has them at a moment (M04, M07)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.access import READ, Served, may
from api.codes import FundCode
from api.derived import item_of, model_of
from api.lists import Listed, Page
from api.moments import When
from api.problems import problems
from api.reading import ReadRoute
from api.versions import stamp
from domain.decisions.common import UnknownFund
from domain.register import Fund, Pledge, Tranche
from service.county import County
from service.registers import Moment, register_at

router = APIRouter(route_class=ReadRoute, tags=["funds"])
FundOut: Any = model_of(Fund, also=("plannable_fen", "arrived_fen"))
TrancheOut: Any = model_of(Tranche)
PledgeOut: Any = model_of(Pledge)
FAULTS = problems(401, 403, 404, 422, 503)


@router.get("/funds", dependencies=[may(READ, scope="county")], responses=FAULTS)
def list_funds(
    served: Served,
    listed: Listed,
    department: Annotated[str | None, Query(max_length=200, description="Only funds of this department.")] = None,
    year: Annotated[int | None, Query(description="Only funds of this budget year.", examples=[2026])] = None,
    pooled: Annotated[bool | None, Query(description="Only those inside, or outside, the pool (M43).")] = None,
) -> Page[FundOut]:
    """Every fund of the register."""
    with served.county() as county:
        at = listed.at(county)
        found = register_at(county, at).funds.values()
    rows = (
        fund
        for fund in found
        if department in (None, fund.department) and year in (None, fund.budget_year) and pooled in (None, fund.pooled)
    )
    return listed.page(FundOut, rows, at)


@router.get("/funds/{fund}", dependencies=[may(READ, scope="county")], responses=FAULTS)
def get_fund(served: Served, when: When, response: Response, fund: FundCode) -> FundOut:
    """One fund. Its `ETag` is the version that changes of it may state in `If-Match`."""
    with served.county() as county:
        at = when.at(county)
        found = _found(county, at, fund)
        stamp(response, county, "fund", fund, at)
    return item_of(FundOut, found)


@router.get("/funds/{fund}/tranches", dependencies=[may(READ, scope="county")], responses=FAULTS)
def list_tranches(
    served: Served,
    listed: Listed,
    fund: FundCode,
    arrived: Annotated[bool | None, Query(description="Only those that arrived, or only those to come.")] = None,
) -> Page[TrancheOut]:
    """The parts in which a fund's money comes."""
    with served.county() as county:
        at = listed.at(county)
        found = _found(county, at, fund).tranches
    return listed.page(TrancheOut, (t for t in found if arrived in (None, t.arrived_on is not None)), at)


@router.get("/funds/{fund}/pledges", dependencies=[may(READ, scope="county")], responses=FAULTS)
def list_pledges(served: Served, listed: Listed, fund: FundCode) -> Page[PledgeOut]:
    """What helping bodies promised to a fund, in money or in kind, and what has come of it."""
    with served.county() as county:
        at = listed.at(county)
        found = _found(county, at, fund).pledges
    return listed.page(PledgeOut, found, at)


def _found(county: County, at: Moment, fund: str) -> Fund:
    found = register_at(county, at).funds.get(fund)
    if found is None:
        raise UnknownFund(fund=fund)
    return found
