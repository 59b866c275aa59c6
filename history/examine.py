"""Facts as they lie in a store, looked at one by one: is each where it belongs, under its leaf, and found by its tags?

A range of the log at a time, so that several processes can share a long one. Nothing of what the store computed is
believed: leaves are computed from the bytes, and of their tree what the roots at given sizes are put together from.
"""

from __future__ import annotations

import gc
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import NamedTuple

from msgspec import MsgspecError

from domain.facts import KEY_FACTS
from domain.facts.proof import WitnessRecognised
from domain.quoting import printable
from history.faults import FactFault, StoreDamaged, StoreFault
from history.leaf import leaf_hash
from history.log import Log
from history.merkle import root_of
from history.port import Entry, TagRow, moment_of, moment_text, tag_rows_of, tags_of
from history.tree import BLOCK, block_root

FIRST, LAST = -(2**63), 2**63 - 1
"""The lowest and highest place a row can be at; facts begin at 1."""
FAULTS_MAX = 20
"""Of more faults in a range only the first are told: each is enough to know that it was altered."""
_PAGE = 16 * BLOCK
NO_LEAF = (TypeError, AttributeError, ValueError, struct.error)
_KEYS = {WitnessRecognised.stored_name(), *(kind.stored_name() for kind in KEY_FACTS)}


class Fault(NamedTuple):
    """Something that is not as it was recorded: where (None: not at one place), what (a code), and its particulars."""

    position: int | None
    code: str
    details: dict[str, str | int]


@dataclass
class Examined:
    """What was found in a range; of ranges that follow each other it can be put together."""

    faults: list[Fault] = field(default_factory=list)
    blocks: list[bytes] = field(default_factory=list)
    """Roots of complete blocks of leaves, as computed from the bytes."""
    rests: dict[int, bytes] = field(default_factory=dict)
    """Size -> the hash over the leaves after its last complete block."""
    moments: dict[int, str] = field(default_factory=dict)
    """Size -> when its last fact was recorded; and so for the last position of the range."""
    keys: list[tuple[int, str, bytes]] = field(default_factory=list)
    """Position, name and bytes of the facts about keys and witnesses."""
    last: int = 0

    def join(self, later: Examined) -> Examined:
        """This range and the one after it as one."""
        faults = [*self.faults, *later.faults]
        if self.moments.get(self.last, "") > min(later.moments.values(), default="~"):
            faults.append(Fault(self.last + 1, "time-went-back", {}))
        return Examined(
            sorted(faults, key=lambda fault: fault.position or 0)[:FAULTS_MAX],
            [*self.blocks, *later.blocks],
            {**self.rests, **later.rests},
            {**self.moments, **later.moments},
            [*self.keys, *later.keys],
            later.last,
        )


def leaf_of(entry: Entry, position: int | None = None) -> bytes:
    """The leaf of an entry as computed from the rest of it, as if it stood at a position. Raises one of `NO_LEAF`."""
    at, name, data, tags, told, salt, _ = entry
    return leaf_hash(at if position is None else position, name, tags, told, salt, data)


def examine(log: Log, after: int, until: int, sizes: Sequence[int], *, ends: bool = True) -> Examined:
    """Look at the facts with after < position <= until; `after` is a multiple of the block.

    `sizes` are those whose roots are wanted; `ends` says that no fact of the log comes later, whatever its position.
    """
    collecting = gc.isenabled()
    gc.disable()  # a million short-lived rows; looking for circles among them takes a third of the time
    try:
        return _Range(log, after, until, sizes, ends).examined()
    finally:
        if collecting:
            gc.enable()


