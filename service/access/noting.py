"""What happened at the door, noted twice: in the structured log for operators, in the desk for auditors.

Neither ever holds a secret, a password or a token: what is noted is codes, ids, the route, and where it came from.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog

from desk.access_log import AccessEntry
from desk.database import DeskUnavailable
from service.access.access import Access

KEPT = timedelta(days=400)
"""How long entries are kept: a year and the audit after it."""
_log = structlog.get_logger("tongchou.access")


@dataclass(frozen=True)
class Visit:
    """The request something was noted in: where it came from, what it asked, its id."""

    address: str
    method: str
    route: str
    request: str = ""


__all__ = ["AT_THE_MACHINE", "AccessEntry", "Visit", "note_change", "note_refusal", "tidy"]
AT_THE_MACHINE = Visit("this machine", "command", "tongchou")
"""Whoever sits at the machine with the store's files needs no account."""


def note_refusal(access: Access, visit: Visit, what: str, *, account: str | None = None, about: str = "") -> None:
    """Note a request that was turned away; `what` is the refusal's code, `account` who it said it was.

    A desk that cannot be written to does not change the answer; the structured log has it.
    """
    _log.warning(
        "access refused",
        what=what,
        account=account,
        address=visit.address,
        method=visit.method,
        route=visit.route,
        about=about,
        request=visit.request,
    )
    entry = access.counted.again(_entry(access, visit, what, True, account, about))
    if entry is not None:
        with suppress(DeskUnavailable):
            access.log.put(entry)


def note_change(access: Access, visit: Visit, what: str, *, by: str | None, about: str) -> None:
    """Note a change about who may come in: what was done, by which account (None: at the machine), to whom."""
    if visit is not AT_THE_MACHINE:  # a command says on its terminal what it did
        _log.info("access changed", what=what, account=by, about=about, address=visit.address, request=visit.request)
    access.log.put(_entry(access, visit, what, False, by, about))


def tidy(access: Access) -> None:
    """Forget what is too old to matter: expired sessions, quiet buckets, entries of years ago."""
    at = access.clock()
    access.sessions.forget_before(at)
    access.attempts.forget_before(at - timedelta(days=1))
    access.log.forget_before(at - KEPT)


def _entry(access: Access, visit: Visit, what: str, refused: bool, account: str | None, about: str) -> AccessEntry:
    at = access.clock()
    entry = f"{int(at.timestamp() * 1000):012x}{secrets.token_hex(5)}"  # ids sort by time
    return AccessEntry(
        entry, at, what, refused, account, visit.address, visit.method, visit.route, about, visit.request, 1
    )
