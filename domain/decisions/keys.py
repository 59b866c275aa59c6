"""Decisions about the keys that prove the log: introduce the first, rotate, replace a lost one, recognise a witness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from eventsourcing.dcb.domain import Selector

from domain.decisions.base import Deciding
from domain.decisions.common import NothingChanged, must_be_reasoned
from domain.errors import Refusal
from domain.facts import KEY_FACTS
from domain.facts.base import Fact
from domain.facts.proof import (
    SigningKeyIntroduced,
    SigningKeyReplaced,
    SigningKeyRotated,
    WitnessRecognised,
    rotation_statement,
)
from domain.folds.keys import KeysFold

Signs = Callable[[bytes, bytes, bytes], bool]
"""Whether a key (its 32 public bytes) has signed a message with this signature; handed in, as it is no decision's."""


class SigningKeyStands(Refusal):
    """A log has one key at a time."""

    code = "signing-key-stands"
    sentence_en = "This log has its key already, {public_key}."
    cure_en = (
        "Rotate it with `tongchou audit key rotate`, or replace it, if it is lost, with `tongchou audit key replace`."
    )


class NoSigningKey(Refusal):
    """Nothing can be signed, rotated or replaced before there is a key."""

    code = "no-signing-key"
    sentence_en = "This log has no key yet, so “{what}” cannot be done."
    cure_en = "Make one with `tongchou audit key new`."


class KeyUsedBefore(Refusal):
    """A key that was in use once does not come back: what it signed then and now could not be told apart."""

    code = "key-used-before"
    sentence_en = "The key {public_key} signed this log before and cannot be taken again."
    cure_en = "Make a new key."


class RotationNotSigned(Refusal):
    """A key gives way only with its own signature over the new one, and the new one's over the old."""

    code = "rotation-not-signed"
    sentence_en = "The key {public_key} was not put in place of {previous_key}: the {missing} key has not signed that."
    cure_en = (
        "Rotate with the file of the present key at hand; if it is lost, `tongchou audit key replace` says so openly."
    )


@dataclass(eq=False, kw_only=True)
class _OnKey(Deciding):
    """A decision about the key of a name."""

    key_name: str
    public_key: str
    keys: KeysFold = field(default_factory=KeysFold, init=False, repr=False)

    def boundary(self) -> list[Selector]:
        """Everything about keys of this name."""
        return [Selector(types=KEY_FACTS, tags=[f"key:{self.key_name}"])]

    def fold(self, fact: Fact) -> None:
        """Keep the keys."""
        self.keys.apply(fact)

    def previous(self) -> str:
        """The key that gives way; raises `NoSigningKey` or `KeyUsedBefore`."""
        if self.keys.current is None:
            raise NoSigningKey(what=self.title())
        if self.public_key in self.keys.used:
            raise KeyUsedBefore(public_key=self.public_key)
        return self.keys.current


@dataclass(eq=False, kw_only=True)
class IntroduceSigningKey(_OnKey):
    """Give the log its first key. Refuses with `SigningKeyStands`."""

    def execute(self) -> None:
        """Record `SigningKeyIntroduced`."""
        if self.keys.current is not None:
            raise SigningKeyStands(public_key=self.keys.current)
        self.record(SigningKeyIntroduced(mandate=self.mandate, key_name=self.key_name, public_key=self.public_key))


@dataclass(eq=False, kw_only=True)
class RotateSigningKey(_OnKey):
    """Put a new key in place of the present one, with the signatures of both over `rotation_statement`.

    Refuses with `NoSigningKey`, `KeyUsedBefore` or `RotationNotSigned`.
    """

    signed_by_previous: bytes
    signed_by_new: bytes
    has_signed: Signs = field(repr=False)

    def execute(self) -> None:
        """Record `SigningKeyRotated`."""
        previous = self.previous()
        statement = rotation_statement(self.key_name, previous, self.public_key)
        for missing, key, signature in (
            ("present", previous, self.signed_by_previous),
            ("new", self.public_key, self.signed_by_new),
        ):
            if not self.has_signed(bytes.fromhex(key), statement, signature):
                raise RotationNotSigned(public_key=self.public_key, previous_key=previous, missing=missing)
        self.record(
            SigningKeyRotated(
                mandate=self.mandate,
                key_name=self.key_name,
                public_key=self.public_key,
                previous_key=previous,
                signed_by_previous=self.signed_by_previous.hex(),
                signed_by_new=self.signed_by_new.hex(),
            )
        )


@dataclass(eq=False, kw_only=True)
class ReplaceSigningKey(_OnKey):
    """Put a new key in place of a lost one, openly and with the reason.

    Refuses with `NoSigningKey`, `KeyUsedBefore` or `ReasonMissing`.
    """

    reason: str

    def execute(self) -> None:
        """Record `SigningKeyReplaced`."""
        must_be_reasoned(self, self.reason)
        self.record(
            SigningKeyReplaced(
                mandate=self.mandate,
                key_name=self.key_name,
                previous_key=self.previous(),
                public_key=self.public_key,
                reason=self.reason,
            )
        )


@dataclass(eq=False, kw_only=True)
class RecogniseWitness(Deciding):
    """Let the co-signatures of an office outside count; with a new key the earlier ones go on counting.

    Refuses with `NothingChanged`.
    """

    witness: str
    public_key: str
    witness_post: str
    keys: KeysFold = field(default_factory=KeysFold, init=False, repr=False)

    def boundary(self) -> list[Selector]:
        """Everything about this witness."""
        return [Selector(types=[WitnessRecognised], tags=[f"witness:{self.witness}"])]

    def fold(self, fact: Fact) -> None:
        """Keep the witnesses."""
        self.keys.apply(fact)

    def execute(self) -> None:
        """Record `WitnessRecognised`."""
        known = self.keys.witnesses.get(self.witness, [])
        if known and (known[-1].public_key, known[-1].witness_post) == (self.public_key, self.witness_post):
            raise NothingChanged(decision=self.title(), subject=self.witness)
        self.record(
            WitnessRecognised(
                mandate=self.mandate,
                witness=self.witness,
                public_key=self.public_key,
                witness_post=self.witness_post,
            )
        )
