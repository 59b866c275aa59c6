"""A record taken to another store: every fact with its place, moment, salt and leaf, so that all proofs stay valid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from history.examine import NO_LEAF, leaf_of
from history.faults import StoreDamaged, StoreNotABeginning, StoreNotEmpty
from history.port import Entry, FactRecorder


def copy_record(source: FactRecorder, target: FactRecorder, *, source_name: str, target_name: str) -> int:
    """Make an empty store a copy of another, as far as that goes at the call; the position of the last fact.

    Every leaf is computed on the way, and read back from the copy. Raises StoreNotEmpty, or StoreDamaged for a source
    that is not sound; then nothing was copied.
    """
    if held := target.head():
        raise StoreNotEmpty(where=target_name, count=held)
    return _go_on(source, target, source_name, target_name)


def complete(source: FactRecorder, target: FactRecorder, *, source_name: str, target_name: str) -> int:
    """Add to a store what another one has beyond it; the position of the last fact.

    Raises StoreNotABeginning unless the store is a beginning of the other, StoreDamaged for another that is not sound.
    """
    if target.head() and target.store_id != source.store_id:
        raise StoreNotABeginning(where=target_name, backup=source_name, reason="it is another record")
    if target.head() > source.head():
        raise StoreNotABeginning(
            where=target_name, backup=source_name, reason=f"it has {target.head()} facts, the backup {source.head()}"
        )
    pairs = zip(target.entries(), source.entries(), strict=False)
    if differs := next((ours.position for ours, theirs in pairs if ours != theirs), None):
        raise StoreNotABeginning(
            where=target_name, backup=source_name, reason=f"the fact at position {differs} is another"
        )
    return _go_on(source, target, source_name, target_name)


def _go_on(source: FactRecorder, target: FactRecorder, source_name: str, target_name: str) -> int:
    checkpoints = source.checkpoints()  # before the end is fixed: no checkpoint is about more than is copied
    until, after = source.head(), target.head()
    before = next(source.entries(after=after - 1, until=after), None) if after else None
    entries = _sound(source.entries(after=after, until=until), source_name, before)
    target.copy_in(source.store_id, entries, checkpoints)
    arrived = zip_longest(source.leaves(after=after, until=until), target.leaves(after=after, until=until))
    for number, (sent, got) in enumerate(arrived, after + 1):
        if sent != got:
            raise StoreDamaged(where=target_name, reason=f"the fact at position {number} did not arrive as it was sent")
    return until


def _sound(entries: Iterable[Entry], where: str, before: Entry | None) -> Iterator[Entry]:
    """The same entries, each looked at as it passes: in its place, under its leaf, not before the one in front of it.

    Raises StoreDamaged for the first that is not.
    """
    for entry in entries:
        last, moment = (before.position, before.recorded_at) if before else (0, "")
        try:
            stands = entry.position == last + 1 and entry.recorded_at >= moment and leaf_of(entry) == entry.leaf
        except NO_LEAF:
            stands = False
        if not stands:
            raise StoreDamaged(where=where, reason=f"the fact at position {last + 1} is not what was recorded")
        yield entry
        before = entry
