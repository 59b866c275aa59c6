"""Pictures of every page for `docs/screenshots/`: both languages, on a desk and on a phone (`make screenshots`).

python -m tests.web.screenshots [NAME …]

"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import CHROMIUM_ARGUMENTS, found_chromium
from tests.web.every_page import PAGES, STATES, Page
from tests.web.site import Language, Site, Sites, opened

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
WIDTHS = (1440, 360)
LANGS: tuple[Language, ...] = ("zh", "en")
TELLING = (
    "workbench-moved",
    "workbench-impossible",
    "workbench-pinned",
    "plan-waiting-own",
    "unit-objecting",
    "import-faults",
    "scenario-done",
    "compare-done",
    "sweep-done",
    "fresh-overview",
)
"""States whose pictures are kept beside those of the pages; any other is taken by its name."""
HEIGHT_MAX = 2400
"""What is longer is a table going on; the picture ends there."""


def photograph(browser: Browser, site: Site, page: Page, folder: Path) -> None:
    """Both languages and widths of one page."""
    for width in WIDTHS:
        with opened(browser, site, page.who, width, reduced_motion="reduce") as seen:
            for lang in LANGS:
                seen.go(page.path, lang)
                if page.then is not None:
                    page.then(seen.page)
                seen.page.wait_for_load_state("networkidle")
                height = min(int(seen.page.evaluate("document.documentElement.scrollHeight")), HEIGHT_MAX)
                seen.page.set_viewport_size({"width": width, "height": height})
                path = folder / f"{page.name}-{lang}-{width}.png"
                seen.page.screenshot(path=path)
                _packed(path)
                seen.page.set_viewport_size({"width": width, "height": 900})
            seen.must_be_quiet()


def _packed(path: Path) -> None:
    """The same picture in 256 colours, which is a third of its bytes."""
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def main(names: list[str]) -> None:
    """Take the pictures."""
    told = names or [*(page.name for page in PAGES), *TELLING]
    wanted = [page for page in (*PAGES, *STATES) if page.name in told]
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tongchou-pictures-") as made, sync_playwright() as engine:
        sites = Sites(Path(made))
        browser = engine.chromium.launch(executable_path=found_chromium(), args=CHROMIUM_ARGUMENTS)
        try:
            for page in wanted:
                photograph(browser, sites[page.record], page, FOLDER)
        finally:
            browser.close()
            sites.end()


if __name__ == "__main__":
    main(sys.argv[1:])
