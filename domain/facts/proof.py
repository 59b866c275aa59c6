"""Facts about the proof of the log: which key signs its checkpoints, and which witnesses co-sign them.

Keys are public ones, 64 hexadecimal digits (Ed25519, RFC 8032); the private ones are in no fact and no store.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from domain.facts.base import Fact, Reason

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\A[^\s+]+\Z")]
"""What signature lines call a key: no space and no plus (C2SP signed-note)."""
Key = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Signed = Annotated[str, Meta(pattern=r"\A[0-9a-f]{128}\Z")]


class _OfKey(Fact, frozen=True, kw_only=True):
    """A fact about the key of a name."""

    key_name: Name
    public_key: Key

    def further_tags(self) -> list[str]:
        """The name, by which decisions about it are told from others."""
        return [f"key:{self.key_name}"]


class SigningKeyIntroduced(_OfKey, frozen=True, kw_only=True, tag="key.introduced"):
    """The log got its first key: from here on its checkpoints are signed."""


class SigningKeyRotated(_OfKey, frozen=True, kw_only=True, tag="key.rotated"):
    """A new key took the place of the previous one, each having signed `rotation_statement`: whoever trusts the
    previous one may trust this one."""

    previous_key: Key
    signed_by_previous: Signed
    signed_by_new: Signed


class SigningKeyReplaced(_OfKey, frozen=True, kw_only=True, tag="key.replaced"):
    """The previous key was lost and another put in its place, without its signature: nobody need believe that it was
    not stolen or bypassed, so the reason is on the record and every verification shows it."""

    previous_key: Key
    reason: Reason


class WitnessRecognised(Fact, frozen=True, kw_only=True, tag="witness.recognised"):
    """The co-signatures of an office outside count from here on (M32): its name, its key, its post."""

    witness: Name
    public_key: Key
    witness_post: Annotated[str, Meta(min_length=1, max_length=64)]

    def further_tags(self) -> list[str]:
        """The witness."""
        return [f"witness:{self.witness}"]


def rotation_statement(key_name: str, previous_key: str, public_key: str) -> bytes:
    """What both keys sign when one takes the place of the other; no checkpoint or co-signature begins like it."""
    return f"tongchou key rotation v1\n{key_name}\n{previous_key}\n{public_key}\n".encode()
