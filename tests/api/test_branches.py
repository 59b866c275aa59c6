"""Branches over HTTP: started, shown, compared, promoted and dropped as by the command line, by whoever may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from domain.decisions.funds import AmendFund
from service.access.principal import Principal, Role, Unauthenticated
from service.branches import open_branch
from service.county import Actor
from service.office import Office
from tests.api.contract import must_fit
from tests.cli.running import Desk
from tests.year import Year, finished_year

LI, WANG, ADMIN = ({"Authorization": f"Bearer {name}"} for name in ("li-na", "wang-wei", "admin"))
PLANNER = Actor("li-na", "finance-planner")


def principal(header: str) -> Principal:
    """A planner, an approver, an administrator."""
    known: dict[str, tuple[str, Role]] = {
        "li-na": (PLANNER.post, "planner"),
        "wang-wei": ("leading-group", "approver"),
        "admin": ("desk", "admin"),
    }
    name = header.removeprefix("Bearer ")
    if name not in known:
        raise Unauthenticated(reason="nobody knows it")
    post, role = known[name]
    return Principal(name, name, post, frozenset((role,)))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """A year to branch off."""
    with finished_year(tmp_path_factory.mktemp("branching")) as year:
        yield year


@pytest.fixture(scope="module")
def client(year: Year) -> Iterator[TestClient]:
    """The planner, unless a request says otherwise."""
    office = Office(year.county.store, clock=year.clock)
    app = create_app(office)
    app.state.authenticate = principal
    with TestClient(app, headers=LI) as client:
        yield client
    office.close()


def decide_on(year: Year, branch: str, amount_fen: int) -> None:
    with open_branch(year.county, branch) as county:
        mandate = county.mandate(PLANNER, why="what if")
        county.decide(AmendFund(mandate=mandate, fund="service", new_amount_fen=amount_fen))


def test_a_branch_lives_from_its_start_to_its_promotion_and_its_end(
    client: TestClient, year: Year, typed: Desk
) -> None:
    store = ("--json", "--store", year.county.store)
    head = year.county.log.head()
    started = client.post("/v1/branches", json={"name": "more-money", "why": "what if there were more"})
    assert must_fit(client, started)["base_position"] == head
    assert (started.status_code, started.headers["location"]) == (201, "/v1/branches/more-money")
    assert must_fit(client, client.get(started.headers["location"]))["taken"] == []
    again = client.post("/v1/branches", json={"name": "more-money", "why": "again"})
    assert must_fit(client, again)["code"] == "branch-taken"
    assert again.status_code == 409

    decide_on(year, "more-money", 7_100_000)
    shown = must_fit(client, client.get("/v1/branches/more-money"))
    assert shown["taken"] == typed.done("branch", "show", "more-money", *store).json["taken"]
    assert (shown["facts"], shown["decisions"], shown["by"]) == (1, 1, "li-na@finance-planner")
    differing = must_fit(client, client.get("/v1/branches/more-money/comparison"))["items"]
    said = typed.done("branch", "compare", "more-money", *store).json
    assert [(one["entry"], one["field"], one["other"], one["branch"]) for one in differing] == [
        (one["entry"], one["field"], one["live"], one["more-money"]) for one in said
    ]
    assert ("fund:service", "amount_fen") in [(one["entry"], one["field"]) for one in differing]
    same = client.get("/v1/branches/more-money/comparison?with=more-money")
    assert must_fit(client, same)["items"] == []

    by_another = client.post("/v1/promotions", json={"branch": "more-money"}, headers=WANG)
    assert (by_another.status_code, must_fit(client, by_another)["code"]) == (403, "decided-by-another")
    assert year.county.log.head() == head
    promoted = client.post("/v1/promotions", json={"branch": "more-money"})
    assert must_fit(client, promoted) == {
        "branch": "more-money", "position": head + 1, "facts": [{"position": head + 1, "fact": "fund.amended"}],
    }  # fmt: skip
    twice = client.post("/v1/promotions", json={"branch": "more-money"})
    assert (twice.status_code, must_fit(client, twice)["code"]) == (409, "promoted-already")
    assert year.county.log.head() == head + 1

    assert client.delete("/v1/branches/more-money", headers=WANG).json()["code"] == "forbidden"
    assert client.delete("/v1/branches/more-money").status_code == 204
    assert must_fit(client, client.get("/v1/branches/more-money"))["code"] == "unknown-branch"


def test_an_administrator_drops_what_cannot_be_opened_and_the_list_says_why_in_the_readers_language(
    client: TestClient, year: Year
) -> None:
    client.post("/v1/branches", json={"name": "broken", "why": "to be broken", "position": 40})
    assert client.get("/v1/branches/broken").json()["base_position"] == 40
    folder = Path(year.county.store.removeprefix("sqlite:///")).with_suffix(".branches")
    for path in folder.glob("broken.db*"):
        path.unlink()
    (folder / "broken.db").write_bytes(b"no database")
    listed = client.get("/v1/branches", headers={"Accept-Language": "zh"})
    row = next(one for one in must_fit(client, listed)["items"] if one["name"] == "broken")
    assert row["base_position"] is None
    assert any("\u4e00" <= letter <= "\u9fff" for letter in row["fault"])
    assert client.delete("/v1/branches/broken", headers=ADMIN).status_code == 204
    assert "broken" not in [one["name"] for one in client.get("/v1/branches").json()["items"]]


@pytest.mark.parametrize(
    "body,status,code",
    [
        ({"name": "live", "why": "x"}, 422, "branch-name-unfit"),
        ({"name": "../x", "why": "x"}, 422, "request-invalid"),
        ({"name": "a" * 65, "why": "x"}, 422, "request-invalid"),
        ({"name": "quiet", "why": "   "}, 422, "reason-missing"),
        ({"name": "quiet"}, 422, "request-invalid"),
        ({"name": "quiet", "why": "x", "position": -1}, 422, "request-invalid"),
        ({"name": "quiet", "why": "x", "as": "somebody"}, 422, "request-invalid"),
    ],
)
def test_a_branch_that_cannot_be_is_refused_and_there_is_none(
    client: TestClient, body: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post("/v1/branches", json=body)
    assert (answer.status_code, must_fit(client, answer)["code"]) == (status, code)
    assert [one["name"] for one in client.get("/v1/branches").json()["items"]] == []


@pytest.mark.parametrize(
    "path,status,code",
    [
        ("branches/nothing", 404, "unknown-branch"),
        ("branches/..%2fx", 404, "no-such-address"),
        ("branches/a%20b", 422, "branch-name-unfit"),
        ("branches/nothing/comparison", 404, "unknown-branch"),
    ],
)
def test_a_branch_that_is_not_there_is_said(client: TestClient, path: str, status: int, code: str) -> None:
    answer = client.get(f"/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert client.delete(f"/v1/{path}").status_code in (status, 405)
