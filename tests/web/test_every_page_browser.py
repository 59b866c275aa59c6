"""Every page in a browser: quiet, accessible, in one language, never wider than a phone, reachable by keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.every_page import PAGES, STATES, Page
from tests.web.site import Language, Opened, Site, Sites, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
CUT_OFF = """() => [...document.querySelectorAll("h1,h2,h3,p,li,dt,dd,summary,caption,label,button")]
    .filter(e => e.checkVisibility() && !e.closest(".hidden,.scroll,svg,[hidden]"))
    .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
    .filter(e => getComputedStyle(e).clipPath === "none")
    .filter(e => !["auto", "scroll"].includes(getComputedStyle(e).overflowX))
    .map(e => e.className + ": " + e.textContent.trim().slice(0, 60))"""
UNFOCUSED = """() => [...document.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,summary")]
    .filter(e => e.checkVisibility() && !e.disabled && !e.closest("g.units"))
    .filter(e => !e.closest("[inert],[aria-hidden=true],details:not([open]) > :not(summary)"))
    .filter(e => {
        e.focus({ focusVisible: true });
        const style = getComputedStyle(e);
        return document.activeElement !== e || e.tabIndex !== 0 ||
            (style.outlineStyle === "none" && style.boxShadow === "none" && !e.closest("svg"));
    }).map(e => e.outerHTML.slice(0, 120))"""
TEXTS = """() => {
    const found = [document.title], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
        if (!node.parentElement.closest("script,style,pre,code,textarea,.switch")) found.push(node.textContent);
    for (const name of ["title", "aria-label", "aria-valuetext", "alt", "placeholder", "data-says"])
        for (const e of document.querySelectorAll(`[${name}]`))
            if (!e.closest(".switch")) found.push(e.getAttribute(name));
    return found;
}"""
LANGUAGES: tuple[Language, ...] = ("zh", "en")
AT_HAND = [page for page in STATES if page.record == "year" and page.then is None]
"""Further states that need no more than their address."""
FOREIGN = {"en": r"[\u4e00-\u9fff]+", "zh": r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}"}
"""What is not written in a language: Chinese letters in English, three English words in a row in Chinese."""


LOOSE = r"""() => document.body.innerText.match(
    /.{0,12}\S [。，；：、）].{0,6}|.{0,12}。。|(?<!\d)1 \w+s (?:are|were)/g)"""
"""Punctuation with a gap before it, two full stops, “1 … are”."""


def foreign(seen: Opened, lang: Language) -> list[str]:
    """What a page says in another language than its own, besides what people put on the record in their own words."""
    runs = {run for said in seen.page.evaluate(TEXTS) for run in re.findall(FOREIGN[lang], said)}
    return sorted(run for run in runs if run not in seen.site.words)


def must_be_accessible(seen: Opened) -> None:
    """Axe finds nothing, with all its rules, in what is folded too."""
    seen.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = Axe().run(seen.page).response["violations"]
    told = [(one["id"], node["html"][:160]) for one in found for node in one["nodes"][:3]]
    assert told == []


def walked(seen: Opened, page: Page, lang: Language) -> None:
    """All that holds of every page, but for what axe finds: it looks once at each page in CI, at the one
    width or the other, and for long at both in both languages."""
    assert seen.go(page.path, lang) == page.status
    if page.then is not None:
        page.then(seen.page)
    if page.fetches:
        seen.page.wait_for_load_state("networkidle")
    seen.must_be_quiet()
    assert seen.page.locator("h1").count() == 1
    assert seen.page.evaluate("document.documentElement.lang").startswith(lang)
    assert foreign(seen, lang) == []
    assert seen.page.evaluate(LOOSE) is None
    assert seen.sideways() <= 0
    assert seen.page.evaluate(CUT_OFF) == []
    assert seen.page.evaluate(UNFOCUSED) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_on_a_desk_in_chinese(browser: Browser, site: Site, page: Page) -> None:
    with opened(browser, site, page.who) as seen:
        walked(seen, page, "zh")
        if page in PAGES[::2]:
            must_be_accessible(seen)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_on_a_phone_in_english(browser: Browser, site: Site, page: Page) -> None:
    with opened(browser, site, page.who, width=360) as seen:
        walked(seen, page, "en")
        if page in PAGES[1::2]:
            must_be_accessible(seen)


@pytest.mark.parametrize("who", sorted({page.who or "" for page in AT_HAND}))
def test_no_further_state_of_a_page_says_anything_in_another_language(browser: Browser, site: Site, who: str) -> None:
    with opened(browser, site, who or None) as seen:
        for page in AT_HAND:
            for lang in LANGUAGES:
                if page.who == (who or None):
                    assert seen.go(page.path, lang) == page.status
                    assert (page.name, foreign(seen, lang)) == (page.name, [])
                    assert (page.name, seen.page.evaluate(LOOSE)) == (page.name, None)


@pytest.mark.long
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_hinders_nobody(browser: Browser, site: Site, page: Page, width: int, lang: Language) -> None:
    with opened(browser, site, page.who, width) as seen:
        seen.go(page.path, lang)
        must_be_accessible(seen)


@pytest.mark.long
@pytest.mark.parametrize("page", STATES, ids=lambda page: page.name)
def test_a_page_at_another_time_is_as_good(browser: Browser, sites: Sites, page: Page) -> None:
    with opened(browser, sites[page.record], page.who) as seen:
        walked(seen, page, "zh")
        must_be_accessible(seen)
    with opened(browser, sites[page.record], page.who, width=360) as seen:
        walked(seen, page, "en")
        must_be_accessible(seen)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_without_its_script_answers_all_the_same(browser: Browser, site: Site, page: Page) -> None:
    with opened(browser, site, page.who, java_script_enabled=False) as seen:
        assert seen.go(page.path, "en") == page.status
        assert seen.page.locator("main").inner_text().strip()
        assert seen.outside == []
