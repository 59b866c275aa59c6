"""Sweeps: which there are, one started, and those somebody has under way or done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.access import EVERYONE, Caller, Served, may
from api.routes.computing import WHO
from service.jobs.asks import SweepAsk
from service.jobs.shelf import earlier
from service.scenarios.gallery import exhibits
from web.rendering import looked, page
from web.visitors import may_compute

router = APIRouter(include_in_schema=False)
RUNS_SHOWN = 20


@router.get("/sweeps", dependencies=[may(EVERYONE, scope="open")])
def list_of_sweeps(request: Request, served: Served, caller: Caller) -> Response:
    """Every scenario that has a sweep, and the sweeps this reader asked for."""
    with served.county() as county:
        return page(
            "sweeps.html.j2",
            looked(request, county),
            opened="/scenarios",
            exhibits=[one for one in exhibits(county) if one.cases],
            runs=earlier(served.jobs, caller.account, ("sweep",))[:RUNS_SHOWN],
            may_run=may_compute(caller),
        )


@router.post("/sweeps", dependencies=[WHO])
def start_sweep(served: Served, caller: Caller, scenario: Annotated[str, Form(max_length=128)]) -> Response:
    """Work out every case of a shipped scenario's sweep."""
    return RedirectResponse(f"/jobs/{served.ask_for('sweep', SweepAsk(scenario=scenario, papers=True), caller)}", 303)
