"""Every page in a browser: quiet, accessible, in one language, never wider than a phone, reachable by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.every_page import PAGES, Page
from tests.web.site import Language, Opened, Site, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
CUT_OFF = """() => [...document.querySelectorAll("h1,h2,h3,p,li,dt,dd,summary,caption,label,button")]
    .filter(e => e.checkVisibility() && !e.closest(".hidden,.scroll,svg,[hidden]"))
    .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
    .filter(e => !["auto", "scroll"].includes(getComputedStyle(e).overflowX))
    .map(e => e.className + ": " + e.textContent.trim().slice(0, 60))"""
UNFOCUSED = """() => [...document.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,summary")]
    .filter(e => e.checkVisibility() && !e.disabled && !e.closest("[inert],details:not([open]) > :not(summary)"))
    .filter(e => {
        e.focus({ focusVisible: true });
        const style = getComputedStyle(e);
        return document.activeElement !== e || e.tabIndex !== 0 ||
            (style.outlineStyle === "none" && style.boxShadow === "none" && !e.closest("svg"));
    }).map(e => e.outerHTML.slice(0, 120))"""
FOREIGN = """lang => {
    const han = /[\\u4e00-\\u9fff]/, found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement, said = node.textContent.trim();
        const own = element.closest("[lang]").getAttribute("lang").slice(0, 2);
        if (!said || element.closest("script,style") || own !== lang) continue;
        if (lang === "en" && han.test(said)) found.push(said.slice(0, 80));
        if (lang === "zh" && /[A-Za-z]{3,} [A-Za-z]{2,} [a-z]{2,}/.test(said)) found.push(said.slice(0, 80));
    }
    return found;
}"""
"""Texts in another language than they say they are; words of the record itself say which language theirs is."""


def must_be_accessible(seen: Opened) -> None:
    """Axe finds nothing, with all its rules."""
    found = Axe().run(seen.page).response["violations"]
    told = [(one["id"], node["html"][:160]) for one in found for node in one["nodes"][:3]]
    assert told == []


def walked(seen: Opened, page: Page, lang: Language) -> None:
    """All that holds of every page."""
    assert seen.go(page.path, lang) == page.status
    seen.page.wait_for_load_state("networkidle")
    seen.must_be_quiet()
    assert seen.page.locator("h1").count() == 1
    assert seen.page.evaluate("document.documentElement.lang").startswith(lang)
    assert seen.page.evaluate(FOREIGN, lang) == []
    assert seen.sideways() <= 0
    assert seen.page.evaluate(CUT_OFF) == []
    must_be_accessible(seen)
    assert seen.page.evaluate(UNFOCUSED) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_on_a_desk_in_chinese(browser: Browser, site: Site, page: Page) -> None:
    with opened(browser, site, page.who) as seen:
        walked(seen, page, "zh")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_on_a_phone_in_english(browser: Browser, site: Site, page: Page) -> None:
    with opened(browser, site, page.who, width=360) as seen:
        walked(seen, page, "en")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_without_its_script_answers_all_the_same(browser: Browser, site: Site, page: Page) -> None:
    with opened(browser, site, page.who, java_script_enabled=False) as seen:
        assert seen.go(page.path, "en") == page.status
        assert seen.page.locator("main").inner_text().strip()
        assert seen.outside == []
