"""The pages beside the API in one application."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from web import faults, static_files
from web.pages import audit, notices, overview, plans, signing_in, units

PAGES: tuple[APIRouter, ...] = (
    static_files.router,
    signing_in.router,
    overview.router,
    plans.router,
    units.router,
    notices.router,
    audit.router,
)


def add_pages(app: FastAPI) -> None:
    """Put the pages into an application of the API."""
    for router in PAGES:
        app.include_router(router)
    faults.install(app)
