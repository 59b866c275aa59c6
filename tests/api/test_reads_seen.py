"""What each may see: the public what was announced, townships their own, names only the county's people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from service.access.principal import Principal, Role, Unauthenticated
from service.office import Office
from tests.year import PLAN

PUBLIC = [
    "", "/lines", "/lines/beautiful.p1", "/lines/beautiful.p1/reasons", "/not-funded", "/life", "/objections",
    "/reasons/v1", "/why-not/p5", "/measures", "/verification", "/notice",
]  # fmt: skip
DRAFTED, PROPOSED_AGAIN, ANNOUNCED = 31, 35, 37

WHO: dict[str, Principal] = {
    "auditor": Principal("a", "Zhou", "audit", frozenset[Role](["auditor"])),
    "reader": Principal("r", "A program", "open-data", frozenset[Role](["reader"])),
    "east": Principal("e", "Qian", "east-clerk", frozenset[Role](["planner"]), frozenset({"t1"})),
}


@pytest.fixture(scope="module")
def by(office: Office) -> Iterator[Callable[[str], TestClient]]:
    """A client of somebody; of nobody, who sends no header."""
    app = create_app(office)
    app.state.authenticate = lambda header: WHO[header.removeprefix("Bearer ")]
    with TestClient(app) as nobody:

        def client(who: str) -> TestClient:
            return TestClient(app, headers={"Authorization": f"Bearer {who}"} if who != "nobody" else {})

        assert nobody.get("/v1/plans").status_code == 200
        yield client


def test_a_position_of_the_year_is_what_this_test_takes_it_for(by: Callable[[str], TestClient]) -> None:
    steps = by("auditor").get(f"/v1/plans/{PLAN}/life").json()["items"]
    assert [(one["position"], one["what"]) for one in steps][:6] == [
        (31, "drafted"), (32, "proposed"), (33, "returned"), (34, "drafted"), (35, "proposed"), (36, "reviewed"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC)
def test_the_public_reads_a_plan_once_it_was_announced_and_not_before(
    by: Callable[[str], TestClient], path: str
) -> None:
    address = f"/v1/plans/{PLAN}{path}"
    assert by("nobody").get(address).status_code == 200
    for position in (DRAFTED, PROPOSED_AGAIN):
        hidden = by("nobody").get(address, params={"position": position})
        assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown-plan")
    assert by("nobody").get(address, params={"position": ANNOUNCED}).status_code == 200
    assert by("east").get(address, params={"position": DRAFTED}).status_code == 404
    if path != "/notice":
        assert by("auditor").get(address, params={"position": DRAFTED}).status_code == 200


def test_the_public_list_of_plans_is_that_of_announced_ones(by: Callable[[str], TestClient]) -> None:
    assert by("nobody").get("/v1/plans", params={"position": PROPOSED_AGAIN}).json()["items"] == []
    assert by("auditor").get("/v1/plans", params={"position": PROPOSED_AGAIN}).json()["total"] == 1
    assert [one["plan"] for one in by("nobody").get("/v1/plans").json()["items"]] == [PLAN]


def test_a_plan_that_was_not_announced_has_no_notice(by: Callable[[str], TestClient]) -> None:
    answer = by("auditor").get(f"/v1/plans/{PLAN}/notice", params={"position": DRAFTED})
    assert (answer.status_code, answer.json()["code"]) == (403, "plan-not-public")


def test_the_notice_tells_every_unit_its_money_and_where_its_grant_is_recorded(
    by: Callable[[str], TestClient],
) -> None:
    notice = by("nobody").get(f"/v1/plans/{PLAN}/notice").json()
    lines = by("nobody").get(f"/v1/plans/{PLAN}/lines").json()["items"]
    for unit in notice["units"]:
        assert unit["total_fen"] == sum(one["amount_fen"] for one in lines if one["unit"] == unit["unit"])
        assert sum(unit["parts"].values()) == unit["total_fen"]
    assert notice["stage"] == "final"
    assert len({unit["grant_position"] for unit in notice["units"] if unit["total_fen"]}) == len(notice["units"])
    early = by("nobody").get(f"/v1/plans/{PLAN}/notice", params={"position": ANNOUNCED}).json()
    assert (early["stage"], early["approved_on"]) == ("announced", None)
    assert {unit["grant_position"] for unit in early["units"]} == {None}


def test_names_of_persons_are_only_for_the_countys_people(by: Callable[[str], TestClient]) -> None:
    path = f"/v1/plans/{PLAN}/life"
    names = {who: {one["name"] for one in by(who).get(path).json()["items"]} for who in ("nobody", "reader", "auditor")}
    assert names["nobody"] == names["reader"] == {None}
    assert "li-na" in names["auditor"]
    assert all(one["person"].startswith("p-") for one in by("nobody").get(path).json()["items"])


def test_the_public_reads_no_register_no_ledger_and_no_rules(by: Callable[[str], TestClient]) -> None:
    for path in ("units", "funds", "ledger", "commitments", "progress", "policies", f"plans/{PLAN}/rules"):
        answer = by("nobody").get(f"/v1/{path}")
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "path", ["units", "projects", "progress", "ledger", "commitments", "disbursements", "duties", "evidence"]
)
def test_a_township_sees_its_own_and_the_sums_of_its_own(by: Callable[[str], TestClient], path: str) -> None:
    own, whole = (by(who).get(f"/v1/{path}").json() for who in ("east", "auditor"))
    units = {one["code"]: one["township"] for one in by("auditor").get("/v1/units").json()["items"]}
    east = {code for code, township in units.items() if township == "t1"}
    of = "code" if path == "units" else "unit"
    assert {one[of] for one in own["items"]} <= east
    assert own["items"] == [one for one in whole["items"] if one[of] in east]
    if path == "ledger":
        assert own["totals"]["committed_fen"] == sum(one["committed_fen"] for one in own["items"])


def test_a_township_does_not_read_about_a_place_of_another(by: Callable[[str], TestClient]) -> None:
    whole = by("auditor")
    west = next(one for one in whole.get("/v1/units").json()["items"] if one["township"] == "t2")["code"]
    project = next(one for one in whole.get("/v1/projects").json()["items"] if one["unit"] == west)["code"]
    commitment = next(one for one in whole.get("/v1/commitments").json()["items"] if one["unit"] == west)
    for path in (
        f"units/{west}", f"units/{west}/money", f"projects/{project}", f"projects/{project}/progress",
        f"commitments/{commitment['commitment']}", "funds", "funds/service",
    ):  # fmt: skip
        answer = by("east").get(f"/v1/{path}")
        assert (path, answer.status_code, answer.json()["code"]) == (path, 403, "outside-township")


def test_an_answer_to_somebody_is_not_for_shared_caches(by: Callable[[str], TestClient]) -> None:
    assert by("nobody").get("/v1/plans").headers["cache-control"] == "no-cache"
    assert by("auditor").get("/v1/plans").headers["cache-control"] == "private, no-cache"
    assert "Authorization" in by("nobody").get("/v1/plans").headers["vary"]


def test_an_answer_kept_for_somebody_is_not_given_to_whom_its_route_would_refuse(office: Office) -> None:
    app = create_app(office)
    valid = {"auditor", "east"}

    def authenticate(header: str) -> Principal:
        who = header.removeprefix("Bearer ")
        if who not in valid:
            raise Unauthenticated(reason="it was revoked")
        return WHO[who]

    app.state.authenticate = authenticate
    with TestClient(app) as client:

        def asked(who: str | None, path: str = "/v1/funds") -> int:
            headers = {} if who is None else {"Authorization": f"Bearer {who}"}
            return int(client.get(path, headers=headers).status_code)

        assert [asked("auditor"), asked("auditor")] == [200, 200]
        assert [asked(None), asked("east"), asked("nonsense")] == [401, 403, 401]
        valid.remove("auditor")
        assert asked("auditor") == 401
        hidden = f"/v1/plans/{PLAN}?position={DRAFTED}"
        valid.add("auditor")
        assert [asked("auditor", hidden), asked(None, hidden), asked("east", hidden)] == [200, 404, 404]
