"""The pages beside the API in one application."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from web import faults, static_files
from web.pages import (
    audit,
    comparing,
    importing,
    long_work,
    notices,
    overview,
    plans,
    policies,
    register,
    saved_scenarios,
    scenarios,
    signing_in,
    sweeps,
    units,
    workbench,
)

PAGES: tuple[APIRouter, ...] = (
    static_files.router,
    signing_in.router,
    overview.router,
    plans.router,
    units.router,
    notices.router,
    audit.router,
    policies.router,
    workbench.router,
    importing.router,
    register.router,
    saved_scenarios.router,
    scenarios.router,
    long_work.router,
    comparing.router,
    sweeps.router,
)


def add_pages(app: FastAPI) -> None:
    """Put the pages into an application of the API."""
    for router in PAGES:
        app.include_router(router)
    faults.install(app)
