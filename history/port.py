"""The port every store of facts fits: the library's recorder, and what we need beyond it.

A recorder of `eventsourcing.dcb` reads and appends events with tags under a condition. Ours also reads *up to* a
position, tells when each event was recorded, finds the position a moment belongs to, and keeps what the proof of the
log stands on: each fact's salt and leaf (`history/leaf.py`), the store's id, and the checkpoints that were signed.

Positions are 1, 2, 3, … without a gap in every store of ours: the append is serialised anyway, so that the Merkle index
of a fact is its position less one, and the same in every kind of store it is moved to.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from typing import NamedTuple, Self

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
)
from msgspec import MsgspecError
from msgspec.json import Decoder

from domain.quoting import quoted
from history.faults import StoreDamaged

Clock = Callable[[], datetime]
"""Tells the moment, with its time zone. The only source of `recorded_at`; handed to a recorder when it is built."""

Chance = Callable[[int], bytes]
"""Gives so many random bytes: the salts of facts, the id of a new store. Handed to a recorder when it is built."""

Row = tuple[int, str, bytes, str, str]
"""One stored event as it lies in the store: position, stored name, bytes, tags as JSON, recorded_at as text."""


class Entry(NamedTuple):
    """One stored event with what proves it; `tags` and `recorded_at` as the texts they are stored as."""

    position: int
    name: str
    data: bytes
    tags: str
    recorded_at: str
    salt: bytes
    leaf: bytes


class Checkpoint(NamedTuple):
    """A signed note (`history/checkpoint.py`) about the first `size` facts, as it is kept in the store."""

    size: int
    note: str


TagRow = tuple[str, str, int]
"""What a question by a tag finds a fact by: tag, stored name, position."""

tags_of = Decoder(list[str]).decode
"""Tags out of the text they are stored as."""


def tag_rows_of(entry: Entry) -> list[TagRow]:
    """The rows of an entry's tags, each tag once. Raises StoreDamaged when they are not a JSON array of texts."""
    try:
        tags = tags_of(entry.tags)
    except MsgspecError as error:
        raise StoreDamaged(
            where="at hand", reason=f"the tags of the fact at position {entry.position} are no list of texts"
        ) from error
    return [(tag, entry.name, entry.position) for tag in dict.fromkeys(tags)]


def moment_text(moment: datetime) -> str:
    """A moment as stored: UTC, ISO 8601, always six digits of microseconds, so that text order is time order."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone, so it is no moment; hand in an aware datetime")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment_of(text: str) -> datetime:
    """The moment a stored text means. Raises StoreDamaged for a text no recorder of ours has written."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise StoreDamaged(where="at hand", reason=f"{quoted(text)} is not a moment a fact was recorded at") from error


@dataclass
class RecordedEvent(DCBSequencedEvent):
    """An event, its position, and when the log learned of it."""

    recorded_at: datetime


@dataclass(frozen=True)
class Appended:
    """Where and when one append put its events: one position each, in order, and one moment for all."""

    positions: Sequence[int]
    recorded_at: datetime


class Rows(Iterator[Row]):
    """The answer to a question, row by row, and `head`: how far the log was read to answer it.

    Without a limit `head` is the last position of the log (or `until`, if that is less), matching or not; None when
    the log is empty. With a limit it is the position of the last row, None without rows.
    """

    def __init__(self, rows: Iterator[Row], head: int | None) -> None:
        self.head = head
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        return self._rows  # a loop takes the rows without asking here for each

    def __next__(self) -> Row:
        return next(self._rows)