class _Range:
    """One range under examination."""

    def __init__(self, log: Log, after: int, until: int, sizes: Sequence[int], ends: bool) -> None:
        self.found = Examined(last=after)
        self._mapper = log.mapper
        self._recorder = log.recorder
        self._low = after or FIRST
        self._high = until
        self._ends = ends
        self._sizes = [size for size in sizes if after < size <= until]
        self._leaves: list[bytes] = []
        self._at = after  # the index of the first of `_leaves`
        self._moment = ""
        self._tags = self._tag_rows()
        self._tags_agree = True

    def examined(self) -> Examined:
        """All of it, or as far as there are fewer faults than are told."""
        for page in self._pages():
            self._page(page)
            if len(self.found.faults) >= FAULTS_MAX:
                return self.found
        if self.found.last < self._high:
            self._fault(self.found.last + 1, "fact-missing")
        if not self._tags_agree or not self._no_further_tags():
            self._compare_tags()
        self.found.moments[self.found.last] = self._moment
        return self.found

    def _fault(self, position: int | None, code: str, **details: str | int) -> None:
        self.found.faults.append(Fault(position, code, details))

    def _pages(self) -> Iterator[list[Entry]]:
        """The rows in order; one that the database cannot give is a fault, and reading goes on behind it."""
        low = self._low
        while True:
            entries = self._recorder.entries(after=low, until=self._high)
            try:
                while page := list(islice(entries, _PAGE)):
                    yield page
                    low = page[-1].position
            except StoreFault as fault:
                bad = first_failing(lambda a, b: self._recorder.entries(after=a, until=b), low, self._high)
                if bad is None:
                    self._fault(None, "store-unreadable", reason=reason_of(fault))
                    return
                yield list(self._recorder.entries(after=low, until=bad - 1))
                self._fault(bad, "row-unreadable", reason=reason_of(fault))
                self.found.last = low = bad
                self._tags_agree = False
            else:
                return

    def _page(self, page: list[Entry]) -> None:
        if not page:
            return
        first, last = page[0].position, page[-1].position
        try:
            hashes = [leaf_hash(at, name, tags, told, salt, data) for at, name, data, tags, told, salt, _ in page]
        except NO_LEAF:
            hashes = []
        dense = first == self.found.last + 1 and last - first == len(page) - 1
        if dense and hashes == [one[6] for one in page] and self._moments_rise(page) and self._facts_are_read(page):
            self._moment = page[-1].recorded_at
            self.found.last = last
            self._meet_tags(page)
        else:
            hashes = [self._looked_at(one) for one in page]
            self._tags_agree = False
        self.found.keys += [one[:3] for one in page if one[1] in _KEYS]
        for size in self._sizes:
            if first <= size <= last and size - first < len(page):
                self.found.moments[size] = page[size - first].recorded_at
        self._take(hashes)

    def _moments_rise(self, page: list[Entry]) -> bool:
        texts = [self._moment, *[one[4] for one in page]]
        return texts == sorted(texts) and all(map(_is_moment, set(texts[1:])))

    def _facts_are_read(self, page: list[Entry]) -> bool:
        by_name: dict[str, list[bytes]] = {}
        for _, name, data, _, _, _, _ in page:
            by_name.setdefault(name, []).append(data)
        return all(self._mapper.are_facts(name, many) for name, many in by_name.items())

    def _looked_at(self, entry: Entry) -> bytes:
        """What is wrong with one row; returns its leaf as computed."""
        position, name, data, _, told, _, leaf = entry
        if position < 1:
            self._fault(position, "row-outside")
        elif position != self.found.last + 1:
            self._fault(self.found.last + 1, "fact-missing")
        self.found.last = max(position, self.found.last)
        try:
            computed = leaf_of(entry)
        except NO_LEAF:
            computed = b""
        if computed != leaf:
            self._fault(position, "leaf-differs")
        elif not _is_moment(told):
            self._fault(position, "time-unreadable")
        elif told < self._moment:
            self._fault(position, "time-went-back")
        else:
            self._moment = told
            try:
                self._mapper.fact(name, data)
            except FactFault as fault:
                self._fault(position, "fact-unreadable", reason=fault.sentence)
        return computed

    def _take(self, hashes: Sequence[bytes]) -> None:
        """Further leaves: the blocks they complete, and what is wanted of those they do not."""
        self._leaves += hashes
        end = self._at + len(self._leaves)
        for size in self._sizes:
            if self._at < size <= end and size % BLOCK:
                self.found.rests[size] = root_of(self._leaves[size - size % BLOCK - self._at : size - self._at])
        whole = len(self._leaves) - len(self._leaves) % BLOCK
        self.found.blocks += [block_root(self._leaves[low : low + BLOCK]) for low in range(0, whole, BLOCK)]
        self._at += whole
        del self._leaves[:whole]

    def _tag_rows(self) -> Iterator[TagRow]:
        """What questions by tags are answered from; of the first and the last range also what lies beyond any fact."""
        after = None if self._low == FIRST else self._low
        return self._recorder.tag_rows_within(after, None if self._ends else self._high)

    def _meet_tags(self, page: list[Entry]) -> None:
        """Both come in one order, so that they are equal as lists while all is well."""
        if not self._tags_agree:
            return
        wanted: list[TagRow] = []
        try:
            for at, name, _, text, _, _, _ in page:
                tags = tags_of(text)
                tags.sort()
                if len(set(tags)) < len(tags):
                    tags = sorted(set(tags))
                wanted += [(tag, name, at) for tag in tags]
            self._tags_agree = list(islice(self._tags, len(wanted))) == wanted
        except (StoreFault, MsgspecError):
            self._tags_agree = False

    def _no_further_tags(self) -> bool:
        """Nothing is left but what others recorded meanwhile."""
        try:
            further = [position for _, _, position in self._tags]
        except StoreFault:
            return False
        return not further or (self._ends and further[0] > self._high and further[-1] <= self._recorder.head())

    def _compare_tags(self) -> None:
        """Say which rows are missing and which there are too many, at the positions they are of.

        Where a fact has a fault of its own, what its tags should be is not known.
        """
        try:
            kept: set[tuple[object, object, object]] = set(self._tag_rows())
        except StoreFault as fault:
            bad = first_failing(self._recorder.tag_rows_within, self._low, self._high)
            self._fault(bad, "tags-unreadable", reason=reason_of(fault))
            return
        later = range(self._high + 1, self._recorder.head() + 1)  # recorded meanwhile
        faulty = {fault.position for fault in self.found.faults}
        wanted: set[tuple[object, object, object]] = set()
        unreadable = sorted(
            fault.position for fault in self.found.faults if fault.position and fault.code == "row-unreadable"
        )
        for after, before in pairwise([self._low, *unreadable, self._high + 1]):
            with suppress(StoreFault):
                for entry in self._recorder.entries(after=after, until=before - 1):
                    if entry.position not in faulty:
                        wanted.update(self._tags_of(entry))
        for code, rows in (("tag-missing", wanted - kept), ("tag-extra", kept - wanted)):
            told = [row for row in rows if row[2] not in faulty and row[2] not in later]
            for tag, _, position in sorted(told, key=lambda row: (str(row[2]), str(row[0])))[:FAULTS_MAX]:
                self._fault(position if isinstance(position, int) else None, code, tag=printable(str(tag)))

    def _tags_of(self, entry: Entry) -> list[TagRow]:
        try:
            return tag_rows_of(entry)
        except StoreDamaged as fault:
            self._fault(entry.position, "fact-unreadable", reason=reason_of(fault))
            return []


def first_failing(read: Callable[[int, int], Iterator[object]], low: int, high: int) -> int | None:
    """The first position (above `low`) the database cannot read, by halving; None when it reads them all."""

    def fails(after: int, until: int) -> bool:
        try:
            for _ in read(after, until):
                pass
        except StoreFault:
            return True
        return False

    if not fails(low, high):
        return None
    reach = 2 * _PAGE  # what fails is near where reading stopped
    if low + reach < high and fails(low, low + reach):
        high = low + reach
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fails(low, middle) else (middle, high)
    return high


def _is_moment(told: str) -> bool:
    """Whether a recorder of ours wrote that: one moment has one text."""
    try:
        return moment_text(moment_of(told)) == told
    except (StoreDamaged, ValueError, TypeError):
        return False


def reason_of(fault: StoreFault) -> str:
    """What the database says."""
    return printable(str(fault.details.get("reason", fault.code)))
