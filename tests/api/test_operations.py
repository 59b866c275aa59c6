"""What a server tells whoever runs it: whether it can work, what it counted, a line for each request."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

import service.readiness
from api.app import create_app
from api.logs import install, request_log
from api.watching import sane_id
from domain.decisions.units import CorrectUnit
from service.access.principal import Principal, Role, Unauthenticated
from service.office import Office
from service.registers import import_register
from tests.service.small import PLANNER, store_in, write_register

SECRET = "tck_7Jq-very-secret"
ROLES_OF = {SECRET: ("auditor", "planner"), "reader-key": ("reader",), "admin-key": ("admin",)}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A store of this module's own: decisions are taken in it."""
    folder = tmp_path_factory.mktemp("operations")
    office = Office(store_in(folder))
    with office.county() as county:
        import_register(county, write_register(folder / "register"), county.mandate(PLANNER))
    yield office
    office.close()


class Served:
    """A server that knows a few keys, and its log."""

    def __init__(self, office: Office) -> None:
        self.log = io.StringIO()
        self.app = create_app(office)
        self.app.state.log = request_log(self.log)
        self.app.state.authenticate = self._authenticate
        self.client = TestClient(self.app, raise_server_exceptions=False)

        @self.app.post("/decide")
        def decide(name: str) -> int:
            with office.county() as county:
                mandate = county.mandate(PLANNER)
                return county.decide(CorrectUnit(mandate=mandate, unit="v1", changes={"name_en": name})).position

        @self.app.get("/fails")
        def fails() -> None:
            raise RuntimeError('a fault\n{"event": "forged"}')

    @staticmethod
    def _authenticate(header: str) -> Principal:
        roles: tuple[Role, ...] | None = ROLES_OF.get(header.removeprefix("Bearer "))  # type: ignore[assignment]
        if roles is None:
            raise Unauthenticated(reason="it is no key of this server")
        return Principal(f"account-{roles[0]}", "A", "post", frozenset(roles))

    def get(self, address: str, key: str = SECRET, **headers: str) -> Any:
        return self.client.get(address, headers={"Authorization": f"Bearer {key}", **headers})

    def lines(self) -> list[dict[str, Any]]:
        """Every line of the log as its object."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@pytest.fixture
def served(own: Office) -> Served:
    return Served(own)


def counts(served: Served) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample of the exposition, read by Prometheus' own parser."""
    answer = served.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(answer.text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def rise(before: dict[Any, float], after: dict[Any, float], name: str, **labels: str) -> float:
    key = (name, frozenset(labels.items()))
    return after.get(key, 0.0) - before.get(key, 0.0)


def test_a_server_that_can_work_says_so_to_anybody(served: Served) -> None:
    assert served.client.get("/healthz").json() == {"status": "alive"}
    answer = served.client.get("/readyz")
    assert answer.status_code == 200
    assert [one["name"] for one in answer.json()["conditions"]] == ["store", "desk", "tables", "disk"]


def test_a_disk_without_room_is_said_with_figures_and_no_path(
    served: Served, own: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.readiness, "ROOM_BYTES_MIN", 2**60)
    answer = served.client.get("/readyz")
    assert answer.status_code == 503
    wrong = [one for one in answer.json()["conditions"] if not one["holds"]]
    assert [one["name"] for one in wrong] == ["disk"]
    assert "are needed" in wrong[0]["reason"]
    assert str(Path(own.url.removeprefix("sqlite:///")).parent) not in answer.text


def test_a_store_that_is_gone_is_not_ready_and_still_alive(tmp_path: Path) -> None:
    office = Office(store_in(tmp_path))
    served = Served(office)
    office.close()
    answer = served.client.get("/readyz")
    assert answer.status_code == 503
    assert {one["name"] for one in answer.json()["conditions"] if not one["holds"]} >= {"store", "desk"}
    assert served.client.get("/healthz").status_code == 200


def test_counts_are_for_auditors_and_administrators_from_wherever_they_come(served: Served) -> None:
    assert served.client.get("/metrics").status_code == 401
    assert served.get("/metrics", "reader-key").status_code == 403
    assert served.get("/metrics", "admin-key").status_code == 200


def test_requests_refusals_and_facts_are_counted_by_route_and_never_by_what_stood_in_it(served: Served) -> None:
    before = counts(served)
    for unit in ("v1", "v2", "nowhere"):
        served.get(f"/v1/units/{unit}")
    served.get("/v1/units", "no-key")
    for number in range(5):
        served.get(f"/anything/{number}")
    served.client.request("FROBNICATE", "/healthz")
    served.client.post("/decide?name=counted")
    after = counts(served)
    requests = "tongchou_http_requests_total"
    assert rise(before, after, requests, route="/v1/units/{unit}", method="GET", status="200") == 2
    assert rise(before, after, requests, route="/v1/units/{unit}", method="GET", status="404") == 1
    assert rise(before, after, requests, route="none", method="GET", status="404") == 5
    assert rise(before, after, "tongchou_http_refused_total", code="unauthenticated") == 1
    assert rise(before, after, "tongchou_facts_recorded_total") == 1
    assert rise(before, after, "tongchou_http_request_seconds_count", route="/v1/units/{unit}", method="GET") == 3
    assert rise(before, after, "tongchou_log_position") == 1
    assert after["tongchou_jobs", frozenset({("state", "queued")})] == 0
    assert [labels for name, labels in after if ("method", "FROBNICATE") in labels] == []


def test_a_request_is_one_line_with_who_what_and_which_facts(served: Served, own: Office) -> None:
    served.client.post("/decide?name=logged", headers={"X-Request-ID": "of-the-caller.1"})
    served.get("/v1/units/v1")
    decided, read = served.lines()
    assert (decided["request_id"], decided["facts"], decided["facts_recorded"]) == ("of-the-caller.1", [own.head()], 1)
    assert (read["principal"], read["route"], read["status"]) == ("account-auditor", "/v1/units/{unit}", 200)
    assert "facts" not in read


def test_no_line_holds_a_secret_whichever_way_it_came(served: Served) -> None:
    served.get(f"/v1/units?token={SECRET}&limit=0", Cookie=f"session={SECRET}")
    served.client.get("/v1/units", headers={"Authorization": f"Bearer wrong-{SECRET}"})
    served.client.post("/v1/units", content=SECRET, headers={"X-Api-Key": SECRET, "X-Request-ID": f"id {SECRET}"})
    served.client.get(f"/nowhere/{SECRET}")
    assert [line["status"] for line in served.lines()] == [422, 401, 401, 404]
    assert SECRET not in served.log.getvalue()


def test_refused_attempts_stand_out_and_say_why(served: Served) -> None:
    served.get("/metrics", "reader-key")
    served.get("/metrics", "no-key")
    forbidden, unknown = served.lines()
    assert (forbidden["level"], forbidden["problem"], forbidden["principal"]) == (
        "warning",
        "forbidden",
        "account-reader",
    )
    assert (unknown["level"], unknown["problem"]) == ("warning", "unauthenticated")
    assert "principal" not in unknown


def test_a_fault_of_the_program_gives_its_request_id_to_the_caller_and_to_the_log(served: Served) -> None:
    answer = served.client.get("/fails")
    assert answer.status_code == 500
    (line,) = served.lines()
    assert line["level"] == "error"
    assert line["request_id"] == answer.headers["x-request-id"] == answer.json()["request_id"]
    assert "a fault" not in answer.text


@given(st.text(max_size=80))
def test_a_request_id_is_taken_over_only_where_nothing_in_it_can_do_harm(given: str) -> None:
    taken = sane_id(given)
    assert 0 < len(taken) <= 64
    assert taken.isascii()
    assert not set(taken) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
    assert taken == given or len(taken) == 32


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_whatever_a_library_says_is_one_line_of_ascii(said: str) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    try:
        install(stream)
        logging.getLogger("somebody").warning("%s", said)
        logging.getLogger("httpx2").info("GET https://hook.example/?key=%s", said)
    finally:
        root.handlers[:], root.level = before, level
        structlog.reset_defaults()
    (line,) = stream.getvalue().splitlines()
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["event"] == said