class RecordedEvents(DCBReadResponse):
    """`Rows` as the library's events."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    @property
    def head(self) -> int | None:
        """See `Rows`."""
        return self._rows.head

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> RecordedEvent:
        position, name, data, tags, recorded_at = next(self._rows)
        event = DCBEvent(type=name, data=data, tags=tags_of(tags))
        return RecordedEvent(event=event, position=position, recorded_at=moment_of(recorded_at))


class FactRecorder(DCBRecorder):
    """A store of events in one order, appended under a condition and never changed."""

    @abstractmethod
    def rows(
        self,
        query: DCBQuery | None = None,
        *,
        after: int | None = None,
        until: int | None = None,
        limit: int | None = None,
    ) -> Rows:
        """The stored rows with after < position <= until that match the query, in order, as the log stood at the call.

        What is appended while the rows are being taken is not among them.
        """

    def rows_at(self, positions: Sequence[int]) -> Iterator[Row]:
        """The stored rows at these rising positions, in order; a store may have a faster way than one by one."""
        for position in positions:
            yield from self.rows(after=position - 1, until=position)

    @property
    @abstractmethod
    def store_id(self) -> str:
        """Sixteen random bytes in hexadecimal, given to the store when it was made and never to another."""

    @abstractmethod
    def entries(self, *, after: int = 0, until: int | None = None) -> Iterator[Entry]:
        """The rows with after < position <= until as they lie there, salts and kept leaves included, in order.

        Nothing is checked, so that whoever verifies sees what there is.
        """

    def entries_at(self, positions: Sequence[int]) -> Iterator[Entry]:
        """The same at these rising positions; a store may have a faster way than one by one."""
        for position in positions:
            yield from self.entries(after=position - 1, until=position)

    @abstractmethod
    def leaves(self, *, after: int = 0, until: int | None = None) -> Iterator[bytes]:
        """The kept hashes of leaves of the same rows."""

    @abstractmethod
    def tag_rows(self) -> Iterator[TagRow]:
        """What questions by tags are answered from, as it lies there, in order of positions; nothing is checked."""

    def tag_rows_within(self, after: int | None, until: int | None) -> Iterator[TagRow]:
        """The same with after < position <= until, where given; within a position in order of tags."""
        for row in self.tag_rows():
            if (after is None or row[2] > after) and (until is None or row[2] <= until):
                yield row

    def file_faults(self) -> list[str]:
        """What the database finds wrong with its own files, as it says it; a server looks after them itself."""
        return []

    @abstractmethod
    def copy_in(self, store_id: str, entries: Iterable[Entry], checkpoints: Iterable[Checkpoint] = ()) -> None:
        """Take over facts of another store as they are, salts and leaves included: all of them, or nothing at all.

        The entries must follow the last fact here. A store without facts takes the other's id; one with facts must
        bear it, else StoreOfAnotherRecord is raised. Checkpoints that are here already are passed over. Whether
        entries are what their leaves say is for the caller to see to (`history/copying.py`).
        """

    @abstractmethod
    def checkpoints(self) -> list[Checkpoint]:
        """Every checkpoint kept, in the order they were kept."""

    @abstractmethod
    def keep_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep a signed checkpoint beside the facts; a further signature on one is kept as a further checkpoint."""

    @abstractmethod
    def append_stamped(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> Appended:
        """Append all events or none, and say where and when.

        Raises the library's `IntegrityError` when an event matches the condition, and its `ProgrammingError` when
        there is nothing to append. Once it returned, the events survive the death of the process and of the machine.
        """

    @abstractmethod
    def holding(self) -> AbstractContextManager[None]:
        """A span in which this thread alone appends: what it reads inside stays true until its append.

        What is appended inside is kept when the span ends well, and not at all when it ends with an exception.
        """

    @abstractmethod
    def head(self) -> int:
        """The last position of the log, 0 when it is empty."""

    @abstractmethod
    def position_at(self, moment: datetime) -> int:
        """The last position recorded at or before the moment, 0 when there is none."""

    @abstractmethod
    def listen(self, wake: Event) -> None:
        """Set `wake` after every append of this process (others' appends are seen by looking)."""

    @abstractmethod
    def unlisten(self, wake: Event) -> None:
        """Stop what `listen` began."""

    @abstractmethod
    def close(self) -> None:
        """Give everything back; the recorder cannot be used any more."""

    def read(
        self,
        query: DCBQuery | None = None,
        *,
        after: int | None = None,
        limit: int | None = None,
        until: int | None = None,
    ) -> RecordedEvents:
        """The library's question: the same as `rows`, as events."""
        return RecordedEvents(self.rows(query, after=after, until=until, limit=limit))

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        """The library's append: the position of the last event."""
        return self.append_stamped(events, condition).positions[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
