"""What the benchmarks of the API load: the application on a store, or one bare route that gives the same bytes.

    python -m uvicorn --factory benchmarks.served:whole     python -m uvicorn --factory benchmarks.served:bare

BENCH_STORE is the address of the store, BENCH_BYTES a file with what the bare route answers.
"""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import FastAPI, Response

from api.app import create_app
from service.access.principal import ROLES, Principal
from service.office import Office
from web.app import add_pages


def whole() -> FastAPI:
    """The application; whoever shows anything is somebody with every role: what is measured is reading."""
    app = create_app(Office(os.environ["BENCH_STORE"]))
    somebody = Principal("all", "Everybody", "all-posts", frozenset(ROLES))
    app.state.authenticate = lambda header: somebody
    return app


def pages() -> FastAPI:
    """The same with its pages."""
    app = whole()
    add_pages(app)
    return app


def bare() -> FastAPI:
    """One route and nothing else; a coroutine, for a plain function would cost a thread."""
    content = Path(os.environ["BENCH_BYTES"]).read_bytes()
    app = FastAPI()

    @app.get("/bare")
    async def bare_route() -> Response:
        return Response(content, media_type="application/json")

    return app
