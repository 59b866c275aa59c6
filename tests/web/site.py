"""The pages as they are in the field: a server of its own over a finished year of the shipped county, and browsers.

A browser opens nothing but the site: whatever else a page asks for is stopped and remembered, as are its complaints.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import httpx2
import pytest

from service.access.accounts import change_password, known_account
from service.access.noting import AT_THE_MACHINE
from service.access.principal import Principal
from service.demo import RECORD, STAFF, seats_of, tell_year, url_of
from service.office import Office
from service.registers import library
from tests.cli.running import environment, facts_in
from tests.cli.test_access import free_port
from tests.web.every_page import Record
from tests.web.season import tell_nothing, tell_season

if TYPE_CHECKING:
    from playwright._impl._api_structures import Cookie, SetCookieParam
    from playwright.sync_api import Browser, BrowserContext, Route
    from playwright.sync_api import Page as Tab

PASSWORD = "four herons in a row"
Language = Literal["zh", "en"]


@dataclass
class Site:
    """A server over a folder of `service/demo.py`, on one port for its whole life."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    sessions: dict[str, list[SetCookieParam]] = field(default_factory=dict)
    """Who has signed in already, and the cookie of their session."""

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def words(self) -> str:
        """Everything people have put on the record, or into the shipped files, in words of their own."""
        facts = [str(row[2], "utf-8") if isinstance(row[2], bytes) else str(row[2]) for row in facts_in(self.record)]
        files = [path.read_text(encoding="utf-8") for path in sorted(library().parent.rglob("*.yaml"))]
        return "\n".join([*facts, *files, *(actor.person for _, actor, _ in STAFF)])

    @property
    def record(self) -> Path:
        """The file of the record."""
        return self.folder / RECORD

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        command = [sys.executable, "-m", "cli.main", "serve", "--port", str(self.port), "--store", url_of(self.folder)]
        surroundings = environment(XDG_CONFIG_HOME=str(self.folder / "config"))
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, env=surroundings, stdout=log, stderr=log)
        for _ in range(600):
            try:
                httpx2.get(f"{self.url}/signin", timeout=60).raise_for_status()
                return
            except httpx2.TransportError:
                assert self.process.poll() is None, (self.folder / "server.log").read_text(encoding="utf-8")
                time.sleep(0.05)
        raise AssertionError("no answer")

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ask the server to end, or kill it."""
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(timeout=60)


def prepared(folder: Path) -> Site:
    """A site whose year is told, with everybody's password set, not started yet."""
    tell_year(folder)
    return seated(folder)


def seated(folder: Path) -> Site:
    """A site over a folder with a record, with everybody's password set, not started yet."""
    with pytest.MonkeyPatch.context() as surroundings:
        surroundings.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        seats = seats_of(folder)
        with closing(Office(url_of(folder))) as office:
            for seat in seats:
                owner = known_account(office.access, seat.login)
                principal = Principal(owner.id, seat.person, seat.post, frozenset())
                change_password(office.access, principal, AT_THE_MACHINE, old=str(seat.password), new=PASSWORD)
    return Site(folder)


class Sites:
    """A site for each record, made and started when a page first needs it; only read from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[Record, Site] = {}

    def __getitem__(self, record: Record) -> Site:
        """The site of a record."""
        if record not in self._made:
            self._made[record] = site = self._prepared(record)
            site.start()
        return self._made[record]

    def _prepared(self, record: Record) -> Site:
        folder = self._folder / record
        match record:
            case "year":
                return prepared(folder)
            case "season":
                tell_season(folder, self["year"].folder)
            case "fresh":
                tell_nothing(folder)
        return seated(folder)

    def end(self) -> None:
        """Ask every server to end."""
        for site in self._made.values():
            site.end()


@dataclass
class Opened:
    """A page in a browser, what it asked others for, and what it complained of."""

    page: Tab
    site: Site
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.context.route(lambda url: not url.startswith((self.site.url, "data:")), self._stop)
        self.page.on("console", lambda said: self._complain(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _stop(self, route: Route) -> None:
        self.outside.append(route.request.url)
        route.abort()

    def _complain(self, kind: str, said: str) -> None:
        if kind in ("error", "warning") and "the server responded with a status of 4" not in said:
            self.complaints.append(said)

    def go(self, path: str, lang: Language | None = None) -> int:
        """Open a page of the site, in a language; its status."""
        answer = self.page.goto(self.site.url + in_language(path, lang))
        assert answer is not None
        return answer.status

    def sideways(self) -> int:
        """How many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def must_be_quiet(self) -> None:
        """Nothing was asked of others, and nothing complained of."""
        assert self.outside == []
        assert self.complaints == []


def in_language(path: str, lang: Language | None) -> str:
    """An address that says its language."""
    if lang is None:
        return path
    return f"{path}{'&' if urlsplit(path).query else '?'}lang={lang}"


@contextmanager
def opened(browser: Browser, site: Site, who: str | None, width: int = 1440, **further: Any) -> Iterator[Opened]:
    """A browser of somebody's own, who is signed in, or of a resident."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **further)
    try:
        if who is not None:
            sign_in(context, site, who)
        yield Opened(context.new_page(), site)
    finally:
        context.close()


def sign_in(context: BrowserContext, site: Site, who: str) -> None:
    """Let a browser be somebody's: through the form the first time, then with the session it gave."""
    if who in site.sessions:
        context.add_cookies(site.sessions[who])
        return
    page = context.new_page()
    page.goto(f"{site.url}/signin")
    page.locator("main [name=login]").fill(who)
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url(lambda url: "/signin" not in url)
    page.close()
    site.sessions[who] = [_kept(cookie) for cookie in context.cookies() if cookie["name"] != "lang"]


def _kept(cookie: Cookie) -> SetCookieParam:
    """A cookie as a browser takes it up again."""
    return {name: cookie[name] for name in ("name", "value", "domain", "path", "httpOnly", "secure", "sameSite")}  # type: ignore[return-value,literal-required]  # the same names in two dictionaries of playwright's
