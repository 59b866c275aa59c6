"""The workbench in a browser: a slider moves the picture, going back undoes, a restarted server answers on."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from api.app import create_app
from service.access.principal import ROLES, Principal
from service.office import Office
from tests.web.test_workbench import THIN, made
from web.app import add_pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Route

pytestmark = pytest.mark.browser
SETTLED_MS = 60_000


@contextmanager
def serving(store: str, port: int = 0) -> Iterator[int]:
    """A server of the store for a time; its port."""
    office = Office(store)
    app = create_app(office)
    app.state.authenticate = lambda header: Principal("all", "li-na", "finance-planner", frozenset(ROLES))
    add_pages(app)
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        try:
            yield int(listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()
            office.close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return made(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def port(store: str) -> Iterator[int]:
    with serving(store) as port:
        yield port


class Opened:
    """A page that hears every complaint, with all requests to elsewhere refused."""

    def __init__(self, browser: Browser, port: int, width: int = 1440, *, script: bool = True) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            extra_http_headers={"Authorization": "Bearer x"},
        )
        self.page: Page = self.context.new_page()
        self.at = f"http://127.0.0.1:{port}"
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        self.page.route(re.compile(rf"^(?!{re.escape(self.at)}/|data:)"), self._refused)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _refused(self, route: Route) -> None:
        self.complaints.append(route.request.url)
        route.abort()

    def go(self, query: str) -> None:
        self.page.goto(f"{self.at}/workbench?{query}")

    def settled(self) -> None:
        """Wait for the certified answer."""
        self.page.wait_for_selector(".bench[data-kind=certified] .box.certified", timeout=SETTLED_MS)


@pytest.fixture
def opened(browser: Browser, port: int) -> Iterator[Opened]:
    found = Opened(browser, port)
    yield found
    found.context.close()


def test_a_slider_moved_by_the_keyboard_changes_answer_and_address_and_going_back_undoes_it(opened: Opened) -> None:
    opened.go("lang=en")
    opened.settled()
    before = opened.page.locator("[data-part=question]").inner_text()
    slider = opened.page.locator("input[type=range]").first
    slider.focus()
    for _ in range(20):
        slider.press("ArrowRight")
    opened.page.wait_for_function("() => location.search.includes('funds.beautiful.amount_yuan=')")
    opened.settled()
    assert "up from ¥80,000.00" in opened.page.locator("[data-part=question]").inner_text()
    assert opened.page.locator("[data-part=table] tbody tr").count() > 0
    opened.page.locator("#undo").click()
    opened.page.wait_for_function("() => !location.search.includes('funds.')")
    opened.page.wait_for_function("was => document.querySelector('[data-part=question]').innerText === was", arg=before)
    assert opened.complaints == []


def test_a_typed_value_moves_the_slider_and_a_rule_is_left_out_by_its_list(opened: Opened) -> None:
    opened.go("lang=en")
    field = opened.page.locator("input[name='funds.beautiful.amount_yuan']")
    field.fill("60000")
    field.press("Tab")
    opened.page.wait_for_function("() => location.search.includes('funds.beautiful.amount_yuan=60000')")
    assert opened.page.locator("input[type=range]").first.input_value() == "60000"
    opened.page.locator("select[name='rule:sites']").select_option("off")
    opened.page.wait_for_function("() => location.search.includes('policy.rules.sites=off')")
    opened.settled()
    assert opened.complaints == []


@pytest.mark.parametrize("lang, width", [("zh", 360), ("en", 1440)])
def test_rules_that_collide_offer_repairs_that_each_lead_on_and_are_undone_also_after_a_reload(
    browser: Browser, port: int, lang: str, width: int
) -> None:
    opened = Opened(browser, port, width)
    page = opened.page
    opened.go(f"policy.rules.backward-share.at_least=0.95&lang={lang}")
    ways = page.locator(".ways a")
    ways.first.wait_for(timeout=SETTLED_MS)
    asked, number = page.url, ways.count()
    assert number > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for at in range(number):
        ways.nth(at).click()
        opened.settled()
        assert page.url != asked
        if at == 0:
            page.reload()
        page.locator("#undo").click()
        ways.nth(at).wait_for(timeout=SETTLED_MS)
        assert page.url == asked
    assert opened.complaints == []
    opened.context.close()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_wider_than_the_screen_and_nothing_hinders_anybody(
    browser: Browser, port: int, width: int, lang: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened = Opened(browser, port, width)
    opened.go(f"{THIN}&lang={lang}&pin=policy.rules.sites%3Doff")
    opened.settled()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(opened.page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in violations] == []
    opened.context.close()


def test_without_a_script_the_form_asks_and_the_page_answers(browser: Browser, port: int) -> None:
    opened = Opened(browser, port, script=False)
    opened.go("lang=en")
    assert not opened.page.locator("input[type=range]").first.is_visible()
    opened.page.locator("input[name='funds.beautiful.amount_yuan']").fill("61500")
    opened.page.locator(".go button").click()
    assert opened.page.url.endswith("?funds.beautiful.amount_yuan=61500")
    opened.page.locator(".actions a", has_text="Pin to compare").click()
    opened.page.locator(".settings a", has_text="Reset all").click()
    opened.page.locator("[data-part=pinned] a", has_text="Swap the two").click()
    assert opened.page.url.endswith("?funds.beautiful.amount_yuan=61500&pin=")
    opened.page.locator("[data-part=pinned] a", has_text="Unpin").click()
    opened.page.locator("#undo").click()
    assert opened.page.url.endswith("&pin=")
    assert "¥61,500.00" in opened.page.locator("[data-part=question]").inner_text()
    opened.context.close()


@pytest.mark.slow
def test_a_server_that_was_restarted_answers_the_next_move_of_an_open_page(browser: Browser, tmp_path: Path) -> None:
    store = made(tmp_path)
    with serving(store) as port:
        opened = Opened(browser, port)
        opened.go(f"{THIN}&lang=en")
        opened.settled()
    with serving(store, port):
        slider = opened.page.locator("input[type=range]").nth(1)
        slider.focus()
        slider.press("ArrowRight")
        opened.page.wait_for_function("() => location.search.includes('funds.service.amount_yuan=')")
        assert THIN in opened.page.url
        opened.settled()
        opened.context.close()
