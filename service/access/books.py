"""The books of the door: tables of accounts, sessions, keys and attempts, with the clock and secret they go with.

One for each open store. Whoever is recognised is remembered for a few seconds, so that most requests need no look at
the desk; whatever changes who may come in empties that memory, and other processes follow within those seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from desk.access_log import AccessLog
from desk.accounts import Account, Accounts
from desk.api_keys import ApiKey, ApiKeys
from desk.attempts import Attempts
from desk.database import Desk
from desk.people import People
from desk.sessions import Sessions
from history.port import Clock
from service.access.passwords import Passwords
from service.access.secret import Secret
from service.access.tokens import Tokens

REMEMBERED = timedelta(seconds=5)
"""How long another process may still let in whom this one has shut out."""
REMEMBERED_MAX = 4096


@dataclass(frozen=True)
class Standing:
    """An account as it stood at a moment, the name of its person, and the key it came with, if it came with one."""

    account: Account
    name: str
    seen_at: datetime
    key: ApiKey | None = None


class Memory:
    """Who was recognised in the last seconds, by family of sessions or by key; safe with threads."""

    def __init__(self) -> None:
        self._known: dict[str, Standing] = {}
        self._lock = Lock()
        self.age = 0
        """Counts how often everything was forgotten: what was looked up before that is not kept."""

    def get(self, way: str, at: datetime) -> Standing | None:
        """Who came this way a moment ago."""
        found = self._known.get(way)
        return found if found is not None and at - found.seen_at < REMEMBERED else None

    def put(self, way: str, standing: Standing, age: int) -> None:
        """Remember somebody, unless something changed since `age`."""
        with self._lock:
            if age == self.age:
                if len(self._known) >= REMEMBERED_MAX:
                    self._known.clear()
                self._known[way] = standing

    def forget(self) -> None:
        """Look everybody up anew."""
        with self._lock:
            self.age += 1
            self._known.clear()


@dataclass(frozen=True)
class Books:
    """Everything the use cases of this room need."""

    people: People
    accounts: Accounts
    sessions: Sessions
    keys: ApiKeys
    attempts: Attempts
    log: AccessLog
    tokens: Tokens
    passwords: Passwords
    clock: Clock
    memory: Memory = field(default_factory=Memory)

    @classmethod
    def of(
        cls, desk: Desk, people: People, clock: Clock, store_id: str, secret: Secret, passwords: Passwords | None = None
    ) -> Books:
        """The books of a store at its desk; tables that are missing are made. Raises `DeskUnavailable`."""
        return cls(
            people,
            Accounts(desk),
            Sessions(desk),
            ApiKeys(desk),
            Attempts(desk),
            AccessLog(desk),
            Tokens(secret.key("access tokens"), store_id),
            passwords or Passwords(),
            clock,
        )
