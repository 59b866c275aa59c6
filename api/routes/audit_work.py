"""Long work of an audit: the record verified as it lies, and the pack that proves it to anyone."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import AUDIT, may
from api.long_work import LONG_WORK, LongWork
from api.repeating import StrictRoute
from service.jobs.asks import PackAsk, VerifyAsk

router = APIRouter(route_class=StrictRoute, tags=["proofs"])
WHO = may(AUDIT, scope="county")


@router.post("/verifications", dependencies=[WHO], response_class=Response, responses=LONG_WORK)
async def verify_record(asking: LongWork, ask: VerifyAsk) -> Response:
    """Compute everything anew from the bytes as they lie, beside what was kept outside; names the first bad place."""
    return await asking.answer("verify", ask)


@router.post("/packs", dependencies=[WHO], response_class=Response, responses=LONG_WORK)
async def make_pack(asking: LongWork, ask: PackAsk) -> Response:
    """Make the audit pack; the result names its file, `/v1/jobs/{job}/files/pack.zip`."""
    return await asking.answer("pack", ask)
