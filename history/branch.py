"""A branch: the log up to a position, read where it lies, and facts of its own that go on from there.

Nothing is copied, so a branch of a long log is made as fast as one of a short log. What lies before the seam is held
through `Past`, which has no way to append: the log a branch was made from cannot be written from the branch.

Its own facts are in a store of their own, at positions from 1 as in every store; outside they are at the position of
the seam plus their own, with the leaf of that place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import chain
from threading import Event
from typing import Self

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery
from eventsourcing.persistence import IntegrityError

from domain.errors import Refusal
from history.branch_store import BranchStore
from history.leaf import leaf_hash
from history.port import Appended, Checkpoint, Entry, FactRecorder, Row, Rows, TagRow, moment_of
from history.tail import Tail


class BranchIsNoRecord(Refusal):
    """A checkpoint says of facts that they are on the record, and a copy that they are another store's."""

    code = "branch-is-no-record"
    sentence_en = "A branch is not the record: it is given no checkpoint, and takes over no facts of another store."
    cure_en = "Turn to the store itself; what is promoted from a branch is sealed and copied there."


class Past:
    """A log up to a position, for reading and nothing else."""

    def __init__(self, recorder: FactRecorder, position: int) -> None:
        self._recorder = recorder
        self.position = max(min(position, recorder.head()), 0)
        self.store_id = recorder.store_id

    def rows(self, query: DCBQuery | None, after: int, until: int | None, limit: int | None) -> Rows:
        """See `FactRecorder.rows`; none after the position."""
        return self._recorder.rows(query, after=after, until=self._upto(until), limit=limit)

    def rows_at(self, positions: Sequence[int]) -> Iterator[Row]:
        """See `FactRecorder.rows_at`; none after the position."""
        return self._recorder.rows_at([one for one in positions if one <= self.position])

    def entries(self, after: int, until: int | None) -> Iterator[Entry]:
        """See `FactRecorder.entries`; none after the position."""
        return self._recorder.entries(after=after, until=self._upto(until))

    def leaves(self, after: int, until: int | None) -> Iterator[bytes]:
        """See `FactRecorder.leaves`; none after the position."""
        return self._recorder.leaves(after=after, until=self._upto(until))

    def tag_rows(self) -> Iterator[TagRow]:
        """See `FactRecorder.tag_rows`; none after the position."""
        return (row for row in self._recorder.tag_rows() if row[2] <= self.position)

    def position_at(self, moment: datetime) -> int:
        """See `FactRecorder.position_at`; never after the position."""
        return min(self._recorder.position_at(moment), self.position)

    def last(self) -> Entry | None:
        """The entry at the position; None of an empty past."""
        return next(self.entries(self.position - 1, None), None) if self.position else None

    def mark(self) -> str:
        """The leaf of the entry at the position as its content gives it, in hexadecimal; empty of an empty past."""
        last = self.last()
        if last is None:
            return ""
        return leaf_hash(last.position, last.name, last.tags, last.recorded_at, last.salt, last.data).hex()

    def _upto(self, until: int | None) -> int:
        return self.position if until is None else min(until, self.position)


