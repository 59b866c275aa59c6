"""A small county with accounts, and browsers that sign in: each keeps its cookie and says where it asks from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from service.access.accounts import add_account, change_password, give_password
from service.access.opening import AT_THE_MACHINE
from service.access.principal import Principal
from service.county import Actor
from service.office import Office
from web.app import add_pages

SITE = "http://testserver"
PASSWORD = "four words in a row"


class Browser:
    """A browser with a cookie jar of its own; a form is sent as a page of ours would send it."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str) -> Response:
        """A page."""
        return self.client.get(path, headers={"accept-language": "en"}, follow_redirects=False)

    def token(self, path: str = "/signin") -> str:
        """The form token a page carries; empty for nobody."""
        return _hidden(self.get(path).text, "form_token")

    def command(self, path: str, action: str) -> str:
        """The command key of the form of a page that goes to an address."""
        text = self.get(path).text
        form = text[text.index(f'action="{action}"') :]
        return _hidden(form, "command")

    def post(self, path: str, headers: dict[str, str] | None = None, **values: str) -> Response:
        """A form as a page of ours sends it, unless `headers` say otherwise."""
        sent = {"sec-fetch-site": "same-origin", "origin": SITE, "accept-language": "en"} | (headers or {})
        kept = {name: value for name, value in sent.items() if value}
        return self.client.post(path, data=values, headers=kept, follow_redirects=False)

    def sign_in(self, login: str, password: str = PASSWORD, to: str = "/") -> Response:
        """Sign in through the form."""
        return self.post("/signin", login=login, password=password, to=to, form_token=self.token())


def _hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None, name
    return found.group(1)


@contextmanager
def browsers(office: Office) -> Iterator[TestClient]:
    """The application; `Browser(TestClient(client.app))` is one more browser."""
    app = create_app(office)
    add_pages(app)
    with TestClient(app) as client:
        yield client


def account(office: Office, login: str, actor: Actor, *roles: str, townships: list[str] | None = None) -> str:
    """An account with a password of its own; its id."""
    access = office.access
    made = add_account(
        access, AT_THE_MACHINE, login=login, person=actor.person, post=actor.post, roles=roles, townships=townships
    )
    once = give_password(access, made, AT_THE_MACHINE)
    owner = Principal(made.id, actor.person, actor.post, frozenset())
    change_password(access, owner, AT_THE_MACHINE, old=once, new=PASSWORD)
    return made.id


def day(month: int, number: int) -> date:
    """A day of the year told."""
    return date(2026, month, number)
