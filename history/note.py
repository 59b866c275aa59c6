"""Signed notes (C2SP signed-note v1): a text and who signed it; keys, Ed25519 signatures and witnesses' co-signatures.

    <text, one or more lines>
    <an empty line>
    — <key name> <base64 of: four bytes of key id, then the signature>

The signature is over the text with its last newline. A co-signature (C2SP tlog-cosignature v1) also says when: it is
over `cosignature/v1`, `time <unix seconds>` and the text, and its bytes are the seconds (eight, big-endian) and then
the signature. A key is known by its name and its id, the first four bytes of SHA-256 over name, newline, one byte for
the kind, and the 32 bytes of the public key (RFC 8032).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.errors import Refusal

NOTE_BYTES_MAX = 64 * 1024
SIGNATURES_MAX = 64
"""The specification asks for sixteen at least."""
KEY_BYTES = 32
SIGNATURE_BYTES = 64
_ID_BYTES = 4
_TIME_BYTES = 8
_TIME_MAX = 2**63 - 1

_NAME = re.compile(r"[^\s+\x00-\x20\x7f]{1,200}")
_SIGNATURE_LINE = re.compile(r"— (?P<name>[^\s+\x00-\x20\x7f]{1,200}) (?P<value>[A-Za-z0-9+/]+={0,2})")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class NoteUnreadable(Refusal):
    """Something that should be a signed note is none, or an odd one."""

    code = "note-unreadable"
    sentence_en = "This is no signed note: {reason}."
    cure_en = "Hand in the file exactly as `tongchou audit checkpoint export` or the witness wrote it."


class KeyUnreadable(Refusal):
    """A text that should be a key is none. What it holds is never repeated: it may be a private one."""

    code = "key-unreadable"
    sentence_en = "This is no key: {reason}."
    cure_en = "A key is one line, as `tongchou audit key show` prints it or `tongchou audit key new` wrote it."


class Kind(IntEnum):
    """What a key signs: a note itself, or that a witness has seen it."""

    ED25519 = 1
    COSIGNATURE = 4


@dataclass(frozen=True)
class PublicKey:
    """Whose signatures are checked: a name, 32 bytes, and what they sign."""

    name: str
    public: bytes
    kind: Kind = Kind.ED25519

    @property
    def id(self) -> bytes:
        """The four bytes its signatures begin with."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """The one line it is handed around as: name, id, kind and key (a `vkey`)."""
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, line: str) -> PublicKey:
        """Read what `str` gives. Raises `KeyUnreadable`."""
        name, id_, key = _parts(line, "")
        try:
            kind = Kind(key[0])
        except ValueError:
            raise KeyUnreadable(reason="it is of a kind that is not understood") from None
        found = cls(name, key[1:], kind)
        if id_ != found.id:
            raise KeyUnreadable(reason="its id is not that of its name and key")
        return found

    def cosigning(self) -> PublicKey:
        """The same key for what it signs as a witness."""
        return PublicKey(self.name, self.public, Kind.COSIGNATURE)

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether these 64 bytes are its signature of these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """Who signs: a name and the 32 secret bytes, which no text of ours ever shows."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.seed) != KEY_BYTES:
            raise KeyUnreadable(reason="its name has a space or a plus in it, or it is not 32 bytes long")

    @property
    def public(self) -> PublicKey:
        """The other half, for everybody."""
        return PublicKey(self.name, self._private.public_key().public_bytes_raw())

    def secret_line(self) -> str:
        """The one line of a key file, the form `note.NewSigner` of Go reads. For nothing but such a file."""
        return f"PRIVATE+KEY+{self.name}+{self.public.id.hex()}+{_base64(bytes([Kind.ED25519]) + self.seed)}"

    @classmethod
    def parse(cls, line: str) -> SigningKey:
        """Read what `secret_line` gives. Raises `KeyUnreadable`."""
        name, id_, key = _parts(line, "PRIVATE+KEY+")
        if key[0] != Kind.ED25519:
            raise KeyUnreadable(reason="it is of a kind that is not understood")
        found = cls(name, key[1:])
        if id_ != found.public.id:
            raise KeyUnreadable(reason="its id is not that of its name and key")
        return found

    def sign(self, message: bytes) -> bytes:
        """64 bytes, always the same for the same message (RFC 8032)."""
        return self._private.sign(message)

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True)
class Signature:
    """One line under a note, of whatever kind."""

    name: str
    id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"— {self.name} {_base64(self.id + self.value)}"

    def is_of(self, key: PublicKey) -> bool:
        """Whether it says to be of this key."""
        return self.name == key.name and self.id == key.id


