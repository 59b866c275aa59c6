"""Checkpoints as signed notes (C2SP tlog-checkpoint, signed-note, tlog-cosignature), read strictly."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.pack_check.ed25519 import is_signed

NOTE_CHARACTERS_MAX = 65_536
SIGNATURES_MAX = 64
SIGNS, WITNESSES = 1, 4
"""The kinds of signature of the standard: Ed25519 over the note, Ed25519 over the note and a time (cosignature/v1)."""
TEXT = re.compile(
    r"tongchou/(?P<store>[0-9a-f]{32})\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)\n"
)
KEY_NAME = r"[^\s+\x00-\x20\x7f]{1,200}"
LINE = re.compile(rf"— (?P<name>{KEY_NAME}) (?P<value>[A-Za-z0-9+/]+={{0,2}})")
VKEY = re.compile(rf"(?P<name>{KEY_NAME})\+(?P<id>[0-9a-f]{{8}})\+(?P<key>[A-Za-z0-9+/]+={{0,2}})")


@dataclass(frozen=True)
class Key:
    """Who signs, and with what: 32 bytes of an Ed25519 public key."""

    name: str
    public: bytes

    def id(self, kind: int) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([kind]) + self.public).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """What two people read to each other: SHA-256 of the key in groups of four."""
        digest = hashlib.sha256(self.public).hexdigest()[:32]
        return " ".join(digest[at : at + 4] for at in range(0, 32, 4))

    def line(self, kind: int = SIGNS) -> str:
        """The one line the key is handed around as (a `vkey`)."""
        return f"{self.name}+{self.id(kind).hex()}+{base64.b64encode(bytes([kind]) + self.public).decode()}"


def read_key(text: str) -> tuple[Key, int]:
    """A key and its kind from the one line it is handed around as."""
    found = VKEY.fullmatch(text.strip())
    value = exact_base64(found["key"]) if found else None
    if found is None or value is None or len(value) != 33 or value[0] not in (SIGNS, WITNESSES):
        raise Wrong("key")
    key = Key(found["name"], value[1:])
    if key.id(value[0]).hex() != found["id"]:
        raise Wrong("key")
    return key, value[0]


@dataclass(frozen=True)
class Signature:
    name: str
    key_id: bytes
    rest: bytes


@dataclass(frozen=True)
class Note:
    """What a checkpoint says and who signed it; nothing is believed of it yet."""

    text: str
    store: str
    size: int
    root: bytes
    time: str
    signatures: tuple[Signature, ...]

    def is_signed_by(self, key: Key) -> bool:
        """Whether the key signed this very text."""
        return any(
            is_signed(key.public, self.text.encode(), one.rest)
            for one in self.signatures
            if one.name == key.name and one.key_id == key.id(SIGNS)
        )

    def is_witnessed_by(self, key: Key) -> bool:
        """Whether the key co-signed it at a time it states."""
        for one in self.signatures:
            if one.name == key.name and one.key_id == key.id(WITNESSES) and len(one.rest) == 72:
                stated = f"cosignature/v1\ntime {int.from_bytes(one.rest[:8], 'big')}\n{self.text}"
                if is_signed(key.public, stated.encode(), one.rest[8:]):
                    return True
        return False


def read_note(text: str, where: str) -> Note:
    """A checkpoint's note, or `Wrong`: exactly the lines of the format, every number and letter in its one form."""
    head, blank, tail = text.partition("\n\n")
    found = TEXT.fullmatch(head + "\n")
    lines = tail.split("\n")
    if found is None or not blank or lines.pop() != "" or len(text) > NOTE_CHARACTERS_MAX:
        raise Wrong("note", where=where)
    if not 0 < len(lines) <= SIGNATURES_MAX:
        raise Wrong("note", where=where)
    signatures = []
    for line in lines:
        signed = LINE.fullmatch(line)
        value = exact_base64(signed["value"]) if signed else None
        if signed is None or value is None or len(value) < 5:
            raise Wrong("note", where=where)
        signatures.append(Signature(signed["name"], value[:4], value[4:]))
    if len({(one.name, one.key_id) for one in signatures}) < len(signatures):
        raise Wrong("note", where=where)
    root = exact_base64(found["root"])
    if root is None:
        raise Wrong("note", where=where)
    return Note(head + "\n", found["store"], int(found["size"]), root, found["time"], tuple(signatures))


def exact_base64(text: str) -> bytes | None:
    """The bytes, when the text is the one way base64 writes them."""
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return value if base64.b64encode(value).decode() == text else None
