"""`tongchou account`, `api-key`, `serve`: accounts from the machine itself; a server starts safely or not at all."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from service.access.opening import first_key
from service.access.recognising import authenticate
from service.office import Office
from tests.cli.running import DONE, REFUSED, STORE, Desk, ended, environment, started


@pytest.fixture
def desk(desk: Desk, tmp_path: Path) -> Desk:
    """A folder with a store, and one for secrets apart from it."""
    desk.environment["XDG_CONFIG_HOME"] = str(tmp_path / "config")
    desk.imported()
    return desk


def test_accounts_are_made_changed_shut_and_listed(desk: Desk) -> None:
    made = desk.done(
        "account", "add", "Li", "--person", "李娜", "--post", "planner", "--role", "planner", "--township", "t1"
    )
    assert "One-time password of li" in made.out
    added = desk.done("account", "add", "wang", "--person", "Wang", "--post", "x", "--role", "approver", "--json").json
    assert len(added["one_time_password"]) >= 16
    desk.done("account", "grant", "li", "--role", "reader", "--role", "auditor", "--whole-county")
    desk.done("account", "disable", "wang")
    assert [
        (one["login"], one["person"], one["roles"], one["townships"], one["state"])
        for one in desk.done("account", "list", "--json").json
    ] == [("li", "李娜", ["auditor", "reader"], None, "one_time"), ("wang", "Wang", ["approver"], None, "shut")]
    assert "whole county" in desk.done("account", "list").out
    assert desk.done("account", "password", "li", "--json").json["login"] == "li"
    assert "no role “emperor”" in desk.told(REFUSED, "account", "grant", "li", "--role", "emperor")
    assert "no account nobody" in desk.told(REFUSED, "account", "password", "nobody")
    assert "already" in desk.told(
        REFUSED, "account", "add", "li2", "--person", "李娜", "--post", "x", "--role", "reader"
    )


def test_a_forgotten_person_has_no_account_any_more(desk: Desk) -> None:
    desk.done("account", "add", "li", "--person", "Li Na", "--post", "planner", "--role", "planner")
    assert desk.done("store", "forget", "Li Na", "--json").json["forgotten"]
    assert desk.done("account", "list", "--json").json == []
    assert not any(b"Li Na" in path.read_bytes() for path in desk.folder.glob("*.db*"))


def test_keys_are_made_listed_and_revoked(desk: Desk) -> None:
    desk.done("account", "add", "li", "--person", "Li Na", "--post", "planner", "--role", "planner")
    made = desk.done("api-key", "new", "--for", "li", "--label", "nightly", "--days", "7", "--json").json
    listed = desk.done("api-key", "list", "--json").json
    assert [(one["id"], one["login"], one["state"]) for one in listed] == [(made["id"], "li", "open")]
    secret = made["key"].split("_", 2)[2]
    assert secret not in desk.done("api-key", "list").out
    desk.done("api-key", "revoke", f"tck_{made['id']}")
    assert desk.done("api-key", "list", "--json").json[0]["state"] == "revoked"
    assert "no more than: planner" in desk.told(
        REFUSED, "api-key", "new", "--for", "li", "--label", "x", "--role", "admin", "--role", "planner"
    )


def test_a_server_does_not_start_where_it_would_not_be_safe(desk: Desk) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        assert "cannot listen" in desk.told(REFUSED, "serve", "--port", port)
    assert "plain HTTP" in desk.told(REFUSED, "serve", "--host", "0.0.0.0", "--port", port)
    assert "in memory" in desk.told(REFUSED, "serve", "--store", "sqlite://", "--port", port)
    (desk.folder / "tongchou.desk.db").write_text("something else\n" * 200)
    said = desk.run("serve", "--port", port)
    assert said.code == STORE, said


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        return int(probe.getsockname()[1])


def answered(url: str, process: subprocess.Popen[str], **headers: str) -> httpx2.Response:
    """The answer of a server that is starting."""
    for _ in range(600):
        try:
            return httpx2.get(url, headers=headers, timeout=30)
        except httpx2.TransportError:
            assert process.poll() is None, process.communicate()
            time.sleep(0.1)
    raise AssertionError("no answer within a minute")


@pytest.mark.slow
def test_a_fresh_store_is_served_with_one_key_told_once_and_ends_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, surroundings = free_port(), environment(XDG_CONFIG_HOME=str(tmp_path / "config"))
    command = ("serve", "--port", port, "--workers", 2, "--store", "county.db")
    first = started(tmp_path, *command, env=surroundings)
    assert first.stdout is not None
    lines = [first.stdout.readline() for _ in range(4)]
    key = lines[1].strip()
    me = answered(f"http://127.0.0.1:{port}/v1/me", first, authorization=f"Bearer {key}")
    assert (me.status_code, me.json()["roles"], me.json()["via"]) == (200, ["admin"], "key")
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}/v1", headers={"authorization": f"Bearer {key}"}) as client:
        about = {"login": "li", "person": "Li Na", "post": "planner", "roles": ["planner"]}
        assert client.post("/accounts", json=about).status_code == 201
        password = client.post("/accounts/li/password").json()["one_time_password"]
        token = client.post("/sessions", json={"login": "li", "password": password}).json()["access_token"]
        refused = [client.get("/accounts", headers={"authorization": f"Bearer {one}"}) for one in (key + "x", token)]
        assert [one.status_code for one in refused] == [401, 403]
        assert len(client.get("/refused-attempts").json()["items"]) == 2
    first.send_signal(signal.SIGTERM)
    said = ended(first)
    assert said.code in (DONE, -signal.SIGTERM)
    assert "Traceback" not in said.err
    told = "".join(lines) + said.out + said.err
    assert told.count(key) == 1
    assert password not in told
    assert token not in told

    monkeypatch.setenv("XDG_CONFIG_HOME", surroundings["XDG_CONFIG_HOME"])
    with closing(Office(f"sqlite:///{tmp_path / 'county.db'}")) as again:  # as the next server has it
        assert first_key(again.access) is None
        assert authenticate(again.access, f"Bearer {token}").person == "Li Na"
