"""Whether a store is sound in itself: every fact in its place, under its leaf, and found by exactly its own tags.

A leaf covers all the record says of a fact, so one that was altered, moved or put in shows here; whoever altered the
leaf with it is caught by the checkpoints (`history/checkpoint.py`). The rows of tags are covered by no leaf, yet a lost
one would hide a fact from a decision that depends on it: they are compared with the tags the leaves do cover.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Literal, NamedTuple

from history.faults import StoreDamaged
from history.leaf import leaf_hash
from history.port import Entry, FactRecorder, TagRow, moment_of, tag_rows_of

FlawKind = Literal["file", "place", "leaf", "moment", "tags", "tag-row-missing", "tag-row-too-many"]


class Flaw(NamedTuple):
    """What is wrong, and where: a position of the log (0: the file as a whole), and the words, tag or place it has."""

    kind: FlawKind
    position: int
    about: str = ""


def flaws(recorder: FactRecorder) -> Iterator[Flaw]:
    """Everything that is wrong with a store: its file, its facts in order, its rows of tags; nothing for a sound one.

    Nothing is changed, and what is appended meanwhile is not looked at.
    """
    until = recorder.head()
    yield from (Flaw("file", 0, words) for words in recorder.file_faults())
    before: Entry | None = None
    for entry in recorder.entries(until=until):
        yield from entry_flaws(entry, before)
        before = entry
    kept = (row for row in recorder.tag_rows() if row[2] <= until)
    yield from _tag_flaws(_tag_rows(recorder.entries(until=until)), kept)


def entry_flaws(entry: Entry, before: Entry | None) -> Iterator[Flaw]:
    """What is wrong with an entry that lies after another (None: it is the first)."""
    position = entry.position
    if position != (before.position if before else 0) + 1:
        yield Flaw("place", position, str((before.position if before else 0) + 1))
    if leaf_hash(*entry[:2], entry.tags, entry.recorded_at, entry.salt, entry.data) != entry.leaf:
        yield Flaw("leaf", position)
    if before is None or entry.recorded_at != before.recorded_at:
        try:
            moment_of(entry.recorded_at)
            rises = before is None or entry.recorded_at > before.recorded_at
        except StoreDamaged:
            rises = False
        if not rises:
            yield Flaw("moment", position, entry.recorded_at)
    try:
        tag_rows_of(entry)
    except StoreDamaged:
        yield Flaw("tags", position)


def sound(entries: Iterable[Entry], where: str, before: Entry | None = None) -> Iterator[Entry]:
    """The same entries, each looked at as it passes. Raises StoreDamaged for the first with a flaw."""
    for entry in entries:
        for flaw in entry_flaws(entry, before):
            raise StoreDamaged(
                where=where, reason=f"the fact at position {flaw.position} is not what was recorded ({flaw.kind})"
            )
        yield entry
        before = entry


def _tag_rows(entries: Iterable[Entry]) -> Iterator[TagRow]:
    """The rows the tags of sound entries must have; those whose tags cannot be read are told of elsewhere."""
    for entry in entries:
        try:
            yield from tag_rows_of(entry)
        except StoreDamaged:
            continue


def _tag_flaws(wanted: Iterable[TagRow], kept: Iterable[TagRow]) -> Iterator[Flaw]:
    """Rows that are only wanted or only kept; both come in order of positions."""
    both = merge(((row[2], 0, row) for row in wanted), ((row[2], 1, row) for row in kept), key=itemgetter(0))
    for position, together in groupby(both, key=itemgetter(0)):
        sides: tuple[set[TagRow], set[TagRow]] = set(), set()
        for _, side, row in together:
            sides[side].add(row)
        yield from (Flaw("tag-row-missing", position, row[0]) for row in sorted(sides[0] - sides[1]))
        yield from (Flaw("tag-row-too-many", position, row[0]) for row in sorted(sides[1] - sides[0]))
