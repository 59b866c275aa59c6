"""Kinds of problems, words behind codes, the store, and names that can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from domain.errors import Refusal
from domain.folds.plans import PlanState
from service.access.principal import ROLES, Principal
from service.asking.lists import LISTS
from service.office import Office
from tests.api.contract import must_fit
from tests.texts.test_refusals import refusals
from tests.year import finished_year


def get(client: TestClient, path: str, **query: Any) -> Any:
    """An answer that is what its schema says."""
    return must_fit(client, client.get(f"/v1/{path}", params=query))


def test_every_refusal_of_the_house_is_a_kind_of_problem_in_both_languages(client: TestClient) -> None:
    found = {one["code"]: one for one in get(client, "problems")}
    ours = {one.code for one in refusals() if one.__module__.partition(".")[0] not in ("cli", "web")}
    assert ours - set(found) == {Refusal.code} - set(found)
    for one in found.values():
        places = [{name for _, name, _, _ in Formatter().parse(one["sentence"][lang])} for lang in ("zh", "en")]
        if one["cure"] is None:
            assert places[0] == places[1], one["code"]
    for code in ("unknown-plan", "too-large", "request-invalid"):
        assert get(client, f"problems/{code}") == found[code]
    assert found["unknown-plan"]["status"] == 404
    assert found["rules-collide"]["status"] == 422
    assert found["store-locked"]["status"] == 503


def test_kinds_of_problems_and_words_are_public_and_kept(office: Office) -> None:
    with TestClient(create_app(office)) as nobody:
        for path in ("problems", "vocabulary", "problems/forbidden"):
            first = nobody.get(f"/v1/{path}")
            assert first.status_code == 200
            assert nobody.get(f"/v1/{path}", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
        for path in ("store", "people/p-1", "branches", "history/v1"):
            assert nobody.get(f"/v1/{path}").status_code == 401


def test_the_vocabulary_knows_every_code_that_answers_carry(client: TestClient) -> None:
    groups = get(client, "vocabulary")["groups"]
    assert set(get_args(PlanState)) <= set(groups["plan_states"])
    assert set(groups["roles"]) == set(ROLES)
    assert set(groups["audit_lists"]) == set(LISTS)
    assert len(groups["clauses"]) == 52
    assert {"village", "community"} <= set(groups["unit_kinds"])
    assert all(groups.values())
    assert groups["left_out"]["no-money"]["zh"]
    assert not any("." in code for known in groups.values() for code in known)


def test_the_store_says_what_it_is_and_not_where(client: TestClient, office: Office, year_store: str) -> None:
    found = get(client, "store")
    assert (found["facts"], found["kind"], found["id"]) == (office.head(), "file", office.log.recorder.store_id)
    assert found["bytes"] == Path(year_store.removeprefix("sqlite:///")).stat().st_size
    assert str(Path(year_store).parent.name) not in str(found)


@pytest.fixture
def forgetting(tmp_path: Path) -> Iterator[TestClient]:
    """A year of one's own."""
    with finished_year(tmp_path) as year:
        office = Office(year.county.store, clock=year.clock)
        app = create_app(office)
        app.state.authenticate = lambda header: Principal("admin", "Admin", "desk", frozenset(ROLES))
        with TestClient(app, headers={"Authorization": "Bearer x"}) as client:
            yield client
        office.close()


def test_a_name_is_forgotten_at_once_and_for_good_while_every_fact_stays(forgetting: TestClient) -> None:
    before = get(forgetting, "history/v1")["items"]
    assert "li-na" in {one["person"] for one in before}
    person = forgetting.app.state.office.people.find("li-na")  # type: ignore[attr-defined]
    assert get(forgetting, f"people/{person}") == {"id": person, "name": "li-na"}
    done = forgetting.post("/v1/erasures", json={"name": "li-na"})
    assert must_fit(forgetting, done) == {"forgotten": True}
    assert forgetting.post("/v1/erasures", json={"name": "li-na"}).json() == {"forgotten": False}
    after = get(forgetting, "history/v1")["items"]
    assert [one["position"] for one in after] == [one["position"] for one in before]
    assert "li-na" not in str(after)
    assert person in {one["person"] for one in after}
    answer = forgetting.get(f"/v1/people/{person}")
    assert must_fit(forgetting, answer)["code"] == "unknown-person"


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x" * 500}, {"name": 3}, {"name": "a", "more": 1}, []])
def test_nonsense_forgets_nobody(client: TestClient, body: Any) -> None:
    answer = client.post("/v1/erasures", json=body)
    assert (answer.status_code, must_fit(client, answer)["code"]) == (422, "request-invalid")
