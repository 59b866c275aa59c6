"""Funds with their tranches and pledges, as the register has them at a moment (M04, M07)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import READ, Served, may
from api.derived import item_of, model_of
from api.lists import Listed, Page
from api.moments import When
from api.problems import problems
from api.reading import ReadRoute
from domain.decisions.common import UnknownFund
from domain.register import Fund
from service.registers import register_at

router = APIRouter(route_class=ReadRoute, tags=["funds"])
FundOut: Any = model_of(Fund)


@router.get("/funds", dependencies=[may(READ, scope="county")], responses=problems(401, 403, 404, 422, 503))
def list_funds(
    served: Served,
    listed: Listed,
    department: Annotated[str | None, Query(max_length=200, description="Only funds of this department.")] = None,
    pooled: Annotated[bool | None, Query(description="Only those inside, or outside, the pool (M43).")] = None,
) -> Page[FundOut]:
    """Every fund of the register."""
    with served.county() as county:
        at = listed.at(county)
        found = register_at(county, at).funds.values()
        rows = (fund for fund in found if department in (None, fund.department) and pooled in (None, fund.pooled))
        return listed.page(FundOut, rows, at)


@router.get("/funds/{fund}", dependencies=[may(READ, scope="county")], responses=problems(401, 403, 404, 422, 503))
def get_fund(served: Served, when: When, fund: str) -> FundOut:
    """One fund."""
    with served.county() as county:
        found = register_at(county, when.at(county)).funds.get(fund)
        if found is None:
            raise UnknownFund(fund=fund)
        return item_of(FundOut, found)
