"""The session cookie of a browser: where it is, and the proof an unsafe request by it needs.

The cookie is HttpOnly and SameSite=Strict. That alone is not relied on: whatever changes something must come from our
own pages (`Sec-Fetch-Site`, else `Origin`), and carry the token of its session, as a field of the form or, from a
page's script, in a header. Whoever sends an `Authorization` header needs none of this: no browser adds one by itself.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from service.access.pages import PageSessions
from service.access.principal import FormNotOurs, Principal
from service.access.sessions import SESSION, LoggedIn

FORM_TOKEN, TOKEN_HEADER = "form_token", "x-form-token"
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def cookie_name(request: Request) -> str:
    """With TLS no page of a neighbouring name can put another cookie in this one's place (RFC 6265bis, 4.1.3.2)."""
    return "__Host-tongchou" if _is_secure(request) else "tongchou"


async def by_cookie(request: Request) -> Principal | None:
    """Whom the cookie of a request stands for; None without one that is valid: pages are for everybody to read."""
    cookie = request.cookies.get(cookie_name(request))
    if cookie is None:
        return None
    sessions: PageSessions = request.app.state.office.page_sessions
    found = sessions.recognised(cookie, may_look=False)
    return found if found is not None else await run_in_threadpool(sessions.recognised, cookie)


def keep(request: Request, response: Response, session: LoggedIn) -> None:
    """Let the browser keep a session that has just begun."""
    sessions: PageSessions = request.app.state.office.page_sessions
    response.set_cookie(
        cookie_name(request),
        sessions.cookie(session),
        max_age=int(SESSION.total_seconds()),
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="strict",
    )


def forget(request: Request, response: Response) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(cookie_name(request), path="/", secure=_is_secure(request), httponly=True, samesite="strict")


def must_be_of_our_site(request: Request) -> None:
    """Raise `FormNotOurs` unless the browser says that one of our own pages asks."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    ours = site == "same-origin" if site is not None else urlsplit(origin).netloc == request.headers.get("host")
    if not ours:
        raise FormNotOurs()


async def must_be_own_form(request: Request, principal: Principal) -> None:
    """Raise `FormNotOurs` unless an unsafe request by cookie comes from a page of its own session."""
    must_be_of_our_site(request)
    sessions: PageSessions = request.app.state.office.page_sessions
    if not sessions.is_own_form(principal, await _token(request)):
        raise FormNotOurs()


async def _token(request: Request) -> str:
    if (sent := request.headers.get(TOKEN_HEADER)) is not None:
        return sent
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return ""
    given = (await request.form()).get(FORM_TOKEN)
    return "" if given is None or isinstance(given, UploadFile) else given


def _is_secure(request: Request) -> bool:
    """Whether the browser speaks TLS, to us or to the server in front whose word is taken; plain HTTP is the loopback,
    or a network somebody called safe (`--allow-remote`), where a browser would never send a Secure cookie."""
    return request.url.scheme == "https"
