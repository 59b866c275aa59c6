"""Units (villages, communities and others that can receive money): what they are and what they got (M03, M21)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.access import READ, Caller, Served, may
from api.codes import UnitCode
from api.derived import item_of, model_of
from api.languages import Language
from api.lists import Listed, Page
from api.moments import When
from api.problems import problems
from api.reading import ReadRoute
from api.versions import stamp
from domain.decisions.common import UnknownUnit
from domain.register import Unit
from service.county import County
from service.registers import Moment, register_at
from service.unit_reading import UnitMoney, money_of

router = APIRouter(route_class=ReadRoute, tags=["units"])
UnitOut: Any = model_of(Unit)
MoneyOut: Any = model_of(UnitMoney)
FAULTS = problems(401, 403, 404, 422, 503)


@router.get("/units", dependencies=[may(READ, scope="own")], responses=FAULTS)
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
        found = register_at(county, at).units.values()
    rows = (
        unit
        for unit in found
        if caller.covers(unit.township)
        and township in (None, unit.township)
        and kind in (None, unit.kind)
        and backward in (None, unit.backward)
        and poor in (None, unit.poor)
    )
    return listed.page(UnitOut, rows, at)


@router.get("/units/{unit}", dependencies=[may(READ, scope="place")], responses=FAULTS)
def get_unit(served: Served, caller: Caller, when: When, response: Response, unit: UnitCode) -> UnitOut:
    """One unit. Its `ETag` is the version that changes of it may state in `If-Match`."""
    with served.county() as county:
        at = when.at(county)
        found = _found(county, at, caller, unit)
        stamp(response, county, "unit", unit, at)
    return item_of(UnitOut, found)


@router.get("/units/{unit}/money", dependencies=[may(READ, scope="place")], responses=FAULTS)
def get_unit_money(served: Served, caller: Caller, when: When, lang: Language, unit: UnitCode) -> MoneyOut:
    """What a unit got and why: of every plan in force each piece with rule, clause and figures, and what was paid."""
    with served.county() as county:
        at = when.at(county)
        _found(county, at, caller, unit)
        return item_of(MoneyOut, money_of(county, served.kept, unit, at, lang))


def _found(county: County, at: Moment, caller: Caller, unit: str) -> Unit:
    found = register_at(county, at).units.get(unit)
    if found is None:
        raise UnknownUnit(unit=unit)
    caller.must_cover(found.township)
    return found
