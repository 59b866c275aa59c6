"""Which methods an address takes, over all routes that have it: the framework names those of the first one only."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import compile_path


def methods_of(app: FastAPI, path: str) -> list[str]:
    """The methods an address takes, sorted; none for an address there is not. Looks through all routes."""
    found: set[str] = set()
    for one in iter_route_contexts(app.routes):
        if isinstance(one.original_route, APIRoute) and compile_path(str(one.path))[0].match(path):
            found |= one.original_route.methods or set()
    return sorted(found)
