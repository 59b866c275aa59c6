"""The feed: every recorded fact as a CloudEvents event, in pages, one by one, or as they come."""

from __future__ import annotations

import gzip
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from api.access import READ, Served, may
from api.problems import RequestUnclear, problems
from api.reading import GZIP_FROM
from api.tails import EVENT_STREAM, Tails, stream_of
from service.feed.envelope import BATCH, EVENT, LINES, as_batch, as_event, as_lines
from service.feed.facts import LIMIT_MAX, TAGS_MAX, Wanted

router = APIRouter(tags=["feed"])

LIMIT = 1000
GZIP_LEVEL = 1
"""Facts shrink to a seventh at once; what more would save costs more than reading them."""
Position = Annotated[int, Field(ge=0, le=2**53)]


class Batch(Response):
    """Events as one array."""

    media_type = BATCH


class One(Response):
    """One event."""

    media_type = EVENT


class Stream(StreamingResponse):
    """Events as they come."""

    media_type = EVENT_STREAM


class Event(BaseModel):
    """A recorded fact as a CloudEvents 1.0 event. It never changes."""

    model_config = ConfigDict(title="Event")

    specversion: Annotated[str, Field(examples=["1.0"])]
    id: Annotated[str, Field(description="The store's id and the position: the same at every delivery.")]
    source: Annotated[str, Field(description="The store.")]
    type: Annotated[str, Field(examples=["cn.tongchou.money.disbursed"])]
    subject: Annotated[
        str | None, Field(description="What the fact is about; the feed's `tag` finds it.", examples=["fund:service"])
    ] = None
    time: Annotated[str, Field(description="When the record learned of it.", examples=["2026-04-20T09:00:02.000000Z"])]
    datacontenttype: Annotated[str, Field(examples=["application/json"])]
    position: Annotated[int, Field(ge=1, description="Its place on the record.")]
    effectiveon: Annotated[str, Field(description="The day it counts from.", examples=["2026-04-20"])]
    tags: Annotated[str, Field(description="All it is about, a JSON array as it is stored.")]
    salt: Annotated[str, Field(description="Of its leaf, in hexadecimal.")]
    leafhash: Annotated[str, Field(description="Its leaf in the Merkle tree of the record, in hexadecimal.")]
    data: Annotated[dict[str, Any], Field(description="The fact as it was recorded, with its version `v`.")]


Types = Annotated[
    list[str] | None,
    Query(alias="type", max_length=100, description="Only facts of any of these types.", examples=[["fund.announced"]]),
]
Tags = Annotated[
    list[str] | None,
    Query(alias="tag", max_length=TAGS_MAX, description="Only with all of these tags.", examples=[["fund:service"]]),
]
After = Annotated[Position, Query(description="The position already known; 0: from the first fact.")]


@router.get(
    "/facts",
    dependencies=[may(READ, scope="county")],
    response_class=Batch,
    responses={
        200: {
            "model": list[Event],
            "description": "Events in order. `X-Next-Position` is to be asked after next, also when nothing matched.",
            "content": {LINES: {"schema": {"type": "string"}}},
            "headers": {
                "X-Next-Position": {"schema": {"type": "integer"}, "description": "What to ask `after` next."},
                "X-Head-Position": {"schema": {"type": "integer"}, "description": "The last fact of the record."},
                "Link": {
                    "schema": {"type": "string"},
                    "description": "The next page (`rel=next`), where there is one.",
                },
            },
        },
        **problems(401, 403, 422, 503),
    },
)
def list_facts(
    request: Request,
    served: Served,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Facts at most.")] = LIMIT,
    types: Types = None,
    tags: Tags = None,
) -> Response:
    """Facts after a position, in order; nothing is missed, and a position once given is good for ever."""
    page = served.feed.facts.page(after, limit, Wanted.parse(types or (), tags or ()))
    lines = LINES in request.headers.get("accept", "")
    headers = {
        "X-Next-Position": str(page.next),
        "X-Head-Position": str(page.head),
        "Cache-Control": "private, no-cache",
        "Vary": "Accept, Accept-Encoding, Authorization",
    }
    if page.next < page.head:
        following = request.url.include_query_params(after=page.next)
        headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    content = as_lines(page.events) if lines else as_batch(page.events)
    if len(content) >= GZIP_FROM and "gzip" in request.headers.get("accept-encoding", ""):
        content = gzip.compress(content, GZIP_LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, headers=headers, media_type=LINES if lines else BATCH)


@router.get(
    "/facts/stream",
    dependencies=[may(READ, scope="county")],
    response_class=Stream,
    responses={
        200: {
            "description": "Server-sent events without an end: `id` is the position, `data` the event in JSON.",
            "content": {EVENT_STREAM: stream_of("Event")},
        },
        **problems(401, 403, 422, 503),
    },
)
def follow_facts(
    request: Request,
    served: Served,
    after: Annotated[Position | None, Query(description="The position already known; without it: from now on.")] = None,
    types: Types = None,
    tags: Tags = None,
    last_event_id: Annotated[str, Header(max_length=20, description="What a browser sends when it comes back.")] = "",
) -> StreamingResponse:
    """Facts as they are recorded. Whoever comes back with `Last-Event-ID` misses nothing."""
    tails: Tails = request.app.state.tails
    tails.admit()
    feed = served.feed
    if last_event_id:
        if not (last_event_id.isascii() and last_event_id.isdecimal()):
            raise RequestUnclear(where="Last-Event-ID", given=repr(last_event_id), expected="a position is expected")
        after = int(last_event_id)
    head = feed.watch.head if after is None else feed.facts.page(after, 1).head  # refuses a position there is not
    stream = tails.tail(head if after is None else after, Wanted.parse(types or (), tags or ()))
    return Stream(stream, headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})


@router.get(
    "/facts/{position}",
    dependencies=[may(READ, scope="county")],
    response_class=One,
    responses={
        200: {"model": Event, "description": "The event."},
        **problems(401, 403, 404, 422, 503),
    },
)
def get_fact(served: Served, position: Annotated[int, Field(ge=1, le=2**53)]) -> Response:
    """The fact at a position."""
    return One(as_event(served.feed.facts.one(position)), headers={"Cache-Control": "private, no-cache"})
