"""Who looks at a page: the person a session cookie stands for, and the token that proves a form is one of ours."""

from __future__ import annotations

from fastapi import Request

from service.access.principal import Principal, Role


def visitor_of(request: Request) -> Principal | None:
    """Who is signed in; None for a resident who just reads."""
    found: Principal | None = getattr(request.state, "principal", None)
    return found


def form_token(request: Request) -> str:
    """What every form carries and no other site can know."""
    return str(getattr(request.state, "form_token", ""))


def may_compute(who: Principal | None) -> bool:
    """Whether a page offers somebody to set the solvers to work (`api/routes/computing.py`)."""
    return _has(who, frozenset(("planner", "approver", "auditor")))


def may_plan(who: Principal | None) -> bool:
    """Whether a page offers somebody what planners of the whole county do."""
    return _has(who, frozenset(("planner",)))


def _has(who: Principal | None, roles: frozenset[Role]) -> bool:
    return who is not None and bool(who.roles & roles) and who.covers(None)
