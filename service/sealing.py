"""Use cases of checkpoints: seal the log, hand one out, take it back co-signed, say what a paper rests on."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.errors import Refusal
from domain.money import Lang
from history.checkpoint import Offer, TreeHead, origin_of, read_checkpoint
from history.note import NOTE_BYTES_MAX, Note
from history.port import Checkpoint, FactRecorder, moment_of
from history.tree import Tree
from history.verify import LogAltered, checked_root
from service.county import County
from service.files import read_small, whole_file
from service.keyfiles import key_in
from service.keys import current, keyring, place_of_key
from texts import Both, text


class NothingToSeal(Refusal):
    """An empty log has nothing to commit to."""

    code = "nothing-to-seal"
    sentence_en = "There is nothing on the record yet, so nothing was sealed."
    cure_en = "Import a register first."


class NotSealedYet(Refusal):
    """No checkpoint was ever made."""

    code = "not-sealed-yet"
    sentence_en = "This log has no checkpoint yet."
    cure_en = "Make one with `tongchou audit seal`."


class CheckpointForeign(Refusal):
    """A checkpoint this log did not make, or makes no more."""

    code = "checkpoint-foreign"
    sentence_en = "The checkpoint of {size} facts is none that this log keeps ({reason})."
    cure_en = "Import the file the witness co-signed, into the store it was exported from; else verify with --pinned."


class SignatureUnknown(Refusal):
    """A line under a checkpoint that is of nobody known here, or false."""

    code = "signature-unknown"
    sentence_en = "The signature of “{name}” is not that of a key of this log or of a recognised witness."
    cure_en = "Recognise the witness first (`tongchou audit witness recognise`), or hand in the file it really signed."


@dataclass(frozen=True)
class Sealed:
    """A checkpoint of the log, and whether it was made just now."""

    note: Note
    says: TreeHead
    is_new: bool


def tree_of(county: County) -> Tree:
    """The Merkle tree of the log, with its small file beside the store, in the cache for one on a server."""
    return Tree(county.log.recorder, county.file("tree"))


def kept(recorder: FactRecorder) -> list[tuple[Note, TreeHead]]:
    """The checkpoints a store keeps, smallest first. Raises `LogAltered` for one that is none."""
    found = []
    for size, note in recorder.checkpoints():
        try:
            read = read_checkpoint(note.encode())
        except Refusal:
            raise LogAltered(reason=f"the checkpoint kept for {size} facts is none") from None
        found.append(read)
    return sorted(found, key=lambda read: read[1].size)


def newest(recorder: FactRecorder) -> tuple[Note, TreeHead]:
    """The largest checkpoint kept. Raises `NotSealedYet`."""
    found = kept(recorder)
    if not found:
        raise NotSealedYet
    return found[-1]


def seal(county: County, key_file: Path | None = None) -> Sealed:
    """Sign the log as it stands; where nothing came since the last checkpoint, that one is the answer.

    Before it signs it computes every leaf since the last checkpoint from the bytes, and that one's root anew, so that
    no alteration it could see is ever sealed. Raises `NothingToSeal`, `NoSigningKey`, a fault of the key file, or
    `LogAltered`.
    """
    recorder = county.log.recorder
    size = recorder.head()
    if not size:
        raise NothingToSeal
    period = current(county, "seal")
    checkpoints = kept(recorder)
    last = checkpoints[-1] if checkpoints else None
    if last is not None and last[1].size == size and last[0].is_signed_by(period.key):
        return Sealed(*last, is_new=False)
    key = key_in(place_of_key(county, key_file), period.key.public)
    since = None if last is None else last[1]
    root = checked_root(recorder, tree_of(county), since, size)
    says = TreeHead(recorder.store_id, size, root, _time(county, since, size))
    note = says.signed(key)
    recorder.keep_checkpoint(Checkpoint(size, str(note)))
    return Sealed(note, says, is_new=True)


def _time(county: County, since: TreeHead | None, size: int) -> datetime:
    """Now, but never before what it seals was recorded, nor before the last checkpoint."""
    last_fact = next(iter(county.log.recorder.rows(after=size - 1, until=size)))[4]
    times = [county.clock(), moment_of(last_fact)]
    return max(times if since is None else [*times, since.time])


def offer(county: County, since: int | None = None) -> Offer:
    """The newest checkpoint; with `since` also the proof that it grew from the log of so many facts.

    Raises `NotSealedYet`, or `CheckpointForeign` when the log was never, or is no more, that long.
    """
    note, says = newest(county.log.recorder)
    if since is None:
        return Offer(0, [], note)
    if since > says.size:
        raise CheckpointForeign(size=since, reason="it ends before")
    return Offer(since, tree_of(county).consistency(since, says.size), note)


def take_back(county: County, given: bytes) -> Sealed:
    """Keep what witnesses signed under a checkpoint of this log.

    Raises `NoteUnreadable`, `CheckpointForeign` or `SignatureUnknown`; then nothing was kept.
    """
    recorder = county.log.recorder
    note, says = read_checkpoint(given)
    alike = [one for one, _ in kept(recorder) if one.text == note.text]
    if says.store_id != recorder.store_id:
        raise CheckpointForeign(size=says.size, reason=f"it is of {origin_of(says.store_id)}")
    if not alike:
        raise CheckpointForeign(size=says.size, reason="none of its text is kept")
    ring = keyring(county)
    known = [*(period.key for period in ring.periods), *ring.witnesses]
    for line in note.signatures:
        if not any(line.is_of(key) and note.is_signed_by(key) for key in known):
            raise SignatureUnknown(name=line.name)
    whole = alike[-1].with_signatures(note.signatures)
    if whole == alike[-1]:
        return Sealed(whole, says, is_new=False)
    recorder.keep_checkpoint(Checkpoint(says.size, str(whole)))
    return Sealed(whole, says, is_new=True)


def export_checkpoint(county: County, path: Path, since: int | None = None) -> int:
    """Write the newest checkpoint into a file, with `since` as an offer to a witness; returns its size."""
    made = offer(county, since)
    content = str(made.note) if since is None else str(made)

    def write(draft: Path) -> None:
        draft.write_text(content, encoding="utf-8")

    whole_file(path, write)
    return TreeHead.of(made.note).size


def import_checkpoint(county: County, path: Path) -> Sealed:
    """`take_back` from a file."""
    return take_back(county, read_small(path, NOTE_BYTES_MAX))


@dataclass(frozen=True)
class Resting:
    """What a paper rests on: the first `position` facts of a store, their root, and the checkpoint nearest to them.

    That is the smallest one that covers them, else the largest there is; `unsealed` facts come after it.
    """

    store_id: str
    position: int
    root: bytes
    note: str | None
    sealed: int
    unsealed: int

    @property
    def stamp(self) -> str | None:
        """The checkpoint in short: the beginning of the store's id, and how many facts it covers; None without one."""
        return None if self.note is None else f"{self.store_id[:12]}/{self.sealed}"

    @property
    def sentences(self) -> Both:
        """The line for the foot of a paper, in both languages."""
        return Both(self.sentence("zh"), self.sentence("en"))

    def sentence(self, lang: Lang) -> str:
        """The same in one of them."""
        root = base64.b64encode(self.root).decode()
        values = {"store": self.store_id[:12], "position": self.position, "root": root}
        if self.note is None:
            return text("rests.unsealed", lang, **values)
        if self.unsealed:
            return text("rests.partly", lang, **values, sealed=self.sealed, unsealed=self.unsealed)
        return text("rests.sealed", lang, **values, sealed=self.sealed)

    def as_json(self) -> dict[str, Any]:
        """The same for programs; the root in base64, as checkpoints write it."""
        return {
            "store": self.store_id,
            "position": self.position,
            "root": base64.b64encode(self.root).decode(),
            "checkpoint": self.note,
            "sealed": self.sealed,
            "not_yet_sealed": self.unsealed,
        }


def resting_on(county: County, position: int | None = None) -> Resting:
    """What something that was computed from the log up to a position (default: all of it) rests on."""
    recorder = county.log.recorder
    at = recorder.head() if position is None else position
    checkpoints = kept(recorder)
    covering = [read for read in checkpoints if read[1].size >= at]
    smallest = covering[0][1].size if covering else checkpoints[-1][1].size if checkpoints else 0
    note = next((note for note, says in reversed(checkpoints) if says.size == smallest), None)
    return Resting(
        store_id=recorder.store_id,
        position=at,
        root=tree_of(county).root(at),
        note=None if note is None else str(note),
        sealed=smallest,
        unsealed=max(at - smallest, 0),
    )
