"""Scenarios: the shipped ones and their language, a run of one, one adopted."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.access import EVERYONE, PLAN, may
from api.long_work import LONG_WORK, LongWork
from api.problems import problems
from api.repeating import StrictRoute
from api.routes.computing import WHO
from service.jobs.asks import AdoptAsk, ScenarioAsk
from service.scenarios.finding import scenario_schema
from service.scenarios.shelf import ShippedScenario, shipped, shipped_one

router = APIRouter(route_class=StrictRoute, tags=["scenarios"])


class ScenarioOut(BaseModel):
    """A shipped scenario."""

    scenario: Annotated[str, Field(examples=["thinner"])]
    scenario_hash: str
    question_zh: str
    question_en: str
    finding_zh: Annotated[str | None, Field(description="What was found when it was written.")]
    finding_en: str | None
    register_name: Annotated[str | None, Field(description="The shipped register it is based on.")]
    sweeps: Annotated[bool, Field(description="Whether it has a sweep (POST /v1/sweeps).")]


class ScenarioText(ScenarioOut):
    """One with the text of its file."""

    text: Annotated[str, Field(description="The file as it is (YAML).")]


class ScenarioList(BaseModel):
    """The shipped scenarios."""

    items: list[ScenarioOut]


@router.get("/scenarios", dependencies=[may(EVERYONE, scope="open")], responses=problems(401, 403))
def list_scenarios() -> ScenarioList:
    """The shipped scenarios and the questions they answer."""
    return ScenarioList(items=[ScenarioOut(**_row(one)) for one in shipped()])


@router.get("/scenarios/schema", dependencies=[may(EVERYONE, scope="open")], responses=problems(401, 403))
def get_scenario_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario."""
    return scenario_schema()


@router.get("/scenarios/{scenario}", dependencies=[may(EVERYONE, scope="open")], responses=problems(401, 403, 404, 422))
def get_scenario(scenario: str) -> ScenarioText:
    """One shipped scenario with its text."""
    found = shipped_one(scenario)
    return ScenarioText(**_row(found), text=found.text)


@router.post("/scenarios", dependencies=[WHO], response_class=Response, responses=LONG_WORK)
async def run_scenario(asking: LongWork, ask: ScenarioAsk) -> Response:
    """Run a scenario, shipped or sent along, and compare it with what it is based on. Nothing is recorded."""
    return await asking.answer("scenario", ask)


@router.post("/adoptions", dependencies=[may(PLAN, scope="county")], response_class=Response, responses=LONG_WORK)
async def adopt_scenario(asking: LongWork, ask: AdoptAsk) -> Response:
    """Take a scenario's decisions on the record and draft the plan it finds, all of it or nothing."""
    return await asking.answer("adoption", ask)


def _row(one: ShippedScenario) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ScenarioOut.model_fields}
