"""How far the record was when somebody last looked: kept in the browser, not on the server.

`seen` goes along with every look; `visit` keeps where the last visit ended for as long as the browser stays open, so
that looking again does not make the news old.
"""

from __future__ import annotations

from fastapi import Request, Response

SEEN, VISIT = "seen", "visit"
YEAR_SECONDS = 365 * 24 * 3600


def last_visit(request: Request) -> int | None:
    """The position at which the last visit ended; None for who comes for the first time."""
    for name in (VISIT, SEEN):
        given = request.cookies.get(name, "")
        if given.isascii() and given.isdigit() and len(given) <= 16:
            return int(given)
    return None


def remember_visit(request: Request, response: Response, head: int) -> None:
    """Keep how far the record is now, and, at the beginning of a visit, where the last one ended."""
    since = last_visit(request)
    if VISIT not in request.cookies:
        response.set_cookie(VISIT, str(head if since is None else since), samesite="lax", httponly=True)
    response.set_cookie(SEEN, str(head), max_age=YEAR_SECONDS, samesite="lax", httponly=True)
