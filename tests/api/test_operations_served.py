"""A real server with two workers: what they log and count together, and that its first key is in no log."""

from __future__ import annotations

import json
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.registers import import_register
from tests.cli.running import Said, ended, environment, started
from tests.service.small import PLANNER, small_county, store_in, write_register

ASKED = 40
PATIENCE_SECONDS = 60.0


@dataclass
class Running:
    """A server that answers, and at its end what it said."""

    client: httpx2.Client
    key: str
    said: Said | None = None

    def get(self, address: str) -> Any:
        """Ask with the first key, on a connection of its own, so that either worker may take it."""
        headers = {"Authorization": f"Bearer {self.key}", "Connection": "close"}
        return self.client.get(address, headers=headers)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Running, str, list[dict[str, Any]]]:
    """What was asked of a server that then was told to end: it, its counts, the lines of its log."""
    folder = tmp_path_factory.mktemp("served")
    with small_county(folder) as county:
        import_register(county, write_register(folder / "register"), county.mandate(PLANNER))
    running, process = _start(folder)
    try:
        for number in range(ASKED):
            running.get(f"/v1/units/v{number % 6 + 1}?secret=in-the-query")
        running.client.get("/v1/units", headers={"Authorization": "Bearer wrong"})
        counts = running.get("/metrics").text
    finally:
        process.send_signal(signal.SIGTERM)
        running.said = ended(process)
    return running, counts, [json.loads(line) for line in running.said.err.splitlines()]


def _start(folder: Path) -> tuple[Running, Any]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = ("serve", "--store", store_in(folder), "--port", port, "--workers", 2, "--json")
    process = started(folder, *arguments, env=environment(XDG_CONFIG_HOME=str(folder), HOME=str(folder)))
    assert process.stdout is not None
    key = json.loads(process.stdout.readline())["admin_key"]
    running = Running(httpx2.Client(base_url=f"http://127.0.0.1:{port}"), key)
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            running.client.get("/healthz")
        except httpx2.TransportError:
            assert time.monotonic() < until, "the server did not answer"
            assert process.poll() is None, ended(process)
            time.sleep(0.1)
        else:
            return running, process


@pytest.mark.slow
def test_workers_count_as_one(story: tuple[Running, str, list[dict[str, Any]]]) -> None:
    _, counts, _ = story
    samples = [one for family in text_string_to_metric_families(counts) for one in family.samples]
    asked = [
        one.value
        for one in samples
        if one.name == "tongchou_http_requests_total" and one.labels["route"] == "/v1/units/{unit}"
    ]
    assert sum(asked) == ASKED
    assert [one.value for one in samples if one.name == "tongchou_http_refused_total"] == [1.0]
    assert {one.value for one in samples if one.name == "tongchou_ready"} == {1.0}


@pytest.mark.slow
def test_every_line_is_an_object_and_none_holds_a_key_or_a_query(
    story: tuple[Running, str, list[dict[str, Any]]],
) -> None:
    running, _, lines = story
    assert running.said is not None
    requests = [line for line in lines if line["event"] == "request" and line["route"] == "/v1/units/{unit}"]
    assert len(requests) == ASKED
    assert len({line["request_id"] for line in requests}) == ASKED
    assert all(line["principal"] for line in requests)
    assert running.key not in running.said.err
    assert "in-the-query" not in running.said.err
