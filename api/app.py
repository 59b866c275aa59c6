"""The application: one open store behind routes, problems and rules; what every request meets on its way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from api import limits, problems
from api.access import authenticator
from api.contract import contract_of
from api.operations import router as operations
from api.reading import Answers, Remembering
from api.routes import ROUTERS
from api.stopping import heard
from api.tails import Tails
from api.watching import Watched
from service.faults import FAMILIES
from service.jobs.runner import Runner
from service.jobs.settings import solvers
from service.office import Office

THREADS = 16
"""Requests computed at once in one process; each borrows a county of its own."""
GRACE_SECONDS = 10.0
"""How long jobs under way may go on when the server ends; then they are handed back to the queue."""
ABOUT = """Splits pooled public money over villages and communities, proves the split, and keeps the record.

Money is whole fen in fields that end in `_fen`; `currency` says of what. Every read takes `as_of` (what counts by a
day) and `known_at` or `position` (what was known). Faults are problem details (RFC 9457) with stable types. Writes take
an `Idempotency-Key`."""


def create_app(office: Office, *, warm: bool = False) -> FastAPI:
    """The application over an open store, which its owner closes.

    `warm`: routes, and a process for long work, are ready before the first request and job come, as a server wants it.
    """
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
    app.state.warm = warm
    app.state.answers = Answers()
    app.state.tails = Tails(office.feed)
    app.state.authenticate = authenticator(office.access)
    problems.install(app, FAMILIES)
    limits.install(app)
    for router in ROUTERS:
        app.include_router(router, prefix="/v1")
    app.include_router(operations)
    app.add_middleware(Remembering)
    app.openapi = contract_of(app)  # type: ignore[method-assign]  # as FastAPI's own manual does it
    app.add_middleware(Watched)  # last, so that it is the first to see a request and the last to see its answer
    return app


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    if app.state.warm:
        _make_routes(app)
    office: Office = app.state.office
    runner = Runner(office, office.jobs, cap=solvers())
    runner.start(warm=app.state.warm)
    try:
        office.feed.start()
        with heard(office.feed.watch.end), heard(office.jobs.end):
            yield
    finally:
        await run_in_threadpool(office.feed.close)
        await run_in_threadpool(runner.close, GRACE_SECONDS)


def _make_routes(app: FastAPI) -> None:
    """Let every route be made now: FastAPI makes those of a router when somebody first asks, which takes a second."""
    nothing = {"type": "http", "method": "GET", "path": "/-", "root_path": "", "headers": []}
    for route in app.router.routes:
        route.matches(nothing)


def _name_of(route: APIRoute) -> str:
    return route.name
