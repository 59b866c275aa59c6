"""Every route of an application with its whole path, also those of routers inside routers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount


class Found(NamedTuple):
    """A route, its path from the root, and its methods."""

    route: APIRoute
    path: str
    methods: tuple[str, ...]


def every_route(app: FastAPI) -> list[Found]:
    """The routes of an application but for its own `openapi.json`. Fails for a kind of route this cannot look into."""
    return list(_below(app.routes, ""))


def _below(routes: Iterable[BaseRoute], prefix: str) -> Iterator[Found]:
    for route in routes:
        inside: Any = getattr(route, "original_router", None)
        if inside is not None:
            context: Any = route.include_context  # type: ignore[attr-defined]
            yield from _below(inside.routes, prefix + context.prefix)
        elif isinstance(route, APIRoute):
            yield Found(route, prefix + route.path, tuple(sorted(route.methods or ())))
        elif isinstance(route, Mount) or getattr(route, "path", "") != "/v1/openapi.json":
            raise AssertionError(f"{route!r} is no route whose rule could be read")
