"""Leaves and roots of the log's Merkle tree, worked out from the facts themselves (RFC 9162, 2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

SALT_BYTES = 16


def leaf_of(position: int, name: str, tags: str, recorded_at: str, salt: bytes, data: bytes) -> bytes:
    """The hash of a fact: its index, then name, tags, moment, salt and content, each after its length."""
    covered = [(position - 1).to_bytes(8, "big")]
    for part in (name.encode(), tags.encode(), recorded_at.encode(), salt, data):
        covered += [len(part).to_bytes(4, "big"), part]
    return hashlib.sha256(b"\x00" + b"".join(covered)).digest()


def parent_of(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree that grows leaf by leaf: the roots of its complete halves, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._halves: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        size = self.size
        while size & 1:
            leaf = parent_of(self._halves.pop(), leaf)
            size >>= 1
        self._halves.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self._halves:
            return hashlib.sha256(b"").digest()
        *rest, root = self._halves
        for half in reversed(rest):
            root = parent_of(half, root)
        return root


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root a leaf and its path lead to in a tree of a size; None where it does not fit (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    last = size - 1
    for step in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            leaf = parent_of(step, leaf)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            leaf = parent_of(leaf, step)
        index, last = index >> 1, last >> 1
    return leaf if last == 0 else None
