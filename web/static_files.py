"""Style, script and drawings, under addresses that carry their hash: a browser fetches each version once."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from api.access import may
from service.showing import drawing

STATIC = Path(__file__).parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
SHARED = {"pages.css": "report.css", "compared.css": "comparison.css"}
"""Style sheet -> the papers' own that comes before it."""
FOREVER = "public, max-age=31536000, immutable"
router = APIRouter(include_in_schema=False)


@cache
def content(name: str) -> str | None:
    """The text of a static file; pictures share their style with the papers."""
    path = STATIC / name
    if path.suffix not in KINDS or path.parent != STATIC or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    return drawing(SHARED[name]) + text if name in SHARED else text


@cache
def address(name: str) -> str:
    """Where a page finds a static file."""
    found = content(name)
    assert found is not None, name
    return f"/static/{hashlib.sha256(found.encode()).hexdigest()[:16]}/{name}"


@router.get("/static/{version}/{name}", dependencies=[may(scope="open")])
def static_file(version: str, name: str) -> Response:
    """A static file, for good: another content has another address."""
    found = content(name)
    if found is None:
        return PlainTextResponse("", 404)
    headers = {"cache-control": FOREVER if address(name).split("/")[2] == version else "no-cache"}
    return Response(found, media_type=KINDS[Path(name).suffix], headers=headers)
