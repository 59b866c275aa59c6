"""Every page in both languages, now and in the past; what is not there is a page too."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from service.fairness import audit_fairness
from service.plan_reading import planned
from service.registers import moment
from tests.year import PLAN
from texts import text as text_of
from texts.catalogue import LANGS

PAGES = [
    "/",
    "/plans",
    "/plans/2026-01",
    "/units",
    "/units/v1",
    "/audit",
    "/audit?as_of=2026-06-30",
    "/audit?trace=d1",
    "/audit?since=20",
]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_one_language_and_asks_nobody_else_for_anything(pages: TestClient, path: str, lang: str) -> None:
    answer = pages.get(path, params={"lang": lang})
    assert answer.status_code == 200
    body = re.sub(r"<p class=\"switch\".*?</p>", "", answer.text)
    assert (re.search(r"[\u4e00-\u9fff]", body) is not None) is (lang == "zh")
    assert not re.search(r"(src|href)=\"(https?:)?//", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<style" not in answer.text
    assert not re.search(r"\s(style|on\w+)=", answer.text)


def test_a_past_day_says_so(pages: TestClient) -> None:
    assert "past-band" in pages.get("/?as_of=2026-05-01").text
    assert "past-band" not in pages.get("/").text


@pytest.mark.parametrize("path,status", [("/plans/none", 404), ("/nothing", 404), ("/?as_of=soon", 422)])
def test_what_is_not_there_is_a_page_that_says_so(pages: TestClient, path: str, status: int) -> None:
    answer = pages.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


def test_who_comes_again_is_told_what_was_recorded_since(pages: TestClient) -> None:
    head = int(pages.get("/").cookies["seen"])
    pages.cookies.clear()
    pages.cookies.update({"seen": str(head - 3)})
    told = pages.get("/?lang=en").text
    assert "3 facts were recorded since your last visit" in told
    assert f"/audit?since={head - 3}" in told
    pages.cookies.clear()
    pages.cookies.update({"seen": "nonsense"})
    assert "your last visit" not in pages.get("/?lang=en").text
    pages.cookies.clear()


def test_an_auditor_asks_for_work_and_reads_what_came_of_it(pages: TestClient) -> None:
    office = pages.app.state.office
    for kind, said in (("verify", "The record is intact"), ("pack", "seal")):  # this record was never sealed
        answer = pages.post("/audit/work", data={"kind": kind}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/audit#chain-head")
        job = office.jobs.table.newest(account=None, kind=kind, limit=1)[0]
        pages.get(f"/v1/jobs/{job.id}/events")  # tells until the work has ended
        told = re.findall(r'<b role="status">(.*?)</b>', pages.get("/audit?lang=en").text, re.DOTALL)
        assert said in told[("verify", "pack").index(kind)]
    assert pages.post("/audit/work", data={"kind": "everything"}).status_code == 422


def test_the_audits_of_fairness_that_search_are_asked_for_and_told_in_both_languages(pages: TestClient) -> None:
    office, path = pages.app.state.office, f"/plans/{PLAN}?show=fairness"
    assert 'action="/plans/2026-01/fairness"' in pages.get(f"{path}&lang=en").text
    answer = pages.post(f"/plans/{PLAN}/fairness", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}#audits-head")
    job = office.jobs.table.newest(account=None, kind="fairness", limit=1)[0]
    pages.get(f"/v1/jobs/{job.id}/events")  # tells until the work has ended
    with office.county() as county:
        report = audit_fairness(planned(county, PLAN, moment(county)))
    for lang in LANGS:
        text = pages.get(f"{path}&lang={lang}").text
        told = text_of("fairness.misreports", lang, count=len(report.misreports)) if report.misreports else ""
        assert (told or text_of("fairness.no_gain", lang)) in text
        pareto = "fairness.pareto" if report.pareto.efficient else "fairness.pareto_units"
        assert text_of(pareto, lang, units=len(report.pareto.gains_fen), total="{}").partition("{}")[0] in text
        assert 'class="dots"' in text
        assert 'action="/plans/2026-01/fairness"' not in text


def test_a_day_and_an_earlier_one_are_compared_fund_by_fund(pages: TestClient) -> None:
    text = pages.get("/audit?as_of=2026-06-30&since=2026-02-28&lang=en").text
    assert "What moved" in text
    assert " more</td>" in text
    assert "No sum of any fund has moved." in pages.get("/audit?as_of=2026-06-30&since=2026-06-30&lang=en").text


def test_the_rails_say_the_days_that_are_looked_at_and_the_trace_what_happened_apart_from_by_whom(
    pages: TestClient,
) -> None:
    text = pages.get("/audit?as_of=2026-06-30&since=2026-02-28&lang=en").text
    assert re.search(r'class="on-flag middle"[^>]*>30 June 2026<', text)
    assert 'class="since"' in text
    way = pages.get("/audit?trace=d-000&lang=en").text.partition('<ol class="way">')[2]
    assert re.search(r'#\d+</a><small lang="">[^<]+ · ', way)
