"""Pages and static files leave packed for whoever unpacks them: text shrinks to a fifth."""

from __future__ import annotations

import gzip
from functools import lru_cache

from fastapi import Request

LEVEL, QUICK = 5, 1
STATIC_KEPT = 64
"""More files than pages have between them."""


def unpacks(request: Request) -> bool:
    """Whether whoever asks takes gzip."""
    return "gzip" in request.headers.get("accept-encoding", "")


def packed(content: str, *, level: int = LEVEL) -> bytes:
    """A text as gzip; the same bytes for the same text."""
    return gzip.compress(content.encode(), level, mtime=0)


@lru_cache(STATIC_KEPT)
def packed_once(content: str) -> bytes:
    """The same for what is served again and again."""
    return packed(content)
