"""What happened at the door, noted twice: in the structured log for operators, in the desk for auditors.

Neither ever holds a secret, a password or a token: what is noted is codes, ids, the route, and where it came from.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock

import structlog

from desk.access_log import AccessEntry
from service.access.books import Books

KEPT = timedelta(days=400)
"""How long entries are kept: a year and the audit after it."""
SPELL = timedelta(minutes=1)
COUNTED_MAX = 4096
_log = structlog.get_logger("tongchou.access")


@dataclass(frozen=True)
class Visit:
    """The request something was noted in: where it came from, what it asked, its id."""

    address: str
    method: str
    route: str
    request: str = ""


AT_THE_MACHINE = Visit("this machine", "command", "tongchou")
"""Whoever sits at the machine with the store's files needs no account."""


class Counted:
    """Refusals of the last minute that come again and again: each doubling is written, not each one."""

    def __init__(self) -> None:
        self._entries: OrderedDict[tuple[str, ...], AccessEntry] = OrderedDict()
        self._lock = Lock()

    def again(self, entry: AccessEntry) -> AccessEntry | None:
        """The entry to write, if one is to be written: the first of its kind, the second, the fourth …"""
        kind = (entry.what, entry.account or "", entry.address, entry.method, entry.route)
        with self._lock:
            known = self._entries.pop(kind, None)
            if known is not None and entry.at - known.at < SPELL:
                entry = replace(known, times=known.times + 1)
            self._entries[kind] = entry
            if len(self._entries) > COUNTED_MAX:
                self._entries.popitem(last=False)
        return entry if entry.times & (entry.times - 1) == 0 else None


_counted = Counted()


def note_refusal(books: Books, visit: Visit, what: str, *, account: str | None = None, about: str = "") -> None:
    """Note a request that was turned away; `what` is the refusal's code, `account` who it said it was."""
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
    entry = _counted.again(_entry(books, visit, what, True, account, about))
    if entry is not None:
        books.log.put(entry)


def note_change(books: Books, visit: Visit, what: str, *, by: str | None, about: str) -> None:
    """Note a change about who may come in: what was done, by which account (None: at the machine), to whom."""
    _log.info("access changed", what=what, account=by, about=about, address=visit.address, request=visit.request)
    books.log.put(_entry(books, visit, what, False, by, about))


def tidy(books: Books) -> None:
    """Forget what is too old to matter: expired sessions, quiet buckets, entries of years ago."""
    at = books.clock()
    books.sessions.forget_before(at)
    books.attempts.forget_before(at - timedelta(days=1))
    books.log.forget_before(at - KEPT)


def _entry(books: Books, visit: Visit, what: str, refused: bool, account: str | None, about: str) -> AccessEntry:
    at = books.clock()
    entry = f"{int(at.timestamp() * 1000):012x}{secrets.token_hex(5)}"  # ids sort by time
    return AccessEntry(
        entry, at, what, refused, account, visit.address, visit.method, visit.route, about, visit.request, 1
    )
