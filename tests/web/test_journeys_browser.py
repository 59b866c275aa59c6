"""Four people find their question answered: planner, approver, auditor, village head, each in their language.

A site of their own: the planner's server is killed under an open workbench.
"""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

from tests.web.site import Language, Site, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
LANGS: tuple[Language, ...] = ("zh", "en")
PATIENCE_MS = 60_000
"""What a proof or a pack may take on a busy machine."""


@pytest.fixture(params=LANGS)
def lang(request: pytest.FixtureRequest) -> Language:
    """The language somebody reads."""
    chosen: Language = request.param
    return chosen


def test_a_planner_moves_a_weight_and_gets_a_proven_answer_also_from_a_server_that_was_killed(
    browser: Browser, site: Site, lang: Language
) -> None:
    with opened(browser, site, "planner") as seen:
        page = seen.page
        seen.go("/", lang)
        page.locator("nav a[href='/workbench']").click()
        slider = page.locator("#settings input[type=range]").nth(2)
        slider.wait_for()
        page.locator("#bench[data-kind=certified]").wait_for(timeout=PATIENCE_MS)
        slider.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_url(re.compile(r"/workbench\?.+"), timeout=PATIENCE_MS)
        page.locator(".box.certified").wait_for(timeout=PATIENCE_MS)
        asked = page.url
        seen.must_be_quiet()

        site.end(signal.SIGKILL)
        site.start()
        slider.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_url(lambda url: url != asked, timeout=PATIENCE_MS)
        page.locator(".box.certified").wait_for(timeout=PATIENCE_MS)
        page.reload()
        assert page.locator("#bench").get_attribute("data-kind") in ("certified", "estimate", "pending")
        assert seen.outside == []


def test_an_approver_finds_the_way_of_a_plan_its_lines_and_the_sheet_to_sign(
    browser: Browser, site: Site, lang: Language
) -> None:
    with opened(browser, site, "approver") as seen:
        page = seen.page
        seen.go("/plans", lang)
        page.locator("main a[href='/plans/2026-01']").click()
        assert page.locator(".stages .taken").count() >= 5
        for tab in page.locator(".tabs a").all():
            assert page.request.get(site.url + str(tab.get_attribute("href"))).ok
        page.locator(".tabs a").nth(1).click()
        assert page.locator("#part table, #part li").count() > 0
        seen.go("/notices/2026-01/approval", lang)
        assert page.pdf(format="A4")[:4] == b"%PDF"
        seen.must_be_quiet()


def test_an_auditor_goes_back_in_time_traces_a_yuan_verifies_the_record_and_takes_the_pack_along(
    browser: Browser, site: Site, lang: Language
) -> None:
    with opened(browser, site, "auditor") as seen:
        page = seen.page
        seen.go("/audit", lang)
        now = page.locator("h1").inner_text()
        page.locator("input[type=range]").evaluate(
            "(e) => { e.value = 1600; e.dispatchEvent(new Event('input', { bubbles: true })); }"
        )
        page.locator(".past-band").wait_for()
        assert page.locator("h1").inner_text() != now
        page.locator("input[name=trace]").fill("d-001")
        page.locator(".trace form button").click()
        page.locator(".way li").first.wait_for()
        assert page.locator(".way li").count() > 5
        for kind in ("verify", "pack"):
            page.locator(f".chain form:has([value={kind}]) button").click(timeout=PATIENCE_MS)  # once it may be
            page.locator(f".chain li.fine:has([value={kind}])").wait_for(timeout=PATIENCE_MS)
        with page.expect_download() as taken:
            page.locator(".chain a[download]").click()
        assert taken.value.path().read_bytes()[:2] == b"PK"
        seen.must_be_quiet()


def test_a_village_head_reads_on_a_phone_what_the_village_gets_and_proves_the_notice(
    browser: Browser, site: Site, lang: Language
) -> None:
    with opened(browser, site, None, width=360) as seen:
        page = seen.page
        seen.go("/units", lang)
        page.locator("a[href='/units/1002-hongxing']").first.click()
        assert re.search(r"\d,\d{3}\.\d\d", page.locator("h1").inner_text())
        assert page.locator(".part-rows li").count() > 2
        assert seen.sideways() <= 0
        seen.go("/notices/2026-01", lang)
        assert page.pdf(format="A4")[:4] == b"%PDF"
        seen.must_be_quiet()
