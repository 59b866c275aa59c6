"""Commands on a store that lies on a server: the same answers as on a file, and no password in any of them."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.cli.running import DONE, REFUSED, STORE, Desk
from tests.cli.test_life import LEADER, REVIEWER, TREASURER, day
from tests.postgres_server import GUARDED, PASSWORD, Server

pytestmark = pytest.mark.postgres


def life(desk: Desk) -> list[object]:
    """A county from its register to money paid, and what questions say of it then."""
    desk.done("plan", "--register", desk.register("county"), "--policy", desk.policy())
    desk.done("plans", "review", "2026-01", "--opinion", "sound", "--as", REVIEWER)
    desk.done("plans", "announce", "2026-01", "--objections-until", day(2), "--effective-on", day(9))
    desk.done("plans", "close-objections", "2026-01")
    desk.done("plans", "approve", "2026-01", "--as", LEADER)
    desk.done("plans", "notice", "2026-01", "--document", "2026-77")
    commit = ("money", "commit", "2026-01", "beautiful.p1", "--commitment", "k1", "--as", TREASURER, "--command", "c1")
    assert desk.done(*commit, "--json").json["repeated"] is False
    assert desk.done(*commit, "--json").json["repeated"] is True
    desk.done(
        "money", "disburse", "d1", "--commitment", "k1", "--payee", "Li", "--voucher", "1", "--amount", "20,000.50"
    )
    assert desk.run("money", "commit", "2026-01", "beautiful.p1", "--as", TREASURER).code == REFUSED
    desk.done("unit", "correct", "v5", "--set", "households=260")
    asked = (
        ("plans", "list", "--json"),
        ("register", "show", "v5", "--json"),
        ("store", "check", "--json"),
        ("why", "v1", "--json"),
    )
    rows = desk.done("ledger", "--json").json["rows"]  # beside them stands on which checkpoint of which store they rest
    return [rows, *(desk.done(*question).json for question in asked)]


def test_a_countys_life_on_a_server_is_that_on_a_file(desk: Desk, postgres_store: str, tmp_path: Path) -> None:
    desk.environment["TONGCHOU_STORE"] = postgres_store
    on_server = life(desk)
    on_server_facts = facts(desk)
    assert [path.name for path in desk.folder.glob("*.db")] == []
    desk.environment["TONGCHOU_STORE"] = "sqlite:///county.db"
    assert life(desk) == on_server
    assert facts(desk) == on_server_facts
    desk.environment["TONGCHOU_STORE"] = postgres_store
    assert "zhao@audit" in desk.done("plans", "show", "2026-01").out
    assert desk.done("store", "forget", "zhao").code == DONE
    assert "zhao" not in desk.done("plans", "show", "2026-01").out


def facts(desk: Desk) -> list[str]:
    """The kinds of facts on the record."""
    rows = desk.done("store", "facts", "--limit", "1000", "--json").json
    return [row["fact"]["type"] for row in rows]


def test_asking_a_server_makes_no_store_there(desk: Desk, postgres_server: Server, postgres_store: str) -> None:
    said = desk.run("plans", "list", "--store", postgres_store)
    assert (said.code, "There is no store at postgresql://" in said.err) == (REFUSED, True)
    with postgres_server.admin() as admin:
        schema = postgres_store.partition("schema=")[2]
        assert admin.execute("SELECT FROM pg_namespace WHERE nspname = %s", [schema]).fetchone() is None


def test_a_password_in_the_address_is_in_no_answer(desk: Desk, postgres_server: Server) -> None:
    with postgres_server.admin() as admin:
        admin.execute(f"GRANT CREATE ON DATABASE postgres TO {GUARDED}")
    address = postgres_server.url(user=f"{GUARDED}:{quote(PASSWORD)}") + "?schema=of_the_guarded"
    plan = ("plan", "--register", desk.register(), "--policy", desk.policy(), "--store")
    heard = [desk.done(*plan, address), desk.run(*plan, address.replace(quote(PASSWORD), "geheim"))]
    assert heard[0].out.startswith(f"Store: {postgres_server.url(user=GUARDED)}?schema=of_the_guarded")
    assert (heard[1].code, "does not let this user in" in heard[1].err) == (STORE, True)
    heard.append(desk.run(*plan, f"{address}&colour=red"))
    assert (heard[2].code, "colour" in heard[2].err) == (STORE, True)
    for said in heard:
        assert not any(word in said.out + said.err for word in (PASSWORD, quote(PASSWORD), "geheim"))


def test_a_server_that_is_gone_is_told_as_one_object_in_chinese(desk: Desk) -> None:
    said = desk.run("plans", "list", "--json", "--lang", "zh", "--store", "postgresql://127.0.0.1:1/county")
    assert said.code == STORE
    problem = json.loads(said.err)
    assert (problem["error"], "连不上库" in problem["sentences"][0]) == ("store-unreachable", True)


def test_tables_of_a_server_lie_in_the_cache_and_come_back(desk: Desk, postgres_store: str, tmp_path: Path) -> None:
    desk.environment |= {"TONGCHOU_STORE": postgres_store, "TONGCHOU_CACHE": str(tmp_path / "cache")}
    desk.done("register", "import", desk.register())
    (tables,) = (tmp_path / "cache").glob("*.views.db")
    before = desk.done("ledger", "--json").json
    tables.write_bytes(b"")
    assert desk.done("ledger", "--json").json == before
    desk.environment["TONGCHOU_CACHE"] = str(desk.register("file") / "units.csv")
    assert desk.run("ledger").code == STORE
