"""A server of its own process over a store, with the four persons of the year at its door; for tests of real HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from fastapi import FastAPI

from api.app import create_app
from api.guarded_http import GuardedHttp
from service.office import Office
from tests.api.told import principal_of
from tests.api.writers import AFTERWARDS
from tests.year import YearClock

ROOT = Path(__file__).resolve().parent.parent.parent
STARTS_WITHIN_SECONDS = 60


class Impatient(GuardedHttp):
    """The same guard, for tests that wait for it."""

    head_seconds_max = 1.0


def application() -> FastAPI:
    """What uvicorn serves: named to it by its import string, once in every worker."""
    app = create_app(Office(os.environ["TONGCHOU_STORE"], clock=YearClock(AFTERWARDS)))
    app.state.authenticate = principal_of
    return app


@contextmanager
def served(url: str, folder: Path, *, workers: int = 1) -> Iterator[tuple[str, int]]:
    """The address of a running server, and the id of its process (that of the supervisor with several workers)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "uvicorn", "--factory", "tests.api.served:application", "--port", str(port)]
    command += ["--http", "tests.api.served:Impatient", "--ws", "none", "--no-access-log", "--workers", str(workers)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TONGCHOU_STORE": url, "XDG_CACHE_HOME": str(folder)}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, process)
            yield address, process.pid
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(STARTS_WITHIN_SECONDS * 10):
        assert process.poll() is None, "the server ended by itself"
        try:
            httpx2.get(f"{address}/v1/nothing", timeout=5)
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")
