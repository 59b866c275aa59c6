"""Sessions of pages: a cookie nobody else can make, forms nobody else can send, an end that holds everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.access import passwords
from service.access.accounts import give_password, known_account, shut_account
from service.access.opening import AT_THE_MACHINE
from service.county import Actor
from service.office import Office
from tests.api.every_route import every_route
from tests.service.access.doors import CHEAP, ToldClock
from tests.web.desk import PASSWORD, Browser, account, browsers

ONE_MORE = "another four words please"


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """A store in memory with an account or two."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setattr(passwords, "RFC_9106_LOW_MEMORY", CHEAP)
        office = Office("sqlite://", clock=ToldClock(timedelta(milliseconds=1)))
        for login in ("li-na", "zhao-min", "chen-jie"):
            account(office, login, Actor(login, "finance-planner"), "planner", "admin")
        account(office, "wu-gen", Actor("wu-gen", "village-head"), "reader", townships=["10-daping"])
        yield office
        office.close()


@pytest.fixture(scope="module")
def served(office: Office) -> Iterator[TestClient]:
    """The application."""
    with browsers(office) as client:
        yield client


@pytest.fixture
def browser(served: TestClient) -> Browser:
    """A browser without a cookie."""
    return Browser(TestClient(served.app))


def test_signing_in_gives_a_cookie_no_script_reads_and_no_other_site_sends(browser: Browser) -> None:
    answer = browser.sign_in("li-na", to="/plans")
    assert (answer.status_code, answer.headers["location"]) == (303, "/plans")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert "li-na" in browser.get("/plans").text


def test_over_tls_the_cookie_is_sent_over_tls_only(served: TestClient) -> None:
    secure = Browser(TestClient(served.app, base_url="https://testserver"))
    answer = secure.post(
        "/signin", {"origin": "https://testserver"}, login="li-na", password=PASSWORD, form_token=secure.token()
    )
    assert answer.headers["set-cookie"].startswith("__Host-tongchou=")
    assert "Secure" in answer.headers["set-cookie"]
    assert secure.get("/v1/me").json()["via"] == "cookie"


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "/\n/x"])
def test_signing_in_leads_to_a_page_of_ours_only(browser: Browser, to: str) -> None:
    assert browser.sign_in("li-na", to=to).headers["location"] == "/"


def test_a_wrong_password_is_said_at_the_form_which_keeps_the_name_and_not_the_password(browser: Browser) -> None:
    answer = browser.sign_in("li-na", "not the right one")
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert 'value="li-na"' in answer.text
    assert "not the right one" not in answer.text
    assert "set-cookie" not in answer.headers


def test_scripts_of_pages_read_the_api_by_the_cookie_and_write_with_the_token_in_a_header(browser: Browser) -> None:
    browser.sign_in("li-na")
    assert browser.get("/v1/me").json()["person"] == "li-na"
    asked: dict[str, Any] = {"json": {"label": "x", "days": 1}, "headers": {"sec-fetch-site": "same-origin"}}
    refused = browser.client.post("/v1/api-keys", **asked)
    assert (refused.status_code, refused.json()["code"]) == (403, "form-not-ours")
    asked["headers"]["x-form-token"] = browser.token()
    assert browser.client.post("/v1/api-keys", **asked).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "", "origin": "http://evil.example"},
        {"sec-fetch-site": "", "origin": "null"},
        {"sec-fetch-site": "", "origin": ""},
    ],
)
@pytest.mark.parametrize("path", ["/signin", "/signout", "/password", "/v1/accounts"])
def test_what_another_site_sends_is_refused_even_with_the_right_token(
    browser: Browser, path: str, headers: dict[str, str]
) -> None:
    browser.sign_in("li-na")
    token = browser.token()
    answer = browser.post(path, headers, form_token=token, login="zhao-min", password=PASSWORD)
    assert answer.status_code == 403
    assert browser.get("/v1/me").json()["person"] == "li-na"


def test_the_token_of_another_session_or_none_is_refused(served: TestClient, browser: Browser) -> None:
    other = Browser(TestClient(served.app))
    browser.sign_in("li-na")
    other.sign_in("li-na")
    assert browser.token() != other.token()
    for token in (other.token(), "", browser.token()[:-1]):
        assert browser.post("/signout", form_token=token).status_code == 403
    assert browser.get("/v1/me").status_code == 200


