"""A receiver of webhooks as somebody else would write it: a plain HTTP server that checks signatures by the standard.

What it does with each call is said by a function of the test: answer with a status, cut the connection, or hang.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CUT, HANG = -1, -2
HANG_SECONDS = 0.6


@dataclass
class Receiver:
    """`answer` says what to do with the number of the call and its event; what was acknowledged counts as seen."""

    answer: Callable[[int, dict[str, Any]], int] = lambda number, event: 204
    secrets: list[str] = field(default_factory=list)
    port: int = 0
    calls: list[tuple[str, int]] = field(default_factory=list)
    """Message id and answer of every call."""
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Events by id, as they were first acknowledged."""
    headers: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in?from=county"

    def signed(self, headers: dict[str, str], body: bytes) -> bool:
        """Standard Webhooks 1.0: one of the signatures is that of one of the secrets over `id.timestamp.body`."""
        text = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
        assert abs(time.time() - int(headers["webhook-timestamp"])) < 300
        for secret in self.secrets:
            key = base64.b64decode(secret.split("_")[1])
            mac = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
            if f"v1,{mac}" in headers["webhook-signature"].split(" "):
                return True
        return False


@contextmanager
def receiving(receiver: Receiver) -> Iterator[Receiver]:
    """The receiver behind a real server on this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers["content-length"]))
            event = json.loads(body)
            with receiver.lock:
                receiver.headers = headers
                status = receiver.answer(len(receiver.calls), event) if receiver.signed(headers, body) else 401
                receiver.calls.append((headers["webhook-id"], status))
                assert headers["webhook-id"] == event["id"]
                if 200 <= status < 300:
                    receiver.seen.setdefault(event["id"], event)
            if status == HANG:
                time.sleep(HANG_SECONDS)
            if status < 0:
                self.close_connection = True
                return
            self.send_response(status)
            if status // 100 == 3:
                self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            receiver.calls.append(("GET", 200))  # whoever follows a redirect comes here

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", receiver.port), Handler) as server:
        receiver.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
