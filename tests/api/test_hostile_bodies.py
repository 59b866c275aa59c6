"""Bodies nobody sends by accident: refused with a problem, nothing recorded, never a fault of the program."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from api.app import create_app
from api.deciding.table import WAYS
from api.deciding.way import Way
from api.guarded_http import GuardedHttp
from api.limits import BODY_BYTES_MAX, Limits
from service.access.principal import ROLES, Principal
from service.office import Office
from service.serving import PROTOCOL
from tests.api.writers import Writer, writer_in

JSON = {"Content-Type": "application/json"}
BODIES: list[tuple[bytes, dict[str, str], int, str]] = [
    (b"{", JSON, 400, "body-unreadable"),
    (b"\xef\xbb\xbf{}", JSON, 400, "body-unreadable"),
    ('{"why": "é"}'.encode("latin-1"), JSON, 400, "body-unreadable"),
    ('{"why": "é"}'.encode("utf-16"), JSON, 400, "body-unreadable"),
    (b"{}", {"Content-Type": "application/json; charset=utf-16"}, 415, "media-type-unfit"),
    (b'{"amount_fen": NaN}', JSON, 400, "body-unreadable"),
    (b'{"amount_fen": 1e999}', JSON, 400, "body-unreadable"),
    (b'{"amount_fen": ' + b"9" * 5000 + b"}", JSON, 400, "body-unreadable"),
    (b'{"tranche": "x", "amount_fen": ' + b"9" * 400 + b"}", JSON, 422, "request-invalid"),
    (b'{"why": "\\ud800"}', JSON, 400, "body-unreadable"),
    (b'{"why": "\\u0000"}', JSON, 400, "body-unreadable"),
    (b"[" * 100_000, JSON, 400, "body-unreadable"),
    (b"[" * 500 + b"]" * 500, JSON, 400, "body-unreadable"),
    (b"<a/>", {"Content-Type": "application/xml"}, 415, "media-type-unfit"),
    (b"{}", {"Content-Type": "text/plain"}, 415, "media-type-unfit"),
    (b"{}", {}, 415, "media-type-unfit"),
    (b"\x1f\x8b", {**JSON, "Content-Encoding": "gzip"}, 415, "media-type-unfit"),
    (b"[]", JSON, 422, "request-invalid"),
    (b"null", JSON, 422, "request-invalid"),
    (b'{"tranche": "x", "amount_fen": 1.0}', JSON, 422, "request-invalid"),
    (b'{"tranche": "x", "amount_fen": true}', JSON, 422, "request-invalid"),
    (b'{"tranche": "x", "amount_fen": "1"}', JSON, 422, "request-invalid"),
    (b'{"tranche": "x", "amount_fen": 1, "due_on": 1700000000}', JSON, 422, "request-invalid"),
    (b'{"tranche": "x", "amount_fen": 1, "person": "wang-wei"}', JSON, 422, "request-invalid"),
    (b'{"tranche": "a b", "amount_fen": 1}', JSON, 422, "request-invalid"),
    (b" " * (BODY_BYTES_MAX + 1), JSON, 413, "body-too-large"),
]


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory, year_store: str) -> Iterator[Writer]:
    with writer_in(tmp_path_factory.mktemp("writer"), year_store) as writer:
        writer.client.app.state.authenticate = everybody  # type: ignore[attr-defined]
        yield writer


def everybody(header: str) -> Principal:
    return Principal("all", "Everybody", "all-posts", frozenset(ROLES))


@pytest.mark.parametrize("body,headers,status,code", BODIES)
def test_what_is_no_fit_body_is_a_problem(
    writer: Writer, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    head = writer.head()
    sent = {"Authorization": "Bearer x", **headers}
    answer = writer.client.post("/v1/funds/service/tranches", content=body, headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert writer.head() == head


CODES = st.sampled_from(["service", "beautiful", "v1", "v2", "p1", "2026-01", "d-000", "nothing", "2026-01.service.v2"])
VALUES: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | CODES
    | st.sampled_from(["2026-12-01", "2026-02-30", "0000-00-00"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=6,
)

KNOWN = {
    "fund": st.sampled_from(["service", "beautiful"]),
    "unit": st.sampled_from(["v1", "v2", "v3", "v4"]),
    "project": st.sampled_from(["p1", "p2", "p3"]),
    "plan": st.just("2026-01"),
    "line": st.sampled_from(["service.v2", "beautiful.p1"]),
    "commitment": st.sampled_from(["2026-01.service.v2", "2026-01.service.v3", "c-new"]),
    "disbursement": st.sampled_from(["d-000", "d-001", "d-new"]),
    "tranche": st.sampled_from(["b1", "s1"]),
    "township": st.just("t1"),
}
"""Things there are, by the names of fields that name them."""
DAYS = st.sampled_from(["2026-12-01", "2026-03-03", "2026-11-30"])
FITTING: dict[str, Any] = {
    "list[": st.lists(CODES, max_size=2),
    "str": CODES | st.text(st.characters(exclude_categories=["C"]), max_size=80),
    "int": st.sampled_from([0, 1, 100, 2**53 - 1]),
    "bool": st.booleans(),
}


def fitting(annotation: Any) -> Any:
    """Values of a field's type, or nearly."""
    said = str(annotation)
    if "date" in said:
        return DAYS | st.none()
    kind = next((kind for name, kind in FITTING.items() if name in said), VALUES)
    return kind | st.none() if "None" in said or "Optional" in said else kind


