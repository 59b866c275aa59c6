"""Checkpoints (C2SP tlog-checkpoint): what a log commits to when it signs how long it is and what lies in it.

    tongchou/<store id>                    whose log it is; also the name of the key that signs
    1112                                   how many facts
    <base64 of the root>                   of the Merkle tree over their leaves (RFC 9162)
    time 2026-11-21T19:00:00.000000Z       when it was signed, by the clock of who signed

The signatures below it are those of a signed note (`history/note.py`).
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from history.leaf import HASH_BYTES
from history.merkle import EMPTY_ROOT, is_consistent
from history.note import NOTE_BYTES_MAX, Note, NoteUnreadable, SigningKey, from_base64
from history.port import moment_text

ORIGIN = "tongchou/"
PROOF_LINES_MAX = 63
"""As long as a proof of consistency can be (C2SP tlog-witness)."""
_SIZE_MAX = 2**63 - 1

_TEXT = re.compile(
    r"(?P<origin>tongchou/[0-9a-f]{32})\n"
    r"(?P<size>0|[1-9][0-9]{0,18})\n"
    r"(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)\n"
)


def origin_of(store_id: str) -> str:
    """How a store is named in its checkpoints, and the name of its key."""
    return ORIGIN + store_id


@dataclass(frozen=True)
class TreeHead:
    """What a checkpoint says: the first `size` facts of a store have this root, at this moment."""

    store_id: str
    size: int
    root: bytes
    time: datetime

    def text(self) -> str:
        """The lines that are signed."""
        root = base64.b64encode(self.root).decode()
        return f"{origin_of(self.store_id)}\n{self.size}\n{root}\ntime {moment_text(self.time)}\n"

    def signed(self, key: SigningKey) -> Note:
        """The checkpoint, signed."""
        return Note.signed(self.text(), key)

    @classmethod
    def of(cls, note: Note) -> TreeHead:
        """What a note says, read strictly. Raises `NoteUnreadable` for any other text than `text` gives."""
        parts = _TEXT.fullmatch(note.text)
        if parts is None:
            raise NoteUnreadable(reason="its text is not origin, size, root and time of a log of this kind")
        root, size = from_base64(parts["root"]), int(parts["size"])
        try:
            time = datetime.fromisoformat(parts["time"])
        except ValueError:
            raise NoteUnreadable(reason="its time is no moment") from None
        if root is None or len(root) != HASH_BYTES or size > _SIZE_MAX or (not size and root != EMPTY_ROOT):
            raise NoteUnreadable(reason="its size or its root cannot be one")
        return cls(parts["origin"].removeprefix(ORIGIN), size, root, time)

    def grew_into(self, later: TreeHead, path: list[bytes]) -> bool:
        """Whether the path proves that the later one only added facts to this one (RFC 9162, 2.1.4.2)."""
        same_log = self.store_id == later.store_id
        return same_log and is_consistent(self.size, self.root, later.size, later.root, path)


def read_checkpoint(given: bytes) -> tuple[Note, TreeHead]:
    """A checkpoint and what it says; no signature is checked. Raises `NoteUnreadable`."""
    note = Note.parse(given)
    return note, TreeHead.of(note)


class Offer(NamedTuple):
    """A checkpoint with the proof that it grew from the one of `since` facts: what a witness is asked to co-sign."""

    since: int
    path: list[bytes]
    note: Note

    def __str__(self) -> str:
        """The request of C2SP tlog-witness: `old <size>`, the proof a hash a line, an empty line, the checkpoint."""
        proof = [base64.b64encode(step).decode() for step in self.path]
        return "\n".join([f"old {self.since}", *proof, "", str(self.note)])

    @classmethod
    def parse(cls, given: bytes) -> Offer:
        """Read what `str` gives, or a checkpoint alone (as one that grew from nothing). Raises `NoteUnreadable`."""
        if len(given) > NOTE_BYTES_MAX:
            raise NoteUnreadable(reason="it is longer than 64 KiB")
        if not given.startswith(b"old "):
            return cls(0, [], Note.parse(given))
        head, _, rest = given.partition(b"\n\n")
        first, *proof = head.decode("ascii", "replace").split("\n")
        since = re.fullmatch(r"old (0|[1-9][0-9]{0,18})", first)
        path = [from_base64(line) for line in proof[: PROOF_LINES_MAX + 1]]
        steps = [step for step in path if step is not None and len(step) == HASH_BYTES]
        if since is None or len(steps) != len(proof) or len(proof) > PROOF_LINES_MAX:
            raise NoteUnreadable(reason="what stands above the checkpoint is not a size and a proof")
        return cls(int(since[1]), steps, Note.parse(rest))
