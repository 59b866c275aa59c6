"""The page of a sweep: its figures are those of the rows, its method is stated, hostile texts stay text."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from documents.sweep_page import SweepPaper, render_sweep
from documents.wording import money, percent
from domain.register import Register
from tests.documents.county import register
from tests.documents.sweeping import CASES, sweep_paper
from tests.documents.test_report import Page


@pytest.fixture(scope="module")
def paper() -> SweepPaper:
    return sweep_paper()


@pytest.fixture(scope="module")
def html(paper: SweepPaper) -> str:
    return render_sweep(paper)


def test_the_answer_is_how_many_cases_have_a_plan(html: str) -> None:
    assert f"<strong>{CASES - 2}</strong>" in html
    assert f"of {CASES} cases have a plan; in 2 the rules cannot all hold" in html


def test_every_unit_has_its_chances_in_the_table_and_on_the_map(paper: SweepPaper, html: str) -> None:
    for one in paper.swept.chances:
        row = re.search(rf'<tr id="u-{one.unit}">(.*?)</tr>', html, re.S)
        assert row is not None
        for cases in (one.funded, one.with_project, one.less):
            assert percent(Decimal(cases) / paper.swept.planned) in row[1]
        assert money(one.median_fen).en in row[1]
        assert f'<a href="#u-{one.unit}"><path' in html


def test_every_picture_has_its_figures_as_a_table(paper: SweepPaper, html: str) -> None:
    trade = paper.swept.trade_off
    assert trade is not None
    assert html.count("<circle") >= len(trade.points)
    for point in trade.points:
        assert point.case in html
    for swing in paper.swept.swings:
        assert f"<td>{swing.path}</td>" in html


@pytest.mark.parametrize("method, said", [("values", "for each value of a variable"), ("fifths", "rank correlation")])
def test_the_page_states_by_which_method_it_says_what_matters(method: str, said: str) -> None:
    assert said in render_sweep(sweep_paper(method="values" if method == "values" else "fifths"))


def test_a_list_of_cases_has_no_tornado(html: str) -> None:
    assert 'id="swing-0"' in html
    assert 'id="swing-0"' not in render_sweep(sweep_paper(method="none"))


def test_a_sweep_in_which_no_case_has_a_plan_says_so() -> None:
    html = render_sweep(sweep_paper(impossible=CASES))
    assert "No case has a plan." in html
    assert "<strong>0</strong>" in html
    assert 'class="chart"' not in html


def test_a_register_without_outlines_has_the_table_open_and_no_map() -> None:
    html = render_sweep(sweep_paper(register(areas=False)))
    assert 'class="map"' not in html
    assert "<details open>" in html


def test_nothing_points_outside_and_every_anchor_and_label_leads_somewhere(html: str) -> None:
    page = Page(html)
    ids = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        named = [attributes.get(key) for key in ("aria-labelledby", "aria-describedby")]
        assert {one for one in named if one} <= set(ids)
    assert all(str(attributes["href"]).removeprefix("#") in ids for attributes in page.all("a"))
    assert not re.search(r"(?:src|action|data|poster)=|@import|url\((?!#)|https?:", html)


def test_hostile_names_stay_text(hostile_county: Register) -> None:
    html = render_sweep(sweep_paper(hostile_county))
    assert "<script>alert" not in html
    assert "<img" not in html
    assert len(Page(html).all("script")) == 1
    assert "&lt;script&gt;alert" in html
