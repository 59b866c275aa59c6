"""What every request is held to, whatever it is about: size, time, and headers of safety; one thin layer of ASGI.

Bodies are counted as they come, so that one without a stated length is cut off like any other, before it is in memory.
Whoever sends a body too slowly is let go, and so is an answer that takes too long: what was begun goes on, and is found
by whoever repeats the call with its key.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

from fastapi import FastAPI, Request
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import handle_fault
from domain.errors import Refusal

MEBIBYTE = 2**20
BODY_BYTES_MAX = MEBIBYTE
UPLOAD_BYTES_MAX: dict[str, int] = {
    "/v1/register-imports": 32 * MEBIBYTE,
    "/register/import": 32 * MEBIBYTE,
    "/v1/evidence-files": 64 * MEBIBYTE,
    "/v1/reconciliations": 16 * MEBIBYTE,
    "/v1/policies": 2 * MEBIBYTE,
}
"""Addresses that take more than the usual."""
BODY_SECONDS_MAX = 30.0
"""Until a body is whole …"""
SLOWEST_BYTES_PER_SECOND = 64 * 1024
"""… and so much longer for what came of it: a drop now and then buys no time."""
DRAINED_BYTES_MAX, DRAINED_SECONDS_MAX = 16 * MEBIBYTE, 2.0
REQUEST_SECONDS_MAX = 75.0
"""Until an answer begins; long work is a job, for which who prefers to waits a minute at most."""
ORIGINS = "TONGCHOU_ORIGINS"
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
}
"""Sent with every answer that does not say otherwise itself."""
_EXPOSED = ("ETag", "Location", "Idempotent-Replayed", "Retry-After", "Link", "X-Request-ID")
_ACCEPTED = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID")


class BodyTooLarge(Refusal):
    """A body of more bytes than the address takes."""

    code = "body-too-large"
    sentence_en = "The body is larger than the {bytes_max} bytes this address takes."
    cure_en = "Send less at once."


class BodyTooSlow(Refusal):
    """A body that did not come in time."""

    code = "body-too-slow"
    sentence_en = "The body did not come within {seconds} seconds."
    cure_en = "Send it again over a better connection."


class AnswerTooSlow(Refusal):
    """An answer that did not come in time; what was begun may still be recorded."""

    code = "answer-too-slow"
    sentence_en = "There was no answer within {seconds} seconds; what was asked may still be carried out."
    cure_en = "Send the same call with the same `Idempotency-Key` again to learn what came of it."


def install(app: FastAPI) -> None:
    """Hold every request to the limits. Pages of other origins may call only where TONGCHOU_ORIGINS names them."""
    app.add_middleware(Limits)
    if origins := [one.strip() for one in os.environ.get(ORIGINS, "").split(",") if one.strip()]:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=list(_ACCEPTED),
            expose_headers=list(_EXPOSED),
        )


class Limits:
    """The layer."""

    def __init__(
        self, app: ASGIApp, *, body_seconds: float = BODY_SECONDS_MAX, request_seconds: float = REQUEST_SECONDS_MAX
    ) -> None:
        self._app = app
        self._body_seconds = body_seconds
        self._request_seconds = request_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await _Exchange(scope, receive, send, self._body_seconds).held(self._app, self._request_seconds)


class _Stop(BaseException):
    """Ends the work on a request whose body is not read further; nobody below takes it for a fault of its own."""


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, body_seconds: float) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._body_seconds = body_seconds
        self._bytes_max = bytes_max(scope["path"])
        self._bytes = 0
        self._whole = False
        self._started = False
        self._given_up = False
        self._refusal: Refusal | None = None
        self._late: asyncio.Task[None] | None = None

    async def held(self, app: ASGIApp, request_seconds: float) -> None:
        """Work on the request within the limits."""
        stated = next((value for name, value in self._scope["headers"] if name == b"content-length"), b"0")
        if not stated.isdigit() or int(stated[:20]) > self._bytes_max:
            await self._drain()
            await self._refuse(BodyTooLarge(bytes_max=self._bytes_max))
            return
        timer = self._loop.call_later(request_seconds, self._expire, request_seconds)
        try:
            await app(self._scope, self._read, self._write)
        except _Stop:
            assert self._refusal is not None
            if not self._started:
                if isinstance(self._refusal, BodyTooLarge):
                    await self._drain()
                await self._refuse(self._refusal)
        finally:
            timer.cancel()
            if self._late is not None:
                await self._late

    async def _read(self) -> Message:
        """A piece of the body, counted."""
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._began + self._body_seconds + self._bytes / SLOWEST_BYTES_PER_SECOND):
                message = await self._receive()
        except TimeoutError:
            raise self._stopped(BodyTooSlow(seconds=int(self._body_seconds))) from None
        if message["type"] == "http.request":
            self._bytes += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._bytes > self._bytes_max:
                raise self._stopped(BodyTooLarge(bytes_max=self._bytes_max))
        return message

    def _stopped(self, refusal: Refusal) -> _Stop:
        self._refusal = refusal
        return _Stop()

    async def _write(self, message: Message) -> None:
        """What the work answers, unless we answered for it."""
        if not self._given_up:
            await self._emit(message)

    async def _emit(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._started = True
            present = {name.lower() for name, _ in message["headers"]}
            further = [(name, value) for name, value in HEADERS.items() if name not in present]
            message = {**message, "headers": [*message["headers"], *further]}
        await self._send(message)

    def _expire(self, request_seconds: float) -> None:
        if not self._started:
            self._late = self._loop.create_task(self._refuse(AnswerTooSlow(seconds=int(request_seconds))))

    async def _refuse(self, refusal: Refusal) -> None:
        """Answer by ourselves, and close."""
        self._given_up = True
        response = handle_fault(Request(self._scope), refusal)
        response.headers["connection"] = "close"
        await response(self._scope, self._receive, self._emit)

    async def _drain(self) -> None:
        """Throw away a little more of a body: who still sends when the connection ends does not read the answer."""
        left = DRAINED_BYTES_MAX
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAINED_SECONDS_MAX):
                while left > 0 and not self._whole:
                    message = await self._receive()
                    left -= len(message.get("body", b"")) or 1
                    self._whole = not message.get("more_body", False)


def bytes_max(path: str) -> int:
    """How many bytes a body may have at an address."""
    return UPLOAD_BYTES_MAX.get(path, BODY_BYTES_MAX)
