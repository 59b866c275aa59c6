"""The HTTP protocol of uvicorn with what it leaves open: how long, and how large, the head of a request may be.

Once a head is whole, `api/limits.py` holds the rest of the request to its limits. Named to uvicorn as
`http="api.guarded_http:GuardedHttp"`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle


class GuardedHttp(HttpToolsProtocol):
    """One connection: who does not finish the head of a request in time, or sends one without end, is let go."""

    head_seconds_max = 10.0
    head_bytes_max = 64 * 1024

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: asyncio.TimerHandle | None = None
        self._in_head = True
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn calls it one before there is one
        if cycle is None or cycle.response_complete:  # between two requests: of the next one's head
            self._in_head = True
            self._arm()
        self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > self.head_bytes_max:
            self._let_go(b"431 Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        """A head is whole."""
        self._in_head, self._head_bytes = False, 0
        self._disarm()
        super().on_headers_complete()

    def _arm(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.head_seconds_max, self._let_go, b"408 Request Timeout")

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _let_go(self, status: bytes) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 %s\r\nconnection: close\r\ncontent-length: 0\r\n\r\n" % status)
            self.transport.close()