@dataclass(frozen=True)
class Note:
    """A text that ends in a newline, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return "\n".join([self.text, *map(str, self.signatures), ""])

    @classmethod
    def parse(cls, given: bytes) -> Note:
        """Read a note, strictly: what is read is written back byte for byte. Raises `NoteUnreadable`."""
        if len(given) > NOTE_BYTES_MAX:
            raise NoteUnreadable(reason="it is longer than 64 KiB")
        try:
            whole = given.decode()
        except UnicodeDecodeError:
            raise NoteUnreadable(reason="it is not UTF-8 text") from None
        if _CONTROL.search(whole):
            raise NoteUnreadable(reason="it has control characters in it")
        text, empty_line, below = whole.rpartition("\n\n")
        if not empty_line or not text or not below.endswith("\n"):
            raise NoteUnreadable(reason="it is not a text, an empty line and lines of signatures")
        lines = below[:-1].split("\n")
        if len(lines) > SIGNATURES_MAX:
            raise NoteUnreadable(reason="it has more than 64 signatures")
        signatures = tuple(map(_signature, lines))
        if len({(one.name, one.id) for one in signatures}) < len(signatures):
            raise NoteUnreadable(reason="two of its signatures are of one key")
        return cls(text + "\n", signatures)

    @classmethod
    def signed(cls, text: str, key: SigningKey) -> Note:
        """A new note with one signature."""
        return cls(text, (Signature(key.name, key.public.id, key.sign(text.encode())),))

    def cosigned(self, key: SigningKey, at_seconds: int) -> Note:
        """The note with the co-signature of a witness, in place of an earlier one of the same witness."""
        value = at_seconds.to_bytes(_TIME_BYTES, "big") + key.sign(_cosigned_message(self.text, at_seconds))
        line = Signature(key.name, key.public.cosigning().id, value)
        return self.with_signatures([line])

    def with_signatures(self, lines: Iterable[Signature]) -> Note:
        """The note with further signatures, each in place of an earlier one of the same key."""
        kept = {(one.name, one.id): one for one in (*self.signatures, *lines)}
        return Note(self.text, tuple(kept.values()))

    def signature_of(self, key: PublicKey) -> Signature | None:
        """The line that says to be of this key; whether it is, `is_signed_by` tells."""
        return next((one for one in self.signatures if one.is_of(key)), None)

    def is_signed_by(self, key: PublicKey) -> bool:
        """Whether there is a line of this key and it is its signature (or co-signature) of the text."""
        line = self.signature_of(key)
        if line is None:
            return False
        if key.kind is Kind.ED25519:
            return key.has_signed(self.text.encode(), line.value)
        at_seconds = cosigned_at(line)
        return at_seconds is not None and key.has_signed(
            _cosigned_message(self.text, at_seconds), line.value[_TIME_BYTES:]
        )


def cosigned_at(line: Signature) -> int | None:
    """The unix seconds a co-signature states; None for what cannot be one."""
    if len(line.value) != _TIME_BYTES + SIGNATURE_BYTES:
        return None
    seconds = int.from_bytes(line.value[:_TIME_BYTES], "big")
    return seconds if seconds <= _TIME_MAX else None


def from_base64(text: str) -> bytes | None:
    """The bytes of a text in standard base64, None unless it is exactly what writing them gives."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if _base64(found) == text else None


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _cosigned_message(text: str, at_seconds: int) -> bytes:
    return f"cosignature/v1\ntime {at_seconds}\n{text}".encode()


def _signature(line: str) -> Signature:
    parts = _SIGNATURE_LINE.fullmatch(line)
    value = from_base64(parts["value"]) if parts else None
    if parts is None or value is None or len(value) <= _ID_BYTES:
        raise NoteUnreadable(reason="a line below the text is not a signature")
    return Signature(parts["name"], value[:_ID_BYTES], value[_ID_BYTES:])


def _parts(line: str, opening: str) -> tuple[str, bytes, bytes]:
    """Name, id and key with the byte of its kind, of a key's line."""
    parts = line.strip().removeprefix(opening).split("+", 2) if line.startswith(opening) else []
    key = from_base64(parts[2]) if len(parts) == 3 else None
    if key is None or not _NAME.fullmatch(parts[0]) or not re.fullmatch("[0-9a-f]{8}", parts[1]):
        raise KeyUnreadable(reason="it is not a name, an id and a key with a plus between")
    if len(key) != 1 + KEY_BYTES:
        raise KeyUnreadable(reason="it is not 32 bytes long")
    return parts[0], bytes.fromhex(parts[1]), key
