"""Long work about the record: the best plan, what-ifs, comparisons, sweeps, a past told again."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.access import APPROVE, AUDIT, PLAN, may
from api.long_work import LONG_WORK, LongWork
from api.repeating import StrictRoute
from service.jobs.asks import ComparisonAsk, PlanAsk, ReplayAsk, SweepAsk, WhatIfAsk

router = APIRouter(route_class=StrictRoute)
WHO = may(PLAN, APPROVE, AUDIT, scope="county")
"""Who may set the solvers to work on questions; what becomes of it is on no record."""


@router.post(
    "/plans", dependencies=[may(PLAN, scope="county")], response_class=Response, responses=LONG_WORK, tags=["plans"]
)
async def compute_plan(asking: LongWork, ask: PlanAsk) -> Response:
    """Compute the best plan for register, funds and policy at a moment; draft or propose it where that is asked."""
    return await asking.answer("plan", ask)


@router.post("/what-ifs", dependencies=[WHO], response_class=Response, responses=LONG_WORK, tags=["scenarios"])
async def ask_what_if(asking: LongWork, ask: WhatIfAsk) -> Response:
    """What comes of changes to the record as it stands, or stood: both plans, compared. Nothing is recorded."""
    return await asking.answer("what-if", ask)


@router.post("/comparisons", dependencies=[WHO], response_class=Response, responses=LONG_WORK, tags=["scenarios"])
async def compare_sides(asking: LongWork, ask: ComparisonAsk) -> Response:
    """Compare two things: plans, scenarios, the record at two moments, another policy."""
    return await asking.answer("comparison", ask)


@router.post("/sweeps", dependencies=[WHO], response_class=Response, responses=LONG_WORK, tags=["scenarios"])
async def run_sweep(asking: LongWork, ask: SweepAsk) -> Response:
    """Work out every case of a scenario's sweep; a case that is done is never done again, whatever dies."""
    if ask.goes_on is not None:
        await run_in_threadpool(asking.own, ask.goes_on)
    return await asking.answer("sweep", ask)


@router.post("/replays", dependencies=[WHO], response_class=Response, responses=LONG_WORK, tags=["scenarios"])
async def replay_record(asking: LongWork, ask: ReplayAsk) -> Response:
    """Tell a stretch of the record again under another policy or with a scenario's changes, decision by decision."""
    return await asking.answer("replay", ask)
