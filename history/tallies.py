"""Kept tallies: what lies behind a decision is folded once, and for the next decision only what came since.

A fund with 100,000 commitments is read once by a process that stays alive; after that a decision on it costs what the
few facts since its last one cost. What is kept is never changed: it is forked, the fork reads on, and takes its place.
So a decision that was refused, or lost its race, leaves no trace, and threads need not wait for each other.

A tally stands for a beginning of one log. Together with its position the leaf of the fact there is kept, and compared
before it is used: a log that does not bear that fact any more (an append was undone) is read anew.

A repeated command is not decided on tallies: its decision must stand where it stood when it was first taken.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import NamedTuple

from eventsourcing.dcb.api import DCBQueryItem

from domain.decisions.base import Deciding, Fold, Tally
from history.mapper import FactMapper
from history.port import FactRecorder, Row, tags_of
from history.query import query_of

TALLIES = 64
"""Boundaries kept per process: the funds and plans a county decides about on one day."""


class _Kept(NamedTuple):
    """The folds of a tally up to a position, and the leaf of the fact there."""

    position: int
    leaf: bytes | None
    folds: dict[str, Fold]


class Tallies:
    """The tallies of one log, `most` of them, the least used forgotten first. Serves all threads of a process."""

    def __init__(self, recorder: FactRecorder, mapper: FactMapper, most: int) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    def advance(self, decision: Deciding) -> bool:
        """Bring a fresh decision up to the end of the log by its tallies; False, with nothing done, if it has none."""
        tallies = decision.tallies() if self._most else []
        if not tallies:
            return False
        kept = [self._before(tally) for tally in tallies]
        until = self._recorder.head()  # after they were taken, so that none of them is ahead of it
        selectors = [tally.selector for tally in tallies]
        others = [selector for selector in decision.consistency_boundary() if selector not in selectors]
        rows = list(self._recorder.rows(query_of(others), until=until))
        facts = [self._mapper.fact(name, data) for _, name, data, _, _ in rows]
        if any(fact.mandate.command == decision.mandate.command for fact in facts):
            return False
        leaf = next(self._recorder.leaves(after=until - 1, until=until), None) if until else None
        for tally, before in zip(tallies, kept, strict=True):
            for name, fold in self._up_to(tally, before, until, leaf).items():
                setattr(decision, name, fold)
        counted = query_of(selectors)
        for row, fact in zip(rows, facts, strict=True):
            if not _is_counted(row, counted.items):
                decision.at = row[0]
                fact.mutate(decision)
        decision.last_known_position = until
        return True

    def _before(self, tally: Tally) -> _Kept:
        """The tally as it is kept, if the log still bears its last fact; else an empty one."""
        with self._lock:
            found = self._kept.get(tally.key)
            if found is not None:
                self._kept.move_to_end(tally.key)
        if found is not None:
            at = found.position
            if not at or next(self._recorder.leaves(after=at - 1, until=at), None) == found.leaf:
                return found
        return _Kept(0, None, tally.empty())

    def _up_to(self, tally: Tally, before: _Kept, until: int, leaf: bytes | None) -> dict[str, Fold]:
        """Forks of the tally's folds up to a position, which is kept from now on."""
        rows = self._recorder.rows(query_of([tally.selector]), after=before.position, until=until)
        folds = before.folds
        for number, (_, name, data, _, _) in enumerate(rows):
            if not number:
                folds = _forked(folds)
            fact = self._mapper.fact(name, data)
            for fold in folds.values():
                fold.apply(fact)
        if folds is not before.folds:
            folds = _forked(folds)  # what the fork pours together is poured once, not for every decision
        with self._lock:
            kept = self._kept.get(tally.key)
            if kept is None or kept.position <= until or not before.position:
                self._kept[tally.key] = _Kept(until, leaf, folds)
                self._kept.move_to_end(tally.key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return _forked(folds)


def _forked(folds: dict[str, Fold]) -> dict[str, Fold]:
    return {name: fold.fork() for name, fold in folds.items()}


def _is_counted(row: Row, tallied: list[DCBQueryItem]) -> bool:
    """Whether a fact lies behind a tally, by what is stored of it, and so is in it already."""
    tags = set(tags_of(row[3]))
    return any(row[1] in item.types and tags.issuperset(item.tags) for item in tallied)
