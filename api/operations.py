"""For whoever runs the server: does it live, can it work, what has it counted.

Balancers ask the first two and hold no key. The counts tell how the county works, so they are for auditors and
administrators, from wherever they come: behind a proxy on the same machine everybody comes from this machine.
Prometheus sends an API key as its bearer token.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.access import ADMIN, AUDIT, Served, may
from api.metrics import CONTENT_TYPE_LATEST, exposition
from api.problems import problems
from service.readiness import conditions

router = APIRouter(tags=["operations"])


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class ConditionOut(BaseModel):
    """One thing that must hold."""

    name: Annotated[str, Field(examples=["store"])]
    holds: bool
    reason: Annotated[str, Field(description="What is wrong, in a few words; empty where it holds.")] = ""


class Readiness(BaseModel):
    """Whether the server can do its work, and what is in the way."""

    ready: bool
    conditions: list[ConditionOut]


@router.get("/healthz", dependencies=[may(scope="open")])
async def get_health() -> Alive:
    """The process lives; it says nothing of the store."""
    return Alive()


@router.get(
    "/readyz",
    dependencies=[may(scope="open")],
    responses={503: {"model": Readiness, "description": "Something is in the way; `conditions` says what."}},
)
def get_readiness(served: Served, response: Response) -> Readiness:
    """The store answers, the desk answers, the tables follow, and the disk has room."""
    found = conditions(served)
    ready = all(one.holds for one in found)
    response.status_code = 200 if ready else 503
    response.headers["cache-control"] = "no-store"
    told = [ConditionOut(name=one.name, holds=one.holds, reason=one.reason) for one in found]
    return Readiness(ready=ready, conditions=told)


@router.get(
    "/metrics",
    dependencies=[may(AUDIT, ADMIN, scope="county")],
    responses=problems(401, 403) | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    response_class=Response,
)
def get_metrics(served: Served) -> Response:
    """What the server counted, in the text format of Prometheus."""
    return Response(exposition(served), headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"})
