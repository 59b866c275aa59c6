"""What every request meets first and last: its id, its line in the log, its place in the counts.

Plain ASGI and no coroutine of its own between request and route, so that it costs a read next to nothing. Spans of
requests are the framework's own (`service/spans.py`).
"""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from api.metrics import counted
from service.spans import recording, trace_under_way

SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""An id of a request that may be taken over from whoever sent it: it stands in logs and goes back in a header."""
NO_ROUTE = "none"
"""Stands for every address there is not: strangers try thousands."""
ENDLESS = "text/event-stream"
POSITIONS_MAX = 20
"""So many positions are written out; how many there are is said in any case."""
REFUSED = (401, 403, 429)


class Watched:
    """The application as it is watched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request and tell of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        request_id = state["request_id"] = sane_id(Headers(scope=scope).get("x-request-id", ""))
        bind_contextvars(request_id=request_id)
        began, status, endless = time.perf_counter(), 500, False

        async def send_on(message: Message) -> None:
            nonlocal status, endless
            if message["type"] == "http.response.start":
                status, sent = message["status"], MutableHeaders(scope=message)
                sent["x-request-id"] = request_id
                endless = sent.get("content-type", "").startswith(ENDLESS)
            await send(message)

        with recording() as positions:
            try:
                await self.app(scope, receive, send_on)
            except Exception:
                state["problem"] = "internal"
                raise
            finally:
                seconds = time.perf_counter() - began
                route, problem = route_of(scope), state.get("problem")
                timed = None if endless else seconds
                counted(route, scope["method"], status, timed, problem=problem, facts=len(positions))
                _tell(scope, route, status, seconds, positions)


def sane_id(given: str) -> str:
    """The id a request came with, if it is one; else a new one."""
    return given if SANE.fullmatch(given) else uuid.uuid4().hex


def route_of(scope: Scope) -> str:
    """The address a request was answered at, with its places and not what stood in them."""
    route = scope.get("route")
    if route is None:
        return NO_ROUTE
    app: FastAPI = scope["app"]
    paths: dict[int, str] | None = getattr(app.state, "route_paths", None)
    if paths is None:
        found = iter_route_contexts(app.routes)
        paths = app.state.route_paths = {id(one.original_route): str(one.path) for one in found}
    return paths.get(id(route), NO_ROUTE)


def _tell(scope: Scope, route: str, status: int, seconds: float, positions: list[int]) -> None:
    log = getattr(scope["app"].state, "log", None)
    if log is None:
        return
    state = scope["state"]
    principal, client = state.get("principal"), scope.get("client")
    told: dict[str, Any] = {
        "method": scope["method"],
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "principal": principal and principal.account,
        "client": client and client[0],
        "problem": state.get("problem"),
        "trace": trace_under_way(),
    }
    if positions:
        told |= {"facts": positions[:POSITIONS_MAX], "facts_recorded": len(positions)}
    said = {name: value for name, value in told.items() if value is not None}
    level = "error" if status >= 500 else "warning" if status in REFUSED else "info"
    getattr(log, level)("request", **said)
