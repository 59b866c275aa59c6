"""The report as text: self-contained, escaped, both languages, every unit, within its size."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from html.parser import HTMLParser

import msgspec
import pytest

from documents.report import render_report
from documents.view import make_view
from documents.wording import money
from domain.measures import Measures
from domain.plan import NotFunded, Plan
from domain.policy.model import Policy
from domain.register import Register
from tests.documents.conftest import HOSTILE
from tests.documents.county import everything, register

Case = tuple[Register, Policy, Plan, Measures]
MOMENT = {"as_of": date(2026, 3, 31), "position": 412, "plan": "2026-1", "state": "proposed", "verified": True}


class Page(HTMLParser):
    """What a browser would see: elements with their attributes, and the text that is neither style nor script."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._inside: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in {"style", "script"}:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def html(case: Case) -> str:
    return render_report(*case, generated_for=MOMENT)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_the_same_plan_gives_the_same_page(case: Case, html: str) -> None:
    assert render_report(*case, generated_for=MOMENT) == html


def test_nothing_in_the_page_points_outside_it(page: Page, html: str) -> None:
    for _, attributes in page.elements:
        for name in ("href", "src", "xlink:href", "action", "srcset", "poster", "data"):
            value = attributes.get(name)
            assert value is None or value.startswith("#") or value == "data:,"
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)


def test_the_pages_own_policy_allows_its_style_and_script_and_nothing_else(page: Page, html: str) -> None:
    [policy] = [m["content"] or "" for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in policy
    for tag in ("style", "script"):
        [content] = re.findall(f"<{tag}>(.*?)</{tag}>", html, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_every_anchor_leads_somewhere_and_no_id_stands_twice(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {(attributes.get("href") or "")[1:] for attributes in [*page.all("a"), *page.all("use")]}
    assert targets - set(ids) == set()


def test_every_labelled_part_names_something_that_is_there(page: Page) -> None:
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    for _, attributes in page.elements:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert {*(attributes.get(name) or "").split()} <= ids


def test_every_unit_has_a_row_with_its_amount_in_both_languages(case: Case, html: str) -> None:
    for unit in make_view(*case).units:
        [row] = re.findall(rf'<tr id="u-{re.escape(unit.unit.code)}">.*?</tr>', html)
        assert f"<span lang=zh>{money(unit.total_fen).zh}</span>" in row
        assert f"<span lang=en>{money(unit.total_fen).en}</span>" in row
        assert unit.unit.name_zh in row
        assert unit.unit.name_en in row


def test_every_table_has_heads_with_their_scope(page: Page) -> None:
    heads = page.all("th")
    assert len(heads) > 50
    assert all(head.get("scope") in {"col", "row", "rowgroup", "colgroup"} for head in heads)


def test_every_funded_project_and_every_one_left_out_is_named(case: Case, html: str) -> None:
    for project in case[0].projects.values():
        assert project.name_zh in html
        assert project.name_en in html


def test_every_clause_cited_stands_in_the_legend_with_its_name(page: Page, html: str) -> None:
    chips = {(a.get("href") or "")[1:] for a in page.all("a") if a.get("class") == "c"}
    assert chips >= {"M02", "M11", "M12", "M14", "M20"}
    assert chips <= set(re.findall(r'<div id="(M\d\d)">', html))
    for clause in chips:
        assert f'#lang-zh:checked~.page .c[href="#{clause}"]:is(:hover,:focus)::after' in html


def test_money_that_is_left_comes_with_its_proof(case: Case, page: Page) -> None:
    text = "".join(page.text)
    assert f"资金不够 {len(case[2].not_funded)} 个" in text
    assert f"Not enough money: {len(case[2].not_funded)}" in text


def test_the_moment_it_was_made_for_stands_in_the_head_and_no_other(case: Case, page: Page) -> None:
    text = "".join(page.text)
    assert "2026年3月31日" in text
    assert "已提出" in text
    assert "规则逐条复核通过" in text
    without = "".join(Page(render_report(*case, generated_for={})).text)
    assert "截至" not in without
    assert "规则逐条复核通过" not in without
    assert case[2].plan_hash[:12] in without


@pytest.mark.parametrize("lang,mark", [("zh", 'lang="zh-CN"'), ("en", 'lang="en"')])
def test_the_language_it_opens_in_is_the_one_asked_for(case: Case, lang: str, mark: str) -> None:
    html = render_report(*case, lang_default=lang, generated_for={})  # type: ignore[arg-type]
    assert f"<html {mark}>" in html
    assert re.search(rf'id="lang-{lang}"[^>]* checked>', html)
    assert html.count(" checked>") == 1


def test_hostile_names_stay_text(hostile_county: Register) -> None:
    html = render_report(*everything(hostile_county), generated_for={"checkpoint": HOSTILE[5], "known_at": HOSTILE[6]})
    page = Page(html)
    assert [attributes for _, attributes in page.elements if any(n.startswith("on") for n in attributes)] == []
    assert page.all("img") == []
    assert len(page.all("script")) == 1
    assert len(page.all("style")) == 1
    assert len([tag for tag, _ in page.elements if tag == "title"]) == 1 + 3 + len(hostile_county.units)
    text = "".join(page.text)
    assert "<script>alert('x')</script>" in text
    assert "{{ 7*7 }}" in text
    assert "\u202e" not in html
    html.encode("utf-8")


@pytest.mark.parametrize(
    "county",
    [
        register(areas=False),
        register(projects=False),
        register(areas=False, projects=False),
        register(1, 1),
        register(1, 1, areas=False, projects=False),
    ],
    ids=["no outlines", "no projects", "neither", "one unit", "one bare unit"],
)
def test_a_register_with_less_in_it_gives_a_report_with_less_in_it(county: Register) -> None:
    page = Page(render_report(*everything(county), generated_for={}))
    assert ("map" in {a.get("class") for a in page.all("svg")}) is bool(county.areas)
    assert bool([a for _, a in page.elements if a.get("id") == "projects-head"]) is bool(county.projects)
    assert "nan" not in "".join(page.text).lower()


def test_every_kind_of_reason_for_leaving_a_project_out_is_worded(case: Case) -> None:
    county, rules, plan, measures = case
    codes = sorted(county.projects)
    reasons = [
        NotFunded(project=codes[0], reason="no-money", detail="beautiful", missing_fen=123_45),
        NotFunded(project=codes[1], reason="rule", detail="full-funding"),
        NotFunded(project=codes[2], reason="variant", detail=codes[3]),
        NotFunded(project=codes[4], reason="prerequisite", detail=codes[5]),
        NotFunded(project=codes[6], reason="objective", detail="shortfall-1"),
        NotFunded(project=codes[7], reason="no-fund", detail="construction"),
        NotFunded(project=codes[8], reason="by-hand", detail=""),
    ]
    changed = msgspec.structs.replace(plan, not_funded=tuple(reasons))
    text = "".join(Page(render_report(county, rules, changed, measures, generated_for={})).text)
    for said in (
        "资金不够",
        "违反规则",
        "已选另一方案",
        "前置项目未安排",
        "影响前面的目标",
        "没有对口资金",
        "手工拿下",
    ):
        assert said in text
    assert "第 1 类应当做到的规则差得最少" in text


def test_the_report_of_ninety_units_and_hundreds_of_projects_stays_below_400_kilobytes() -> None:
    county = register(10, 9)
    assert len(county.projects) == 450
    assert len(render_report(*everything(county), generated_for=MOMENT).encode()) < 400_000
