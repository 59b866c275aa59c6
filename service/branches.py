"""Branches: what-if on any past position, kept under a name or gone with the process; the live log stays out of reach.

A branch is a `County` like any other, so every use case works on it. It reads the log it was made from, has its own
facts, goes on with the tables as they were there, and shares the names behind pseudonymous ids. It never erases one; a
kept branch may add to them, one in memory leaves none behind.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desk.people import People
from domain.decisions.common import ReasonMissing
from domain.errors import Refusal
from history.branch import Branch, Past
from history.branch_log import BranchLog
from history.branch_store import BranchAbout, BranchStore
from history.faults import StoreFault
from history.store import on_server, store_path
from projections.on_demand import ViewsOnDemand
from projections.views import Views
from service.county import Actor, County
from service.registers import Moment, moment

WHAT_IF = "what-if"
"""What a branch in memory is called."""
_NAME = re.compile(r"\w[\w-]{0,63}")
_FILES = (".db", ".db-wal", ".db-shm")


class BranchNameUnfit(Refusal):
    """A name that could be no file, or would mean something else."""

    code = "branch-name-unfit"
    sentence_en = "A branch cannot be called “{given}”."
    cure_en = "Take letters, digits, `_` and `-`, at most 64, beginning with a letter or digit; not `live`."


class BranchTaken(Refusal):
    """A name is given once, until its branch is dropped."""

    code = "branch-taken"
    sentence_en = "There is a branch {branch} already."
    cure_en = "Take another name, or drop that branch with `tongchou branch drop {branch}`."


class UnknownBranch(Refusal):
    """A branch that was never started, or was dropped."""

    code = "unknown-branch"
    sentence_en = "There is no branch {branch} of this store."
    cure_en = "`tongchou branch list` names those there are; start one with `tongchou branch start {branch} --why …`."


class BranchOfBranch(Refusal):
    """Kept branches are made from the record."""

    code = "branch-of-branch"
    sentence_en = "This is branch {branch} itself, from which no kept branch is started, opened or promoted."
    cure_en = "Leave out --branch, and name a position of the record."


class BranchOfAnotherPast(Refusal):
    """What a branch was made from is not what the store says now."""

    code = "branch-of-another-past"
    sentence_en = (
        "Branch {branch} was made from another past than this store has: at position {position} another fact stands, "
        "or none."
    )
    cure_en = (
        "Open it beside the store it was made from. If that is this one, run `tongchou audit verify`: it is altered."
    )


class BranchNeedsStore(Refusal):
    """A store in memory is gone with its process, and a branch of it could never be opened again."""

    code = "branch-needs-store"
    sentence_en = "A store in memory keeps no branches."
    cure_en = "Name a store in a file or on a server with --store."


class BranchErasesNothing(Refusal):
    """Names are shared with the record."""

    code = "branch-erases-nothing"
    sentence_en = "Names are erased from the record, not from branch {branch}, which only reads them."
    cure_en = "Leave out --branch."


class SharedPeople(People):
    """The names of the record as a branch may use them: known ones found, new ones given an id, none erased."""

    def __init__(self, people: People, branch: str) -> None:
        self._people = people
        self._branch = branch

    def id_of(self, name: str) -> str:
        """See `People.id_of`."""
        return self._people.id_of(name)

    def find(self, name: str) -> str | None:
        """See `People.find`."""
        return self._people.find(name)

    def name_of(self, person: str) -> str | None:
        """See `People.name_of`."""
        return self._people.name_of(person)

    def erase(self, name: str) -> bool:
        """Raises `BranchErasesNothing`."""
        raise BranchErasesNothing(branch=self._branch)

    def close(self) -> None:
        """Nothing to give back: the record has it open."""


class PassingPeople(SharedPeople):
    """The names of the record for a branch in memory: whoever is new there has an id as long as the branch lasts."""

    def __init__(self, people: People, branch: str) -> None:
        super().__init__(people, branch)
        self._passing: dict[str, str] = {}

    def id_of(self, name: str) -> str:
        """The id of a name: the one it has on the record, or one of this branch alone."""
        known = self.find(name)
        if known is None:
            number = 1
            while self.name_of(f"{WHAT_IF}-{number}") is not None:  # also those of a branch this one is made from
                number += 1
            known = self._passing[name] = f"{WHAT_IF}-{number}"
        return known

    def find(self, name: str) -> str | None:
        """See `People.find`."""
        return self._passing.get(name) or super().find(name)

    def name_of(self, person: str) -> str | None:
        """See `People.name_of`."""
        here = next((name for name, own in self._passing.items() if own == person), None)
        return here or super().name_of(person)


@dataclass(frozen=True)
class BranchRow:
    """A kept branch in a list; of one that cannot be opened only name and `fault`."""

    name: str
    about: BranchAbout | None = None
    facts: int = 0
    decisions: int = 0
    live_since: int = 0
    """How many facts the live log has recorded after the branch's position."""
    fault: Refusal | None = None


