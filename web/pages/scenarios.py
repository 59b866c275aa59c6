"""Scenarios: the gallery with what each asked and found, one of them with what it changes and why, a run of one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.access import EVERYONE, Caller, Served, may, sees_all, sees_names
from api.problems import status_of
from api.routes.computing import WHO
from domain.errors import Refusal
from service.access.principal import Principal
from service.county import County
from service.faults import FAMILIES, explain
from service.jobs.asks import TEXT_MAX, ScenarioAsk
from service.jobs.shelf import Done, done_of, earlier
from service.office import Office
from service.scenarios.gallery import exhibit_of, exhibits, on_record
from service.scenarios.saved import Saved, all_saved, on_record_now, saved_one
from service.workbench.reopening import settings_of
from web.rendering import looked, page
from web.visitors import may_compute

router = APIRouter(include_in_schema=False)
RUNS_SHOWN = 10


@router.get("/scenarios", dependencies=[may(EVERYONE, scope="open")])
def gallery(request: Request, served: Served, caller: Caller) -> Response:
    """Every shipped scenario, and those this reader ran."""
    return _gallery(request, served, caller.account)


@router.get("/scenarios/{scenario}", dependencies=[may(EVERYONE, scope="open")])
def scenario_page(request: Request, served: Served, caller: Caller, scenario: str) -> Response:
    """One scenario."""
    with served.county() as county:
        here = looked(request, county)
        runs = [one for one in earlier(served.jobs, caller.account, ("scenario", "sweep")) if one.scenario == scenario]
        return page(
            "scenario.html.j2",
            here,
            one=exhibit_of(county, scenario),
            runs=[done_of(served.jobs, run.job) for run in runs[:RUNS_SHOWN]],
            may_run=may_compute(caller),
        )


@router.post("/scenarios", dependencies=[WHO])
def run_scenario(
    request: Request,
    served: Served,
    caller: Caller,
    scenario: Annotated[str, Form(max_length=128)] = "",
    saved: Annotated[str, Form(max_length=128)] = "",
    text: Annotated[str, Form(max_length=TEXT_MAX)] = "",
    on: Annotated[Literal["shipped", "record"], Form()] = "shipped",
    why: Annotated[bool, Form()] = False,
) -> Response:
    """Run a shipped or saved scenario, where it is based or on the record, or one that was written by hand."""
    if saved and on == "record":
        with served.county() as county:
            now = on_record_now(saved_one(served, county, saved).composed)
        ask = ScenarioAsk(text=now, papers=True, explain=why)
    elif saved:
        ask = ScenarioAsk(saved=saved, papers=True, explain=why)
    elif scenario and on == "record":
        ask = ScenarioAsk(text=on_record(scenario), papers=True, explain=why)
    elif scenario:
        ask = ScenarioAsk(scenario=scenario, papers=True, explain=why)
    else:
        try:
            job = served.ask_for("scenario", ScenarioAsk(text=text or "-", papers=True, explain=why), caller)
        except FAMILIES as fault:
            return _gallery(request, served, caller.account, text, fault)
        return RedirectResponse(f"/jobs/{job}", 303)
    return RedirectResponse(f"/jobs/{served.ask_for('scenario', ask, caller)}", 303)


def _gallery(
    request: Request, served: Office, account: str, text: str = "", fault: Exception | None = None
) -> Response:
    with served.county() as county:
        here = looked(request, county)
        shown, runs = exhibits(county), _newest_runs(served, account)
        said = explain(fault, here.lang) if fault is not None else None
        saved = on_shelf(served, county, here.who)
        known = {one.name for one in shown} | {one.shown.composed.name for one in saved}
        own = [run for name, run in runs.items() if name not in known]
        code = fault.code if isinstance(fault, Refusal) else "policy-faults"
        return page(
            "scenarios.html.j2",
            here,
            status=status_of(code, said.exit) if said else 200,
            exhibits=shown,
            shelves=[list(some) for _, some in groupby(shown, key=lambda one: one.shown.register_name)],
            runs=runs,
            own=own,
            saved=saved,
            named=sees_names(here.who),
            may_run=may_compute(here.who),
            text=text,
            faults=said.sentences if said else (),
        )


@dataclass(frozen=True)
class OnShelf:
    """A saved scenario as a reader finds it."""

    shown: Saved
    address: str | None
    """On the workbench, if all of it can be set there."""
    own: bool
    """Whether this reader may delete it."""

    @property
    def id(self) -> str:
        """What it is known by."""
        return self.shown.row.id

    @property
    def name(self) -> str:
        """What it was saved as."""
        return self.shown.row.name


def on_shelf(served: Office, county: County, who: Principal | None) -> list[OnShelf]:
    """The saved scenarios, for who may read about the county as a whole."""
    if who is None or not sees_all(who):
        return []
    found = []
    for one in all_saved(served, county):
        settings = settings_of(one.composed)
        address = None if settings is None else f"/workbench?{settings.query}"
        found.append(OnShelf(one, address, one.row.account == who.account or "admin" in who.roles))
    return found


def _newest_runs(served: Office, account: str) -> dict[str, Done]:
    """The newest run of each scenario by name that has found something."""
    found: dict[str, Done] = {}
    for run in earlier(served.jobs, account, ("scenario",)):
        if run.job.state == "done" and run.scenario is not None and run.scenario not in found:
            found[run.scenario] = done_of(served.jobs, run.job)
    return found
