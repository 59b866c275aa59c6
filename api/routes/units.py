"""Units (villages, communities and others that can receive money), as the register has them at a moment (M03, M21)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import READ, Caller, Served, may
from api.derived import item_of, model_of
from api.lists import Listed, Page
from api.moments import When
from api.problems import problems
from api.reading import ReadRoute
from domain.decisions.common import UnknownUnit
from domain.register import Unit
from service.registers import register_at

router = APIRouter(route_class=ReadRoute, tags=["units"])
UnitOut: Any = model_of(Unit)


@router.get("/units", dependencies=[may(READ, scope="own")], responses=problems(401, 403, 404, 422, 503))
def list_units(
    served: Served,
    caller: Caller,
    listed: Listed,
    township: Annotated[str | None, Query(max_length=64, description="Only units of this township.")] = None,
    kind: Annotated[str | None, Query(max_length=64, description="Only villages, communities, …")] = None,
    backward: Annotated[bool | None, Query(description="Only those on, or off, the list of weak units.")] = None,
    poor: Annotated[bool | None, Query(description="Only poor ones, or others.")] = None,
) -> Page[UnitOut]:
    """Every unit of the register; of an account limited to townships, theirs."""
    with served.county() as county:
        at = listed.at(county)
        rows = (
            unit
            for unit in register_at(county, at).units.values()
            if caller.covers(unit.township)
            and township in (None, unit.township)
            and kind in (None, unit.kind)
            and backward in (None, unit.backward)
            and poor in (None, unit.poor)
        )
        return listed.page(UnitOut, rows, at)


@router.get("/units/{unit}", dependencies=[may(READ, scope="place")], responses=problems(401, 403, 404, 422, 503))
def get_unit(served: Served, caller: Caller, when: When, unit: str) -> UnitOut:
    """One unit."""
    with served.county() as county:
        found = register_at(county, when.at(county)).units.get(unit)
        if found is None:
            raise UnknownUnit(unit=unit)
        caller.must_cover(found.township)
        return item_of(UnitOut, found)
