"""The composition root: one open store with its log, its read models and its desk, and the clock they share."""

from __future__ import annotations

import os
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from desk.database import Desk
from desk.people import People
from domain.decisions.base import Deciding
from domain.errors import Refusal
from domain.facts import Mandate
from history.faults import FactFault
from history.log import Log, Receipt
from history.port import Clock
from history.store import in_memory, on_server, open_log, store_exists, store_named, store_path
from projections.views import Views, ViewsUnavailable
from service.spans import note_recorded, span

__all__ = ["Actor", "County", "Receipt", "open_county"]

DEFAULT_STORE = "tongchou.db"


class StoreMissing(Refusal):
    """A question about a store that is not there; asking must not make an empty one."""

    code = "store-missing"
    sentence_en = "There is no store at {where}."
    cure_en = "Run `tongchou plan` or `tongchou register import PATH` first, or name another with --store."


class ActorUnclear(Refusal):
    """`--as` that names no person, or no post."""

    code = "actor-unclear"
    sentence_en = "“{given}” does not say who decides in which post."
    cure_en = "Write PERSON@POST, such as `li-na@finance-planner`."


class DateInFuture(Refusal):
    """A decision dated later than the day it is taken: a period could be closed before it is over."""

    code = "date-in-future"
    sentence_en = "A decision cannot count from {given}, which is after today, {today}."
    cure_en = "Date it today or earlier; what is to hold from a later day, such as a policy, says so itself."


class ClockBehind(Refusal):
    """The clock tells an earlier day than the record has seen: what is not dated would be dated back."""

    code = "clock-behind"
    sentence_en = "The clock of this machine says it is {today}, but the record has a fact of {last}."
    cure_en = "Set the clock right and run the command again, or state the day with --effective-on."


class ValueNotStorable(Refusal):
    """A value somebody gave that no fact can hold: a code with a space in it, a reason as long as a book."""

    code = "value-not-storable"
    sentence_en = "“{decision}” was not recorded, for {field} cannot be kept as it was given: {problem}."
    cure_en = "Codes are letters, digits, `_`, `-` and `.` without spaces; shorten what is too long."


@dataclass(frozen=True)
class Actor:
    """A person in a post, as told to the command line; the log gets the person's pseudonymous id (M27)."""

    person: str
    post: str

    @classmethod
    def parse(cls, given: str) -> Actor:
        """Read `PERSON@POST`. Raises `ActorUnclear`."""
        person, _, post = given.strip().rpartition("@")
        if not person.strip() or not post.strip() or len(given) > 120 or not given.isprintable():
            raise ActorUnclear(given=given[:40])
        return cls(person.strip(), post.strip())


@dataclass(frozen=True)
class County:
    """An open store: the log is the truth, views are computed from it, people are looked up at the desk."""

    store: str
    """Its address, without a password."""
    log: Log
    views: Views
    people: People
    clock: Clock
    branch: str | None = None
    """The name of the branch this is (`service/branches.py`); None: the record itself."""
    must: Callable[[int], None] | None = None
    """What must hold at the position a decision was advanced to (`service/versions.py`); raises its refusal."""
    named: bool = True
    """Whether whoever looks may learn the names behind pseudonymous ids."""

    def for_reader(self, *, named: bool) -> County:
        """The same store as somebody looks at it who may, or may not, learn names of persons."""
        return replace(self, named=named)

    def name_of(self, person: str) -> str | None:
        """The name behind a pseudonymous id; None where it was erased, or is not for whoever looks."""
        return self.people.name_of(person) if self.named else None

    def today(self) -> date:
        """The date decisions count from unless they say otherwise."""
        return self.clock().date()

    def file(self, name: str) -> Path | None:
        """See `file_of`."""
        return file_of(self.store, self.log, name)

    def mandate(
        self,
        actor: Actor,
        *,
        why: str = "",
        effective_on: date | None = None,
        document: str | None = None,
        command: str | None = None,
        cause: str | None = None,
    ) -> Mandate:
        """Who decides, in which post, why, under which document and from when (M27, M32).

        Without `command` the decision gets a key of its own; a caller that may repeat itself hands one in. Raises
        `DateInFuture`, or `ClockBehind` where no day is stated and the clock stands before the last fact's day.
        """
        if effective_on is not None and effective_on > self.today():
            raise DateInFuture(given=effective_on, today=self.today())
        return Mandate(
            person=self.people.id_of(actor.person),
            post=actor.post,
            effective_on=effective_on or self._day_of_the_record(),
            command=command or uuid.uuid4().hex,
            why=why,
            document=document,
            cause=cause,
        )

    def _day_of_the_record(self) -> date:
        """Today, unless the clock was set back behind what is recorded already."""
        today, head = self.today(), self.log.head()
        for last in self.log.facts(after=head - 1, until=head):
            if last.recorded_at.date() > today:
                raise ClockBehind(today=today, last=last.recorded_at.date())
        return today

    def decide(self, decision: Deciding) -> Receipt:
        """Take a decision; the read models follow. Raises the decision's `Refusal`, and then nothing was recorded.

        What is recorded is acknowledged even when the tables cannot follow now; the next command says why.
        """
        try:
            with span("decide", decision=decision.title()):
                receipt = self.log.decide(decision, self.must)
        except FactFault as fault:
            if type(fault) is not FactFault:
                raise
            field = str(fault.details["field"]).removeprefix("mandate.")
            problem = fault.details["problem"]
            raise ValueNotStorable(decision=decision.title(), field=field, problem=problem) from fault
        if self.branch is None and not receipt.repeated:
            note_recorded([one.position for one in receipt.recorded])
        self.refresh_quietly()
        return receipt

    def refresh(self) -> None:
        """Bring the read models up to the last fact."""
        self.views.follow(self.log)

    def refresh_quietly(self) -> None:
        """The same after something was recorded: it stays acknowledged even when the tables cannot follow now."""
        with suppress(ViewsUnavailable):
            self.refresh()


