"""Pages of every list fit together whatever is asked, and nonsense is a problem everywhere."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.year import PLAN

LISTS = [
    "townships", "duties", "funds", "funds/beautiful/tranches", "funds/beautiful/pledges", "units", "projects",
    "progress", "ledger", "commitments", "disbursements", "posts", "evidence", "measures", "policies", "plans",
    "objections",
    f"plans/{PLAN}/lines", f"plans/{PLAN}/not-funded", f"plans/{PLAN}/life", f"plans/{PLAN}/objections",
    f"plans/{PLAN}/rules", f"plans/{PLAN}/fund-worth", f"plans/{PLAN}/why-not/v5",
    f"plans/{PLAN}/lines/service.v1/reasons",
]  # fmt: skip
SINGLES = [
    "register", "funds/service", "units/v1", "units/v1/money", "projects/p1", "projects/p1/progress", "townships/t1",
    "commitments/{PLAN}.service.v1".replace("{PLAN}", PLAN), "disbursements/d-000", "policies/in-force",
    f"plans/{PLAN}", f"plans/{PLAN}/lines/service.v1", f"plans/{PLAN}/reasons/v1", f"plans/{PLAN}/measures",
    f"plans/{PLAN}/verification", f"plans/{PLAN}/notice",
]  # fmt: skip
USUAL = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def fields_of(client: TestClient, path: str) -> list[str]:
    """What items of a list have, as the contract says."""
    schema = client.get("/v1/openapi.json").json()
    template = path
    for code, name in ((PLAN, "{plan}"), ("service.v1", "{line}"), ("beautiful", "{fund}"), ("v5", "{subject}")):
        template = template.replace(f"/{code}", f"/{name}")
    page = schema["paths"][f"/v1/{template}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    name = page["$ref"].rpartition("/")[2]
    whole = schema["components"]["schemas"][name]["properties"]["items"]["anyOf"][0]["items"]["$ref"]
    return list(schema["components"]["schemas"][whole.rpartition("/")[2]]["properties"])


@pytest.fixture(scope="module")
def fields(client: TestClient) -> dict[str, list[str]]:
    return {path: fields_of(client, path) for path in LISTS}


def walk(client: TestClient, path: str, asked: dict[str, Any]) -> list[Any]:
    found, cursor = [], None
    for _ in range(200):
        page = client.get(f"/v1/{path}", params=asked | ({"cursor": cursor} if cursor else {})).json()
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            assert len(found) == page["total"]
            return found
        assert len(page["items"]) == asked["limit"]
    raise AssertionError("the pages do not end")


@USUAL
@given(data=st.data())
def test_pages_of_any_length_and_order_are_the_whole_list_once(
    client: TestClient, fields: dict[str, list[str]], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(LISTS))
    names = st.sampled_from(fields[path])
    sort = data.draw(st.lists(st.tuples(st.sampled_from(["", "-"]), names).map("".join), max_size=2))
    chosen = data.draw(st.lists(names, max_size=3, unique=True))
    asked: dict[str, Any] = {"limit": data.draw(st.integers(1, 7))}
    asked |= {"sort": ",".join(sort)} if sort else {}
    plain = client.get(f"/v1/{path}", params={"limit": 1000}).json()["items"]
    whole = walk(client, path, asked)
    assert sorted(map(repr, whole)) == sorted(map(repr, plain))
    for one in sort[:1]:
        values = [item[one.removeprefix("-")] for item in whole]
        there = [value for value in values if value is not None]
        assert values[: len(there)] == there, "what has no value comes last, rising or falling"
        if all(isinstance(value, int) for value in there):
            assert there == sorted(there, reverse=one.startswith("-"))
    if chosen:
        assert walk(client, path, asked | {"fields": ",".join(chosen)}) == [
            {name: item[name] for name in chosen} for item in whole
        ]


@pytest.mark.parametrize("path", LISTS)
def test_nonsense_asked_of_a_list_is_a_problem(client: TestClient, path: str) -> None:
    for query in (
        "sort=no-such", "fields=code,__class__", "limit=-1", "limit=1001", "cursor=AAAA", "cursor=%00", "as_of=31-31",
        "position=-1", "position=99999999999999999999", "known_at=soon", "as_of=0000-00-00",
    ):  # fmt: skip
        answer = client.get(f"/v1/{path}?{query}")
        assert (query, answer.status_code) == (query, 422), answer.text
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("code", ["%00", "%F0%9F%92%A9", "a" * 5000, "..%2F..", "'; DROP TABLE facts; --", "%ED%A0%80"])
def test_strange_codes_are_not_there_and_nothing_breaks(client: TestClient, code: str) -> None:
    for path in (
        f"funds/{code}", f"units/{code}", f"units/{code}/money", f"projects/{code}", f"commitments/{code}",
        f"disbursements/{code}", f"posts/{code}", f"evidence/{code}", f"policies/{code}/1", f"plans/{code}",
        f"plans/{code}/lines", f"plans/{PLAN}/lines/{code}", f"plans/{PLAN}/reasons/{code}",
        f"plans/{PLAN}/why-not/{code}", f"townships/{code}",
    ):  # fmt: skip
        answer = client.get(f"/v1/{path}")
        assert answer.status_code in (404, 422), (path[:80], answer.status_code, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", SINGLES)
def test_whoever_has_an_answer_gets_none_again_until_it_changes(client: TestClient, path: str) -> None:
    first = client.get(f"/v1/{path}")
    assert first.status_code == 200, first.text
    again = client.get(f"/v1/{path}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_etag_of_a_plan_is_the_position_of_its_last_step(client: TestClient) -> None:
    for position in (31, 33, 34, 37, 80):
        answer = client.get(f"/v1/plans/{PLAN}", params={"position": position})
        last = client.get(f"/v1/plans/{PLAN}/life", params={"position": position}).json()["items"][-1]["position"]
        assert answer.headers["etag"] == f'"{last}"'
        assert answer.json()["version"] == last
