"""The page of a comparison: its figures are the comparison's, hostile texts stay text, nothing points outside."""

from __future__ import annotations

import dataclasses
import re

import msgspec
import pytest

from documents.compared import Compared
from documents.comparison_page import headline, render_comparison
from documents.comparison_pictures import exchange_picture, maps, signed
from documents.svg.diverging import diverging
from documents.wording import money, money_unit
from domain.register import Register
from tests.documents.comparing import compared
from tests.documents.conftest import HOSTILE
from tests.documents.county import register
from tests.documents.test_report import Page


@pytest.fixture(scope="module")
def paper() -> Compared:
    return compared()


@pytest.fixture(scope="module")
def html(paper: Compared) -> str:
    return render_comparison(paper)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_the_case_of_these_tests_has_winners_losers_and_a_lost_project(paper: Compared) -> None:
    found = paper.comparison
    assert found.winners
    assert found.losers
    assert found.projects_lost


def test_the_same_comparison_gives_the_same_page(paper: Compared, html: str) -> None:
    assert render_comparison(paper) == html


def test_the_answer_is_the_money_that_moves_and_how_many_win_and_lose(paper: Compared, html: str) -> None:
    found = paper.comparison
    moved = money_unit(found.moved_fen)
    assert f"<strong><span lang=zh>{moved.zh}</span><span lang=en>{moved.en}</span></strong>" in html
    assert f"{len(found.winners)} units get more, {len(found.losers)} get less" in html
    assert moved.en in headline(paper).en


def test_every_unit_has_one_row_with_before_after_and_change(paper: Compared, html: str) -> None:
    for one in paper.comparison.units:
        row = re.search(rf'<tr id="u-{one.code}">(.*?)</tr>', html, re.S)
        assert row is not None
        for amount in (money(one.before_fen), money(one.after_fen), signed(one.more_fen)):
            assert amount.zh in row[1]
            assert amount.en in row[1]


def test_every_flow_stands_in_the_table_beside_its_picture(paper: Compared, html: str) -> None:
    table = html[html.index('id="flows-head"') :]
    assert paper.comparison.flows
    for flow in paper.comparison.flows:
        assert money(flow.amount_fen).en in table


def test_changes_stand_with_their_reasons_and_a_broken_gate_says_so(html: str) -> None:
    assert "a note of June" in html
    assert 'class="gate-broken"' in html


def test_a_what_if_says_that_it_is_not_the_record_and_plans_on_the_record_do_not(paper: Compared, html: str) -> None:
    assert '<body class="what-if">' in html
    assert "this is not the record" in html
    assert "this is not the record" not in render_comparison(dataclasses.replace(paper, state="record"))
    past = render_comparison(dataclasses.replace(paper, state="past"))
    assert '<body class="past">' in past
    assert "Worked out again from the record" in past


def test_nothing_in_the_page_points_outside_it_and_every_anchor_leads_somewhere(page: Page, html: str) -> None:
    links = [attributes.get("href") for attributes in page.all("a")]
    ids = {attributes["id"] for _, attributes in page.elements if attributes.get("id")}
    assert links
    assert all(link is not None and link.startswith("#") and link[1:] in ids for link in links)
    assert not re.search(r"(?:src|action|data|poster)=|@import|url\((?!#)", html)
    assert "http:" not in html
    assert "https:" not in html


def test_every_picture_has_a_name_and_a_sentence_for_those_who_do_not_see_it(page: Page) -> None:
    pictures = [attributes for attributes in page.all("svg") if attributes.get("aria-describedby")]
    assert len(pictures) == 6  # three maps, two slopes, giver and taker
    ids = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    for attributes in pictures:
        assert {attributes["aria-labelledby"], attributes["aria-describedby"]} <= set(ids)


def test_both_maps_share_their_classes_and_losers_are_hatched(paper: Compared) -> None:
    drawn = maps(paper, headline(paper))
    assert drawn is not None
    losing = {one.code for one in paper.comparison.losers}
    hatched = set(re.findall(r'href="#u-([^"]+)"><path[^>]*class="l\d"', drawn.difference))
    assert hatched == losing
    winning = set(re.findall(r'href="#u-([^"]+)"><path[^>]*class="g\d"', drawn.difference))
    assert winning == {one.code for one in paper.comparison.winners}


def test_of_many_townships_the_largest_are_drawn_and_the_fund_is_never_among_the_others() -> None:
    paper = compared(register(20, 3))
    drawn = exchange_picture(paper, headline(paper))
    assert drawn is not None
    assert "other townships" in drawn
    assert "less in the funds" in drawn
    less = sum(flow.amount_fen for flow in paper.comparison.flows if flow.taker is None)
    assert money_unit(less).en in drawn


def test_a_register_without_outlines_has_a_page_without_a_map() -> None:
    html = render_comparison(compared(register(areas=False)))
    assert "so there is no map" in html
    assert 'class="map"' not in html
    assert 'id="units"' in html


def test_the_same_plan_twice_says_that_nothing_changes() -> None:
    html = render_comparison(compared(change=lambda county: county))
    assert "Nothing changes" in html
    assert "No money moves." in html


def test_a_unit_only_one_side_knows_has_its_row() -> None:
    def without(county: Register) -> Register:
        units = dict(county.units)
        gone = max(units)
        del units[gone]
        kept = {code: project for code, project in county.projects.items() if project.unit != gone}
        return msgspec.structs.replace(county, units=units, projects=kept)

    paper = compared(change=without)
    gone = max(paper.before.register.units)
    assert f'id="u-{gone}"' in render_comparison(paper)


def test_hostile_names_stay_text(hostile_county: Register) -> None:
    html = render_comparison(compared(hostile_county, why=HOSTILE[5]))
    page = Page(html)
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "{{ 7*7 }}" in html
    assert len(page.all("script")) == 1
    assert "&lt;script&gt;alert" in html


def test_classes_of_a_difference_are_the_same_on_both_sides_and_nothing_is_white() -> None:
    scale = diverging([-300, -200, -100, 0, 100, 200, 300])
    assert [scale.css(value) for value in (-300, -100, 0, 100, 300)] == ["l3", "l1", "dz", "g1", "g3"]
    assert scale.css(None) == "c0"
    assert [css for css, _, _ in scale.classes()] == ["g3", "g2", "g1", "dz", "l1", "l2", "l3"]
    assert diverging([]).css(0) == "dz"
