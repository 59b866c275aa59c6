"""`Idempotency-Key`: the same call of the same account, sent again, gets the same answer and does nothing twice.

A `WriteRoute` meets a key in four ways. New: it works, and keeps the answer. Answered: it gives that answer again, with
`Idempotent-Replayed: true`. Used for another call: it refuses. At work elsewhere: it waits for that answer, and goes on
itself where whoever worked on it must have died.

A `DecisionRoute` never waits: the record tells a repeat of a command from a new one, so that two at work on the same
key record one decision, and whoever comes second answers what came first.

Kept are answers of success and refusals of the record, not what is wrong with a request as such: that may be mended and
sent again under the same key. An answer that says `Cache-Control: no-store` holds a secret; that it was given is
kept, itself it is not.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.access import admitted, rule_of
from api.problems import RequestUnclear, handle_fault, handle_invalid, problems
from api.strict import read_strictly, takes
from api.writing import KEY, KEY_FORM, KEY_PARAMETER
from service.faults import FAMILIES
from service.repeats import Answer, AnswerNotKept, Attempt, StillAtWork

Work = Callable[[Request], Coroutine[Any, Any, Response]]
REPLAYED = "Idempotent-Replayed"
POLL_SECONDS = 0.1
WAIT_SECONDS = 10.0
_ABOUT_THE_REQUEST = frozenset({"request-invalid", "request-unclear", "version-missing", "version-unclear"})
_KEPT_HEADERS = ("content-type", "location", "etag")


class StrictRoute(APIRoute):
    """A route whose bodies are read strictly; answers are not kept, as where a secret is asked for."""

    documented: dict[int | str, dict[str, Any]] = problems(400, 408, 413, 415)

    def __init__(self, path: str, endpoint: Callable[..., Any], **stated: Any) -> None:
        if set(stated.get("methods") or ("GET",)) & {"POST", "PUT", "PATCH"}:
            stated["responses"] = {**self.documented, **(stated.get("responses") or {})}
        super().__init__(path, endpoint, **stated)

    def get_route_handler(self) -> Work:
        """See `APIRoute.get_route_handler`."""
        usual = super().get_route_handler()
        rule, expected = rule_of(self), takes(self)

        async def handle(request: Request) -> Response:
            if rule is not None:
                await admitted(request, rule)
            try:
                if expected is not None:
                    await read_strictly(request, expected)
                return await self.answer(request, usual, expected)
            finally:
                await request.close()  # of a form its files, wherever it ended

        return handle

    async def answer(self, request: Request, usual: Work, expected: str | None) -> Response:
        """The answer to a request that was let in and read."""
        return await usual(request)


class WriteRoute(StrictRoute):
    """A route that changes something: the same call under the same key is carried out once."""

    documented = problems(400, 408, 409, 413, 415, 422)
    waits = True

    def __init__(self, path: str, endpoint: Callable[..., Any], **stated: Any) -> None:
        if self.waits and set(stated.get("methods") or ("GET",)) != {"GET"}:
            stated["openapi_extra"] = {"parameters": [KEY_PARAMETER], **(stated.get("openapi_extra") or {})}
        super().__init__(path, endpoint, **stated)

    async def answer(self, request: Request, usual: Work, expected: str | None) -> Response:
        """See `StrictRoute.answer`."""
        key, principal = request.headers.get(KEY), getattr(request.state, "principal", None)
        if key is None or principal is None or request.method == "GET":
            return await usual(request)
        if not KEY_FORM.fullmatch(key):
            raise RequestUnclear(where=KEY, given="what was sent", expected="1 to 200 visible ASCII characters")
        attempt = Attempt(request.app.state.office, principal, key, await _print_of(request, expected))
        return await _Call(request, attempt).answered(usual, self.waits)


class DecisionRoute(WriteRoute):
    """A route whose work may be begun twice, because the record makes one decision of it."""

    waits = False


class _Call:
    """One call under a key."""

    def __init__(self, request: Request, attempt: Attempt) -> None:
        self._request = request
        self._attempt = attempt

    async def answered(self, usual: Work, waits: bool) -> Response:
        """The answer: the one kept, or that of the work."""
        begun = await run_in_threadpool(self._attempt.begin)
        for _ in range(int(WAIT_SECONDS / POLL_SECONDS)):
            if begun.answer is not None:
                return _again(begun.answer)
            if begun.mine or not waits:
                return await self._worked(usual, again=not begun.mine)
            await asyncio.sleep(POLL_SECONDS)
            begun = await run_in_threadpool(self._attempt.turn, begun)
        raise StillAtWork

    async def _worked(self, usual: Work, *, again: bool) -> Response:
        self._request.state.again = again
        try:
            response = await _answer_of(self._request, usual)
        except BaseException:
            await run_in_threadpool(self._attempt.give_up)
            raise
        return await run_in_threadpool(self._kept, response)

    def _kept(self, response: Response) -> Response:
        """The answer of the work, kept if it is one to keep; or the one that was kept first."""
        status, code = response.status_code, getattr(self._request.state, "problem", None)
        if status >= 300 and (status not in (404, 409, 422) or code in _ABOUT_THE_REQUEST):
            self._attempt.give_up()
            return response
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        secret = "no-store" in response.headers.get("cache-control", "")
        first = self._attempt.keep(
            Answer(status, json.dumps(headers), None if secret else bytes(response.body).decode())
        )
        return response if first is None else _again(first)


def _again(answer: Answer) -> Response:
    if answer.body is None:
        raise AnswerNotKept
    headers = {**json.loads(answer.headers), REPLAYED: "true"}
    return Response(answer.body, answer.status, headers)


async def _answer_of(request: Request, usual: Work) -> Response:
    """The answer of the work, also where it is a refusal."""
    try:
        return await usual(request)
    except RequestValidationError as fault:
        return handle_invalid(request, fault)
    except HTTPException:
        raise
    except FAMILIES as fault:
        return handle_fault(request, fault)


async def _print_of(request: Request, expected: str | None) -> str:
    """A hash of what is asked: method, address, and content; of a form its fields, whatever separates them."""
    said = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\0".encode())
    said.update(f"{request.headers.get('if-match', '')}\0".encode())
    if expected in (None, "application/json"):
        said.update(await request.body())
        return said.hexdigest()
    for name, value in (await request.form()).multi_items():
        said.update(f"{name}\0".encode())
        if isinstance(value, UploadFile):
            digest = await run_in_threadpool(_digest, value)
            said.update(f"{value.filename}\0".encode() + digest)
        else:
            said.update(hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest())
    return said.hexdigest()


def _digest(upload: UploadFile) -> bytes:
    """A hash of a file, read piece by piece."""
    said = hashlib.sha256()
    upload.file.seek(0)
    while piece := upload.file.read(2**20):
        said.update(piece)
    upload.file.seek(0)
    return said.digest()
