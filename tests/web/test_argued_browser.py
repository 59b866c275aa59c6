"""A plan is argued about in browsers, in a county where every name is hostile: none runs, none breaks a page.

Reviewer, resident, village head, planner and approver take their steps with accounts of their own, in both languages:
announced, read, objected to, answered, and a second plan returned.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import pytest
import uvicorn

from api.app import create_app
from domain.decisions.units import CorrectUnit
from service.access import passwords
from service.office import Office
from service.planning import compute, draft_and_propose
from service.policies import adopt_policy, read_policy
from service.registers import import_register
from tests.service.access.doors import CHEAP
from tests.service.small import APPROVER, PLANNER, REVIEWER, TREASURER, edited, store_in, write_policy, write_register
from tests.web import desk
from tests.web.site import Language, Opened
from tests.web.test_every_page_browser import CUT_OFF, must_be_accessible
from tests.year import PLAN, YearClock
from web.app import add_pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
PATIENCE_MS = 60_000
NAMES = {
    "v1": "<script>alert(1)</script>",
    "v2": '"><img src=x onerror=alert(2)>',
    "v3": "三村\u202egpj.exe\u202c",
    "v4": "长" * 300,
    "v5": "W" * 300,
    "v6": "🏚️👨‍👩‍👧‍👦{{7*7}}${7*7}",
}
"""Script, a way out of an attribute, a turned direction, names without a place to break them, templates and emoji."""
READ = ("/", "/plans", f"/plans/{PLAN}", f"/plans/{PLAN}?show=funds", f"/plans/{PLAN}?show=projects", "/workbench",
        "/units", "/units/v2", "/units/v5", "/register/units", "/register/projects", "/register/units/v4",
        f"/notices/{PLAN}", f"/notices/{PLAN}/distribution", "/audit")  # fmt: skip

WIDER = """() => [...document.querySelectorAll("main *")]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
    .filter(e => !e.closest("svg,.hidden") && getComputedStyle(e).position !== "fixed")
    .filter(e => { for (let p = e.parentElement; p; p = p.parentElement)
        if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(p).overflowX)) return false; return true; })
    .map(e => e.tagName + "." + e.className + ": " + e.textContent.trim().slice(0, 30))"""
"""What stands out of the window, and in nothing that can be scrolled."""


class Argued:
    """The site: what `tests.web.site.Opened` needs of one, and who has signed in to it."""

    def __init__(self, url: str) -> None:
        self.url = url


@pytest.fixture(scope="module", params=["zh", "en"])
def argued(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Argued, Language]]:
    """A proposed plan, served; every account has the same password."""
    folder = tmp_path_factory.mktemp("argued")
    with pytest.MonkeyPatch.context() as environment:
        environment.setattr(passwords, "RFC_9106_LOW_MEMORY", CHEAP)
        office = Office(store_in(folder), clock=YearClock(date(2026, 3, 2)))
        with office.county() as county:
            projects = edited("projects", ("便民服务点,Service point", "<svg onload=alert(3)>点,<svg onload=alert(3)>"))
            townships = edited("townships", ("东镇,East Town", "<b>东</b>镇,<b>East</b>"))
            tables = write_register(folder / "register", projects=projects, townships=townships)
            held = import_register(county, tables, county.mandate(PLANNER)).register
            adopt_policy(county, read_policy(write_policy(folder / "policy.yaml"), held), county.mandate(PLANNER))
            for unit, name in NAMES.items():
                changes = {"name_zh": name, "name_en": name}
                county.decide(CorrectUnit(mandate=county.mandate(PLANNER), unit=unit, changes=changes))
            draft_and_propose(county, compute(county), PLANNER)
        desk.account(office, "planner", PLANNER, "planner", "auditor")
        desk.account(office, "reviewer", REVIEWER, "auditor", "planner")
        desk.account(office, "approver", APPROVER, "approver")
        desk.account(office, "village", TREASURER, "reader", townships=["t2"])
        app = create_app(office)
        add_pages(app)
        with _listening(app) as port:
            yield Argued(f"http://127.0.0.1:{port}"), request.param
        office.close()


@contextmanager
def _listening(app: object) -> Iterator[int]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))  # type: ignore[arg-type]  # any ASGI application
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        try:
            yield int(door.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _somebody(browser: Browser, site: Argued, login: str | None, width: int = 1440) -> Iterator[Opened]:
    """Somebody's own browser; a window that a script of a name opens fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    seen = Opened(context.new_page(), site)  # type: ignore[arg-type]  # all it asks of a site is the address
    seen.page.on("dialog", lambda dialog: (seen.complaints.append(dialog.message), dialog.dismiss()))
    try:
        if login is not None:
            seen.go("/signin", "en")
            seen.page.locator("main [name=login]").fill(login)
            seen.page.locator("main [name=password]").fill(desk.PASSWORD)
            seen.page.locator("main form button").click()
            seen.page.wait_for_url(re.compile(r"/(units)?$"))  # whoever acts for one township begins with the villages
        yield seen
        seen.must_be_quiet()
    finally:
        context.close()


