"""The report in a browser: no outside request, no error, no overflow, both languages, with and without its script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from documents.report import render_report
from domain.register import Register
from tests.documents.county import everything, register

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
MOMENT = {"as_of": date(2026, 3, 31), "position": 412, "verified": True}
WIDTHS = (1440, 360)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_report(*everything(register(10, 9)), generated_for=MOMENT), encoding="utf-8")
    return path


class Opened:
    """A page with everything it asked for and complained about."""

    def __init__(self, page: Page, file: Path, anchor: str = "") -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(file.as_uri() + anchor)

    def sideways(self) -> int:
        """How many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def shows(self, text: str) -> bool:
        """Whether some element with this text is visible."""
        return self.page.get_by_text(text).filter(visible=True).count() > 0


@pytest.fixture(params=WIDTHS)
def opened(request: pytest.FixtureRequest, browser: Browser, file: Path) -> Iterator[Opened]:
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    yield Opened(page, file)
    page.close()


def test_the_page_asks_for_nothing_but_itself_and_complains_of_nothing(opened: Opened, file: Path) -> None:
    opened.page.mouse.move(200, 400)
    opened.page.keyboard.press("Tab")
    assert opened.requests == [file.as_uri()]
    assert opened.complaints == []


def test_the_page_is_never_wider_than_its_window_in_either_language(opened: Opened) -> None:
    assert opened.sideways() <= 0
    opened.page.locator("label[for=lang-en]").click()
    assert opened.sideways() <= 0
    for details in opened.page.locator("details").all():
        details.evaluate("element => element.open = true")
    assert opened.sideways() <= 0


def test_the_switch_changes_every_text_to_the_other_language_and_back(opened: Opened) -> None:
    assert opened.shows("后进单位户均补助是其他单位的")
    assert not opened.shows("Per household, backward units get")
    opened.page.locator("label[for=lang-en]").click()
    assert opened.shows("Per household, backward units get")
    assert not opened.shows("后进单位户均补助是其他单位的")
    assert opened.page.evaluate("document.documentElement.lang") == "en"
    assert opened.page.locator("main [lang=zh]").filter(visible=True).count() == 0
    opened.page.locator("label[for=lang-zh]").click()
    assert opened.page.locator("main [lang=en]").filter(visible=True).count() == 0


def test_no_text_outside_a_scrolled_table_is_cut_off(opened: Opened) -> None:
    cut = opened.page.evaluate(
        """() => [...document.querySelectorAll("h1,h2,h3,p,li,dt,dd,summary,caption,label")]
            .filter(e => e.offsetParent && !e.closest(".hidden"))
            .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
            .map(e => e.textContent.slice(0, 60))"""
    )
    assert cut == []


def test_the_language_is_switched_by_keyboard_too(browser: Browser, file: Path) -> None:
    page = browser.new_page()
    opened = Opened(page, file)
    page.locator("#lang-zh").focus()
    page.keyboard.press("ArrowRight")
    assert opened.shows("Per household, backward units get")
    page.close()


def test_without_its_script_the_page_reads_and_switches_all_the_same(browser: Browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.get_by_text("全部 90 个单位").is_visible()
    page.locator("label[for=lang-en]").click()
    assert page.get_by_text("All 90 units").is_visible()
    assert not page.get_by_text("全部 90 个单位").is_visible()
    context.close()


def test_an_address_can_name_the_language(browser: Browser, file: Path) -> None:
    page = browser.new_page()
    assert Opened(page, file, "#en").shows("All 90 units")
    page.close()


def test_a_unit_on_the_map_says_its_amount_on_hover_and_on_focus_and_leads_to_its_row(
    browser: Browser, file: Path
) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    Opened(page, file)
    unit = page.locator(".map .units a").nth(40)
    unit.hover()
    hovered = page.get_by_role("tooltip").inner_text()
    assert "万元" in hovered
    page.mouse.move(5, 5)
    assert page.get_by_role("tooltip").count() == 0
    unit.focus()
    assert page.get_by_role("tooltip").inner_text() == hovered
    page.keyboard.press("Enter")
    target = str(page.evaluate("location.hash"))[1:]
    assert page.locator(f"tr[id='{target}']").is_visible()
    page.close()


def test_a_clause_says_its_name_on_focus_in_the_language_shown(browser: Browser, file: Path) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    Opened(page, file)
    said = "element => getComputedStyle(element, '::after').content"
    chip = page.locator("a.c[href='#M12']").first
    chip.focus()
    assert "保底不减" in str(chip.evaluate(said))
    page.locator("label[for=lang-en]").click()
    chip.focus()
    assert "nobody below the floor" in str(chip.evaluate(said))
    page.close()


def test_hostile_names_run_nothing(browser: Browser, hostile_county: Register, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(render_report(*everything(hostile_county), generated_for={}), encoding="utf-8")
    page = browser.new_page(viewport={"width": 360, "height": 800})
    alerts: list[str] = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    opened = Opened(page, path)
    assert alerts == []
    assert opened.complaints == []
    assert opened.requests == [path.as_uri()]
    assert opened.sideways() <= 0
    page.close()
