"""Who looks at a page: the person a session cookie stands for, and the token that proves a form is one of ours."""

from __future__ import annotations

from fastapi import Request

from service.access.principal import Principal


def visitor_of(request: Request) -> Principal | None:
    """Who is signed in; None for a resident who just reads."""
    found: Principal | None = getattr(request.state, "principal", None)
    return found


def form_token(request: Request) -> str:
    """What every form carries and no other site can know."""
    return str(getattr(request.state, "form_token", ""))
