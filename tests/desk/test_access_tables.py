"""The tables of accounts and sessions on both kinds of desk: of many that try at once, as many get through as may."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from desk.access_log import AccessEntry, AccessLog
from desk.accounts import Accounts
from desk.api_keys import ApiKeys
from desk.attempts import Attempts, Pace
from desk.database import Desk
from desk.postgres_desk import PostgresDesk
from desk.prints import Prints
from desk.sessions import Session, Sessions
from desk.sqlite_desk import SQLiteDesk

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PACE = Pace(free=3, doublings=4, memory=timedelta(hours=1))
Opens = Callable[[], Desk]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opens]:
    """Opens the same desk once more, as another process does."""
    with ExitStack() as closing_all:
        if request.param == "postgres":
            server = request.getfixturevalue("postgres_server")
            parameters, schema = psycopg.conninfo.conninfo_to_dict(server.url()), f"test_{uuid.uuid4().hex}_desk"

        def opening() -> Desk:
            desk: Desk
            if request.param == "sqlite":
                desk = SQLiteDesk(tmp_path / "county.desk.db")
            else:
                desk = PostgresDesk(parameters, schema, "the desk of the test")
            closing_all.callback(desk.close)
            return desk

        yield opening


def test_accounts_and_keys_come_back_as_they_were_kept(opens: Opens) -> None:
    accounts, keys = Accounts(opens()), ApiKeys(opens())
    assert accounts.is_empty()
    assert accounts.add("p-1", "li", roles={"planner", "reader"}, townships={"t2", "t1"}, post="财政 planner", at=AT)
    assert not accounts.add("p-1", "li2", roles={"reader"}, townships=None, post="x", at=AT)
    assert not accounts.add("p-2", "li", roles={"reader"}, townships=None, post="x", at=AT)
    assert accounts.set_password("p-1", "hash", one_time_until=AT + timedelta(days=1), at=AT + timedelta(hours=1))
    account, hashed = Accounts(opens()).with_password("li")
    assert account is not None
    assert account == accounts.get("p-1") == accounts.named("li") == accounts.all()[0]
    assert (account.roles, account.townships, account.post) == ({"planner", "reader"}, {"t1", "t2"}, "财政 planner")  # type: ignore[comparison-overlap]
    assert (account.one_time_until, account.changed_at) == (AT + timedelta(days=1), AT + timedelta(hours=1))
    assert (hashed, account.has_password, account.disabled) == ("hash", True, False)
    accounts.renew_hash("p-1", "another", "newer")
    assert accounts.with_password("li")[1] == "hash"
    assert accounts.with_password("nobody") == (None, None)

    until = AT + timedelta(days=3)
    keys.add("k1", "h", owner="p-1", label="每晚", roles={"reader"}, townships=None, at=AT, expires_at=until)
    keys.used("k1", AT.date())
    key = keys.get("k1")
    assert key is not None
    assert (key.label, key.last_used_on, key.revoked_at, key.expires_at) == ("每晚", AT.date(), None, until)
    assert [keys.revoke("k1", AT), keys.revoke("k1", AT), keys.revoke("k2", AT)] == [True, False, False]
    assert accounts.erase("p-1")
    assert not accounts.erase("p-1")


def test_of_many_that_use_one_refresh_token_at_once_one_succeeds(opens: Opens) -> None:
    tables = [Sessions(opens()) for _ in range(4)]
    tables[0].begin(Session("s1", "f1", "p-1", "h", "live", AT + timedelta(hours=1)), AT)
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda number: tables[number % 4].rotate("s1"), range(16)))
    assert won.count(True) == 1
    assert not tables[1].lives("f1", AT)
    tables[2].begin(Session("s2", "f1", "p-1", "h", "live", AT + timedelta(hours=1)), AT)
    assert tables[3].lives("f1", AT)
    assert not tables[3].lives("f1", AT + timedelta(hours=1))
    assert tables[0].end("f1")
    assert not tables[0].end("f1")
    assert tables[1].get("s2") == Session("s2", "f1", "p-1", "h", "ended", AT + timedelta(hours=1))
    tables[0].forget_before(AT + timedelta(hours=1))
    assert tables[0].get("s1") is None


def test_guesses_made_at_once_by_several_processes_are_not_more_than_made_one_by_one(opens: Opens) -> None:
    tables = [Attempts(opens()) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda number: tables[number % 4].begin("name:li", PACE, AT), range(32)))
    assert said.count(None) == PACE.free
    assert {until for until in said if until} == {AT + timedelta(seconds=1)}


def test_waiting_doubles_up_to_its_longest_and_is_forgotten_after_its_time(opens: Opens) -> None:
    attempts, now, waits = Attempts(opens()), AT, []
    for _ in range(60):
        until = attempts.begin("b", PACE, now)
        if until is not None:
            waits.append((until - now).total_seconds())
            now = until
    assert waits[:7] == [1, 2, 4, 8, 16, 16, 16]
    assert [attempts.begin("b", PACE, now + PACE.memory * 2) for _ in range(3)] == [None] * 3
    attempts.forgive("b")
    assert [attempts.begin("b", PACE, now + PACE.memory * 2) for _ in range(3)] == [None] * 3
    attempts.take_back("b")
    assert attempts.begin("b", PACE, now + PACE.memory * 2) is None
    attempts.forget_before(now + PACE.memory * 3)
    assert attempts.begin("b", PACE, now) is None


def test_entries_are_listed_newest_first_and_counted_up(opens: Opens) -> None:
    log = AccessLog(opens())
    for number, times in ((1, 1), (2, 1), (3, 1), (2, 8)):
        entry = AccessEntry(f"e{number}", AT, "forbidden", number != 1, None, "::1", "GET", "/v1/x", "", "r", times)
        log.put(entry)
    newest = log.newest(refused=True, before=None, limit=10)
    assert [(one.id, one.times, one.account) for one in newest] == [("e3", 1, None), ("e2", 8, None)]
    assert [one.id for one in log.newest(refused=True, before="e3", limit=10)] == ["e2"]
    assert [one.id for one in log.newest(refused=False, before=None, limit=10)] == ["e1"]
    log.forget_before(AT + timedelta(seconds=1))
    assert log.newest(refused=True, before=None, limit=10) == []


def test_the_first_print_of_a_secret_holds_until_it_is_replaced(opens: Opens) -> None:
    one, two = Prints(opens()), Prints(opens())
    assert (one.of("server"), one.first("server", "a"), two.first("server", "b"), two.of("server")) == (
        None,
        "a",
        "a",
        "a",
    )
    two.replace("server", "b")
    assert one.of("server") == "b"