class Branch(FactRecorder):
    """A past and what a branch recorded since, as one recorder; `own` holds the latter.

    Closing it closes its own store; the one it was made from stays open for whoever opened it.
    """

    def __init__(self, past: Past, own: BranchStore) -> None:
        self.past = past
        self.own = own
        if (last := past.last()) is not None:
            own.begin_after(moment_of(last.recorded_at))

    def rows(
        self,
        query: DCBQuery | None = None,
        *,
        after: int | None = None,
        until: int | None = None,
        limit: int | None = None,
    ) -> Rows:
        """See `FactRecorder.rows`."""
        start, seam = max(after or 0, 0), self.past.position
        before = self.past.rows(query, start, until, limit)
        own_after, own_until = max(start - seam, 0), None if until is None else max(until - seam, 0)
        if limit is None:
            own = self.own.rows(query, after=own_after, until=own_until)
            return Rows(chain(before, self._moved(own)), own.head + seam if own.head else before.head)
        found = list(before)
        if len(found) < limit:
            found.extend(self._moved(self.own.rows(query, after=own_after, until=own_until, limit=limit - len(found))))
        return Rows(iter(found), found[-1][0] if found else None)

    def rows_at(self, positions: Sequence[int]) -> Iterator[Row]:
        """See `FactRecorder.rows_at`."""
        seam = self.past.position
        yield from self.past.rows_at(positions)
        yield from self._moved(self.own.rows_at([one - seam for one in positions if one > seam]))

    def append_stamped(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> Appended:
        """See `FactRecorder.append_stamped`. The past stands still, so it is asked before the append."""
        seam = self.past.position
        if condition is not None:
            after = condition.after or 0
            if events and next(self.past.rows(condition.fail_if_events_match, after, None, 1), None) is not None:
                raise IntegrityError(condition)
            condition = DCBAppendCondition(condition.fail_if_events_match, after=max(after - seam, 0))
        appended = self.own.append_stamped(events, condition)
        return Appended([seam + own for own in appended.positions], appended.recorded_at)

    @property
    def store_id(self) -> str:
        """See `FactRecorder.store_id`; a branch has one of its own, so that nothing of it passes for the record."""
        return self.own.store_id

    def entries(self, *, after: int = 0, until: int | None = None) -> Iterator[Entry]:
        """See `FactRecorder.entries`."""
        yield from self.past.entries(after, until)
        yield from map(self._placed, self.own.entries(**self._own_range(after, until)))

    def leaves(self, *, after: int = 0, until: int | None = None) -> Iterator[bytes]:
        """See `FactRecorder.leaves`."""
        yield from self.past.leaves(after, until)
        yield from (self._placed(entry).leaf for entry in self.own.entries(**self._own_range(after, until)))

    def checkpoints(self) -> list[Checkpoint]:
        """None: a branch is not sealed, and the checkpoints of its past are of another store."""
        return []

    def keep_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Raises `BranchIsNoRecord`."""
        raise BranchIsNoRecord

    def tag_rows(self) -> Iterator[TagRow]:
        """See `FactRecorder.tag_rows`."""
        yield from self.past.tag_rows()
        yield from ((tag, name, self.past.position + position) for tag, name, position in self.own.tag_rows())

    def copy_in(self, store_id: str, entries: Iterable[Entry], checkpoints: Iterable[Checkpoint] = ()) -> None:
        """Raises `BranchIsNoRecord`."""
        raise BranchIsNoRecord

    def holding(self) -> AbstractContextManager[None]:
        """See `FactRecorder.holding`; whoever appends to the log it was made from is not held up."""
        return self.own.holding()

    def head(self) -> int:
        """See `FactRecorder.head`."""
        return self.past.position + self.own.head()

    def position_at(self, moment: datetime) -> int:
        """See `FactRecorder.position_at`."""
        own = self.own.position_at(moment)
        return self.past.position + own if own else self.past.position_at(moment)

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> Tail[Self]:
        """Follow the branch; see `Tail`."""
        return Tail(self, query, after)

    def listen(self, wake: Event) -> None:
        """See `FactRecorder.listen`."""
        self.own.listen(wake)

    def unlisten(self, wake: Event) -> None:
        """See `FactRecorder.unlisten`."""
        self.own.unlisten(wake)

    def close(self) -> None:
        """See `FactRecorder.close`."""
        self.own.close()

    def _moved(self, rows: Iterator[Row]) -> Iterator[Row]:
        seam = self.past.position
        return ((seam + position, name, data, tags, at) for position, name, data, tags, at in rows)

    def _own_range(self, after: int, until: int | None) -> dict[str, int]:
        seam = self.past.position
        return {"after": max(after - seam, 0)} | ({} if until is None else {"until": max(until - seam, 0)})

    def _placed(self, entry: Entry) -> Entry:
        """An own entry where it stands on the branch; a leaf that was not that of its entry stays wrong."""
        content = (entry.name, entry.tags, entry.recorded_at, entry.salt, entry.data)
        place = self.past.position + entry.position
        sound = entry.leaf == leaf_hash(entry.position, *content)
        return entry._replace(position=place, leaf=leaf_hash(place, *content) if sound else entry.leaf)