def test_a_plan_is_argued_about_and_no_name_runs_or_breaks_a_page(
    browser: Browser, argued: tuple[Argued, Language]
) -> None:
    site, lang = argued
    _announced_objected_to_and_answered(browser, site, lang)
    _read_by_all(browser, site, lang)
    _returned(browser, site, lang)


def _announced_objected_to_and_answered(browser: Browser, site: Argued, lang: Language) -> None:
    with _somebody(browser, site, "reviewer") as reviewer:
        page = reviewer.page
        reviewer.go(f"/plans/{PLAN}", lang)
        page.locator("[action$='/review'] [name=said]").fill("sound")
        page.locator("[action$='/review'] button").click()
        page.locator(".receipt").wait_for()
        page.locator("[action$='/announce'] [name=until]").fill("2026-03-01")
        page.locator("[action$='/announce'] button").click()
        page.locator(".refusal").wait_for()
        must_be_accessible(reviewer)
        page.locator("[action$='/announce'] [name=until]").fill("2026-03-09")
        page.locator("[action$='/announce'] button").click()
        page.locator(".receipt").wait_for()

    # a resident reads why, on a phone, and takes the sheet along
    with _somebody(browser, site, None, 360) as resident:
        page = resident.page
        resident.go("/units", lang)
        page.locator("a[href^='/units/v5']").first.click()
        assert page.locator(".part-rows li").count() >= 2
        assert page.locator("#left .left-out").count() >= 1
        page.locator("#object .button.primary").click()
        assert page.locator(".blank").count() == 5
        assert page.pdf(format="A4")[:4] == b"%PDF"

    # the planner has the exact change searched for that would bring the project in
    with _somebody(browser, site, "planner") as planner:
        page = planner.page
        planner.go("/units/v5", lang)
        page.locator("#left form button").first.click()
        for _ in range(60):
            if page.locator(".levers tr").count():
                break
            page.wait_for_timeout(500)
            page.reload()
        assert page.locator(".levers tr").count() >= 1

    # the village's own account objects: a blank is refused and kept at the form, then it is on the record
    with _somebody(browser, site, "village", 360) as village:
        page = village.page
        village.go("/units/v5", lang)
        page.locator("#object textarea").fill(" ")
        page.locator("#object form button").click()
        page.locator(".refusal").wait_for()
        must_be_accessible(village)
        page.locator("#object textarea").fill(NAMES["v2"])
        page.locator("#object [name=capacity]").select_option("village-head")
        page.locator("#object form button").click()
        page.locator(".receipt").wait_for()
        assert village.sideways() <= 0

    with _somebody(browser, site, "approver") as approver:
        page = approver.page
        approver.go(f"/plans/{PLAN}", lang)
        assert page.locator(".objection blockquote").inner_text() == NAMES["v2"]
        page.locator(".objection [value=rejected]").check()
        page.locator(".objection [name=reason]").fill("The money goes first to those who have no place to meet.")
        page.locator(".objection button").click()
        page.locator(".receipt").wait_for()

    # whoever objected reads the answer where the objection was made
    with _somebody(browser, site, "village", 360) as village:
        village.go("/units/v5", lang)
        assert "The money goes first" in village.page.locator("main").inner_text()


def _read_by_all(browser: Browser, site: Argued, lang: Language) -> None:
    with _somebody(browser, site, "planner", 360 if lang == "zh" else 1440) as seen:
        for path in READ:
            assert seen.go(path, lang) == 200, path
            assert seen.page.evaluate(WIDER) == [], path
            assert seen.sideways() <= 0, path
            assert seen.page.evaluate(CUT_OFF) == [], path
            assert seen.page.locator("main script, main img, main [onload], main [onerror]").count() == 0, path
        seen.go(f"/notices/{PLAN}", lang)
        assert len(re.findall(rb"/Type\s*/Page\b", seen.page.pdf(format="A4"))) <= 4


def _returned(browser: Browser, site: Argued, lang: Language) -> None:
    with _somebody(browser, site, "approver") as approver:
        approver.go(f"/plans/{PLAN}", lang)
        approver.page.locator("[action$='/return'] [name=said]").fill("Count the households of village one again.")
        approver.page.locator("[action$='/return'] button").click()
        approver.page.locator(".receipt").wait_for()
    with _somebody(browser, site, "planner") as planner:
        planner.go(f"/plans/{PLAN}?show=steps", lang)
        assert planner.page.locator(".s-returned").count() >= 1
