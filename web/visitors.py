"""Who looks at a page: the person a session cookie stands for, and the token that proves a form is one of ours."""

from __future__ import annotations

from fastapi import Request

from api.cookies import cookie_name
from service.access.pages import PageSessions
from service.access.principal import Principal, Role


def visitor_of(request: Request) -> Principal | None:
    """Who is signed in; None for a resident who just reads."""
    if not hasattr(request.state, "principal"):  # where no rule was asked: an address there is not
        cookie = request.cookies.get(cookie_name(request), "")
        request.state.principal = _sessions(request).recognised(cookie)
    found: Principal | None = request.state.principal
    return found


def form_token(request: Request) -> str:
    """What every form carries and no other site can know; empty where no cookie speaks for whoever asks."""
    visitor = visitor_of(request)
    return _sessions(request).form_token(visitor) if visitor is not None and visitor.via == "cookie" else ""


def may_compute(who: Principal | None) -> bool:
    """Whether a page offers somebody to set the solvers to work (`api/routes/computing.py`)."""
    return _has(who, frozenset(("planner", "approver", "auditor")))


def may_plan(who: Principal | None) -> bool:
    """Whether a page offers somebody what planners of the whole county do."""
    return _has(who, frozenset(("planner",)))


def _has(who: Principal | None, roles: frozenset[Role]) -> bool:
    return who is not None and bool(who.roles & roles) and who.covers(None)


def _sessions(request: Request) -> PageSessions:
    sessions: PageSessions = request.app.state.office.page_sessions
    return sessions
