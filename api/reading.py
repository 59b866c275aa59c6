"""How reads are answered: once computed, an answer is kept as bytes for as long as the record stands still.

A `ReadRoute` computes an answer and keeps it under what it rests on: the question, who asks, how far the record is.
`Remembering` gives it to whoever asks the same, before the request is matched with a route: no thread is taken and
nothing is encoded twice. Every answer carries an `ETag`; who sends it back (`If-None-Match`) gets 304 without a body.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access import admitted, authenticated, rule_of
from api.languages import language
from domain.errors import Refusal
from service.access.principal import Principal
from service.office import Office

KEPT_BYTES_MAX = 64 * 2**20
ANSWER_BYTES_MAX = 4 * 2**20
"""Larger answers are computed every time."""
STALE_SECONDS = 10.0
"""What is not on the record, such as a name that was erased, shows after this at the latest."""
GZIP_FROM = 1000


@dataclass(frozen=True)
class Kept:
    """An answer as bytes, plain and packed."""

    head: int
    until: float
    status: int
    headers: dict[str, str]
    body: bytes
    packed: bytes | None
    route: object
    """The route that gave it, by which requests are counted."""

    def size(self) -> int:
        """Bytes it takes."""
        return len(self.body) + len(self.packed or b"")

    def response(self, request: Request) -> Response:
        """The answer to whoever has it already, takes gzip, or neither."""
        if has_already(request, self.headers):
            return Response(status_code=304, headers=_about(self.headers))
        if self.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.packed, self.status, {**self.headers, "content-encoding": "gzip"})
        return Response(self.body, self.status, self.headers)


class Answers:
    """The answers kept by one process, the least recently asked for given up first."""

    def __init__(self, bytes_max: int = KEPT_BYTES_MAX, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: OrderedDict[tuple[Hashable, Hashable], Kept] = OrderedDict()
        self._questions: Counter[Hashable] = Counter()
        self._bytes_max = bytes_max
        self._bytes = 0
        self._lock = Lock()
        self._clock = clock

    def asked(self, question: Hashable) -> bool:
        """Whether anybody's answer to a question is kept."""
        return question in self._questions

    def find(self, question: Hashable, sight: Hashable, head: int) -> Kept | None:
        """The answer to the same question, for the same sight, at the same position."""
        with self._lock:
            kept = self._kept.get((question, sight))
            if kept is None or kept.head != head or self._clock() >= kept.until:
                return None
            self._kept.move_to_end((question, sight))
            return kept

    def keep(self, question: Hashable, sight: Hashable, head: int, response: Response, route: object = None) -> Kept:
        """Make an answer of a response, and keep it unless it is too large."""
        body = bytes(response.body)
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        headers.setdefault("etag", f'"{hashlib.sha256(body).hexdigest()[:24]}"')
        packed = gzip.compress(body, 5, mtime=0) if len(body) >= GZIP_FROM and packs(headers) else None
        kept = Kept(head, self._clock() + STALE_SECONDS, response.status_code, headers, body, packed, route)
        if kept.size() <= ANSWER_BYTES_MAX:
            with self._lock:
                self._give_up((question, sight))
                self._kept[question, sight] = kept
                self._questions[question] += 1
                self._bytes += kept.size()
                while self._bytes > self._bytes_max:
                    self._give_up(next(iter(self._kept)))
        return kept

    def forget(self) -> None:
        """Give up all of them: something that is not on the record changed, such as a name that was erased."""
        with self._lock:
            for key in tuple(self._kept):
                self._give_up(key)

    def _give_up(self, key: tuple[Hashable, Hashable]) -> None:
        former = self._kept.pop(key, None)
        if former is not None:
            self._bytes -= former.size()
            self._questions[key[0]] -= 1
            if not self._questions[key[0]]:
                del self._questions[key[0]]


def question_of(request: Request, office: Office) -> Hashable:
    """What is asked, by everything an answer rests on but the record and who asks."""
    scope = request.scope
    today = office.clock().date()
    return scope["path"], scope["query_string"], request.headers.get("accept"), language(request), today


def sight_of(principal: Principal | None) -> Hashable:
    """Who sees the same as whom."""
    return principal and (principal.roles, principal.townships, principal.must_change_password)


class Remembering:
    """The application, which answers from memory what was asked before.

    An answer that is kept for a sight was given to somebody of that sight by the rule of its route, which asks for
    nothing else; so whoever has the same sight may have it. What cannot be answered so goes on to the routes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and scope["method"] == "GET":
            request = Request(scope)
            kept = await self._kept(request)
            if kept is not None:
                scope["route"] = kept.route
                await kept.response(request)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _kept(self, request: Request) -> Kept | None:
        office, answers = request.app.state.office, request.app.state.answers
        question = question_of(request, office)
        if not answers.asked(question):
            return None
        try:
            request.state.principal = await authenticated(request)
        except Refusal:
            return None  # the route says so, and it is noted there
        found: Kept | None = answers.find(question, sight_of(request.state.principal), office.head())
        return found


class ReadRoute(APIRoute):
    """A route that only reads the record: its answers rest on that, address, language, who asks, and the day."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """See `APIRoute.get_route_handler`."""
        usual = super().get_route_handler()
        if self.methods != {"GET"}:
            return usual
        rule = rule_of(self)

        async def handle(request: Request) -> Response:
            if rule is None:
                return await usual(request)
            principal = await admitted(request, rule)
            office, answers = request.app.state.office, request.app.state.answers
            head = office.head()
            question, sight = question_of(request, office), sight_of(principal)
            kept: Kept | None = answers.find(question, sight, head)
            if kept is None:
                response = await usual(request)
                if response.status_code != 200 or not getattr(response, "body", None):
                    return response
                response.headers["vary"] = "Accept, Accept-Encoding, Accept-Language, Authorization"
                response.headers["cache-control"] = "no-cache" if principal is None else "private, no-cache"
                kept = answers.keep(question, sight, head, response, request.scope.get("route"))
            return kept.response(request)

        return handle


def has_already(request: Request, headers: dict[str, str]) -> bool:
    """Whether whoever asks holds this version: `If-None-Match`, compared weakly (RFC 9110, 13.1.2)."""
    tags = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    return headers["etag"] in tags or "*" in tags


def packs(headers: dict[str, str]) -> bool:
    """Whether gzip makes it smaller."""
    kind = headers.get("content-type", "")
    return "json" in kind or kind.startswith("text/")


def _about(headers: dict[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in ("etag", "vary", "cache-control") if name in headers}
