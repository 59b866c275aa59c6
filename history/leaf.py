"""What the Merkle tree of the log is made of: one leaf per fact, covering everything the record says of it.

A leaf's data is, in this order and nothing else,

    index        eight bytes, big-endian: the place of the fact in the log, counted from 0 without a gap
    stored name, tags, recorded_at, salt, stored bytes
                 each as its length in four bytes, big-endian, and then its bytes (texts in UTF-8)

`tags` is the JSON array as it is stored and `recorded_at` the text as it is stored. The other time, `effective_on`, is
in the stored bytes (`mandate.effective_on`). The salt, sixteen random bytes of each fact, keeps the hash of a fact that
was not shown from being found by guessing its amount. The leaf's hash is RFC 9162's: SHA-256 over 0x00 and the data.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from struct import Struct

SALT_BYTES = 16
HASH_BYTES = 32

_index = Struct(">Q").pack
_length = Struct(">I").pack


@lru_cache(maxsize=1024)
def _framed(text: str) -> bytes:
    """A text behind its length; stored names and moments come again and again."""
    found = text.encode()
    return _length(len(found)) + found


def leaf_data(position: int, name: str, tags: str, recorded_at: str, salt: bytes, data: bytes) -> bytes:
    """The bytes a leaf covers; `position` counts from 1, as everywhere in the log, the index in them from 0."""
    told = tags.encode()
    return b"".join(
        (
            _index(position - 1),
            _framed(name),
            _length(len(told)),
            told,
            _framed(recorded_at),
            _length(len(salt)),
            salt,
            _length(len(data)),
            data,
        )
    )


def leaf_hash(position: int, name: str, tags: str, recorded_at: str, salt: bytes, data: bytes) -> bytes:
    """The leaf's hash (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + leaf_data(position, name, tags, recorded_at, salt, data)).digest()