def test_signing_in_anew_ends_the_session_that_was_there_and_gives_another(browser: Browser) -> None:
    browser.sign_in("li-na")
    before = dict(browser.client.cookies)
    token = browser.token()
    browser.sign_in("zhao-min")
    assert browser.get("/v1/me").json()["person"] == "zhao-min"
    assert browser.token() != token
    browser.client.cookies.clear()
    browser.client.cookies.update(before)
    assert browser.get("/v1/me").status_code == 401


def test_after_signing_out_the_cookie_is_worth_nothing(browser: Browser) -> None:
    browser.sign_in("li-na")
    kept = dict(browser.client.cookies)
    answer = browser.post("/signout", form_token=browser.token())
    assert answer.status_code == 303
    assert not dict(browser.client.cookies)
    browser.client.cookies.update(kept)
    assert browser.get("/v1/me").status_code == 401
    assert browser.get("/signin").status_code == 200


def test_a_session_ends_when_its_account_is_shut_and_when_a_working_day_is_over(
    served: TestClient, office: Office, browser: Browser
) -> None:
    browser.sign_in("chen-jie")
    late = Browser(TestClient(served.app))
    late.sign_in("li-na")
    shut_account(office.access, known_account(office.access, "chen-jie"), AT_THE_MACHINE)
    assert browser.get("/v1/me").status_code == 401
    clock = office.clock
    assert isinstance(clock, ToldClock)
    clock.pass_(hours=12)
    assert late.get("/v1/me").status_code == 401


def test_a_one_time_password_leads_to_setting_ones_own_and_then_every_earlier_session_is_over(
    served: TestClient, office: Office, browser: Browser
) -> None:
    once = give_password(office.access, known_account(office.access, "zhao-min"), AT_THE_MACHINE)
    assert browser.sign_in("zhao-min", once).headers["location"] == "/password"
    assert browser.get("/plans").status_code == 403
    assert 'href="/password"' in browser.get("/plans").text
    before = dict(browser.client.cookies)
    short = browser.post("/password", form_token=browser.token("/password"), password=once, new_password="short")
    assert short.status_code == 422
    assert 'role="alert"' in short.text
    assert once not in short.text
    done = browser.post("/password", form_token=browser.token("/password"), password=once, new_password=ONE_MORE)
    assert done.status_code == 303
    assert browser.get("/plans").status_code == 200
    again = Browser(TestClient(served.app))
    again.client.cookies.update(before)
    assert again.get("/v1/me").status_code == 401


def test_whoever_acts_for_one_township_begins_with_the_villages_and_is_offered_no_page_that_turns_them_away(
    browser: Browser,
) -> None:
    browser.sign_in("wu-gen")
    begun = browser.get("/")
    assert (begun.status_code, begun.headers["location"]) == (303, "/units")
    offered = re.findall(r'<li><a href="(/[a-z]*)"', browser.get("/signin").text.partition("</nav>")[0])
    assert offered == ["/units", "/register", "/scenarios", "/notices"]
    assert {browser.get(path).status_code for path in offered} <= {200, 404}  # 404: nothing is recorded yet
    assert browser.get("/plans").status_code == 403


@pytest.mark.parametrize("cookie", ["x", "A" * 60, "A" * 2000, "é", "tck_a_b"])
def test_a_cookie_that_is_none_of_ours_is_nobody_and_public_pages_stay_readable(browser: Browser, cookie: str) -> None:
    headers = [(b"cookie", f"tongchou={cookie}".encode())]
    assert browser.client.get("/signin", headers=headers).status_code == 200
    assert browser.client.get("/v1/me", headers=headers).status_code == 401


def test_a_cookie_of_another_store_is_nobody(browser: Browser) -> None:
    browser.sign_in("li-na")
    other = Office("sqlite://")
    assert other.page_sessions.recognised(browser.client.cookies["tongchou"]) is None
    other.close()


def test_no_get_of_any_page_changes_anything(served: TestClient, office: Office, browser: Browser) -> None:
    browser.sign_in("li-na")
    app = served.app
    assert isinstance(app, FastAPI)
    pages = [one for one in every_route(app) if not one.path.startswith("/v1")]
    read = [one.path for one in pages if one.methods == ("GET",)]
    assert {"/", "/signin", "/plans/{plan}"} <= set(read)
    assert {one.methods for one in pages} == {("GET",), ("POST",)}
    before = (office.head(), browser.client.cookies["tongchou"])
    for path in read:
        browser.get(path.replace("{plan}", "2026-01").replace("{unit}", "v1").replace("{", "").replace("}", ""))
    assert (office.head(), browser.client.cookies["tongchou"]) == before
    assert browser.get("/signout").status_code == 405
    assert browser.get("/v1/me").status_code == 200
