"""The register as a whole: the county, its townships, and the duties units carry with their money (M03, M09)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.access import READ, Caller, Served, may
from api.codes import TownshipCode
from api.derived import item_of, model_of
from api.lists import Listed, Page
from api.moments import Known, When, known
from api.problems import problems
from api.reading import ReadRoute
from domain.decisions.common import UnknownTownship
from domain.register import Duty, Township
from service.registers import register_at

router = APIRouter(route_class=ReadRoute, tags=["register"])
TownshipOut: Any = model_of(Township)
DutyOut: Any = model_of(Duty)
FAULTS = problems(401, 403, 404, 422, 503)


class Group(BaseModel):
    """Some of the units, counted."""

    group: Annotated[str, Field(description="A kind of unit, or `backward` or `poor`.", examples=["village"])]
    units: Annotated[int, Field(ge=0)]
    households: Annotated[int, Field(ge=0)]


class RegisterOut(BaseModel):
    """The county and what its register holds."""

    county: Annotated[str, Field(examples=["x-county"])]
    name_zh: str
    name_en: str
    note: Annotated[str, Field(description="Where the data comes from: its credit line, or that it is synthetic.")]
    townships: Annotated[int, Field(ge=0)]
    units: Annotated[int, Field(ge=0)]
    households: Annotated[int, Field(ge=0)]
    projects: Annotated[int, Field(ge=0)]
    funds: Annotated[int, Field(ge=0)]
    duties: Annotated[int, Field(ge=0)]
    outlines: Annotated[int, Field(ge=0, description="Units whose outline is known.")]
    groups: Annotated[list[Group], Field(description="Units by kind, and those backward or poor.")]
    at: Known


@router.get("/register", dependencies=[may(READ, scope="open")], responses=FAULTS)
def get_register(served: Served, when: When) -> RegisterOut:
    """The county, and how much its register holds."""
    with served.county() as county:
        at = when.at(county)
        register = register_at(county, at)
    groups: dict[str, list[int]] = {}
    for unit in register.units.values():
        for group in (unit.kind, *(["backward"] if unit.backward else []), *(["poor"] if unit.poor else [])):
            groups.setdefault(group, []).append(unit.households)
    return RegisterOut(
        county=register.county,
        name_zh=register.name_zh,
        name_en=register.name_en,
        note=register.note,
        townships=len(register.townships),
        units=len(register.units),
        households=sum(unit.households for unit in register.units.values()),
        projects=len(register.projects),
        funds=len(register.funds),
        duties=len(register.duties),
        outlines=len(register.areas),
        groups=[Group(group=group, units=len(of), households=sum(of)) for group, of in sorted(groups.items())],
        at=known(at),
    )


@router.get("/townships", dependencies=[may(READ, scope="open")], responses=FAULTS)
def list_townships(
    served: Served,
    listed: Listed,
    kind: Annotated[str | None, Query(max_length=64, description="Only towns, subdistricts, …")] = None,
) -> Page[TownshipOut]:
    """Every township of the county."""
    with served.county() as county:
        at = listed.at(county)
        found = register_at(county, at).townships.values()
    return listed.page(TownshipOut, (town for town in found if kind in (None, town.kind)), at)


@router.get("/townships/{township}", dependencies=[may(READ, scope="open")], responses=FAULTS)
def get_township(served: Served, when: When, township: TownshipCode) -> TownshipOut:
    """One township."""
    with served.county() as county:
        found = register_at(county, when.at(county)).townships.get(township)
    if found is None:
        raise UnknownTownship(township=township)
    return item_of(TownshipOut, found)


@router.get("/duties", dependencies=[may(READ, scope="own")], responses=FAULTS)
def list_duties(
    served: Served,
    caller: Caller,
    listed: Listed,
    unit: Annotated[str | None, Query(max_length=64, description="Only those this unit carries.")] = None,
    fund: Annotated[str | None, Query(max_length=64, description="Only those this fund pays.")] = None,
) -> Page[DutyOut]:
    """Every duty that was moved to a unit together with its yearly money (费随事转, M09)."""
    with served.county() as county:
        at = listed.at(county)
        register = register_at(county, at)
    duties = (
        duty
        for duty in register.duties.values()
        if caller.covers(register.units[duty.unit].township) and unit in (None, duty.unit) and fund in (None, duty.fund)
    )
    return listed.page(DutyOut, duties, at)
