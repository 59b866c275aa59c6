"""The Merkle tree of RFC 9162 (2.1): its root, proofs that a leaf is in it, proofs that it only grew; and their checks.

Everything is over hashes of leaves; who keeps them, and which of the inner hashes beside them, is told by `Hashes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

Hashes = Callable[[int, int], bytes]
"""The hash of the tree over leaves `low` to `high` (indexes from 0, `high` not included, `low` < `high`)."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node over its two children."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over hashes of leaves, in one pass and with no more than one hash per level in memory."""
    peaks: list[tuple[int, bytes]] = []  # complete trees, each larger than the next: their sizes and roots
    for leaf in leaves:
        size, root = 1, leaf
        while peaks and peaks[-1][0] == size:
            root = node_hash(peaks.pop()[1], root)
            size *= 2
        peaks.append((size, root))
    if not peaks:
        return EMPTY_ROOT
    root = peaks.pop()[1]
    while peaks:
        root = node_hash(peaks.pop()[1], root)
    return root


def split(size: int) -> int:
    """The largest power of two below a size of two or more: how many leaves are in the left half of such a tree."""
    return 1 << (size - 1).bit_length() - 1


def hashes_of(leaves: Sequence[bytes]) -> Hashes:
    """The hashes of a tree whose leaves are all at hand."""
    return lambda low, high: root_of(leaves[low:high])


def inclusion_path(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """The audit path of a leaf in the tree of a size (RFC 9162, 2.1.3.1). Raises ValueError outside of the tree."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            path.append(hashes(middle, high))
            high = middle
        else:
            path.append(hashes(low, middle))
            low = middle
    return path[::-1]


def consistency_path(first: int, second: int, hashes: Hashes) -> list[bytes]:
    """The proof that the tree of `first` leaves is the beginning of that of `second` (RFC 9162, 2.1.4.1).

    Empty when the two are the same, or the first is. Raises ValueError when the first is larger.
    """
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {first} leaves is not the beginning of one of {second}")
    if first in (0, second):
        return []
    path: list[bytes] = []
    low, high, whole = 0, second, True
    while first != high:
        middle = low + split(high - low)
        if first <= middle:
            path.append(hashes(middle, high))
            high = middle
        else:
            path.append(hashes(low, middle))
            low, whole = middle, False
    if not whole:
        path.append(hashes(low, high))
    return path[::-1]


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path proves that the leaf is at the index of the tree with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the first tree is the beginning of the second (RFC 9162, 2.1.4.2)."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == EMPTY_ROOT
    steps = [first_root, *path] if first & (first - 1) == 0 else list(path)
    if not steps:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, step)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
