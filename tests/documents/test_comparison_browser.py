"""The pages of comparisons and sweeps in a browser: no request, no complaint, nothing cut, nothing overlapping."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from documents.comparison_page import render_comparison
from documents.sweep_page import render_sweep
from domain.register import Register
from tests.documents.comparing import compared
from tests.documents.county import register
from tests.documents.sweeping import sweep_paper
from tests.documents.test_report_browser import WIDTHS, Opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
MEETING = """() => {
  const bad = [];
  for (const svg of document.querySelectorAll("svg[aria-describedby]")) {
    const box = svg.getBoundingClientRect();
    const ink = t => {  // as high as its signs are, whatever room between lines a font asks for
      const at = t.getBoundingClientRect();
      if (!at.width) return at;
      const scale = t.getScreenCTM(), size = parseFloat(getComputedStyle(t).fontSize) * scale.d;
      const base = t.getStartPositionOfChar(0).matrixTransform(scale).y;
      return { left: at.left, right: at.right, width: at.width, top: base - 0.88 * size, bottom: base + 0.22 * size };
    };
    const texts = [...svg.querySelectorAll("text")].map(t => [t.textContent, ink(t)]).filter(([, at]) => at.width > 0);
    for (const [said, at] of texts)
      if (at.left < box.left - 1 || at.right > box.right + 1 || at.bottom > box.bottom + 2) bad.push(["cut", said]);
    texts.forEach(([said, a], i) => texts.slice(i + 1).forEach(([other, b]) => {
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        bad.push(["meets", said, other]);
    }));
  }
  return bad;
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    county = register(8, 9)
    (made / "comparison.html").write_text(render_comparison(compared(county)), encoding="utf-8")
    (made / "sweep.html").write_text(render_sweep(sweep_paper(county)), encoding="utf-8")
    return made


@pytest.fixture(params=[(file, width) for file in ("comparison.html", "sweep.html") for width in WIDTHS])
def opened(request: pytest.FixtureRequest, browser: Browser, folder: Path) -> Iterator[Opened]:
    file, width = request.param
    page = browser.new_page(viewport={"width": width, "height": 900})
    yield Opened(page, folder / file)
    page.close()


def in_both_languages(page: Page) -> Iterator[str]:
    for lang in ("zh", "en"):
        page.locator(f"label[for=lang-{lang}]").click()
        yield lang


def test_the_page_asks_for_nothing_but_itself_and_complains_of_nothing(opened: Opened) -> None:
    opened.page.mouse.move(200, 400)
    opened.page.keyboard.press("Tab")
    assert len(opened.requests) == 1
    assert opened.complaints == []


def test_the_page_is_never_wider_than_its_window_and_no_text_of_a_picture_is_cut_or_meets_another(
    opened: Opened,
) -> None:
    for details in opened.page.locator("details").all():
        details.evaluate("element => element.open = true")
    for _ in in_both_languages(opened.page):
        assert opened.sideways() <= 0
        assert opened.page.evaluate(MEETING) == []


def test_the_switch_leaves_no_text_in_the_other_language(opened: Opened) -> None:
    for lang in in_both_languages(opened.page):
        other = "en" if lang == "zh" else "zh"
        assert opened.page.locator(f"main [lang={other}]").filter(visible=True).count() == 0


def test_a_what_if_is_told_by_a_band_and_a_tinted_ground(opened: Opened) -> None:
    assert opened.page.locator(".band").is_visible()
    ground = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(239, 243, 250)"


def test_hostile_names_run_nothing(browser: Browser, hostile_county: Register, tmp_path: Path) -> None:
    for name, html in (
        ("comparison", render_comparison(compared(hostile_county))),
        ("sweep", render_sweep(sweep_paper(hostile_county))),
    ):
        path = tmp_path / f"{name}.html"
        path.write_text(html, encoding="utf-8")
        page = browser.new_page(viewport={"width": 360, "height": 800})
        alerts: list[str] = []
        page.on("dialog", lambda dialog, alerts=alerts: (alerts.append(dialog.message), dialog.dismiss()))
        opened = Opened(page, path)
        assert alerts == []
        assert opened.complaints == []
        assert opened.requests == [path.as_uri()]
        assert opened.sideways() <= 0
        page.close()
