"""API and pages as a worker of the server makes them: over the store the environment names, closed when it ends."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from api.app import create_app
from api.logs import install
from service.office import Office
from service.serving import store_served
from web.app import add_pages


def application() -> FastAPI:
    """One worker's application, with an office of its own."""
    office = Office(store_served())
    app = create_app(office, warm=True)
    app.state.log = install(sys.stderr)
    add_pages(app)
    running = app.router.lifespan_context

    @asynccontextmanager
    async def whole(app: FastAPI) -> AsyncIterator[Any]:
        try:
            async with running(app) as state:
                yield state
        finally:
            office.close()

    app.router.lifespan_context = whole
    return app
