"""Which key signs the log from which fact on, and whose co-signatures count: told by the facts, each change proven."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.pack_check.ed25519 import is_signed
from documents.standalone.pack_check.facts import FactLine
from documents.standalone.pack_check.notes import SIGNS, WITNESSES, Key, Note
from documents.standalone.pack_check.sayings import Checked

KEYS = "keys.txt"


@dataclass(frozen=True)
class Signer:
    """A key of the log, and the position of the fact from which on it signs."""

    key: Key
    since: int
    vouched: bool
    """Whether the key before it signed that it gives way to this one."""


@dataclass(frozen=True)
class Witness:
    """An office outside whose co-signatures count."""

    key: Key
    post: str
    since: int


class Keys:
    """All keys the facts name, in their order."""

    def __init__(self, facts: Iterable[FactLine], checked: Checked) -> None:
        self.signers: list[Signer] = []
        self.witnesses: list[Witness] = []
        changes = 0
        for fact in facts:
            if fact.name == "witness.recognised":
                key = Key(_text(fact, "witness"), _bytes(fact, "public_key", 32))
                self.witnesses.append(Witness(key, _text(fact, "witness_post"), fact.position))
            elif fact.name in ("key.introduced", "key.rotated", "key.replaced"):
                changes += self._change(fact, checked)
        if not self.signers:
            raise Wrong("no-key")
        if changes:
            checked.right("pack-keys", times=changes)

    def _change(self, fact: FactLine, checked: Checked) -> int:
        """Take in a key; 1 where it took the place of another with the signatures of both."""
        key = Key(_text(fact, "key_name"), _bytes(fact, "public_key", 32))
        first, rotated = fact.name == "key.introduced", fact.name == "key.rotated"
        before = self.signers[-1].key if self.signers else None
        if first is not (before is None) or any(one.key.public == key.public for one in self.signers):
            raise Wrong("key-change", position=fact.position)
        if before is not None:
            previous = _bytes(fact, "previous_key", 32)
            if previous != before.public or key.name != before.name:
                raise Wrong("key-change", position=fact.position)
        if before is not None and rotated:
            said = f"tongchou key rotation v1\n{key.name}\n{before.public.hex()}\n{key.public.hex()}\n".encode()
            pairs = ((before, "signed_by_previous"), (key, "signed_by_new"))
            if not all(is_signed(one.public, said, _bytes(fact, field, 64)) for one, field in pairs):
                raise Wrong("key-change", position=fact.position)
        elif before is not None:
            checked.note("pack-replaced", position=fact.position, reason=fact.said.get("reason"))
        self.signers.append(Signer(key, fact.position, rotated))
        return int(rotated)

    def at(self, size: int) -> Key | None:
        """The key that signs the log when it has so many facts."""
        return next((one.key for one in reversed(self.signers) if one.since <= size), None)

    def must_follow_from(self, key: Key) -> None:
        """Raise `Wrong` unless the key is one of the log's, and each key after it was vouched for by the one before."""
        known = next((n for n, one in enumerate(self.signers) if one.key == key), None)
        if known is None:
            raise Wrong("key-foreign")
        for one in self.signers[known + 1 :]:
            if not one.vouched:
                raise Wrong("key-unvouched", position=one.since)

    def witnessed(self, note: Note, where: str) -> list[Witness]:
        """The witnesses that co-signed a note; raises `Wrong` for a co-signature that is not what it says."""
        found = []
        for witness in self.witnesses:
            named = [(one.name, one.key_id) for one in note.signatures]
            if (witness.key.name, witness.key.id(WITNESSES)) in named:
                if not note.is_witnessed_by(witness.key):
                    raise Wrong("witness", where=where, name=witness.key.name)
                found.append(witness)
        return found

    def text(self) -> str:
        """`keys.txt`: every key as the line it is handed around as, above it what it is."""
        signers = [f"# signs from fact {one.since}\n{one.key.line(SIGNS)}\n" for one in self.signers]
        return "".join(
            [
                *signers,
                *(
                    f"# witness, {one.post}, from fact {one.since}\n{one.key.line(WITNESSES)}\n"
                    for one in self.witnesses
                ),
            ]
        )


def _text(fact: FactLine, name: str) -> str:
    value: Any = fact.said.get(name)
    if not isinstance(value, str) or not value.isprintable():
        raise Wrong("fact", position=fact.position)
    return value


def _bytes(fact: FactLine, name: str, count: int) -> bytes:
    value = _text(fact, name)
    if not re.fullmatch(f"[0-9a-f]{{{2 * count}}}", value):
        raise Wrong("fact", position=fact.position)
    return bytes.fromhex(value)
