"""How reads are answered: once computed, an answer is kept as bytes for as long as the record stands still.

A `ReadRoute` looks who asks and how far the record is, and answers from memory where the same was asked before at the
same position; no thread is taken and nothing is encoded twice. Every answer carries an `ETag`; who sends it back
(`If-None-Match`) gets 304 without a body.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.access import admitted, rule_of
from api.languages import language

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
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._bytes_max = bytes_max
        self._bytes = 0
        self._lock = Lock()
        self._clock = clock

    def find(self, key: Hashable, head: int) -> Kept | None:
        """The answer to the same question at the same position."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.head != head or self._clock() >= kept.until:
                return None
            self._kept.move_to_end(key)
            return kept

    def keep(self, key: Hashable, head: int, response: Response) -> Kept:
        """Make an answer of a response, and keep it unless it is too large."""
        body = bytes(response.body)
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        headers.setdefault("etag", f'"{hashlib.sha256(body).hexdigest()[:24]}"')
        packed = gzip.compress(body, 5, mtime=0) if len(body) >= GZIP_FROM and packs(headers) else None
        kept = Kept(head, self._clock() + STALE_SECONDS, response.status_code, headers, body, packed)
        if kept.size() <= ANSWER_BYTES_MAX:
            with self._lock:
                self._give_up(key)
                self._kept[key] = kept
                self._bytes += kept.size()
                while self._bytes > self._bytes_max:
                    self._give_up(next(iter(self._kept)))
        return kept

    def _give_up(self, key: Hashable) -> None:
        former = self._kept.pop(key, None)
        if former is not None:
            self._bytes -= former.size()


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
            sight = principal and (principal.roles, principal.townships)
            url = request.url
            key = (url.path, url.query, request.headers.get("accept"), language(request), sight, office.clock().date())
            kept: Kept | None = answers.find(key, head)
            if kept is None:
                response = await usual(request)
                if response.status_code != 200 or not getattr(response, "body", None):
                    return response
                response.headers["vary"] = "Accept, Accept-Encoding, Accept-Language, Authorization"
                response.headers["cache-control"] = "no-cache" if rule.public else "private, no-cache"
                kept = answers.keep(key, head, response)
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
