"""Who has access to a store: accounts, sessions, keys and attempts at its desk, the clock and the secret they go with.

Whoever is recognised is remembered for a few seconds, so that most requests need no look at
the desk; whatever changes who may come in empties that memory, and other processes follow within those seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock

from desk.access_log import AccessLog
from desk.accounts import Account, Accounts
from desk.api_keys import ApiKey, ApiKeys
from desk.attempts import Attempts
from desk.database import Desk
from desk.people import People
from desk.sessions import Sessions
from history.port import Clock
from service.access.counting import Counted
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


class Access:
    """Everything the use cases of this room need, of one open store; tables that are missing are made.

    `secret` is asked for when the first token is made or read. Raises `DeskUnavailable`.
    """

    def __init__(self, desk: Desk, people: People, clock: Clock, store_id: str, secret: Callable[[], Secret]) -> None:
        self.people = people
        self.clock = clock
        self.accounts = Accounts(desk)
        self.sessions = Sessions(desk)
        self.keys = ApiKeys(desk)
        self.attempts = Attempts(desk)
        self.log = AccessLog(desk)
        self.passwords = Passwords()
        self.memory = Memory()
        self.counted = Counted()
        self._store_id = store_id
        self._secret = secret

    @cached_property
    def tokens(self) -> Tokens:
        """Makes and reads access tokens."""
        return Tokens(self._secret().key("access tokens"), self._store_id)