def start_branch(county: County, name: str, actor: Actor, why: str, at: Moment | None = None) -> BranchAbout:
    """Begin a kept branch at a moment of the record, by default now; only `at.position` counts.

    Raises `BranchNameUnfit`, `BranchTaken`, `BranchOfBranch`, `BranchNeedsStore`, or `ReasonMissing`.
    """
    path = _file(county, name)
    if not why.strip():
        raise ReasonMissing(decision="start branch")
    if path.exists():
        raise BranchTaken(branch=name)
    past = Past(county.log.recorder, (at or moment(county)).position)
    about = BranchAbout(
        name=name,
        base_store=past.store_id,
        base_position=past.position,
        base_leaf=past.mark(),
        person=county.people.id_of(actor.person),
        post=actor.post,
        why=why,
        started_at=county.clock(),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with BranchStore(path, clock=county.clock, chance=secrets.token_bytes) as own:
            own.describe(about)
    except BaseException:
        _delete(path)
        raise
    return about


@contextmanager
def open_branch(county: County, name: str | None = None, at: Moment | None = None) -> Iterator[County]:
    """A kept branch by its name; without one a new branch in memory, at a moment of the county (by default now).

    Raises `UnknownBranch` or `BranchOfAnotherPast`; a branch in memory may be made from a branch too.
    """
    with ExitStack() as closing:
        if name is None:
            own = closing.enter_context(BranchStore(None, clock=county.clock, chance=secrets.token_bytes))
            past = Past(county.log.recorder, (at or moment(county)).position)
        else:
            path = existing(county, name)
            own = closing.enter_context(BranchStore(path, clock=county.clock, chance=secrets.token_bytes))
            past = _past_of(county, own.about())
        log = BranchLog(Branch(past, own), county.log.mapper)
        seam = past.position
        begun = partial(county.views.begun, county.log, position=seam)
        views = ViewsOnDemand(lambda: _branched_tables(county, seam), log, seam, begun)
        closing.callback(views.close)
        called = name or WHAT_IF
        people = PassingPeople if name is None else SharedPeople
        yield County(county.store, log, views, people(county.people, called), county.clock, called)


def branch_log(branch: County) -> BranchLog:
    """The log of a county that `open_branch` gave."""
    assert isinstance(branch.log, BranchLog)
    return branch.log


def branch_row(county: County, name: str) -> BranchRow:
    """A kept branch as a list shows it. Raises what is wrong with it."""
    with open_branch(county, name) as branch:
        own = branch_log(branch).branch.own
        about = own.about()
        since = county.log.head() - about.base_position
        return BranchRow(name, about, own.head(), sum(1 for _ in own.decisions()), since)


def branches(county: County) -> list[BranchRow]:
    """Every kept branch of the store, by name; those that cannot be opened with the reason."""
    try:
        names = sorted(path.stem for path in _folder(county).glob("*.db"))
    except BranchNeedsStore:
        return []
    return [_row_or_fault(county, name) for name in names]


def drop_branch(county: County, name: str) -> None:
    """Forget a kept branch, also one that cannot be opened. Raises `UnknownBranch`."""
    _delete(existing(county, name))


def existing(county: County, name: str) -> Path:
    """The file of a kept branch. Raises `UnknownBranch`."""
    path = _file(county, name)
    if not path.exists():
        raise UnknownBranch(branch=name)
    return path


def _row_or_fault(county: County, name: str) -> BranchRow:
    try:
        return branch_row(county, name)
    except (StoreFault, BranchOfAnotherPast) as fault:
        return BranchRow(name, fault=fault)


def _branched_tables(county: County, position: int) -> Views:
    """The tables of a county as they were at a position, for a branch to go on with."""
    county.refresh()
    return county.views.branched(county.log, position)


def _past_of(county: County, about: BranchAbout) -> Past:
    past = Past(county.log.recorder, about.base_position)
    if (past.store_id, past.position, past.mark()) != (about.base_store, about.base_position, about.base_leaf):
        raise BranchOfAnotherPast(branch=about.name, position=about.base_position)
    return past


def _file(county: County, name: str) -> Path:
    if _NAME.fullmatch(name) is None or name == "live":
        raise BranchNameUnfit(given=name[:40])
    if county.branch is not None:
        raise BranchOfBranch(branch=county.branch)
    return _folder(county) / f"{name}.db"


def _folder(county: County) -> Path:
    """Beside a store in a file; of one on a server in this user's own data, under the id of the store."""
    if on_server(county.store):
        data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        return Path(data) / "tongchou" / "branches" / county.log.recorder.store_id
    store = store_path(county.store)
    if store is None:
        raise BranchNeedsStore
    return store.with_name(f"{store.stem}.branches")


def _delete(path: Path) -> None:
    for ending in _FILES:
        path.with_name(path.stem + ending).unlink(missing_ok=True)
