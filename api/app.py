"""The application: one open store behind routes, problems and rules; what every request meets on its way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api import problems
from api.contract import contract_of
from api.reading import Answers
from api.routes import ROUTERS
from service.access.principal import Principal, Unauthenticated
from service.faults import FAMILIES
from service.office import Office

THREADS = 16
"""Requests computed at once in one process; each borrows a county of its own."""
ABOUT = """Splits pooled public money over villages and communities, proves the split, and keeps the record.

Money is whole fen in fields that end in `_fen`; `currency` says of what. Every read takes `as_of` (what counts by a
day) and `known_at` or `position` (what was known). Faults are problem details (RFC 9457) with stable types. Writes take
an `Idempotency-Key`."""


def create_app(office: Office) -> FastAPI:
    """The application over an open store, which its owner closes."""
    app = FastAPI(
        title="Tongchou 统筹",
        version="1",
        description=ABOUT,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # the usual pages fetch their scripts from elsewhere
        redoc_url=None,
        generate_unique_id_function=_name_of,
        lifespan=_running,
    )
    app.state.office = office
    app.state.answers = Answers()
    app.state.authenticate = _nobody
    problems.install(app, FAMILIES)
    for router in ROUTERS:
        app.include_router(router, prefix="/v1")
    app.openapi = contract_of(app, ROUTERS)  # type: ignore[method-assign]  # as FastAPI's own manual does it
    return app


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    yield


def _name_of(route: APIRoute) -> str:
    return route.name


def _nobody(header: str) -> Principal:
    raise Unauthenticated(reason="what was sent is neither a token nor a key of this server")
