"""What the public reads without signing in: notices, tables and sheets that print, a unit’s page, the clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from documents.standalone.pack_check.disclosure import read_disclosure
from domain.facts.plans import GrantNoticed
from service.access.principal import Principal, Role
from service.approvals import write_approval
from service.office import Office
from service.plan_reading import planned
from service.plan_steps import published, steps_of
from service.registers import Moment, moment
from service.unit_proof import proof_of_grant
from tests.service.small import APPROVER, PLANNER, REVIEWER, TREASURER
from tests.year import PLAN
from web.app import add_pages

OPEN = ["/notices", f"/notices/{PLAN}", f"/notices/{PLAN}/distribution", "/clauses", "/units", "/units/v2",
        "/units/v2/objection"]  # fmt: skip


@pytest.fixture(scope="module")
def nobody(office: Office) -> TestClient:
    """Somebody who is not signed in."""
    app = create_app(office)
    add_pages(app)
    return TestClient(app)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", OPEN)
def test_everybody_reads_what_is_public_in_one_language(nobody: TestClient, path: str, lang: str) -> None:
    answer = nobody.get(path, params={"lang": lang})
    assert answer.status_code == 200
    body = re.sub(r"<p class=\"switch\".*?</p>", "", answer.text)
    assert (re.search(r"[\u4e00-\u9fff]", body) is not None) is (lang == "zh")
    assert not re.search(r"\s(style|on\w+)=", answer.text)
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize("path", ["/", "/plans", f"/plans/{PLAN}", f"/notices/{PLAN}/approval", "/password"])
def test_what_is_not_public_leads_to_signing_in_and_back(nobody: TestClient, path: str) -> None:
    answer = nobody.get(path)
    assert answer.status_code == 401
    assert f'href="/signin?to={path}"' in answer.text


def test_the_distribution_table_adds_up_to_the_plan(nobody: TestClient, office: Office) -> None:
    text = nobody.get(f"/notices/{PLAN}/distribution", params={"lang": "en"}).text
    with office.county() as county:
        plan = planned(county, PLAN, moment(county)).computed.plan
    shown = [
        int(found.replace(",", "").replace(".", "")) for found in re.findall(r'<td class="n">([\d,]+\.\d\d)</td>', text)
    ]
    assert sum(shown) == 2 * sum(line.amount_fen for line in plan.lines)  # each line, and each fund’s sum


def test_a_unit_reads_its_parts_with_clauses_that_lead_to_their_names(nobody: TestClient) -> None:
    text = nobody.get("/units/v2", params={"lang": "en"}).text
    clauses = nobody.get("/clauses", params={"lang": "en"}).text
    cited = set(re.findall(r'href="/clauses#(M\d\d)" data-says="[^"]+"', text))
    assert cited
    assert all(f'id="{clause}"' in clauses for clause in cited)
    assert "M52" in clauses


def test_the_proof_of_a_grant_holds_the_fact_and_comes_once_it_is_sealed(office: Office) -> None:
    with office.county() as county:
        at = moment(county)
        proof = proof_of_grant(county, PLAN, "v2", at)
        if proof is None:  # the year was never sealed: nothing can be proven yet
            assert not list(county.log.recorder.checkpoints())
            return
        fact = next(county.log.facts(after=proof.position - 1, until=proof.position)).fact
        assert isinstance(fact, GrantNoticed)
        assert fact.unit == "v2"
        assert read_disclosure(proof.text.encode()).note


def test_pages_and_api_show_the_public_the_same_plans_in_every_state(nobody: TestClient, office: Office) -> None:
    with office.county() as county:
        steps = steps_of(county, PLAN, moment(county))
        public = {step.position: bool(published(county, Moment(step.position))) for step in steps}
    states = {step.what for step in steps if not step.objection}
    assert states >= {"drafted", "proposed", "returned", "reviewed", "announced", "objections_closed", "noticed"}
    assert set(public.values()) == {True, False}
    for step in steps:
        at, what = {"position": step.position}, step.what
        listed = f'href="/notices/{PLAN}"' in nobody.get("/notices", params=at).text
        notice = nobody.get(f"/notices/{PLAN}", params=at).status_code
        told = nobody.get(f"/v1/plans/{PLAN}", params=at).status_code
        assert (listed, notice, told) == ((True, 200, 200) if public[step.position] else (False, 403, 404)), what


@pytest.mark.parametrize("roles", [(), ("reader",)])
def test_residents_and_readers_see_posts_and_no_names(office: Office, roles: tuple[Role, ...]) -> None:
    """Whoever has a duty sees who decided; others see in which post (0028)."""
    paths = ["/", "/audit?trace=d-001", f"/plans/{PLAN}", f"/plans/{PLAN}?show=steps", "/units/v2", "/register/posts",
             "/register/units/v2", f"/notices/{PLAN}", f"/notices/{PLAN}/approval", "/v1/history/unit:v2",
             "/v1/traces?of=d-001", "/v1/audit-lists/backdated", f"/v1/plans/{PLAN}/life"]  # fmt: skip
    names = [actor.person for actor in (PLANNER, APPROVER, REVIEWER, TREASURER)]
    with shown_to(office, roles) as reading, shown_to(office, ("auditor",)) as duty:
        reading.cookies.set("seen", "1")  # what was recorded since is told in sentences, too
        texts = {path: reading.get(path).text for path in paths}
        assert [(path, name) for path, text in texts.items() for name in names if name in text] == []
        named = [path for path in paths if any(name in duty.get(path).text for name in names)]
        assert {"/audit?trace=d-001", "/register/units/v2", f"/plans/{PLAN}", "/v1/traces?of=d-001"} <= set(named)
        if roles:
            assert TREASURER.post in texts["/audit?trace=d-001"]


@contextmanager
def shown_to(office: Office, roles: tuple[Role, ...]) -> Iterator[TestClient]:
    """The application as an account with these roles has it; with none, as a resident has it."""
    app = create_app(office)
    app.state.authenticate = lambda header: Principal("someone", "Somebody", "some-post", frozenset(roles))
    add_pages(app)
    with TestClient(app, headers={"Authorization": "Bearer x"} if roles else {}) as client:
        yield client


def test_a_plan_that_is_not_public_has_no_notice(nobody: TestClient) -> None:
    assert nobody.get("/notices/2026-09").status_code == 404


def test_the_approval_sheet_is_the_same_on_the_page_and_in_the_file(
    pages: TestClient, office: Office, tmp_path: Path
) -> None:
    """One body for both; every word of it is in one language, and who took which step stands on it."""
    with office.county() as county:
        write_approval(county, PLAN, tmp_path / "sheet.html", lang="en")
    paper = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    page = pages.get(f"/notices/{PLAN}/approval", params={"lang": "en"}).text
    body = re.search(r"<main>\n(.*?)</main>", paper, re.DOTALL)
    assert body is not None
    assert " ".join(body.group(1).split()) in " ".join(page.split())
    assert "Both(" not in paper
    assert "zhao-min" in paper