@st.composite
def nonsense(draw: st.DrawFn) -> tuple[Way, str, Any]:
    """A row of the table with an address and a body that mostly has its fields, and rarely what belongs into them."""
    way = draw(st.sampled_from(WAYS))
    path = way.path.format_map({name: draw(KNOWN.get(name, CODES)) for name in way.in_path})
    if draw(st.booleans()):  # of the right types, so that it comes as far as the decision
        fields = {name: KNOWN.get(name, fitting(one.annotation)) for name, one in way.body.model_fields.items()}
        return way, path, {name: draw(values) for name, values in fields.items() if draw(st.integers(0, 9))}
    names = st.sampled_from([*way.body.model_fields, "else"])
    return way, path, draw(st.dictionaries(names, VALUES, max_size=8) | VALUES)


@settings(max_examples=120)
@given(nonsense(), st.sampled_from([None, "*", '"1"', '"99999999"', "x"]))
def test_nonsense_is_never_a_fault_of_the_program_and_what_is_refused_records_nothing(
    writer: Writer, call: tuple[Way, str, Any], if_match: str | None
) -> None:
    way, path, body = call
    headers = {"Authorization": "Bearer x", **({"If-Match": if_match} if if_match else {}), **JSON}
    head = writer.head()
    content = json.dumps(body).encode()
    answer = writer.client.request(way.method, f"/v1{path}", content=content, headers=headers)
    assert answer.status_code in {200, 201, 400, 403, 404, 409, 412, 422, 428}, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert writer.head() == head


def test_servers_are_started_with_the_guard_of_heads() -> None:
    config = uvicorn.Config("tests.api.test_hostile_bodies:reading", http=PROTOCOL, log_config=None)
    config.load()
    assert config.http_protocol_class is GuardedHttp


def test_every_answer_says_how_it_may_be_used(writer: Writer) -> None:
    for path in ("/v1/units", "/v1/nothing"):
        headers = writer.client.get(
            path, headers={"Authorization": "Bearer x", "Origin": "https://evil.example"}
        ).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers


def test_pages_of_named_origins_may_call(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGCHOU_ORIGINS", "https://finance.example, https://plan.example")
    app = create_app(office)
    app.state.authenticate = everybody
    client = TestClient(app, headers={"Authorization": "Bearer x"})
    allowed = client.get("/v1/funds", headers={"Origin": "https://plan.example"}).headers
    assert allowed["access-control-allow-origin"] == "https://plan.example"
    other = client.get("/v1/funds", headers={"Origin": "https://evil.example"}).headers
    assert "access-control-allow-origin" not in other


def exchange(app: Any, pieces: list[Message], **limits: float) -> list[Message]:
    """What a layer of limits answers to a request whose body comes in these pieces, and then no further."""
    scope: Scope = {"type": "http", "method": "POST", "path": "/v1/x", "headers": [], "query_string": b"", "state": {}}
    sent: list[Message] = []

    async def run() -> None:
        async def receive() -> Message:
            if pieces:
                return pieces.pop(0)
            await asyncio.sleep(60)
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        await Limits(app, **limits)({**scope, "app": FastAPI()}, receive, send)

    asyncio.run(run())
    return sent


async def reading(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that reads the whole body."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"read"})


async def sleeping(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that answers late."""
    await asyncio.sleep(0.4)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"late"})


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    part: Message = {"type": "http.request", "body": b"{", "more_body": True}
    sent = exchange(reading, [part], body_seconds=0.1)
    assert sent[0]["status"] == 408


def test_a_body_without_a_stated_length_is_cut_off_where_it_is_too_large() -> None:
    piece: Message = {"type": "http.request", "body": b" " * 2**18, "more_body": True}
    last: Message = {"type": "http.request", "body": b"", "more_body": False}
    assert exchange(reading, [dict(piece) for _ in range(8)] + [last])[0]["status"] == 413
    assert exchange(reading, [piece, last])[0]["status"] == 200


def test_who_waits_too_long_for_an_answer_gets_one_and_the_late_one_is_dropped() -> None:
    sent = exchange(sleeping, [], request_seconds=0.1)
    assert [message.get("status") for message in sent] == [503, None]
    assert json.loads(sent[1]["body"])["code"] == "answer-too-slow"
