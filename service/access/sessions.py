"""Logging in and out: a short access token, and a refresh token that is good once.

Every use of a refresh token gives the next; one that comes a second time was copied, and ends the session for both who
hold it. A session ends for good after a working day, at logout, at a change of password, and when its account is shut.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from desk.accounts import Account
from desk.sessions import Session
from domain.errors import Refusal
from service.access.access import Access
from service.access.naming import login_name
from service.access.noting import Visit, note_refusal, tidy
from service.access.principal import Unauthenticated
from service.access.roles import Grant
from service.access.throttle import LoginThrottled, begin_attempt, end_attempt
from service.access.tokens import LIFETIME, NOT_VALID

SESSION = timedelta(hours=12)
REFRESH_PREFIX = "tcr_"
_SECRET_BYTES = 32


class LoginRefused(Refusal):
    """Wrong name, wrong password, a shut account, a one-time password that is over: not told apart."""

    code = "login-refused"
    sentence_en = "This login name and password are not those of an account that is open."
    cure_en = "Check both; an administrator can give a new one-time password."


@dataclass(frozen=True)
class LoggedIn:
    """What a client gets. With `must_change_password` nothing but that may be done."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    session_ends_at: datetime
    account: Account
    must_change_password: bool
    family: str
    """The id of the session."""


def log_in(access: Access, login: str, password: str, visit: Visit) -> LoggedIn:
    """Begin a session; exactly one hash is checked, whatever the name.

    Raises `LoginRefused`, `LoginThrottled` or `LoginsBusy`.
    """
    with access.passwords.in_line():
        return _let_in(access, login, password, visit)


def _let_in(access: Access, login: str, password: str, visit: Visit) -> LoggedIn:
    name, at = login_name(login), access.clock()
    account, hashed = access.accounts.with_password(name)
    whose = None if account is None else account.id
    try:
        begin_attempt(access, name, visit.address)
    except LoginThrottled as refusal:
        note_refusal(access, visit, refusal.code, account=whose)
        raise
    fits = access.passwords.matches(hashed, password)
    if account is None or hashed is None or not fits or account.disabled or _is_over(account, at):
        note_refusal(access, visit, LoginRefused.code, account=whose)
        raise LoginRefused()
    end_attempt(access, name, visit.address)
    if access.passwords.outdated(hashed):
        access.accounts.renew_hash(account.id, hashed, access.passwords.hash(password))
    tidy(access)
    return _issue(access, account, secrets.token_hex(12), at, at + SESSION)


def refresh(access: Access, token: str, visit: Visit) -> LoggedIn:
    """Exchange a refresh token for the next pair. Raises `Unauthenticated`; a second use ends the session."""
    at = access.clock()
    session_id, secret = _split(token)
    session = access.sessions.get(session_id)
    if session is None or not hmac.compare_digest(session.secret_hash, _hashed(secret)):
        raise Unauthenticated(reason=NOT_VALID)
    account = access.accounts.get(session.account)
    if account is None or account.disabled or at >= session.expires_at or session.state == "ended":
        raise Unauthenticated(reason=NOT_VALID)
    # the next one is there before this one is gone, so that at no moment the session seems to have ended
    following = _issue(access, account, session.family, at, session.expires_at)
    if not access.sessions.rotate(session.id):
        access.sessions.end(session.family)
        access.memory.forget()
        note_refusal(access, visit, "refresh-token-reused", account=account.id)
        raise Unauthenticated(reason=NOT_VALID)
    return following


def log_out(access: Access, family: str) -> None:
    """End a session: neither its refresh token nor its access tokens are good any more."""
    access.sessions.end(family)
    access.memory.forget()


def _issue(access: Access, account: Account, family: str, at: datetime, ends_at: datetime) -> LoggedIn:
    session_id, secret = secrets.token_hex(12), secrets.token_urlsafe(_SECRET_BYTES)
    access.sessions.begin(Session(session_id, family, account.id, _hashed(secret), "live", ends_at), at)
    token = access.tokens.issue(account.id, family, Grant.kept(account.roles, account.townships), at, ends_at)
    return LoggedIn(
        token,
        f"{REFRESH_PREFIX}{session_id}_{secret}",
        min(at + LIFETIME, ends_at),
        ends_at,
        account,
        account.one_time_until is not None,
        family,
    )


def _is_over(account: Account, at: datetime) -> bool:
    return account.one_time_until is not None and at >= account.one_time_until


def _split(token: str) -> tuple[str, str]:
    session_id, _, secret = token.removeprefix(REFRESH_PREFIX).partition("_")
    if not token.startswith(REFRESH_PREFIX) or not session_id or not secret or len(token) > 200:
        raise Unauthenticated(reason=NOT_VALID)
    return session_id, secret


def _hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
