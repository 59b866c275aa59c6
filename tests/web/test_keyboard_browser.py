"""The keyboard alone: Tab comes to everything in reading order, and shows where it is; nothing is lost by a move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.site import Site, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
MOVES_MAX = 260
PROPOSE = "details:has([action='/workbench/propose']) > summary"
SCROLLER = -1
"""What Chromium stops at because it can be scrolled, without being asked to."""
MARKED = """() => {
    const all = [...document.querySelectorAll("a[href],button,input,select,textarea,summary,[tabindex]")]
        .filter(e => e.tabIndex >= 0 && !e.disabled && e.type !== "hidden" && e.checkVisibility())
        .filter(e => !e.closest("details:not([open]) > :not(summary)"));
    const look = e => {
        const of = node => { const s = getComputedStyle(node); return [s.outline, s.boxShadow, s.stroke]; };
        return JSON.stringify([of(e), ...[...e.children].slice(0, 1).map(of)]);
    };
    all.forEach((e, number) => { e.dataset.stop = number; e.dataset.look = look(e); });
    window.lookOf = look;
    return all.length;
}"""
"""Number every stop of the Tab key in the order of the text, and remember how it looks without the focus."""
STOP = """() => {
    const e = document.activeElement, box = e.getBoundingClientRect();
    const at = [box.left + box.width / 2, Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1)];
    const hit = document.elementFromPoint(Math.min(Math.max(at[0], 0), innerWidth - 1), at[1]);
    return e === document.body ? null : {
        number: Number(e.dataset.stop ?? (e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight ? -1 : -2)),
        shows: window.lookOf(e) !== e.dataset.look,
        seen: box.bottom > 0 && box.top < innerHeight && (!hit || hit.closest(".head") === e.closest(".head")),
        html: e.outerHTML.slice(0, 120),
    };
}"""
PAGES = [
    ("/", "planner", 1440),
    ("/workbench?policy.rules.sites=off", "planner", 360),
    ("/plans/2026-01?show=steps", "approver", 1440),
    ("/units/1002-hongxing", None, 360),
    ("/audit?trace=w-001", "auditor", 1440),
    ("/compare", "planner", 360),
]


@pytest.mark.parametrize("path, who, width", PAGES, ids=[path.partition("?")[0] for path, _, _ in PAGES])
def test_tab_comes_to_everything_once_in_the_order_of_the_text_and_shows_where_it_is(
    browser: Browser, site: Site, path: str, who: str | None, width: int
) -> None:
    with opened(browser, site, who, width, reduced_motion="reduce") as seen:
        seen.go(path, "en")
        press = seen.page.keyboard.press
        stops = seen.page.evaluate(MARKED)
        met: list[dict[str, Any]] = []
        while len(met) < MOVES_MAX:
            press("Tab")
            if not met:
                assert seen.page.evaluate("document.activeElement.className") == "skip-link"
            stop = seen.page.evaluate(STOP)
            if stop is None:
                break
            if not met or stop["number"] not in (met[-1]["number"], SCROLLER):  # a date is one field of three stops
                met.append(stop)
        assert [stop["number"] for stop in met] == list(range(stops))
        assert [stop["html"] for stop in met if not stop["shows"]] == []
        assert [stop["html"] for stop in met if not stop["seen"]] == []
        seen.page.locator(".skip-link").focus()
        press("Enter")
        assert seen.page.evaluate("document.activeElement.id") == "main"
        seen.must_be_quiet()


def test_a_map_is_one_stop_and_the_arrow_keys_lead_from_unit_to_unit(browser: Browser, site: Site) -> None:
    with opened(browser, site, "planner") as seen:
        seen.go("/", "en")
        links = seen.page.locator("g.units a")
        assert seen.page.locator("g.units a[tabindex='0']").count() == 1
        links.nth(40).focus()
        where = links.nth(40).bounding_box()
        seen.page.keyboard.press("ArrowDown")
        below = seen.page.locator("g.units a:focus")
        there = below.bounding_box()
        assert where is not None
        assert there is not None
        assert there["y"] + there["height"] / 2 > where["y"] + where["height"] / 2
        assert str(below.get_attribute("aria-label")) in seen.page.locator(".bubble").inner_text()
        seen.page.keyboard.press("Escape")
        assert not seen.page.locator(".bubble").is_visible()
        seen.page.keyboard.press("Shift+Tab")
        seen.page.keyboard.press("Tab")
        assert seen.page.locator("g.units a:focus").get_attribute("aria-label") == below.get_attribute("aria-label")


def test_a_move_on_the_workbench_keeps_the_focus_and_is_said_once_it_has_come_to_rest(
    browser: Browser, site: Site
) -> None:
    with opened(browser, site, "planner") as seen:
        page = seen.page
        seen.go("/workbench", "en")
        slider = page.locator("#settings input[type=range]").nth(2)
        slider.focus()
        page.evaluate("window.sayings = []")
        page.evaluate("""() => {
            const status = document.querySelector("body > [role=status]");
            new MutationObserver(() => window.sayings.push(status.textContent)).observe(status, { childList: true });
        }""")
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        page.wait_for_function("() => location.search.includes('policy')")
        page.locator("body > [role=status]").filter(has_text="times").wait_for(state="attached")
        assert slider.evaluate("e => e === document.activeElement")
        assert page.evaluate("window.sayings.length") <= 2  # an estimate, and the proof if it has landed

        # what is exchanged under the focus gives it back to its like; Escape folds the form over the page
        page.locator(PROPOSE).focus()
        page.keyboard.press("Enter")
        page.locator("[action='/workbench/propose'] textarea").fill("asked for by the meeting")
        page.evaluate("document.getElementById('f-alpha').selectedIndex = 0")
        page.locator("#f-alpha").dispatch_event("change", {"bubbles": True})
        page.locator("[action='/workbench/propose'] textarea").focus()
        page.keyboard.press("Escape")
        assert page.locator(PROPOSE).evaluate("e => e === document.activeElement")
        assert not page.locator("[action='/workbench/propose'] textarea").is_visible()
        page.locator(PROPOSE).evaluate(
            "(e) => exchanging(e.closest('[data-part]'), () => {"
            " const part = e.closest('[data-part]'); part.innerHTML = part.innerHTML; })"
        )
        assert page.locator(PROPOSE).evaluate("e => e === document.activeElement")
        seen.must_be_quiet()
