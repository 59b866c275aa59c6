"""Scenarios saved on the server: from the workbench onto the shelf, as a file, and off the shelf again."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.access import READ, Caller, Served, may
from api.routes.computing import WHO
from service.scenarios.finding import ENDING
from service.scenarios.saved import NAME_MAX, delete, row_of, save
from service.workbench.asking import question_of
from service.workbench.settings import Settings
from web.pages.workbench import workbench_of

router = APIRouter(include_in_schema=False)


@router.post("/workbench/save", dependencies=[WHO])
def save_from_workbench(
    request: Request,
    served: Served,
    caller: Caller,
    settings: Annotated[str, Form(max_length=20_000)],
    name: Annotated[str, Form(max_length=4 * NAME_MAX)] = "",
) -> Response:
    """Keep the settings as a scenario under a name; the shelf with it."""
    with served.county() as county:
        ground = workbench_of(request).ground(county)
        wanted = Settings.parse(settings).without_present(ground.situation)
        composed = wanted.composed(ground.situation, ground.at.position, question_of(wanted, ground))
        saved = save(served, name, composed.loaded.text, caller)
    return RedirectResponse(f"/scenarios#s-{saved}", 303)


@router.get("/scenarios/saved/{saved}/file", dependencies=[may(READ, scope="county")])
def saved_file(served: Served, saved: str) -> Response:
    """The scenario file as it is."""
    row = row_of(served, saved)
    name = quote(f"{row.name}{ENDING}", safe="")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "no-store"}
    return Response(row.text, media_type="application/yaml", headers=headers)


@router.post("/scenarios/saved/{saved}/delete", dependencies=[may(READ, scope="county")])
def delete_saved(served: Served, caller: Caller, saved: str) -> Response:
    """Take it off the shelf."""
    delete(served, saved, caller)
    return RedirectResponse("/scenarios", 303)
