"""A request put straight to an application: answers are read whole, but a stream only until it begins."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, NamedTuple

import anyio
from fastapi import FastAPI


class Answer(NamedTuple):
    """The status of an answer, and its body; that of a stream as far as it came."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body; None where it is no JSON."""
        with suppress(ValueError):
            return json.loads(self.body)
        return None


async def ask(app: FastAPI, method: str, path: str, bearer: str | None, patience_seconds: float = 20) -> Answer:
    """Send a request without a body; the path may have a query."""
    path, _, query = path.partition("?")
    headers = [(b"host", b"testserver")]
    if bearer is not None:
        headers.append((b"authorization", f"Bearer {bearer}".encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": query.encode(),
        "headers": headers,
        "client": ("127.0.0.1", 5000),
        "server": ("testserver", 80),
        "state": {},
    }
    status, streams, body = 0, False, bytearray()
    asked = False
    with anyio.move_on_after(patience_seconds) as waiting:

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if asked:
                await anyio.sleep_forever()
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            nonlocal status, streams
            if message["type"] == "http.response.start":
                status = message["status"]
                kinds = [value for name, value in message["headers"] if name == b"content-type"]
                streams = any(kind.startswith(b"text/event-stream") for kind in kinds)
            else:
                body.extend(message.get("body", b""))
            if streams:
                waiting.cancel()

        await app(scope, receive, send)
    assert status, f"{method} {path} did not begin to answer"
    return Answer(status, bytes(body))
