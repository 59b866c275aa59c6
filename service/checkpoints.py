"""Checkpoints as other programs read them: what each says, who signed it, and by which keys that can be told."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from domain.errors import Refusal
from domain.facts.proof import WitnessRecognised
from history.checkpoint import TreeHead, origin_of
from history.keyring import KeyRing
from history.note import Kind, Note, PublicKey, Signature, cosigned_at
from service.county import County
from service.keys import keyring
from service.proofs import Hash
from service.sealing import kept, newest


class UnknownCheckpoint(Refusal):
    """A size at which nobody sealed the log."""

    code = "unknown-checkpoint"
    sentence_en = "No checkpoint of this log covers exactly {size} facts."
    cure_en = "Take a size from the list of checkpoints, or ask for a proof of consistency between two of them."


class SignedBy(Struct, frozen=True, kw_only=True):
    """A signature under a checkpoint. It was checked when it was taken in; check it again with the key."""

    name: str
    key_id: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}$")]
    by: Literal["log", "witness", "unknown"]
    at: datetime | None
    """When a witness signed."""


class CheckpointShown(Struct, frozen=True, kw_only=True):
    """What the log committed to: its first `size` facts have this root. `note` is the signed text (C2SP)."""

    store: str
    origin: str
    size: Annotated[int, Meta(ge=0)]
    root: Hash
    time: datetime
    signatures: tuple[SignedBy, ...]
    note: str


class SigningPeriod(Struct, frozen=True, kw_only=True):
    """A key of the log (a `vkey` of C2SP signed notes), and from which position on it signs."""

    key: str
    key_id: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}$")]
    since: Annotated[int, Meta(ge=1)]
    vouched: bool
    """The key before it signed for it; false for the first one, and for one put in place of a lost one."""


class RecognisedWitness(Struct, frozen=True, kw_only=True):
    """An office outside whose co-signatures count, its key and its post."""

    name: str
    post: str
    key: str
    key_id: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}$")]
    since: Annotated[int, Meta(ge=1)]


class SigningKeys(Struct, frozen=True, kw_only=True):
    """Whose signatures count, from the log's own facts."""

    store: str
    origin: str
    keys: tuple[SigningPeriod, ...]
    witnesses: tuple[RecognisedWitness, ...]


class Seals(Struct, frozen=True, kw_only=True):
    """What of the record is sealed: facts after the last checkpoint could still be altered unseen."""

    store: str
    facts: Annotated[int, Meta(ge=0)]
    sealed: Annotated[int, Meta(ge=0)]
    not_yet_sealed: Annotated[int, Meta(ge=0)]
    checkpoints: Annotated[int, Meta(ge=0)]
    witnessed: Annotated[int, Meta(ge=0)]
    """How many facts a witness outside co-signed, at most."""
    newest: CheckpointShown | None


def checkpoints(county: County) -> list[CheckpointShown]:
    """One checkpoint for each number of facts, with all signatures it has so far, smallest first."""
    ring = keyring(county)
    standing = {says.size: (note, says) for note, says in kept(county.log.recorder)}
    return [shown(ring, note, says) for note, says in standing.values()]


def checkpoint(county: County, size: int | None = None) -> CheckpointShown:
    """That of a size, by default the newest. Raises `UnknownCheckpoint`, or `NotSealedYet`."""
    if size is None:
        return shown(keyring(county), *newest(county.log.recorder))
    found = [one for one in kept(county.log.recorder) if one[1].size == size]
    if not found:
        raise UnknownCheckpoint(size=size)
    return shown(keyring(county), *found[-1])


def shown(ring: KeyRing, note: Note, says: TreeHead) -> CheckpointShown:
    """A checkpoint for other programs."""
    return CheckpointShown(
        store=says.store_id,
        origin=origin_of(says.store_id),
        size=says.size,
        root=base64.b64encode(says.root).decode(),
        time=says.time,
        signatures=tuple(_signed_by(ring, line) for line in note.signatures),
        note=str(note),
    )


def signing_keys(county: County) -> SigningKeys:
    """Every key of the log and of its witnesses."""
    store = county.log.recorder.store_id
    periods = (
        SigningPeriod(key=str(one.key), key_id=one.key.id.hex(), since=one.position, vouched=one.vouched)
        for one in keyring(county).periods
    )
    return SigningKeys(store=store, origin=origin_of(store), keys=tuple(periods), witnesses=tuple(_witnesses(county)))


def seals(county: County) -> Seals:
    """How far the record is sealed and witnessed."""
    head, found = county.log.head(), checkpoints(county)
    sealed = found[-1].size if found else 0
    witnessed = [one.size for one in found if any(line.by == "witness" for line in one.signatures)]
    return Seals(
        store=county.log.recorder.store_id,
        facts=head,
        sealed=sealed,
        not_yet_sealed=max(head - sealed, 0),
        checkpoints=len(found),
        witnessed=max(witnessed, default=0),
        newest=found[-1] if found else None,
    )


def _witnesses(county: County) -> Iterator[RecognisedWitness]:
    for recorded in county.log.facts(types=[WitnessRecognised]):
        fact = recorded.fact
        if isinstance(fact, WitnessRecognised):
            key = PublicKey(fact.witness, bytes.fromhex(fact.public_key), Kind.COSIGNATURE)
            yield RecognisedWitness(
                name=fact.witness,
                post=fact.witness_post,
                key=str(key),
                key_id=key.id.hex(),
                since=recorded.position,
            )


def _signed_by(ring: KeyRing, line: Signature) -> SignedBy:
    by: Literal["log", "witness", "unknown"] = "unknown"
    if any(line.is_of(period.key) for period in ring.periods):
        by = "log"
    elif any(line.is_of(key) for key in ring.witnesses):
        by = "witness"
    at = _moment(cosigned_at(line)) if by == "witness" else None
    return SignedBy(name=line.name, key_id=line.id.hex(), by=by, at=at)


def _moment(seconds: int | None) -> datetime | None:
    """None also for what no calendar reaches."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
