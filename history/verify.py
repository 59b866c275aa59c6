"""Whether a log is what its checkpoints say, and where not: everything is computed anew from the bytes as they lie.

A leaf covers all of a fact, a checkpoint all leaves before it. Whoever alters facts without their leaves is found at
the fact; whoever computes the leaves anew too is found between two checkpoints; whoever also signs new checkpoints is
found by the checkpoint or the key that somebody outside has kept (`pinned`, `key`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from domain.errors import Refusal
from history.checkpoint import TreeHead, origin_of, read_checkpoint
from history.examine import FAULTS_MAX, NO_LEAF, Examined, Fault, examine, leaf_of, reason_of
from history.faults import FactFault, StoreFault
from history.keyring import KeyRing
from history.log import Log
from history.merkle import EMPTY_ROOT
from history.note import Note, PublicKey, cosigned_at
from history.port import FactRecorder, moment_text
from history.tree import BLOCK, Blocks, Tree

Examine = Callable[[int, Sequence[int]], Examined]
"""Looks at all facts up to a position for the roots at some sizes; where there are processors, in several processes."""


class LogAltered(Refusal):
    """Something the log is signed for is no more as it was: nothing further is signed."""

    code = "log-altered"
    sentence_en = "The log is not as it was when it was last sealed: {reason}. Nothing was sealed."
    cure_en = "Run `tongchou audit verify`, which names the place; keep the store as it is for examination."


@dataclass(frozen=True)
class Kept:
    """A checkpoint as somebody kept it: the store itself, or whoever pinned it outside."""

    size: int
    given: bytes
    pinned: bool = False


@dataclass(frozen=True)
class Report:
    """What verification found. `sealed` is the size of the largest checkpoint that holds, 0 without one."""

    store_id: str
    facts: int
    sealed: int
    checkpoints: int
    faults: tuple[Fault, ...]
    replaced_at: tuple[int, ...] = ()
    """Where a key was replaced as lost: nobody vouched for the new one."""
    witnessed: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Witness -> the size of the largest checkpoint it co-signed, and when (unix seconds)."""

    @property
    def well(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.faults

    @property
    def unsealed(self) -> int:
        """How many facts no checkpoint covers yet."""
        return max(self.facts - self.sealed, 0)


def verify(log: Log, pinned: bytes | None = None, key: PublicKey | None = None, by: Examine | None = None) -> Report:
    """Look at everything: facts, leaves, order, times, tags, tables, keys, checkpoints, witnesses.

    `pinned` is a checkpoint and `key` a public key of this log that somebody outside the store has kept. `by` looks at
    the facts; without it this process does, one after the other.
    """
    return _Verification(log, pinned, key).report(by or (lambda until, sizes: examine(log, 0, until, sizes)))


class _Verification:
    """One run of `verify`."""

    def __init__(self, log: Log, pinned: bytes | None, key: PublicKey | None) -> None:
        self._log = log
        self._recorder = log.recorder
        self._key = key
        self._faults: list[Fault] = []
        self._head = log.head()
        self._store_id = ""
        try:
            self._store_id = self._recorder.store_id
        except StoreFault as fault:
            self._fault(None, "store-id-lost", reason=reason_of(fault))
        try:
            self._kept = [Kept(size, _bytes(note)) for size, note in self._recorder.checkpoints()]
        except StoreFault as fault:
            self._kept = []
            self._fault(None, "checkpoints-lost", reason=reason_of(fault))
        if pinned is not None:
            self._kept.append(Kept(0, pinned, pinned=True))
        self._ring = KeyRing()

    def report(self, by: Examine) -> Report:
        """Everything, put together."""
        read = list(self._read_checkpoints())
        sizes = sorted({says.size for _, _, says in read if says.size <= self._head})
        with ThreadPoolExecutor(1) as beside:  # the database looks at its own files meanwhile
            checking = beside.submit(self._file_faults)
            found = by(self._head, sizes)
            self._faults += [Fault(None, "file", {"reason": words}) for words in checking.result()]
        self._take_keys(found)
        self._faults += self._explained(found, [says for _, _, says in read])
        sealed = self._check_checkpoints(read, found)
        faults = sorted(dict.fromkeys(map(_hashable, self._faults)), key=_order)
        return Report(
            self._store_id,
            self._head,
            sealed,
            sum(not kept.pinned for kept in self._kept),
            tuple(Fault(position, code, dict(details)) for position, code, details in faults[: 2 * FAULTS_MAX]),
            tuple(period.position for period in self._ring.periods if period.fact.stored_name() == "key.replaced"),
            self._witnessed(read),
        )

    def _fault(self, position: int | None, code: str, **details: str | int) -> None:
        self._faults.append(Fault(position, code, details))

    def _file_faults(self) -> list[str]:
        try:
            return self._recorder.file_faults()
        except StoreFault as fault:
            return [reason_of(fault)]

    def _read_checkpoints(self) -> Iterator[tuple[Kept, Note, TreeHead]]:
        """Those that are checkpoints of this store, whoever signed them."""
        for kept in self._kept:
            whose = "pinned" if kept.pinned else "kept"
            try:
                note, says = read_checkpoint(kept.given)
            except Refusal as refusal:
                self._fault(None, f"checkpoint-unreadable-{whose}", reason=refusal.sentence)
                continue
            if says.store_id != self._store_id:
                of, here = origin_of(says.store_id), origin_of(self._store_id)
                self._fault(None, f"checkpoint-foreign-{whose}", size=says.size, of=of, here=here)
                continue
            if not kept.pinned and kept.size != says.size:
                self._fault(None, "checkpoint-size", size=says.size, kept=str(kept.size))
            yield kept, note, says

    def _take_keys(self, found: Examined) -> None:
        """The keys, and whether each follows from the one before, from the pinned one at least."""
        for position, name, data in found.keys:
            try:
                fact = self._log.mapper.fact(name, data)
            except FactFault:
                continue  # told already
            self._ring.take(position, fact)
        for period in self._ring.breaks():
            self._fault(period.position, "key-chain")
        here = origin_of(self._store_id)
        for name in {period.fact.key_name for period in self._ring.periods} - {here}:
            self._fault(None, "key-of-other-store", of=name, here=here)
        if self._key is None:
            return
        unvouched = self._ring.unvouched_since(self._key)
        if unvouched is None:
            self._fault(None, "key-foreign", public_key=self._key.public.hex())
        for period in unvouched or []:
            self._fault(period.position, "key-unvouched", public_key=period.key.public.hex())

    def _explained(self, found: Examined, heads: list[TreeHead]) -> Iterator[Fault]:
        """The faults of facts; where a leaf differs, whether the checkpoint that covers it speaks for fact or leaf."""
        differing = [fault.position for fault in found.faults if fault.code == "leaf-differs"]
        first = next((at for at in differing if at is not None), None)
        kind = None if first is None else self._kind_of_difference(found, heads, first)
        for fault in found.faults:
            if fault.code != "leaf-differs" or fault.position is None or kind is None:
                yield fault
            elif fault.position == first:
                yield kind
            elif kind.code in _ALIKE:  # else facts were moved: what lies after the first place follows from it
                known = fault.position <= int(kind.details.get("size", 0))
                yield Fault(fault.position, *kind[1:]) if known else Fault(fault.position, "fact-or-leaf-altered", {})

    def _kind_of_difference(self, found: Examined, heads: list[TreeHead], first: int) -> Fault:
        moved = _where_from(self._recorder, first, self._head)
        if moved is not None:
            return moved
        for says in sorted(heads, key=lambda one: one.size):
            if first <= says.size <= self._head:
                if _root(found, says.size) == says.root:
                    return Fault(first, "leaf-altered", {"size": says.size})
                if _kept_root(self._recorder, says.size) == says.root:
                    return Fault(first, "fact-altered", {"size": says.size})
        return Fault(first, "fact-or-leaf-altered", {})

    def _check_checkpoints(self, read: list[tuple[Kept, Note, TreeHead]], found: Examined) -> int:
        """Roots, signatures and times; returns the size of the largest checkpoint that holds."""
        good = 0
        texts = {note.text for kept, note, _ in read if not kept.pinned}
        located = any(fault.position is not None for fault in found.faults)
        for kept, note, says in sorted(read, key=lambda one: one[2].size):
            whose = "pinned" if kept.pinned else "kept"
            holds = self._check_signatures(kept, note, says)
            if not holds and not kept.pinned:
                continue  # what nobody has signed says nothing about the facts
            if says.size > self._head:
                self._fault(self._head + 1, "truncated", size=says.size, facts=self._head)
            elif _root(found, says.size) != says.root:
                if not located:
                    self._fault(good + 1, f"rewritten-{whose}", since=good, size=says.size)
            else:
                if moment_text(says.time) < found.moments.get(says.size, ""):
                    self._fault(says.size, "checkpoint-too-early", size=says.size)
                good = max(good, says.size) if holds else good
            if kept.pinned and note.text not in texts:
                self._fault(says.size, "checkpoint-removed", size=says.size)
        return good

    def _check_signatures(self, kept: Kept, note: Note, says: TreeHead) -> bool:
        """The key of that time has signed, and no line is false or of somebody unknown."""
        period = self._ring.at(says.size)
        if period is None or not note.is_signed_by(period.key):
            self._fault(
                says.size, "checkpoint-unsigned-pinned" if kept.pinned else "checkpoint-unsigned", size=says.size
            )
            return False
        if kept.pinned:
            return True  # whoever signed it beside is not ours to know
        known = [period.key, *self._ring.witnesses]
        false = [line.name for line in note.signatures if not any(_is_signature(note, line, key) for key in known)]
        for name in false:
            self._fault(says.size, "signature-unknown", size=says.size, name=name)
        return not false

    def _witnessed(self, read: list[tuple[Kept, Note, TreeHead]]) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for _, note, says in sorted(read, key=lambda one: one[2].size):
            for key in self._ring.witnesses:
                line = note.signature_of(key)
                if line is not None and note.is_signed_by(key):
                    found[key.name] = says.size, cosigned_at(line) or 0
        return found


_ALIKE = {"leaf-altered", "fact-altered", "fact-or-leaf-altered"}
_BEYOND = 1_000
"""Facts taken out before the end: so many at most are recognised by where the rest was recorded."""


def checked_root(recorder: FactRecorder, tree: Tree, since: TreeHead | None, size: int) -> bytes:
    """The root over the first `size` facts, if it can be signed after `since`: the last checkpoint still holds, and of
    every fact after it the leaf is computed anew. Raises `LogAltered`.
    """
    before = 0 if since is None else since.size
    if before > size:
        raise LogAltered(reason=f"the checkpoint covers {before} facts and there are {size}")
    try:
        if since is not None and tree.root(before) != since.root:
            tree.forget()  # the file beside the store may have been made of another
            if tree.root(before) != since.root:
                raise LogAltered(reason=f"the facts up to position {before} do not give its root")
        tree.forget(before)
        expected = before
        for entry in recorder.entries(after=before, until=size):
            expected += 1
            if entry.position != expected or leaf_of(entry) != entry.leaf:
                raise LogAltered(reason=f"the fact at position {expected} is not what was recorded")
        return tree.root(size)
    except (*NO_LEAF, StoreFault) as fault:
        raise LogAltered(reason=f"facts up to position {size} are missing or cannot be read") from fault


def _root(found: Examined, size: int) -> bytes:
    """The root at one of the sizes asked for, as computed from the bytes; empty where the facts do not reach."""
    if not size:
        return EMPTY_ROOT
    if len(found.blocks) * BLOCK + BLOCK <= size or (size % BLOCK and size not in found.rests):
        return b""
    return Blocks(found.blocks).tree_hash(0, size, found.rests.get(size))


def _kept_root(recorder: FactRecorder, size: int) -> bytes:
    try:
        return Tree(recorder).root(size)
    except (ValueError, TypeError, StoreFault):
        return b""


def _where_from(recorder: FactRecorder, first: int, head: int) -> Fault | None:
    """Whether the row at a place, or the one after it, is one that was recorded at another: what happened then."""
    leaves = dict(enumerate(recorder.leaves(until=head), 1))
    here = _recorded_at(recorder, first, leaves)
    if here is None:
        after = _recorded_at(recorder, first + 1, leaves)
        return Fault(first, "fact-inserted", {}) if after == first else None
    if _recorded_at(recorder, here, leaves) == first:
        return Fault(first, "facts-reordered", {"other": here})
    last = _recorded_at(recorder, head, leaves)
    if last is not None and last - head == here - first:
        if here > first:
            return Fault(first, "facts-deleted", {"count": here - first})
        return Fault(here, "fact-inserted", {})
    return Fault(first, "facts-reordered", {"other": here})


def _recorded_at(recorder: FactRecorder, position: int, leaves: dict[int, bytes]) -> int | None:
    """The position whose leaf the row's content gives: its own leaf came along with it, or was left where it was."""
    row = next(iter(recorder.entries(after=position - 1, until=position)), None)
    if row is None:
        return None
    try:
        for at in range(1, len(leaves) + _BEYOND):
            leaf = leaf_of(row, at)
            if at != position and leaf in (row.leaf, leaves.get(at)):
                return at
    except NO_LEAF:
        return None
    return None


def _is_signature(note: Note, line: object, key: PublicKey) -> bool:
    return note.signature_of(key) is line and note.is_signed_by(key)


def _bytes(note: object) -> bytes:
    return note.encode() if isinstance(note, str) else note if isinstance(note, bytes) else b""


def _order(fault: tuple[int | None, str, object]) -> tuple[bool, int, bool]:
    """By position; what is beside the facts of one after what they are themselves."""
    position, code, _ = fault
    return position is None, position or 0, code.startswith("tag")


def _hashable(fault: Fault) -> tuple[int | None, str, tuple[tuple[str, str | int], ...]]:
    return fault.position, fault.code, tuple(fault.details.items())
