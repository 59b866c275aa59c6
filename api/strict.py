"""JSON bodies read strictly, before anything is made of them.

UTF-8 without a mark, no NaN, no half of a surrogate pair, no control characters in texts, and not nested deeper than
anything here needs. What is read is handed to the framework, so that it is read once.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
from fastapi import Request, params
from fastapi.routing import APIRoute
from pydantic import AfterValidator

from domain.errors import Refusal

DEPTH_MAX = 20
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
JSON = "application/json"


class BodyUnreadable(Refusal):
    """A body that is not JSON as everybody reads it."""

    code = "body-unreadable"
    sentence_en = "The body cannot be read: {reason}."
    cure_en = "Send one JSON object in UTF-8 without a byte order mark."


class MediaTypeUnfit(Refusal):
    """A body in a form this address does not take."""

    code = "media-type-unfit"
    sentence_en = "This address does not take {given}: {expected} is expected."
    cure_en = "Send the body in that form, and say so in `Content-Type`."


def takes(route: APIRoute) -> str | None:
    """The media type of the bodies a route takes; None for a route without."""
    if route.body_field is None:
        return None
    info = route.body_field.field_info
    if isinstance(info, params.File):
        return "multipart/form-data"
    return "application/x-www-form-urlencoded" if isinstance(info, params.Form) else JSON


async def read_strictly(request: Request, expected: str) -> None:
    """Read a body and keep it with the request. Raises `MediaTypeUnfit` or `BodyUnreadable`."""
    given, _, parameters = request.headers.get("content-type", "").partition(";")
    given = given.strip().lower()
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise MediaTypeUnfit(given=f"`Content-Encoding: {request.headers['content-encoding'][:40]}`", expected=expected)
    if expected != JSON:
        if given != expected:
            raise MediaTypeUnfit(given=given[:80] or "a body without a media type", expected=expected)
        return
    body = await request.body()
    if not body:
        return
    charset = parameters.replace(" ", "").replace('"', "").lower()
    if not (given == JSON or (given.startswith("application/") and given.endswith("+json"))):
        raise MediaTypeUnfit(given=given[:80] or "a body without a media type", expected=expected)
    if charset not in ("", "charset=utf-8"):
        raise MediaTypeUnfit(given=parameters.strip()[:80], expected=f"{expected} in UTF-8")
    request._json = json_of(body)


def json_of(body: bytes) -> Any:
    """The value of a strict JSON text. Raises `BodyUnreadable`."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError) as fault:
        reason = "it is nested too deeply" if isinstance(fault, RecursionError) else "it is not JSON in UTF-8"
        raise BodyUnreadable(reason=reason) from fault
    level: list[Any] = [value]
    for _ in range(DEPTH_MAX):
        if not level:
            return value
        level = [inside for one in level for inside in _inside(one)]
    raise BodyUnreadable(reason="it is nested too deeply")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, str) and _CONTROL.search(value):
        raise BodyUnreadable(reason="a text in it holds control characters")
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _printable(given: str) -> str:
    if _CONTROL.search(given):
        raise ValueError("a text holds no control characters")
    return given


FormText = Annotated[str, AfterValidator(_printable)]
"""A text in a form, held to what texts in JSON are held to."""
