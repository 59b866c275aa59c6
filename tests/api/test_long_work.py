"""Long work over HTTP: accepted, waited for, followed as events, cancelled, and nobody else's business."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.long_work import seconds_preferred
from domain.facts.plans import PlanProposed
from service.access.principal import ROLES, Principal
from service.office import Office
from tests.service.work import store_with_work, sweep_of

LESS = {"change": [{"scale": "funds.beautiful.amount_yuan", "by": 0.9}]}


def authenticate(header: str) -> Principal:
    """The name in the header, with every role but for those who only plan."""
    name = header.removeprefix("Bearer ")
    roles = frozenset(ROLES) if name == "all" else frozenset(("planner",))
    return Principal(name, name, f"post-of-{name}", roles)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    office = Office(store_with_work(tmp_path_factory.mktemp("work")))
    app = create_app(office, warm=True)
    app.state.authenticate = authenticate
    yield app
    office.close()


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, headers={"Authorization": "Bearer all", "Prefer": "wait=50"}) as client:
        yield client


def told(client: TestClient, job: str, after: int | None = None) -> list[dict[str, Any]]:
    """The events of a job until it ends."""
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    found: list[dict[str, Any]] = []
    with client.stream("GET", f"{job}/events", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name == "event":
                found.append({"event": value})
            elif name in ("id", "data"):
                found[-1][name] = json.loads(value)
    return found


def test_who_prefers_to_wait_gets_the_answer_and_where_it_lies(client: TestClient) -> None:
    answer = client.post("/v1/what-ifs", json=LESS)
    assert (answer.status_code, answer.headers["preference-applied"]) == (200, "wait=50")
    assert answer.json()["comparison"]["units"]
    again = client.get(answer.headers["content-location"])
    assert again.content == answer.content


def test_who_does_not_wait_gets_the_job_and_follows_its_events_to_the_end(client: TestClient) -> None:
    answer = client.post("/v1/sweeps", json=sweep_of(12).model_dump(mode="json"), headers={"Prefer": "respond-async"})
    assert answer.status_code == 202
    job = answer.headers["location"]
    assert client.get(f"{job}/result").status_code == 409
    events = told(client, job)
    assert events[-1]["event"] == "end"
    assert [one["id"] for one in events] == sorted({one["id"] for one in events})
    assert any((one["data"]["progress"] or {}).get("of") == 12 for one in events)
    assert told(client, job, events[-2]["id"]) == events[-1:], "who was away reads on where he was"
    seen = client.get(f"{job}/events", headers={"Last-Event-ID": str(events[-1]["id"])})
    assert (seen.status_code, seen.content) == (204, b"")
    result = client.get(f"{job}/result").json()
    table = client.get(f"{job}/files/{result['files'][1]}")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(table.text.splitlines()) == 13
    assert client.get(f"{job}/files/..%2F..%2Fcounty.db").status_code == 404


def test_a_plan_is_proposed_by_whoever_asked(client: TestClient, app: FastAPI) -> None:
    answer = client.post("/v1/plans", json={"record": "propose"}, headers={"Authorization": "Bearer wen"})
    assert (answer.status_code, answer.json()["state"]) == (200, "proposed")
    office: Office = app.state.office
    (proposed,) = [one.fact for one in office.log.facts(types=[PlanProposed])]
    assert office.people.name_of(proposed.mandate.person) == "wen"
    assert proposed.mandate.post == "post-of-wen"
    again = client.post(f"/v1/plans/{answer.json()['plan']}/resolutions")
    assert again.json()["same"] is True


def test_rules_that_collide_are_a_problem_with_conflicts_and_repairs_in_ones_language(
    client: TestClient,
) -> None:
    change = {"change": [{"set": "policy.rules.nobody-below-floor.amount_yuan", "to": 50000}]}
    answer = client.post("/v1/what-ifs", json=change, headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["type"] == "/v1/problems/rules-collide"
    assert answer.json()["conflicts"]
    assert answer.json()["repairs"]
    assert "\u4e00" <= answer.json()["detail"][0] <= "\u9fff"
    job = client.get(answer.headers["location"]).json()
    assert (job["state"], job["problem"]["code"]) == ("failed", "rules-collide")
    assert client.get(f"{answer.headers['location']}/result").status_code == 422


@pytest.mark.parametrize(
    "path,body,status,code",
    [
        ("what-ifs", {"change": [{"set": "funds.nothing.amount_yuan", "to": 1}]}, 422, "policy-faults"),
        ("what-ifs", {"change": "everything"}, 422, "request-invalid"),
        ("what-ifs", {"change": [], "position": 3, "known_at": "2026-01-01"}, 422, "policy-faults"),
        ("scenarios", {"scenario": "nothing-of-the-kind"}, 404, "scenario-not-shipped"),
        ("scenarios", {"text": "scenario: x", "scenario": "y"}, 422, "request-invalid"),
        ("scenarios", {"text": "scenario: [x\n"}, 422, "policy-faults"),
        ("sweeps", {"scenario": {"scenario": "x", "question": {"zh": "问", "en": "q"}}}, 409, "nothing-to-sweep"),
        ("plans/none/alternatives", {}, 404, "unknown-plan"),
        ("plans/none/alternatives", {"plan": "other"}, 422, "request-unclear"),
        ("plans/none/alternatives", {"loss": "1.5"}, 422, "request-invalid"),
        ("comparisons", {"before": {"plan": "a", "position": 1}, "after": {}}, 422, "request-invalid"),
        ("comparisons", {"before": {"position": 99999}, "after": {}}, 409, "nothing-recorded-then"),
    ],
)
def test_nonsense_is_a_problem(client: TestClient, path: str, body: dict[str, Any], status: int, code: str) -> None:
    answer = client.post(f"/v1/{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_job_is_nobody_elses_business_but_the_auditors(client: TestClient) -> None:
    li, wen = {"Authorization": "Bearer li"}, {"Authorization": "Bearer wen"}
    answer = client.post("/v1/what-ifs", json=LESS, headers=li | {"Prefer": ""})
    job = answer.headers["location"]
    for path in (job, f"{job}/result", f"{job}/events"):
        assert client.get(path, headers=wen).status_code == 404
    assert client.post(f"{job}/cancel", headers=wen).status_code == 404
    assert client.post(f"{job}/cancel", headers=li).status_code == 200
    mine = client.get("/v1/jobs", headers=li).json()["items"]
    assert [one["id"] for one in mine] == [job.rpartition("/")[2]]
    assert told(client, job)[-1]["data"]["state"] in ("cancelled", "done")


def test_a_request_sent_again_under_its_key_is_one_job_and_another_one_is_refused(client: TestClient) -> None:
    key = {"Idempotency-Key": "k-1"}
    first, again = (client.post("/v1/what-ifs", json=LESS, headers=key) for _ in range(2))
    assert first.headers["location"] == again.headers["location"]
    assert first.content == again.content
    other = client.post("/v1/what-ifs", json={"change": []}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "job-key-reused")
    somebody = client.post("/v1/what-ifs", json={"change": []}, headers=key | {"Authorization": "Bearer li"})
    assert somebody.headers["location"] != first.headers["location"]


def test_jobs_are_read_page_by_page(client: TestClient) -> None:
    pages: list[str] = []
    cursor: str | None = None
    while True:
        page = client.get("/v1/jobs", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        pages += [one["id"] for one in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert pages == [one["id"] for one in client.get("/v1/jobs").json()["items"]]
    assert client.get("/v1/jobs?cursor=nonsense").status_code == 422


def test_shipped_scenarios_are_listed_with_their_language(client: TestClient) -> None:
    names = [one["scenario"] for one in client.get("/v1/scenarios").json()["items"]]
    assert "thinner" in names
    assert client.get("/v1/scenarios/thinner").json()["text"].startswith("scenario: thinner")
    assert client.get("/v1/scenarios/schema").json()["$schema"]


@pytest.mark.parametrize(
    "header,seconds",
    [(None, 0), ("wait=5", 5), ("respond-async, wait=10", 10), ('wait="7"', 7), ("WAIT = 3; x", 3), ("wait=999", 50)],
)
def test_a_preference_to_wait_is_read_as_rfc_7240_writes_it(header: str | None, seconds: float) -> None:
    assert seconds_preferred(header) == seconds
    assert seconds_preferred("await=9, handling=lenient") == 0
