"""`tongchou demo`: a finished year that is told once, and passwords that are told until somebody sets their own."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import httpx2
import pytest

from service.demo import is_told, tell_year
from tests.cli.running import ended, environment, facts_in, started
from tests.cli.test_access import answered, free_port


def demonstration(folder: Path, port: int) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """A demonstration that answers, and what it said first."""
    surroundings = environment(XDG_CONFIG_HOME=str(folder.with_name("config")))
    process = started(folder, "demo", "--json", "--port", port, env=surroundings)
    assert process.stdout is not None
    lines = ""
    while not lines.rstrip().endswith("}") or lines.count("{") != lines.count("}"):
        line = process.stdout.readline()
        assert line, process.communicate()
        lines += line
    said = json.loads(lines)
    assert answered(f"{said['address']}/units", process).status_code == 200
    return process, said


def stopped(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    assert "Traceback" not in ended(process).err


@pytest.mark.slow
def test_a_demonstration_is_told_once_and_lets_everybody_set_a_password(tmp_path: Path) -> None:
    port = free_port()
    folder = tmp_path / "work"
    folder.mkdir()
    process, first = demonstration(folder, port)
    passwords = {one["login"]: one["one_time_password"] for one in first["seats"]}
    assert {role for one in first["seats"] for role in one["roles"]} == {
        "planner", "approver", "treasurer", "auditor", "reader", "admin",
    }  # fmt: skip
    assert len(set(passwords.values())) == len(first["seats"])
    told = {"login": "planner", "password": passwords["planner"]}
    with httpx2.Client(base_url=f"{first['address']}/v1", timeout=30) as client:
        token = client.post("/sessions", json=told).json()["access_token"]
        signed_in = {"authorization": f"Bearer {token}"}
        change = {"old": passwords["planner"], "new": "three quiet herons"}
        assert client.post("/me/password", json=change, headers=signed_in).status_code < 300
    stopped(process)

    record = facts_in(folder / "demo" / "record" / "tongchou.db")
    process, again = demonstration(folder, port)
    assert facts_in(folder / "demo" / "record" / "tongchou.db") == record
    anew = {one["login"]: one["one_time_password"] for one in again["seats"]}
    assert anew.pop("planner") is None
    assert all(anew[login] not in (None, passwords[login]) for login in anew)
    stopped(process)


def test_a_year_that_was_not_told_to_its_end_is_no_demonstration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def halt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("service.shipped_year._Telling._plan", halt)
    with pytest.raises(KeyboardInterrupt):
        tell_year(tmp_path / "demo")
    assert not is_told(tmp_path / "demo")
    with pytest.raises(KeyboardInterrupt):
        tell_year(tmp_path / "demo")  # what is left of the first is no hindrance
