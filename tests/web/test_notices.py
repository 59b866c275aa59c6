"""What the public reads without signing in: notices, tables and sheets that print, a unit’s page, the clauses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from documents.standalone.pack_check.disclosure import read_disclosure
from domain.facts.plans import GrantNoticed
from service.approvals import write_approval
from service.office import Office
from service.plan_reading import planned
from service.registers import moment
from service.unit_proof import proof_of_grant
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
