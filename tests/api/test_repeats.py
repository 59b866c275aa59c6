"""The same call under the same key: one decision, one answer, whatever happens in between."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.database import Desk
from desk.repeats import Answer, Repeats
from desk.sqlite_desk import SQLiteDesk
from service.access.principal import Principal
from service.county import desk_of
from service.repeats import DEAD_AFTER, keyed
from tests.api.told import zipped
from tests.api.writers import Writer, writer_in
from tests.service.small import edited

NOON = datetime(2026, 12, 10, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory, year_store: str) -> Iterator[Writer]:
    with writer_in(tmp_path_factory.mktemp("writer"), year_store) as writer:
        yield writer


@pytest.fixture(params=["sqlite", "postgresql"])
def repeats(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Repeats]:
    desk: Desk
    if request.param == "sqlite":
        desk = SQLiteDesk(tmp_path / "x.repeats.db", lasting=False)
    else:
        found = desk_of(request.getfixturevalue("postgres_url"))
        assert found is not None
        assert not isinstance(found, Path)
        desk = found
    yield Repeats(desk)
    desk.close()


def tranche(code: str, amount_fen: int = 100) -> dict[str, object]:
    return {"tranche": code, "amount_fen": amount_fen, "why": "a test"}


def test_a_repeat_gets_the_answer_it_got_and_records_nothing(writer: Writer) -> None:
    first = writer.send("POST", "/funds/service/tranches", tranche("r1"), Idempotency_Key="k1")
    head = writer.head()
    again = writer.send("POST", "/funds/service/tranches", tranche("r1"), Idempotency_Key="k1")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.headers["location"] == again.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert writer.head() == head


def test_a_key_stands_for_one_call_of_one_account(writer: Writer) -> None:
    assert writer.send("POST", "/funds/service/tranches", tranche("r2"), Idempotency_Key="k2").status_code == 201
    head = writer.head()
    other_body = writer.send("POST", "/funds/service/tranches", tranche("r3"), Idempotency_Key="k2")
    other_place = writer.send("POST", "/funds/beautiful/tranches", tranche("r2"), Idempotency_Key="k2")
    assert {one.json()["code"] for one in (other_body, other_place)} == {"idempotency-key-reused"}
    assert {one.status_code for one in (other_body, other_place)} == {422}
    assert writer.head() == head
    of_another = writer.send("POST", "/funds/service/tranches", tranche("r3"), by="chen-jie", Idempotency_Key="k2")
    assert of_another.status_code == 201


def test_a_refusal_is_answered_the_same_and_a_faulty_request_may_be_mended(writer: Writer) -> None:
    refused = writer.send("POST", "/funds/service/tranches", tranche("r4", 10**12), Idempotency_Key="k4")
    assert refused.json()["code"] == "fund-below-tranches"
    again = writer.send("POST", "/funds/service/tranches", tranche("r4", 10**12), Idempotency_Key="k4")
    assert again.content == refused.content
    assert again.headers["content-type"] == "application/problem+json"
    faulty = writer.send("POST", "/funds/service/tranches", tranche("r5", -1), Idempotency_Key="k5")
    assert faulty.status_code == 422
    assert writer.send("POST", "/funds/service/tranches", tranche("r5"), Idempotency_Key="k5").status_code == 201


def test_many_at_once_under_one_key_are_one_decision_with_one_answer(writer: Writer) -> None:
    head = writer.head()

    def call(_: int) -> bytes:
        return writer.send("POST", "/funds/service/tranches", tranche("r6"), Idempotency_Key="k6").content

    with ThreadPoolExecutor(12) as pool:
        answers = set(pool.map(call, range(12)))
    assert len(answers) == 1
    assert writer.head() == head + 1


def test_an_answer_lost_with_its_process_is_found_on_the_record(writer: Writer) -> None:
    writer.send("POST", "/funds/service/tranches", tranche("r7"), Idempotency_Key="k7")
    head = writer.head()
    desk = writer.office.repeats.desk
    desk.run("UPDATE repeats SET state = 'running', status = NULL, headers = NULL, body = NULL")  # it died before
    found = writer.send("POST", "/funds/service/tranches", tranche("r7"), Idempotency_Key="k7")
    assert (found.status_code, found.json()["repeated"], found.json()["position"]) == (201, True, head)
    desk.run("DELETE FROM repeats")  # the day is over
    found = writer.send("POST", "/funds/service/tranches", tranche("r7"), Idempotency_Key="k7")
    assert found.json()["repeated"]
    desk.run("DELETE FROM repeats")
    other = writer.send("POST", "/funds/service/tranches", tranche("r8"), Idempotency_Key="k7")
    assert (other.status_code, other.json()["code"]) == (422, "command-reused")
    assert writer.head() == head


def test_an_import_whose_answer_was_lost_is_found_though_the_record_has_moved_on(writer: Writer) -> None:
    units = edited("units", ("三村,Village Three,village,t1,120", "三村,Village Three,village,t1,121"))
    content = zipped({"units": units})

    def call() -> dict[str, Any]:
        upload = {"file": ("again.zip", content)}
        headers = {"Authorization": "Bearer li-na", "Idempotency-Key": "k9"}
        answer = writer.client.post("/v1/register-imports", files=upload, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    first = call()
    assert first["facts"] == {"unit.corrected": 1}
    writer.office.repeats.desk.run("UPDATE repeats SET state = 'running', status = NULL, headers = NULL, body = NULL")
    assert writer.send("PATCH", "/units/v3", {"households": 119, "why": "counted"}).status_code == 200
    head = writer.head()
    again = call()
    assert again == {**first, "kept": [], "repeated": True}  # what a file left alone is not on the record
    assert writer.head() == head


def test_an_answer_is_kept_once_and_a_key_given_up_is_free(repeats: Repeats) -> None:
    assert repeats.begin("k", "f", "one", NOON).mine
    other = repeats.begin("k", "f", "two", NOON)
    assert (other.mine, other.since, other.answer) == (False, NOON, None)
    repeats.give_up("k", "two")
    assert repeats.find("k") is not None  # only whoever holds it gives it up
    repeats.give_up("k", "one")
    assert repeats.begin("k", "f", "two", NOON).mine
    assert not repeats.keep("k", "one", Answer(409, "{}", "not its own"))
    assert repeats.keep("k", "two", Answer(409, "{}", "refused"))
    assert repeats.keep("k", "one", Answer(201, "{}", "answer"))  # another attempt got through
    assert not repeats.keep("k", "two", Answer(409, "{}", "refused"))
    assert not repeats.keep("k", "two", Answer(201, "{}", "another"))
    assert repeats.begin("k", "f", "three", NOON).answer == Answer(201, "{}", "answer")


def test_of_several_that_find_a_dead_attempt_one_goes_on(repeats: Repeats) -> None:
    repeats.begin("k", "f", "dead", NOON)
    later = NOON + DEAD_AFTER + timedelta(seconds=1)
    assert [repeats.take_over("k", name, NOON, later) for name in ("a", "b", "c")] == [True, False, False]


def test_answers_are_gone_after_a_day(repeats: Repeats) -> None:
    repeats.begin("k", "f", "one", NOON)
    repeats.keep("k", "one", Answer(200, "{}", "x"))
    assert repeats.begin("k", "g", "two", NOON + timedelta(hours=25)).mine


def test_what_stands_for_a_key_is_of_one_account_alone() -> None:
    one, other = (Principal(account, "p", "q", frozenset()) for account in ("a", "a:b"))
    assert keyed(one, "b:c") != keyed(other, "c")
