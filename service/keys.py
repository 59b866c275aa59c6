"""Use cases of the log's key: make the first, rotate, replace a lost one; recognise a witness; say which they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from domain.decisions.keys import (
    IntroduceSigningKey,
    NoSigningKey,
    RecogniseWitness,
    ReplaceSigningKey,
    RotateSigningKey,
)
from domain.errors import Refusal
from domain.facts import KEY_FACTS, Mandate
from domain.facts.proof import WitnessRecognised, rotation_statement
from history.checkpoint import origin_of
from history.keyring import KeyRing, Period
from history.note import Kind, PublicKey
from history.store import store_path
from service.county import County, Receipt
from service.keyfiles import key_in, key_path, make_file, must_lie_apart, new_key, put_keys, read_keys


class BranchHasNoKey(Refusal):
    """A branch signs nothing: a key made there is a stray file, and one that TONGCHOU_KEY names is the record's."""

    code = "branch-has-no-key"
    sentence_en = "The key of the log is made and changed on the record, not on branch {branch}."
    cure_en = "Leave out the branch."


class KeyAtHand(Refusal):
    """A key that is not lost is rotated: then the new one is vouched for."""

    code = "key-at-hand"
    sentence_en = "The key of this log is at hand in {path}, so it is not replaced as lost."
    cure_en = "Use `tongchou audit key rotate`."


class WitnessKeyMeant(Refusal):
    """A log's key cannot witness itself."""

    code = "witness-key-meant"
    sentence_en = "{name} is not the key of a witness."
    cure_en = "Hand in the line that `tongchou audit witness new` printed at the office that co-signs."


@dataclass(frozen=True)
class Made:
    """A key that is now on the log, the file its private half lies in, and the receipt."""

    key: PublicKey
    path: Path
    receipt: Receipt


def keyring(county: County) -> KeyRing:
    """The keys and witnesses of the log as they stand."""
    return KeyRing.of(county.log.facts(types=[*KEY_FACTS, WitnessRecognised]))


def key_name(county: County) -> str:
    """What signature lines of this log are called."""
    return origin_of(county.log.recorder.store_id)


def place_of_key(county: County, given: Path | None) -> Path:
    """Where the private key of this log is, or is to be. Raises `BranchHasNoKey` or `KeyFileBesideStore`."""
    if county.branch is not None:
        raise BranchHasNoKey(branch=county.branch)
    path = key_path(given, county.log.recorder.store_id)
    must_lie_apart(path, store_path(county.store))
    return path


def current(county: County, what: str) -> Period:
    """The key that signs now. Raises `NoSigningKey`."""
    periods = keyring(county).periods
    if not periods:
        raise NoSigningKey(what=what)
    return periods[-1]


def introduce_key(county: County, mandate: Mandate, out: Path | None = None) -> Made:
    """Make the first key of a log: a file for its owner alone, and the public half on the record."""
    path = place_of_key(county, out)
    key = new_key(key_name(county))
    make_file(path, key)
    decision = IntroduceSigningKey(mandate=mandate, key_name=key.name, public_key=key.public.public.hex())
    try:
        return Made(key.public, path, county.decide(decision))
    except BaseException:
        path.unlink()
        raise


def rotate_key(county: County, mandate: Mandate, file: Path | None = None) -> Made:
    """Make a new key, have both sign for each other, put that on the record, then forget the old private key.

    Whatever interrupts it, the file holds the key the log names.
    """
    path = place_of_key(county, file)
    old = key_in(path, current(county, "rotate").key.public)
    new = new_key(old.name)
    statement = rotation_statement(old.name, old.public.public.hex(), new.public.public.hex())
    decision = RotateSigningKey(
        mandate=mandate,
        key_name=old.name,
        public_key=new.public.public.hex(),
        signed_by_previous=old.sign(statement),
        signed_by_new=new.sign(statement),
        has_signed=has_signed,
    )
    put_keys(path, [old, new])
    try:
        receipt = county.decide(decision)
    except Refusal:
        put_keys(path, [old])
        raise
    put_keys(path, [new])
    return Made(new.public, path, receipt)


def replace_key(county: County, mandate: Mandate, reason: str, out: Path) -> Made:
    """Put a new key in place of one that is lost; that it was not rotated shows for ever. Raises `KeyAtHand`."""
    period = current(county, "replace")
    must_lie_apart(out, store_path(county.store))
    usual = place_of_key(county, None)
    if usual.exists() and any(key.public == period.key for key in read_keys(usual)):
        raise KeyAtHand(path=usual)
    key = new_key(key_name(county))
    make_file(out, key)
    decision = ReplaceSigningKey(mandate=mandate, key_name=key.name, public_key=key.public.public.hex(), reason=reason)
    try:
        return Made(key.public, out, county.decide(decision))
    except BaseException:
        out.unlink()
        raise


def recognise_witness(county: County, mandate: Mandate, line: str, post: str) -> Receipt:
    """Let the co-signatures of a witness count from here on; `line` is its public key as it printed it."""
    key = PublicKey.parse(line)
    if key.kind is not Kind.COSIGNATURE:
        raise WitnessKeyMeant(name=key.name)
    public = key.public.hex()
    return county.decide(RecogniseWitness(mandate=mandate, witness=key.name, public_key=public, witness_post=post))


def has_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a key has signed a message: what decisions are handed to check it with."""
    return PublicKey("any", public).has_signed(message, signature)
