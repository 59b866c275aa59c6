"""Signing in and out, and setting a password of one's own: the pages of a session's beginning and end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.access import EVERYONE, Caller, Served, Visiting, Visitor, may
from api.cookies import forget, keep, must_be_of_our_site
from service.access.accounts import change_password, known_account
from service.access.keys import NotByKey
from service.access.noting import Visit
from service.access.principal import Principal
from service.access.sessions import LoggedIn, log_in, log_out
from service.faults import FAMILIES
from service.office import Office
from web.forms import Tried, refused, sent
from web.languages import page_language
from web.rendering import looked, page

router = APIRouter(include_in_schema=False)
Sent = Annotated[dict[str, str], Depends(sent)]
To = Annotated[str, Query(max_length=500)]


def own_address(given: str) -> str:
    """Where to go on after signing in: an address of ours, never another site's."""
    plain = given.isascii() and given.isprintable() and "\\" not in given
    return given if plain and given.startswith("/") and not given.startswith("//") else "/"


@router.get("/signin", dependencies=[may(scope="open")])
def sign_in_page(request: Request, served: Served, to: To = "/") -> Response:
    """The form."""
    return _form(request, served, "signin.html.j2", to)


@router.post("/signin", dependencies=[may(scope="open")])
def sign_in(request: Request, served: Served, visit: Visiting, earlier: Visitor, values: Sent) -> Response:
    """Begin a session; one that is there already ends."""
    to = own_address(values.get("to", "/"))
    try:
        must_be_of_our_site(request)  # nobody may sign a browser in as somebody else
        session = log_in(served.access, values.get("login", ""), values.get("password", ""), visit)
    except FAMILIES as fault:
        return _form(request, served, "signin.html.j2", to, refused(fault, "signin", values, page_language(request)))
    if earlier is not None and earlier.via == "cookie":
        log_out(served.access, earlier.way)
    response = RedirectResponse("/password" if session.must_change_password else to, 303)
    keep(request, response, session)
    return response


@router.post("/signout", dependencies=[may(scope="open")])
def sign_out(request: Request, served: Served, visitor: Visitor) -> Response:
    """End the session of this browser, where one goes on."""
    if visitor is not None and visitor.via == "cookie":
        log_out(served.access, visitor.way)
    response = RedirectResponse("/signin", 303)
    forget(request, response)
    return response


@router.get("/password", dependencies=[may(EVERYONE, scope="self")])
def password_page(request: Request, served: Served) -> Response:
    """The form."""
    return _form(request, served, "password.html.j2", "/")


@router.post("/password", dependencies=[may(EVERYONE, scope="self")])
def set_password(request: Request, served: Served, caller: Caller, visit: Visiting, values: Sent) -> Response:
    """Set one's own password; every session ends, and this browser gets a new one."""
    try:
        session = _changed(served, caller, visit, values)
    except FAMILIES as fault:
        return _form(
            request, served, "password.html.j2", "/", refused(fault, "password", values, page_language(request))
        )
    response = RedirectResponse("/", 303)
    keep(request, response, session)
    return response


def _changed(served: Office, caller: Principal, visit: Visit, values: dict[str, str]) -> LoggedIn:
    if caller.via == "key":
        raise NotByKey(decision="change a password")
    new = values.get("new_password", "")
    change_password(served.access, caller, visit, old=values.get("password", ""), new=new)
    log_out(served.access, caller.way)
    return log_in(served.access, known_account(served.access, caller.account).login, new, visit)


def _form(request: Request, served: Office, template: str, to: str, tried: Tried | None = None) -> Response:
    with served.county() as county:
        here = looked(request, county)
        status = tried.status if tried else 200
        return page(template, here, status=status, to=own_address(to), tried=tried)
