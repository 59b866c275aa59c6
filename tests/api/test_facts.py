"""The feed over HTTP: pages and single facts as CloudEvents, complete and in order whatever is asked for."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from history.merkle import root_of
from service.office import Office

TWO = {"unit.registered", "fund.amended"}


def every_page(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    """All facts, followed the way a consumer does: the position of one answer is asked after in the next."""
    found, after = [], 0
    while True:
        answer = client.get("/v1/facts", params={"after": after, "limit": 7, **query})
        assert answer.status_code == 200
        found += answer.json()
        reached = int(answer.headers["x-next-position"])
        if "link" not in answer.headers:
            assert reached == int(answer.headers["x-head-position"])
            return found
        assert answer.headers["link"].endswith('rel="next"')
        assert f"after={reached}" in answer.headers["link"]
        assert reached > after
        after = reached


def test_pages_hold_every_fact_once_and_in_order(client: TestClient, office: Office) -> None:
    found = every_page(client)
    assert [one["position"] for one in found] == list(range(1, office.head() + 1))
    assert len({one["id"] for one in found}) == len(found)


def test_an_event_keeps_to_cloudevents_and_holds_the_fact_as_it_was_recorded(
    client: TestClient, office: Office
) -> None:
    answer = client.get("/v1/facts", params={"limit": 1, "after": 54})
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    (event,) = answer.json()
    (entry,) = office.log.recorder.entries(after=54, until=55)
    assert {name for name, value in event.items() if name != "data" and not isinstance(value, str | int)} == set()
    assert all(name.isascii() and name.isalnum() and name == name.lower() and len(name) <= 20 for name in event)
    assert event["specversion"] == "1.0"
    assert event["id"] == f"{office.log.recorder.store_id}-55"
    assert event["type"] == f"cn.tongchou.{entry.name}"
    assert event["subject"] == "disbursement:d-000"
    assert event["effectiveon"] == "2026-04-20"
    assert event["data"] == json.loads(entry.data)


def test_whoever_follows_the_feed_can_compute_the_root_of_the_record(client: TestClient, office: Office) -> None:
    """RFC 9162 by hand: leaves out of what an event says, then the tree; no code of the log is used."""

    def framed(content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + content

    def root(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return leaves[0]
        middle = 1
        while middle * 2 < len(leaves):
            middle *= 2
        return hashlib.sha256(b"\x01" + root(leaves[:middle]) + root(leaves[middle:])).digest()

    leaves = []
    lines = client.get("/v1/facts", params={"limit": 10_000}, headers={"Accept": "application/x-ndjson"})
    assert lines.headers["content-type"] == "application/x-ndjson"
    for line in lines.content.splitlines():
        event = json.loads(line)
        data = line[line.index(b'"data":') + len(b'"data":') : -1]  # the last field: the bytes as they were stored
        parts = [event["type"].removeprefix("cn.tongchou.").encode(), event["tags"].encode(), event["time"].encode()]
        parts += [bytes.fromhex(event["salt"]), data]
        index = (event["position"] - 1).to_bytes(8, "big")
        leaf = hashlib.sha256(b"\x00" + index + b"".join(map(framed, parts))).digest()
        assert leaf.hex() == event["leafhash"]
        leaves.append(leaf)
    assert len(leaves) == office.head()
    assert root(leaves) == root_of(office.log.recorder.leaves())


@pytest.mark.parametrize(
    "query,wanted",
    [
        ({"type": "money.disbursed"}, lambda one: one["type"] == "cn.tongchou.money.disbursed"),
        ({"type": ["cn.tongchou.unit.registered", "fund.amended"]}, lambda one: one["type"][12:] in TWO),
        ({"tag": "fund:service"}, lambda one: "fund:service" in json.loads(one["tags"])),
        ({"tag": ["fund:service", "unit:v6"]}, lambda one: {"fund:service", "unit:v6"} <= set(json.loads(one["tags"]))),
        ({"tag": "unit:v2", "type": "unit.assessed"}, lambda one: one["position"] == 77),
        ({"tag": "unit:nowhere"}, lambda one: False),
    ],
)  # fmt: skip
def test_a_filtered_feed_is_the_whole_feed_without_the_rest(client: TestClient, query: Any, wanted: Any) -> None:
    assert every_page(client, **query) == [one for one in every_page(client) if wanted(one)]


def test_a_page_is_packed_where_that_is_asked_for_and_says_what_it_depends_on(client: TestClient) -> None:
    plain, packed = (client.get("/v1/facts", headers={"Accept-Encoding": one}) for one in ("identity", "gzip"))
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    assert packed.headers["vary"] == "Accept, Accept-Encoding, Authorization"


def test_a_follower_gets_on_although_nothing_matches(client: TestClient, office: Office) -> None:
    answer = client.get("/v1/facts", params={"type": "fund.closed", "limit": 1})
    assert answer.json() == []
    assert int(answer.headers["x-next-position"]) == office.head()


def test_one_fact_is_the_event_of_its_page(client: TestClient) -> None:
    answer = client.get("/v1/facts/47")
    assert answer.headers["content-type"] == "application/cloudevents+json"
    assert answer.json() == client.get("/v1/facts", params={"after": 46, "limit": 1}).json()[0]
    assert client.get("/v1/facts/81").json()["code"] == "fact-missing"
    assert client.get("/v1/facts/81").status_code == 404


@pytest.mark.parametrize(
    "query,code",
    [
        ("type=money.burnt", "no-such-fact-type"),
        ("tag=service", "fact-tag-unclear"),
        ("tag=fund:", "fact-tag-unclear"),
        ("tag=fund:%00", "fact-tag-unclear"),
        ("after=81", "position-not-reached"),
        ("after=-1", "request-invalid"),
        ("limit=0", "request-invalid"),
        ("limit=10001", "request-invalid"),
        ("after=99999999999999999999999", "request-invalid"),
    ],
)
def test_what_cannot_be_asked_is_a_problem_and_no_empty_page(client: TestClient, query: str, code: str) -> None:
    answer = client.get(f"/v1/facts?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_tail_refuses_a_position_that_is_none(client: TestClient) -> None:
    answer = client.get("/v1/facts/stream", headers={"Last-Event-ID": "abc"})
    assert (answer.status_code, answer.json()["code"]) == (422, "request-unclear")
    assert client.get("/v1/facts/stream?after=81").json()["code"] == "position-not-reached"