def now() -> datetime:
    """The one clock there is."""
    return datetime.now(UTC)


def new_person_id() -> str:
    """A pseudonymous id that says nothing of the person."""
    return f"p-{uuid.uuid4().hex[:12]}"


def beside(store: Path | None, name: str) -> Path | None:
    """The file of read models or desk beside a store's: `county.db` has `county.views.db`; None in memory."""
    return None if store is None else store.with_name(f"{store.stem}.{name}{store.suffix}")


def cache_folder() -> Path:
    """Where this user keeps on this machine what can be computed again: TONGCHOU_CACHE, or below the usual place."""
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    return Path(os.environ.get("TONGCHOU_CACHE") or usual / "tongchou")


def file_of(url: str, log: Log, name: str) -> Path | None:
    """The file of this machine that goes with a store, such as its read models: beside the store's file, in the cache
    for a store on a server, None (in memory) for one in memory. Raises `ViewsUnavailable` where there can be no cache.
    """
    if not on_server(url):
        return beside(store_path(url), name)
    path = cache_folder() / f"{log.recorder.store_id}.{name}.db"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise ViewsUnavailable(where=path, reason=fault.strerror or type(fault).__name__) from fault
    return path


def desk_of(url: str) -> Desk | Path | None:
    """Where the names of a store are: in a file beside it, or beside it on its server, None in memory."""
    if not on_server(url):
        return beside(store_path(url), "desk")
    from desk.postgres_desk import PostgresDesk
    from history.postgres_address import server_address

    address = server_address(url)
    return PostgresDesk(address.parameters, address.desk_schema, f"{address.desk_schema} in {address.where}")


def store_is_new(url: str) -> bool:
    """Whether opening this address would make a store."""
    return not store_exists(url)


def must_be_there(url: str) -> None:
    """Raises `StoreMissing` where opening a store would make one that lasts: asking must not."""
    if not in_memory(url) and not store_exists(url):
        raise StoreMissing(where=store_path(url) or store_named(url))


@contextmanager
def open_county(url: str, *, must_exist: bool = False, clock: Clock = now) -> Iterator[County]:
    """Open a store, made if there is none (or, with `must_exist`, refused with `StoreMissing`).

    `clock` is another one only where a year is told in a moment: in tests and demonstrations.
    """
    if must_exist:
        must_be_there(url)
    with ExitStack() as closing:
        log = closing.enter_context(open_log(url, clock=clock, chance=secrets.token_bytes))
        people = People(desk_of(url), new_person_id)
        closing.callback(people.close)
        views = Views(file_of(url, log, "views"))
        closing.callback(views.close)
        county = County(store_named(url), log, views, people, clock)
        county.refresh()
        yield county
