"""Plain text over HTTP: signed notes go out and come in as they are, for `curl` and for other offices."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import PlainTextResponse

TEXT = "text/plain"


def wants_text(request: Request) -> bool:
    """Whether plain text was asked for, and rather than JSON."""
    kinds = [part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "")[:500].split(",")]
    return TEXT in kinds and "application/json" not in kinds[: kinds.index(TEXT)]


def as_text(content: str) -> PlainTextResponse:
    """A text as it is, never kept by anybody between without asking again."""
    return PlainTextResponse(content, headers={"Vary": "Accept", "Cache-Control": "no-cache"})


def or_text(about: str, example: str) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: the answer also comes as plain text."""
    return {200: {"content": {TEXT: {"schema": {"type": "string", "description": about}, "example": example}}}}


def text_body(about: str, example: str) -> dict[str, Any]:
    """For a route's `openapi_extra`: its body is a plain text."""
    content = {TEXT: {"schema": {"type": "string", "description": about}, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


async def read_up_to(request: Request, bytes_max: int) -> bytes:
    """The body, of which no more is taken than one byte beyond the limit: whoever reads it says that it is too long."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > bytes_max:
            break
    return bytes(content[: bytes_max + 1])
