"""A server process of the run's own, and a client that is never what is waited for: sockets, written requests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

CONNECTIONS = 8
START_SECONDS_MAX = 60
_PAUSE_SECONDS = 0.05
_CHUNK = 1 << 16


@contextmanager
def serving(factory: str, environment: dict[str, str], workers: int = 1) -> Iterator[int]:
    """A uvicorn process, or several, on a port of this machine's loopback; they end with the span."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", factory, "--port", str(port), "--log-level", "warning"]
    command += ["--no-access-log", *(["--workers", str(workers)] if workers > 1 else [])]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        until = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(_PAUSE_SECONDS)
        yield port
    finally:
        process.terminate()
        process.wait()


class Client:
    """Several connections with a question on its way on each, so that the server always has the next one. Close it."""

    def __init__(self, port: int, path: str, headers: dict[str, str]) -> None:
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
        self._request = "\r\n".join([*lines, "", ""]).encode()
        self._sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]

    def ask(self, times: int) -> int:
        """Ask so often, each answer read whole; gives how many bytes of content came in all."""
        for one in self._sockets:
            one.sendall(self._request)
        got = 0
        for number in range(times):
            one = self._sockets[number % CONNECTIONS]
            got += len(_answer(one))
            if number + CONNECTIONS < times:
                one.sendall(self._request)
        return got

    def content(self) -> bytes:
        """What is answered."""
        self._sockets[0].sendall(self._request)
        return _answer(self._sockets[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._sockets:
            one.close()


def _answer(one: socket.socket) -> bytes:
    """One whole answer with a stated length. Raises `ValueError` for any other than 200."""
    got = b""
    while (end := got.find(b"\r\n\r\n")) < 0:
        got += _more(one)
    head = got[:end].lower()
    if not head.startswith(b"http/1.1 200"):
        raise ValueError(got[:300].decode(errors="replace"))
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    body = bytearray(got[end + 4 :])
    while len(body) < length:
        body += _more(one)
    return bytes(body)


def _more(one: socket.socket) -> bytes:
    chunk = one.recv(_CHUNK)
    if not chunk:
        raise ValueError("the server hung up")
    return chunk
