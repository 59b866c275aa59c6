"""Projects of the library (项目库) and how far each has come (M20)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from api.access import READ, Caller, Served, may
from api.codes import ProjectCode
from api.derived import item_of, model_of
from api.lists import Listed, Page
from api.moments import When
from api.problems import problems
from api.reading import ReadRoute
from api.versions import stamp
from domain.decisions.common import UnknownProject
from domain.register import Project, Register
from service.county import County
from service.progress import Progress, ProjectStep, progress_at
from service.registers import Moment, register_at

router = APIRouter(route_class=ReadRoute, tags=["projects"])
ProjectOut: Any = model_of(Project, also=("remaining_fen", "plannable"))
ProgressOut: Any = model_of(Progress, also=("paid_percent",))
FAULTS = problems(401, 403, 404, 422, 503)
Stage = Literal["proposed", "appraised", "admitted", "withdrawn", "accepted"]


def township_of(register: Register, project: Project) -> str | None:
    """The township of a project's unit; None where the register has no such unit."""
    unit = register.units.get(project.unit)
    return None if unit is None else unit.township


@router.get("/projects", dependencies=[may(READ, scope="own")], responses=FAULTS)
def list_projects(
    served: Served,
    caller: Caller,
    listed: Listed,
    township: Annotated[str | None, Query(max_length=64, description="Only of units of this township.")] = None,
    unit: Annotated[str | None, Query(max_length=64, description="Only of this unit.")] = None,
    stage: Annotated[Stage | None, Query(description="Only those at this stage.")] = None,
    category: Annotated[str | None, Query(max_length=64, description="Only of this category.")] = None,
    purpose: Annotated[str | None, Query(max_length=64, description="Only with this purpose among theirs.")] = None,
    started: Annotated[bool | None, Query(description="Only unfinished work on the ground, or only others.")] = None,
) -> Page[ProjectOut]:
    """Every project of the library; of an account limited to townships, theirs."""
    with served.county() as county:
        at = listed.at(county)
        register = register_at(county, at)
    found = (
        project
        for project in register.projects.values()
        for place in [township_of(register, project)]
        if caller.covers(place)
        and township in (None, place)
        and unit in (None, project.unit)
        and stage in (None, project.stage)
        and category in (None, project.category)
        and (purpose is None or purpose in project.purposes)
        and started in (None, project.started)
    )
    return listed.page(ProjectOut, found, at)


@router.get("/projects/{project}", dependencies=[may(READ, scope="place")], responses=FAULTS)
def get_project(served: Served, caller: Caller, when: When, response: Response, project: ProjectCode) -> ProjectOut:
    """One project. Its `ETag` is the version that changes of it may state in `If-Match`."""
    with served.county() as county:
        at = when.at(county)
        found = _found(county, at, caller, project)
        stamp(response, county, "project", project, at)
    return item_of(ProjectOut, found)


@router.get("/projects/{project}/progress", dependencies=[may(READ, scope="place")], responses=FAULTS)
def get_project_progress(served: Served, caller: Caller, when: When, project: ProjectCode) -> ProgressOut:
    """How far one project has come, with the day of each step and its money."""
    with served.county() as county:
        at = when.at(county)
        unit = _found(county, at, caller, project).unit
        found = next(one for one in progress_at(county, at, unit=unit) if one.project == project)
    return item_of(ProgressOut, found)


@router.get("/progress", dependencies=[may(READ, scope="own")], responses=FAULTS)
def list_progress(
    served: Served,
    caller: Caller,
    listed: Listed,
    township: Annotated[str | None, Query(max_length=64, description="Only of units of this township.")] = None,
    unit: Annotated[str | None, Query(max_length=64, description="Only of this unit.")] = None,
    step: Annotated[ProjectStep | None, Query(description="Only those whose furthest step this is.")] = None,
    late: Annotated[bool | None, Query(description="Only those past their day and not done, or only others.")] = None,
) -> Page[ProgressOut]:
    """How far every project has come; of an account limited to townships, theirs."""
    with served.county() as county:
        at = listed.at(county)
        found = progress_at(county, at, township=township, unit=unit)
    rows = (
        one
        for one in found
        if caller.covers(one.township or None) and step in (None, one.step) and late in (None, one.late)
    )
    return listed.page(ProgressOut, rows, at)


def _found(county: County, at: Moment, caller: Caller, project: str) -> Project:
    register = register_at(county, at)
    found = register.projects.get(project)
    if found is None:
        raise UnknownProject(project=project)
    caller.must_cover(township_of(register, found))
    return found
