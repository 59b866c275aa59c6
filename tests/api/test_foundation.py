"""What every read has in common: two times, pages, fields, order, kept answers, problems, rules."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


def test_pages_fit_together_and_end(client: TestClient) -> None:
    whole = client.get("/v1/units").json()
    pages, cursor = [], None
    while True:
        page = client.get("/v1/units", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        pages += page["items"]
        assert page["total"] == whole["total"]
        cursor = page["next"]
        if cursor is None:
            break
    assert pages == whole["items"]
    assert len(pages) == whole["total"]


def test_a_list_is_sorted_and_reduced_as_asked(client: TestClient) -> None:
    found = client.get("/v1/units?sort=-households&fields=code,households").json()["items"]
    assert [set(one) for one in found] == [{"code", "households"}] * len(found)
    assert found == sorted(found, key=lambda one: -one["households"])


@pytest.mark.parametrize(
    "query,code",
    [
        ("sort=colour", "request-unclear"),
        ("fields=code,colour", "request-unclear"),
        ("cursor=nonsense", "cursor-unreadable"),
        ("known_at=2026-01-01&position=3", "request-unclear"),
        ("known_at=2026-01-01T10:00", "request-unclear"),
        ("limit=0", "request-invalid"),
        ("as_of=yesterday", "request-invalid"),
    ],
)
def test_nonsense_is_a_problem_that_says_what_and_where(client: TestClient, query: str, code: str) -> None:
    answer = client.get(f"/v1/units?{query}", headers={"Accept-Language": "zh-CN,en;q=0.5"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"/v1/problems/{code}"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.json()["detail"])


def test_what_is_not_there_is_404_and_an_unknown_address_too(client: TestClient) -> None:
    assert client.get("/v1/units/nowhere").json()["code"] == "unknown-unit"
    assert client.get("/v1/units/nowhere").status_code == 404
    assert client.get("/v1/nothing").json()["code"] == "no-such-address"
    assert client.post("/v1/nothing").status_code == 404


def test_an_answer_kept_is_the_answer_and_who_has_it_gets_304(client: TestClient) -> None:
    first, again = client.get("/v1/units"), client.get("/v1/units")
    assert first.content == again.content
    assert first.headers["etag"] == again.headers["etag"]
    same = client.get("/v1/units", headers={"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_a_register_before_the_first_fact_is_a_problem(client: TestClient) -> None:
    assert client.get("/v1/units?position=0").status_code == 404
    assert client.get("/v1/units?as_of=2026-03-01").json()["at"]["as_of"] == "2026-03-01"
