"""Use case of a witness, at the office that co-signs: without the store, with what it remembers of each log it knows.

A witness signs that it has seen a log only grow. So it keeps, per log, the key it trusts and the last checkpoint it
signed, in a small file of its own, and signs the next one only with the proof that it grew from that one (C2SP
tlog-witness).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import msgspec

from domain.errors import Refusal
from history.checkpoint import Offer, TreeHead, origin_of, read_checkpoint
from history.note import NOTE_BYTES_MAX, KeyUnreadable, Note, NoteUnreadable, PublicKey
from service.county import now
from service.files import KEY_LINE_BYTES_MAX, read_small, whole_file
from service.keyfiles import key_path, make_file, new_key, read_keys

STATE_BYTES_MAX = 4 * 1024 * 1024


class LogUnknown(Refusal):
    """A witness signs for logs whose key somebody has given it, not for any that asks."""

    code = "log-unknown"
    sentence_en = "This witness does not know the key of {origin}."
    cure_en = "Ask the county for its key by another way than this file, and name it with --log-key."


class NotTheLogs(Refusal):
    """Not signed with the key the witness trusts."""

    code = "checkpoint-not-the-logs"
    sentence_en = "The checkpoint of {size} facts is not signed with the key this witness knows of {origin}."
    cure_en = "If the county rotated its key, have it confirm the new one by another way, and name it with --log-key."


class ProofNeeded(Refusal):
    """The proof starts from another checkpoint than the last one co-signed."""

    code = "witness-proof-needed"
    sentence_en = "This witness last co-signed {known} facts of {origin}, and the proof starts from {since}."
    cure_en = "Have the county export it anew: `tongchou audit checkpoint export FILE --since {known}`."


class WentBack(Refusal):
    """A checkpoint shorter than one co-signed before."""

    code = "witness-went-back"
    sentence_en = "This witness co-signed {known} facts of {origin}; this checkpoint has only {size}."
    cure_en = "Ask the county for its newest checkpoint. If this is its newest, facts are missing: keep both files."


class NotGrown(Refusal):
    """What every witness is there for: the log is not the one it was."""

    code = "witness-not-grown"
    sentence_en = (
        "The {size} facts of {origin} do not begin with the {known} this witness co-signed: they were altered."
    )
    cure_en = "Do not sign. Keep this file and the state of the witness: together they prove it."


class WitnessStateUnreadable(Refusal):
    """What a witness remembers cannot be read; to begin anew would let anything pass."""

    code = "witness-state-unreadable"
    sentence_en = "What this witness remembers, {path}, cannot be read: {reason}."
    cure_en = "Restore the file from its backup; without it the witness cannot tell whether a log was altered."


class _Known(msgspec.Struct, forbid_unknown_fields=True):
    """What a witness remembers of a log: the line of its key, and the last checkpoint it co-signed."""

    log_key: str
    note: str


@dataclass(frozen=True)
class Cosigned:
    """A checkpoint with the witness's signature under it, and the size of the one it had signed before."""

    note: Note
    says: TreeHead
    before: int


def new_witness(name: str, out: Path | None) -> tuple[PublicKey, Path]:
    """Make the key of a witness in a file for its owner alone; returns the public half, for the county to recognise."""
    path = key_path(out, name.replace("/", "-"))
    key = new_key(name)
    make_file(path, key)
    return key.public.cosigning(), path


def cosign(given: bytes, key_file: Path, state: Path, log_key: bytes | None = None) -> Cosigned:
    """Co-sign a checkpoint of a known log that grew from the last one; the state is written before anybody sees it.

    Raises `LogUnknown`, `NotTheLogs`, `ProofNeeded`, `WentBack` or `NotGrown`, and what cannot be read.
    """
    key = read_keys(key_file)[0]
    offer = Offer.parse(given)
    says = TreeHead.of(offer.note)
    origin = origin_of(says.store_id)
    known = _remembered(state)
    trusted = _trusted(known.get(origin), origin, log_key)
    if not offer.note.is_signed_by(trusted):
        raise NotTheLogs(size=says.size, origin=origin)
    before = 0
    if origin in known:
        before = _must_have_grown(known[origin], offer, says, origin)
    note = offer.note.cosigned(key, int(now().timestamp()))
    known[origin] = _Known(str(trusted), str(note))
    content = json.dumps(msgspec.to_builtins(known), ensure_ascii=False, indent=1) + "\n"
    whole_file(state, lambda path: _write(path, content))
    return Cosigned(note, says, before)


def cosign_file(note: Path, key: Path, state: Path, out: Path, log_key: Path | None = None) -> Cosigned:
    """The same from files into a file, which is then what the county takes back."""
    trusted = None if log_key is None else read_small(log_key, KEY_LINE_BYTES_MAX)
    done = cosign(read_small(note, NOTE_BYTES_MAX), key, state, trusted)
    content = str(done.note)
    whole_file(out, lambda path: _write(path, content))
    return done


def _trusted(known: _Known | None, origin: str, given: bytes | None) -> PublicKey:
    """The key of the log: as handed in now, else as remembered."""
    if given is None and known is None:
        raise LogUnknown(origin=origin)
    key = PublicKey.parse(given.decode("utf-8", "replace") if given is not None else known.log_key if known else "")
    if key.name != origin:
        raise LogUnknown(origin=origin)
    return key


def _must_have_grown(known: _Known, offer: Offer, says: TreeHead, origin: str) -> int:
    _, last = read_checkpoint(known.note.encode())
    if says.size < last.size:
        raise WentBack(origin=origin, known=last.size, size=says.size)
    if says.size > last.size and offer.since != last.size:
        raise ProofNeeded(origin=origin, known=last.size, since=offer.since)
    if not last.grew_into(says, offer.path if says.size > last.size else []):
        raise NotGrown(origin=origin, known=last.size, size=says.size)
    return last.size


def _remembered(state: Path) -> dict[str, _Known]:
    try:
        content = state.read_bytes()
    except FileNotFoundError:
        return {}
    try:
        if len(content) > STATE_BYTES_MAX:
            raise WitnessStateUnreadable(path=state, reason="it is too large")
        known = msgspec.json.decode(content, type=dict[str, _Known])
        for one in known.values():
            PublicKey.parse(one.log_key)
            read_checkpoint(one.note.encode())
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise WitnessStateUnreadable(path=state, reason=str(error)) from error
    except (KeyUnreadable, NoteUnreadable) as fault:
        raise WitnessStateUnreadable(path=state, reason=fault.sentence) from fault
    return known


def _write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
