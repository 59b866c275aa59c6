"""One store opened for many at once: what a server holds for as long as it runs.

The log serves all threads; read models serve one at a time, so each borrows a `County` of its own from a pool. The
desk is one connection of the process, a lock around each statement.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from desk.database import Desk
from desk.jobs import Jobs
from desk.people import People
from desk.prints import Prints
from desk.repeats import Repeats
from desk.saved_scenarios import SavedScenarios
from desk.sqlite_desk import SQLiteDesk
from history.port import Clock
from history.store import in_memory, on_server, open_log, store_named
from projections.views import Views, ViewsUnavailable
from service.access.access import Access
from service.access.pages import PageSessions
from service.access.principal import Principal
from service.access.secret import Secret, secret_of
from service.county import County, desk_of, file_of, new_person_id, now
from service.feed.feed import Feed
from service.jobs.asks import Ask
from service.jobs.kinds import kinds
from service.jobs.queue import JobQueue
from service.kept import Kept
from service.payments import Payments
from service.proofs import Proofs
from service.scenarios.saved import with_texts
from service.staged import Staged


class Office:
    """The store at an address, made if there is none. `clock` is another one only where a year is told in a moment.

    Close it when the server ends. Raises what `open_county` raises.
    """

    def __init__(self, url: str, *, clock: Clock = now) -> None:
        self.url = url
        self.where = store_named(url)
        """The address without a password."""
        self.clock = clock
        self.log = open_log(url, clock=clock, chance=secrets.token_bytes)
        place = desk_of(url)
        self.desk: Desk = SQLiteDesk(place) if place is None or isinstance(place, Path) else place
        self.people = People(self.desk, new_person_id)
        passing = None if on_server(url) else file_of(url, self.log, "repeats")
        self._passing: Desk = self.desk if passing is None else SQLiteDesk(passing, lasting=False)
        self.repeats = Repeats(self._passing)
        self.payments = Payments()
        self.kept = Kept()
        self.proofs = Proofs(self.log.recorder, file_of(url, self.log, "tree"))
        jobs = file_of(url, self.log, "jobs")
        self.saved = SavedScenarios(self.desk)
        self.jobs = JobQueue(Jobs(self.desk), None if jobs is None else jobs.with_suffix(""))
        self._lock = threading.Lock()
        self._idle: list[County] = []
        self._closed = False

    @cached_property
    def staged(self) -> Staged:
        """Register files that are looked at before they are recorded."""
        place = file_of(self.url, self.log, "staged")
        return Staged(Path(tempfile.mkdtemp()) if place is None else place.with_suffix(""), self.clock)

    @cached_property
    def feed(self) -> Feed:
        """What others follow the record by; what is started of it ends with the office."""
        return Feed(self.log, self.desk, self.clock, lambda: self.secret)

    @cached_property
    def secret(self) -> Secret:
        """The secret this store is served with: a file of the user's, made on first sight; of a store in memory, none.

        Raises `SecretOfAnother`, `SecretUnreadable` or `KeyFileExposed`.
        """
        return Secret.random() if in_memory(self.url) else secret_of(self.log.recorder.store_id, Prints(self.desk))

    @cached_property
    def access(self) -> Access:
        """Who has access: accounts, sessions, API keys."""
        return Access(self.desk, self.people, self.clock, self.log.recorder.store_id, lambda: self.secret)

    @cached_property
    def page_sessions(self) -> PageSessions:
        """Cookies of browsers, and what their forms carry. Raises what `secret` raises."""
        return PageSessions(self.access, self.secret, self.log.recorder.store_id)

    def ask_for(self, kind: str, ask: Ask, principal: Principal, key: str | None = None) -> str:
        """Queue long work for somebody; the id of the job. Raises what `JobQueue.ask` raises, and `UnknownSaved`."""
        person = self.people.id_of(principal.person) if kinds()[kind].decides else ""
        return self.jobs.ask(kind, with_texts(self, ask), principal, person, key)

    def head(self) -> int:
        """The position of the last fact."""
        return self.log.head()

    @contextmanager
    def county(self) -> Iterator[County]:
        """Borrow the county for one thread; after a fault of its tables it is not lent again."""
        with self._lock:
            county = self._idle.pop() if self._idle else None
        if county is None:
            county = County(self.where, self.log, Views(file_of(self.url, self.log, "views")), self.people, self.clock)
        sound = True
        try:
            yield county
        except ViewsUnavailable:
            sound = False
            raise
        finally:
            with self._lock:
                kept = sound and not self._closed
                if kept:
                    self._idle.append(county)
            if not kept:
                county.views.close()

    def close(self) -> None:
        """Give everything back; what is borrowed is closed when it comes back."""
        with self._lock:
            self._closed, idle, self._idle = True, self._idle, []
        self.feed.close()
        for county in idle:
            county.views.close()
        self._passing.close()
        self.people.close()
        self.log.close()
