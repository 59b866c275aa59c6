"""Sessions: logging in, going on, logging out."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.access import EVERYONE, Caller, Served, Visiting, may
from api.problems import problems
from api.repeating import StrictRoute
from api.schemas.access import LoginIn, RefreshIn, SessionOut
from service.access.keys import NotByKey
from service.access.sessions import LoggedIn, log_in, log_out, refresh

router = APIRouter(route_class=StrictRoute, tags=["access"])


@router.post(
    "/sessions",
    name="log_in",
    status_code=201,
    dependencies=[may(scope="open")],
    responses=problems(401, 422, 429, 503),
)
def log_in_(served: Served, visit: Visiting, asked: LoginIn, response: Response) -> SessionOut:
    """Log in with a name and a password. After some failures in a row one has to wait."""
    return _told(log_in(served.access, asked.login, asked.password.get_secret_value(), visit), response)


@router.post(
    "/sessions/refresh", name="refresh_session", dependencies=[may(scope="open")], responses=problems(401, 422, 503)
)
def refresh_(served: Served, visit: Visiting, asked: RefreshIn, response: Response) -> SessionOut:
    """Exchange a refresh token, good once, for the next pair. One that comes again ends the session."""
    return _told(refresh(served.access, asked.refresh_token.get_secret_value(), visit), response)


@router.delete(
    "/sessions/current",
    name="log_out",
    status_code=204,
    dependencies=[may(EVERYONE, scope="self")],
    responses=problems(401, 403, 503),
)
def log_out_(served: Served, caller: Caller) -> None:
    """Log out: neither access token nor refresh token of the session is good any more."""
    if caller.via == "key":
        raise NotByKey(decision="log out")
    log_out(served.access, caller.way)


def _told(session: LoggedIn, response: Response) -> SessionOut:
    response.headers["cache-control"] = "no-store"
    return SessionOut(
        access_token=session.access_token,
        expires_at=session.expires_at,
        refresh_token=session.refresh_token,
        session_ends_at=session.session_ends_at,
        account=session.account.id,
        must_change_password=session.must_change_password,
    )
