"""What auditors ask over HTTP: stories, traces, clauses, differences and lists say what the command line says."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from service.access.principal import Principal
from service.asking.lists import LISTS
from service.office import Office
from tests.api.contract import must_fit
from tests.cli.running import Desk


@pytest.fixture
def cli(typed: Desk, year_store: str) -> Any:
    """What a command answers with --json on the same store."""
    return lambda *arguments: typed.run(*arguments, "--json", "--store", year_store).json


def get(client: TestClient, path: str, **query: Any) -> Any:
    """An answer that is what its schema says."""
    return must_fit(client, client.get(f"/v1/{path}", params=query))


@pytest.mark.parametrize("subject", ["v1", "unit:v5", "二村", "p1", "service", "2026-01", "2026-01.service.v2", "t1"])
def test_a_story_is_the_one_the_command_tells_whole_and_page_by_page(
    client: TestClient, cli: Any, subject: str
) -> None:
    said, found = cli("history", subject), get(client, f"history/{subject}")
    assert found["items"] == said["facts"]
    assert found["subject"] == said["subject"]
    assert found["at"]["position"] == said["position"]
    first = get(client, f"history/{subject}", limit=2)
    rest = get(client, f"history/{subject}", limit=1000, cursor=first["next"]) if first["next"] else {"items": []}
    assert first["items"] + rest["items"] == said["facts"]


def test_a_story_as_of_a_day_leaves_out_what_counts_later_and_as_known_then_what_came_late(
    client: TestClient, cli: Any
) -> None:
    for query, options in (
        ({"as_of": "2026-06-30"}, ("--as-of", "2026-06-30")),
        ({"position": 40}, ("--position", 40)),
    ):
        assert get(client, "history/v2", **query)["items"] == cli("history", "v2", *options)["facts"]
    whole = {one["position"] for one in get(client, "history/v2")["items"]}
    assert {one["position"] for one in get(client, "history/v2", known_at="2026-06-30")["items"]} < whole


@pytest.mark.parametrize("money", ["d-001", "2026-01.service.v2", "service.v3", "4300", "w-001"])
def test_a_trace_leads_back_as_the_command_does(client: TestClient, cli: Any, money: str) -> None:
    said, found = cli("trace", money), get(client, "traces", of=money)
    if found["trace"] is None:
        assert found["targets"] == said["targets"]
        assert len(found["targets"]) != 1
    else:
        assert {name: found["trace"][name] for name in said} == said
        assert found["targets"] == [said["target"]]


@pytest.mark.parametrize("way,options", [("clauses/M02", ("--clause", "M02")), ("clauses/M11", ("--clause", "M11")),
                                         ("rules/backward-share", ("--rule", "backward-share"))])  # fmt: skip
def test_a_clause_leads_forward_as_the_command_does(
    client: TestClient, cli: Any, way: str, options: tuple[str, str]
) -> None:
    said, found = cli("trace", *options), get(client, f"traces/{way}")
    assert {name: found[name] for name in said} == said
    assert found["currency"] == "CNY"


@pytest.mark.parametrize("first", ["20", "2026-05-01", "2026-05-01T08:00:00+08:00", "0"])
def test_what_changed_between_two_moments_is_what_the_command_lists(client: TestClient, cli: Any, first: str) -> None:
    said = cli("diff", "--from", first)
    changes = get(client, "diffs/changes", **{"from": first}, limit=1000)
    assert changes["items"] == said["changes"]
    facts = get(client, "diffs/facts", **{"from": first}, limit=1000)
    assert facts["items"] == said["facts"]
    assert changes["total"] > 50


def test_the_second_moment_is_the_reads_own_and_a_day_counts_on_both_sides(client: TestClient, cli: Any) -> None:
    said = cli("diff", "--from", "20", "--to", "45", "--as-of", "2026-06-30")
    query = {"from": "20", "position": 45, "as_of": "2026-06-30", "limit": 1000}
    assert get(client, "diffs/changes", **query)["items"] == said["changes"]
    assert get(client, "diffs/facts", **query)["items"] == said["facts"]


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_finds_what_the_command_finds(client: TestClient, cli: Any, kind: str) -> None:
    said, found = cli("audit", "list", kind), get(client, f"audit-lists/{kind}")
    assert (found["items"], found["rule"], found["total"]) == (said["findings"], said["rule"], said["count"])
    assert kind in [one["list"] for one in get(client, "audit-lists")]


def test_the_numbers_of_a_lists_rule_are_the_auditors_to_choose(client: TestClient) -> None:
    found = get(client, "audit-lists/split", limit_fen=550_000, near=20, days=30)
    assert [one["said"]["payee"] for one in found["items"]] == ["payee of v6", "payee of v4"]


@pytest.mark.parametrize(
    "path,status,code",
    [
        ("history/nobody", 404, "subject-unknown"),
        ("history/unit:", 404, "subject-unknown"),
        (f"history/{'x' * 300}", 422, "request-invalid"),
        ("history/..%2f..%2fetc", 404, "subject-unknown"),
        ("history/v1'%3B DROP TABLE facts", 404, "subject-unknown"),
        ("history/v1?sort=colour", 422, "request-unclear"),
        ("traces", 422, "request-invalid"),
        ("traces?of=nothing", 404, "money-unknown"),
        ("traces?of=99999999999999999999999999", 404, "money-unknown"),
        ("traces?of=-1", 404, "money-unknown"),
        ("traces/clauses/M99", 404, "not-cited"),
        ("traces/clauses/M02?position=1", 404, "no-plan-then"),
        ("traces/clauses/M02?plan=2031-01", 404, "unknown-plan"),
        ("diffs/changes?from=yesterday", 422, "request-unclear"),
        ("diffs/changes?from=2026-05-01T08:00", 422, "request-unclear"),
        ("diffs/changes", 422, "request-invalid"),
        ("diffs/facts?from=٣", 422, "request-unclear"),
        ("audit-lists/everything", 404, "list-unknown"),
        ("audit-lists/unaccepted?share=101", 422, "choice-out-of-range"),
        ("audit-lists/split?limit_fen=-1", 422, "request-invalid"),
    ],
)
def test_a_question_without_an_answer_is_a_problem_of_its_own(
    client: TestClient, path: str, status: int, code: str
) -> None:
    answer = client.get(f"/v1/{path}")
    must_fit(client, answer)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_account_of_some_townships_hears_of_what_lies_in_them_and_of_nothing_else(office: Office) -> None:
    app = create_app(office)
    app.state.authenticate = lambda header: Principal("e", "E", "p", frozenset(("reader",)), frozenset(("t1",)))
    with TestClient(app, headers={"Authorization": "Bearer e"}) as east:
        for subject in ("v1", "p1", "t1", "2026-01.service.v2", "disbursement:d-001"):
            assert get(east, f"history/{subject}")["items"]
        for subject in ("v4", "p4", "t2", "service", "2026-01", "2026-01.service.v4", "post:treasurer"):
            assert get(east, f"history/{subject}")["code"] in ("outside-township", "subject-unknown")
        assert get(east, "traces", of="d-001")["trace"]["target"]["unit"] == "v2"
        assert get(east, "traces", of="2026-01.service.v4")["code"] == "outside-township"
        several = {one["unit"] for one in get(east, "traces", of="service.v1")["targets"]}
        assert several == {"v1"}
        for path in ("traces/clauses/M02", "diffs/facts?from=1", "audit-lists/backdated"):
            assert get(east, path)["code"] == "outside-township"
