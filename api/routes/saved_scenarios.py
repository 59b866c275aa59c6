"""Saved scenarios: kept on the server by name for everybody of the county; work is asked for with them by their id."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import READ, Caller, Served, may, sees_names
from api.problems import problems
from api.repeating import StrictRoute
from api.routes.computing import WHO
from service.access.principal import Principal
from service.jobs.asks import TEXT_MAX
from service.scenarios.saved import NAME_MAX, Saved, all_saved, delete, save, saved_one
from service.workbench.reopening import settings_of

router = APIRouter(route_class=StrictRoute, prefix="/saved-scenarios", tags=["scenarios"])
EXAMPLE = "scenario: less\nquestion: {zh: 少一成会怎样？, en: What if a tenth less came?}\n"
FAULTS = (401, 403, 404, 422)


class SavedScenarioOut(BaseModel):
    """A saved scenario."""

    id: Annotated[str, Field(description="What requests name it by, as `saved`.", examples=["1f9a3c0b77e2d4a6"])]
    name: str
    scenario: Annotated[str, Field(description="What its text calls it.")]
    scenario_hash: str
    question_zh: str
    question_en: str
    saved_by: Annotated[str, Field(description="Pseudonymous id.")]
    saved_by_name: Annotated[str | None, Field(description="For people of the county at work; null once erased.")]
    saved_at: datetime
    saved_at_position: Annotated[int, Field(description="How far the record went when it was saved.")]
    based_on_position: Annotated[int | None, Field(description="The position its text is based on, if it is one.")]
    moved_on_at: Annotated[
        int | None,
        Field(description="The first fact since its base that changes register, funds or policy; null: none did."),
    ]
    moved_on_by: Annotated[str | None, Field(description="What that fact is.")]
    workbench: Annotated[str | None, Field(description="Its address on the workbench, if all of it can be set there.")]


class SavedScenarioText(SavedScenarioOut):
    """One with its text."""

    text: Annotated[str, Field(description="The scenario file (YAML).")]


class SavedScenarioList(BaseModel):
    """Every saved scenario, the newest first."""

    items: list[SavedScenarioOut]


class ScenarioToSave(BaseModel):
    """A scenario to be kept."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=4 * NAME_MAX, examples=["thin year"])]
    text: Annotated[
        str, Field(min_length=1, max_length=TEXT_MAX, description="The scenario file (YAML).", examples=[EXAMPLE])
    ]


@router.get("", dependencies=[may(READ, scope="county")], responses=problems(401, 403))
def list_saved_scenarios(served: Served, caller: Caller) -> SavedScenarioList:
    """Scenarios people of the county have saved, the newest first."""
    with served.county() as county:
        return SavedScenarioList(items=[_shown(one, caller) for one in all_saved(served, county)])


@router.get("/{saved}", dependencies=[may(READ, scope="county")], responses=problems(*FAULTS))
def get_saved_scenario(served: Served, caller: Caller, saved: str) -> SavedScenarioText:
    """One saved scenario with its text."""
    with served.county() as county:
        return _with_text(saved_one(served, county, saved), caller)


@router.post("", status_code=201, dependencies=[WHO], responses=problems(401, 403, 409, 422))
def save_scenario(served: Served, caller: Caller, given: ScenarioToSave, response: Response) -> SavedScenarioText:
    """Save a scenario under a name of its own; the same again is the one there is. Nothing is recorded."""
    saved = save(served, given.name, given.text, caller)
    response.headers["Location"] = f"/v1/saved-scenarios/{saved}"
    with served.county() as county:
        return _with_text(saved_one(served, county, saved), caller)


@router.delete("/{saved}", status_code=204, dependencies=[may(READ, scope="county")], responses=problems(*FAULTS))
def delete_saved_scenario(served: Served, caller: Caller, saved: str) -> None:
    """Delete one of your own, or as administrator any. What was asked for with it goes on."""
    delete(served, saved, caller)


def _with_text(one: Saved, caller: Principal) -> SavedScenarioText:
    return SavedScenarioText(**vars(_shown(one, caller)), text=one.row.text)


def _shown(one: Saved, caller: Principal) -> SavedScenarioOut:
    settings = settings_of(one.composed)
    return SavedScenarioOut(
        id=one.row.id,
        name=one.row.name,
        scenario=one.composed.name,
        scenario_hash=one.composed.scenario_hash,
        question_zh=one.question.zh,
        question_en=one.question.en,
        saved_by=one.row.account,
        saved_by_name=one.who if sees_names(caller) else None,
        saved_at=one.row.saved_at,
        saved_at_position=one.row.head,
        based_on_position=one.based_on,
        moved_on_at=one.moved_at,
        moved_on_by=one.moved_by,
        workbench=None if settings is None else f"/workbench?{settings.query}",
    )
