"""The server-sent tail of the feed (WHATWG server-sent events): a coroutine per listener, no thread, a page of memory.

A listener is woken by the one watch of the process and then reads for itself what lies after its own position, so much
that a page fits; it reads on only when that has been taken from it. `id` is the position: a browser sends it back as
`Last-Event-ID`, and nothing is missed or seen twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from fastapi.concurrency import run_in_threadpool

from domain.errors import Refusal
from service.feed.envelope import Envelope, as_event
from service.feed.facts import Wanted
from service.feed.feed import Feed

EVENT_STREAM = "text/event-stream"
REFS = "#/components/schemas/"
PAGE = 100
HEARTBEAT_SECONDS = 15.0
"""What is silent longer is cut off by routers on the way. A heartbeat carries the position reached."""
LIFE_SECONDS = 900.0
"""After this a listener has to come again and show its token anew; one that was revoked is then refused."""
RETRY_MILLISECONDS = 2000
LISTENERS_MAX = 500


def stream_of(model: str) -> dict[str, Any]:
    """How the contract says that a stream is one of events whose `data` is a model: as OpenAPI says it from 3.2 on."""
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": {"$ref": f"{REFS}{model}"}}
    about = {"id": {"type": "string"}, "event": {"type": "string"}, "data": data}
    event = {"type": "object", "required": ["data"], "properties": about}
    return {"itemSchema": event}


class TooManyListeners(Refusal):
    """A bound on open connections of one process."""

    code = "too-many-listeners"
    sentence_en = "There are {most} listeners already."
    cure_en = "Ask for pages (GET /v1/facts), or try again later."


class Tails:
    """All tails of one process. `heartbeat_seconds` and `life_seconds` are others only in tests."""

    def __init__(
        self, feed: Feed, heartbeat_seconds: float = HEARTBEAT_SECONDS, life_seconds: float = LIFE_SECONDS
    ) -> None:
        self._feed = feed
        self._heartbeat_seconds = heartbeat_seconds
        self._life_seconds = life_seconds
        self.listeners = 0

    def admit(self) -> None:
        """Raise `TooManyListeners` where there is no room for one more."""
        if self.listeners >= LISTENERS_MAX:
            raise TooManyListeners(most=LISTENERS_MAX)

    async def tail(self, after: int, wanted: Wanted) -> AsyncIterator[bytes]:
        """The facts after a position as server-sent events, past ones first, until the listener or the server goes."""
        loop, news, at = asyncio.get_running_loop(), asyncio.Event(), after
        ends = loop.time() + self._life_seconds

        def told() -> None:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(news.set)

        watch = self._feed.watch
        self.listeners += 1
        watch.subscribe(told)
        try:
            yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
            while not watch.closed and loop.time() < ends:
                news.clear()  # before looking: what is recorded between the look and the wait then ends the wait
                head = watch.head
                if head > at:
                    page = await run_in_threadpool(self._feed.facts.page, at, PAGE, wanted, head=head)
                    at = page.next
                    if page.events:
                        yield b"".join(map(_message, page.events))
                    continue
                try:
                    await asyncio.wait_for(news.wait(), self._heartbeat_seconds)
                except TimeoutError:
                    yield f": \nid: {at}\n\n".encode()
        except Refusal:
            return  # the store cannot be read now: whoever comes back is told why, or goes on where it was
        finally:
            watch.unsubscribe(told)
            self.listeners -= 1


def _message(event: Envelope) -> bytes:
    """One event; JSON of ours has no line break in it."""
    assert isinstance(event.position, int)
    return b"id: %d\ndata: %b\n\n" % (event.position, as_event(event))
