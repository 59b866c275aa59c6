"""A server asked to end lets go of whoever follows a job, and hands the job back for another to go on with."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from service.office import Office
from tests.service.work import ROOT, store_with_work, sweep_of, until

pytestmark = pytest.mark.slow
SERVER = """
import sys
import uvicorn
from api.app import create_app
from service.access.principal import ROLES, Principal
from service.office import Office

app = create_app(Office(sys.argv[1]))
app.state.authenticate = lambda header: Principal("li", "li", "planner", frozenset(ROLES))
uvicorn.run(app, port=int(sys.argv[2]), log_level="error", timeout_graceful_shutdown=120)
"""


def test_a_server_asked_to_end_lets_go_of_who_follows_a_job_and_hands_the_job_back(tmp_path: Path) -> None:
    url = store_with_work(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    office = Office(url)
    with (
        subprocess.Popen([sys.executable, "-c", SERVER, url, str(port)], cwd=ROOT) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Authorization": "Bearer x"}, timeout=60) as client,
    ):
        try:
            while True:
                try:
                    asked = client.post("/v1/sweeps", json=sweep_of(2000).model_dump(mode="json"))
                    break
                except httpx.ConnectError:
                    time.sleep(0.1)
            job = asked.json()["id"]
            until(office, job, "running", progress=True)
            with client.stream("GET", f"/v1/jobs/{job}/events") as stream:
                lines = stream.iter_lines()
                assert next(lines).startswith("event: ")
                process.send_signal(signal.SIGTERM)
                events = [line for line in lines if line.startswith("event: ")]
            assert "event: end" not in events
            assert process.wait(timeout=100) in (0, -signal.SIGTERM)
        finally:
            process.kill()
    back = office.jobs.get(job)
    assert (back.state, back.attempts, back.runner) == ("queued", 0, None)
    office.close()
