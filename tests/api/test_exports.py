"""Files over HTTP: named for people, versioned before they are made, kept from whoever may not read them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

import api.downloads
from api.app import create_app
from domain.facts.plans import PlanDrafted
from service.access.principal import Principal, Role
from service.exports.shelf import EXPORTS, PAPERS
from service.office import Office
from tests.year import PLAN

FILES = [f"/v1/exports/{name}" for name in EXPORTS] + [f"/v1/plans/{PLAN}/{name}" for name in PAPERS]
SEARCHED = ("model.mps", "model.lp")
BY_HAND = "certificate.json"
"""The year's plan was changed by hand, so there is no certificate of it."""


@pytest.fixture(scope="module")
def drafted(office: Office) -> int:
    """A position at which the plan is on the record and not announced."""
    return next(one.position for one in office.log.facts(types=[PlanDrafted]))


@pytest.fixture(scope="module")
def anybody(office: Office) -> Iterator[TestClient]:
    """Somebody who shows nothing."""
    with TestClient(create_app(office)) as client:
        yield client


def as_role(office: Office, role: Role, townships: frozenset[str] | None = None) -> TestClient:
    app = create_app(office)
    app.state.authenticate = lambda header: Principal("a", "A", "post", frozenset((role,)), townships)
    return TestClient(app, headers={"Authorization": "Bearer x"})


@pytest.mark.parametrize("address", [one for one in FILES if not one.endswith(BY_HAND)])
def test_a_file_has_a_name_for_people_a_version_and_is_not_sent_twice(client: TestClient, address: str) -> None:
    answer = client.get(address, headers={"Accept-Language": "zh"})
    assert answer.status_code == 200
    name = address.rsplit("/", 1)[1]
    plain, _, named = answer.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert plain.endswith(f'filename="{name}"')
    assert unquote(named).startswith("小县-")
    assert unquote(named).endswith(name.rsplit(".", 1)[1])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    headers = {"Accept-Language": "zh", "If-None-Match": answer.headers["etag"]}
    again = client.get(address, headers=headers)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    assert client.get(address, headers={"Accept-Language": "zh"}).content == answer.content


def test_a_file_of_another_moment_is_another_file(client: TestClient) -> None:
    now, then = (client.get(f"/v1/exports/datapackage.zip{query}") for query in ("", "?as_of=2026-04-20"))
    assert now.headers["etag"] != then.headers["etag"]
    with zipfile.ZipFile(io.BytesIO(then.content)) as archive:
        assert json.loads(archive.read("datapackage.json"))["moment"] == {"position": 80, "as_of": "2026-04-20"}
    assert client.get("/v1/exports/units.geojson?position=20").json()["position"] == 20


def test_large_files_are_streamed_whole_and_packed_for_whoever_unpacks(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/v1/exports/oc4ids.json?as_of=2026-06-30"
    with monkeypatch.context() as small:
        small.setattr(api.downloads, "ANSWER_BYTES_MAX", 100)
        small.setattr(api.downloads, "CHUNK_BYTES", 700)
        packed = client.get(address)
        plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == client.get(address).content


def test_the_papers_of_an_announced_plan_are_open_and_those_of_a_draft_are_not(
    anybody: TestClient, drafted: int
) -> None:
    for name in PAPERS:
        answer = anybody.get(f"/v1/plans/{PLAN}/{name}")
        expected = 401 if name in SEARCHED else 409 if name == BY_HAND else 200
        assert (name, answer.status_code) == (name, expected)
        draft = anybody.get(f"/v1/plans/{PLAN}/{name}?position={drafted}")
        hidden = (401, "unauthenticated") if name in SEARCHED else (404, "unknown-plan")
        assert (draft.status_code, draft.json()["code"]) == hidden
    assert [anybody.get(f"/v1/exports/{name}").status_code for name in EXPORTS] == [401] * len(EXPORTS)


def test_a_draft_is_read_by_the_county_and_not_by_one_township(office: Office, drafted: int) -> None:
    address = f"/v1/plans/{PLAN}/plan.json?position={drafted}"
    assert as_role(office, "reader").get(address).json()["rests_on"]["position"] == drafted
    limited = as_role(office, "reader", frozenset(("t1",)))
    assert limited.get(address).json()["code"] == "unknown-plan"
    assert limited.get(f"/v1/plans/{PLAN}/plan.json").status_code == 200
    assert limited.get("/v1/exports/oc4ids.json").status_code == 403


def test_the_papers_are_those_the_command_line_hands_out(client: TestClient) -> None:
    plan = client.get(f"/v1/plans/{PLAN}/plan.json").json()
    assert plan["plan"] == PLAN
    total = sum(line["amount_fen"] for line in plan["lines"])
    table = load_workbook(io.BytesIO(client.get(f"/v1/plans/{PLAN}/distribution.xlsx").content), data_only=True)
    numbers = {
        round(cell * 100)
        for row in table.worksheets[0].iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, float | int)
    }
    assert total in numbers
    assert PLAN in client.get(f"/v1/plans/{PLAN}/report.html").text
    step = client.get(f"/v1/plans/{PLAN}/model.lp?step=welfare").text
    assert "step welfare" in step


@pytest.mark.parametrize(
    "address, status, code",
    [
        (f"/v1/plans/{PLAN}/certificate.json", 409, "plan-not-certifiable"),
        (f"/v1/plans/{PLAN}/model.mps?step=nonsense", 404, "unknown-step"),
        ("/v1/plans/nowhere/report.html", 404, "unknown-plan"),
        (f"/v1/plans/{PLAN}/plan.json?position=3", 404, "unknown-plan"),
        ("/v1/exports/datapackage.zip?position=0", 404, "nothing-registered"),
        ("/v1/exports/ledger.xlsx?as_of=tomorrow", 422, "request-invalid"),
        ("/v1/exports/ledger.csv", 404, "no-such-address"),
    ],
)
def test_what_cannot_be_handed_out_is_a_problem_with_a_cure(
    client: TestClient, address: str, status: int, code: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "content-disposition" not in answer.headers
