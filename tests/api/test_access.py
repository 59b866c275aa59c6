"""Logging in, accounts and keys over HTTP; what is turned away is noted, and no secret is in any log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from service.access import passwords
from service.access.opening import first_key
from service.office import Office
from tests.service.access.doors import CHEAP, ToldClock

GOOD = "four words in a row"


@pytest.fixture(scope="module")
def logged() -> Iterator[list[structlog.typing.EventDict]]:
    """Everything the structured log was told."""
    with structlog.testing.capture_logs() as events:
        yield events


@pytest.fixture(scope="module")
def told() -> set[str]:
    """Every secret anybody was told, as the tests come by them."""
    return set()


@pytest.fixture(scope="module")
def client(logged: list[structlog.typing.EventDict], told: set[str]) -> Iterator[TestClient]:
    """A fresh store over HTTP, as its administrator by the first key."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setattr(passwords, "RFC_9106_LOW_MEMORY", CHEAP)
        office = Office("sqlite://", clock=ToldClock(timedelta(milliseconds=1)))
        made = first_key(office.access)
        assert made is not None
        told.add(made.shown)
        with TestClient(create_app(office), headers=bearer(made.shown)) as opened:
            yield opened
        office.close()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def code(answer: Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.fixture(scope="module")
def session(client: TestClient, told: set[str]) -> dict[str, str]:
    """Li Na, made by the administrator, logged in, with a password of her own."""
    about = {"login": "li", "person": "Li Na", "post": "finance-planner", "roles": ["planner", "reader"]}
    made = client.post("/v1/accounts", json=about)
    assert made.status_code == 201
    where = made.headers["location"]
    assert client.get(where).json()["person"] == "Li Na"
    reset = client.post(f"{where}/password")
    one_time = reset.json()["one_time_password"]
    first = client.post("/v1/sessions", json={"login": "li", "password": one_time})
    assert (first.status_code, first.headers["cache-control"]) == (201, "no-store")
    own = bearer(first.json()["access_token"])
    assert first.json()["must_change_password"]
    assert code(client.get("/v1/api-keys", headers=own)) == (403, "password-must-change")
    assert client.get("/v1/me", headers=own).json()["must_change_password"]
    changed = client.post("/v1/me/password", headers=own, json={"old": one_time, "new": GOOD})
    assert changed.status_code == 204
    assert client.get("/v1/api-keys", headers=own).status_code == 200
    again = client.post("/v1/sessions", json={"login": "li", "password": GOOD}).json()
    told |= {one_time, GOOD, first.json()["access_token"], first.json()["refresh_token"]}
    told |= {again["access_token"], again["refresh_token"]}
    found: dict[str, str] = again
    return found


def test_whoever_asks_is_told_what_they_may(client: TestClient, session: dict[str, str]) -> None:
    me = client.get("/v1/me", headers=bearer(session["access_token"])).json()
    assert (me["person"], me["roles"], me["via"]) == ("Li Na", ["planner", "reader"], "token")
    assert client.get("/v1/me").json()["roles"] == ["admin"]


def test_a_key_is_shown_once_does_less_than_its_owner_and_makes_no_other(
    client: TestClient, session: dict[str, str], told: set[str]
) -> None:
    own = bearer(session["access_token"])
    made = client.post("/v1/api-keys", headers=own, json={"label": "nightly", "days": 3, "roles": ["reader"]})
    key = made.json()["key"]
    told.add(key)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    assert client.get("/v1/me", headers=bearer(key)).json()["roles"] == ["reader"]
    assert key.split("_", 2)[2] not in client.get("/v1/api-keys").text + client.get(made.headers["location"]).text
    for method, path in (("POST", "/v1/api-keys"), ("DELETE", "/v1/sessions/current"), ("POST", "/v1/me/password")):
        body = {"label": "x", "days": 1} if "keys" in path else {"old": GOOD, "new": GOOD} if "me" in path else None
        assert code(client.request(method, path, headers=bearer(key), json=body)) == (403, "not-by-key")
    wide = client.post("/v1/api-keys", headers=own, json={"label": "x", "days": 1, "roles": ["admin"]})
    assert code(wide) == (403, "key-beyond-owner")
    assert client.delete(made.headers["location"], headers=own).status_code == 204
    assert code(client.get("/v1/me", headers=bearer(key))) == (401, "unauthenticated")
    assert client.get("/v1/me", headers=bearer(key)).headers["www-authenticate"] == "Bearer"


def test_a_repeated_call_is_not_shown_the_secret_again_and_makes_no_other_key(
    client: TestClient, session: dict[str, str], told: set[str]
) -> None:
    own = bearer(session["access_token"]) | {"Idempotency-Key": "nightly-key"}
    asked = {"label": "nightly once", "days": 3, "roles": ["reader"]}
    made = client.post("/v1/api-keys", headers=own, json=asked)
    told.add(made.json()["key"])
    assert code(client.post("/v1/api-keys", headers=own, json=asked)) == (409, "answer-not-kept")
    assert code(client.post("/v1/api-keys", headers=own, json={**asked, "days": 4})) == (422, "idempotency-key-reused")
    labels = [one["label"] for one in client.get("/v1/api-keys").json()["items"]]
    assert labels.count("nightly once") == 1


def test_a_refresh_token_comes_back_once(client: TestClient, told: set[str]) -> None:
    first = client.post("/v1/sessions", json={"login": "li", "password": GOOD}).json()
    following = client.post("/v1/sessions/refresh", json={"refresh_token": first["refresh_token"]})
    told |= {first["refresh_token"], following.json()["refresh_token"], following.json()["access_token"]}
    assert following.status_code == 200
    again = client.post("/v1/sessions/refresh", json={"refresh_token": first["refresh_token"]})
    assert code(again) == (401, "unauthenticated")
    assert code(client.get("/v1/me", headers=bearer(following.json()["access_token"]))) == (401, "unauthenticated")


def test_logging_out_ends_the_session(client: TestClient, session: dict[str, str], told: set[str]) -> None:
    here = client.post("/v1/sessions", json={"login": "li", "password": GOOD}).json()
    told |= {here["access_token"], here["refresh_token"]}
    assert client.delete("/v1/sessions/current", headers=bearer(here["access_token"])).status_code == 204
    assert code(client.get("/v1/me", headers=bearer(here["access_token"]))) == (401, "unauthenticated")
    assert client.get("/v1/me", headers=bearer(session["access_token"])).status_code == 200


def test_an_administrator_changes_and_shuts_accounts_and_it_counts_at_once(client: TestClient, told: set[str]) -> None:
    about = {"login": "wang", "person": "王伟", "post": "审批岗", "roles": ["approver"], "townships": ["t1"]}
    where = client.post("/v1/accounts", json=about).headers["location"]
    one_time = client.post("/v1/accounts/WANG/password").json()["one_time_password"]
    told.add(one_time)
    token = client.post("/v1/sessions", json={"login": "wang", "password": one_time}).json()["access_token"]
    told.add(token)
    changed = client.patch(where, json={"townships": None, "post": "leading-group"}).json()
    assert (changed["townships"], changed["post"], changed["roles"]) == (None, "leading-group", ["approver"])
    assert client.get("/v1/me", headers=bearer(token)).json()["post"] == "leading-group"
    assert client.patch(where, json={"disabled": True}).json()["disabled"]
    assert code(client.get("/v1/me", headers=bearer(token))) == (401, "unauthenticated")
    assert code(client.post("/v1/sessions", json={"login": "wang", "password": one_time})) == (401, "login-refused")
    assert code(client.post("/v1/accounts", json={**about, "login": "wang-2"})) == (409, "account-taken")
    assert code(client.patch("/v1/accounts/nobody", json={})) == (404, "unknown-account")
    assert code(client.patch(where, json={"roles": ["admin"], "townships": ["t1"]})) == (422, "admin-of-parts")
    assert code(client.post("/v1/accounts", json={**about, "roles": ["emperor"]})) == (422, "request-invalid")


def test_too_many_failures_are_told_when_to_come_back_in_the_readers_language(client: TestClient) -> None:
    for _ in range(5):
        assert code(client.post("/v1/sessions", json={"login": "nobody", "password": "x"})) == (401, "login-refused")
    late = client.post("/v1/sessions", json={"login": "nobody", "password": "x"}, headers={"Accept-Language": "zh"})
    assert code(late) == (429, "login-throttled")
    assert int(late.headers["retry-after"]) >= 1
    assert "秒后再试" in late.json()["detail"]


def test_what_was_turned_away_and_what_was_changed_is_listed_for_auditors(
    client: TestClient, session: dict[str, str], told: set[str]
) -> None:
    own = bearer(session["access_token"])
    assert code(client.get("/v1/accounts/li", headers=own)) == (403, "forbidden")
    newest = client.get("/v1/refused-attempts?limit=1").json()
    (entry,) = newest["items"]
    assert (entry["what"], entry["route"], entry["account"]) == (
        "forbidden",
        "/v1/accounts/{account}",
        session["account"],
    )
    every, before = [entry], newest["next"]
    while before:
        page = client.get(f"/v1/refused-attempts?limit=2&before={before}").json()
        every, before = every + page["items"], page["next"]
    assert [one["id"] for one in every] == sorted((one["id"] for one in every), reverse=True)
    assert {"login-refused", "login-throttled", "forbidden", "unauthenticated", "not-by-key"} <= {
        one["what"] for one in every
    }
    changes = client.get("/v1/access-changes").json()["items"]
    assert {"account-made", "password-reset", "password-changed", "key-made"} <= {one["what"] for one in changes}
    assert code(client.get("/v1/refused-attempts", headers=own)) == (403, "forbidden")


def test_no_secret_anybody_was_told_is_in_a_log_or_a_list(
    client: TestClient,
    session: dict[str, str],
    told: set[str],
    logged: list[structlog.typing.EventDict],
    caplog: pytest.LogCaptureFixture,
) -> None:
    for secret in list(told):
        client.get("/v1/me", headers=bearer(secret + "x"))  # nearly right: a log would be tempted
        client.get("/v1/me", headers={"Authorization": secret})
        client.post("/v1/sessions/refresh", json={"refresh_token": secret[:200]})
    client.post("/v1/sessions", json={"login": GOOD, "password": GOOD})  # typed into the wrong field
    said = json.dumps(logged, default=str) + caplog.text
    said += client.get("/v1/refused-attempts?limit=1000").text + client.get("/v1/access-changes?limit=1000").text
    assert "access refused" in said
    assert len(told) > 6
    for secret in told:
        assert secret not in said
        if secret.startswith("tc"):  # a key's or refresh token's id may be told, what comes after it never
            assert secret.split("_", 2)[2] not in said


def test_a_public_route_is_open_but_not_to_a_token_that_is_not_valid(client: TestClient) -> None:
    del client.headers["Authorization"]
    assert code(client.post("/v1/sessions", json={"login": "li"})) == (422, "request-invalid")
    refused = client.post("/v1/sessions", json={"login": "li", "password": "x"}, headers=bearer("nonsense"))
    assert code(refused) == (401, "unauthenticated")
