"""The Merkle tree over a store: its root at any size, and proofs of any fact in it, without reading the log anew.

Of every 256 leaves the hash of their tree is kept, in memory and, where a path is given, in a small file beside the
store (32 bytes per 256 facts). The file only saves time: nobody who verifies reads it, whoever signs proves what it
gives against the checkpoint before, and when it is lost or of another store it is made anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from history.leaf import HASH_BYTES
from history.merkle import EMPTY_ROOT, consistency_path, inclusion_path, node_hash, root_of, split
from history.port import FactRecorder

BLOCK = 256
"""Leaves whose hashes are kept as one; a power of two, so that a block is a complete subtree of the log's tree."""


def block_root(leaves: Sequence[bytes]) -> bytes:
    """The root over a power of two of leaves: what `root_of` gives, level by level."""
    level = list(leaves)
    while len(level) > 1:
        level = list(map(node_hash, level[::2], level[1::2]))
    return level[0]


class Blocks:
    """The trees over complete blocks of leaves, and over blocks of blocks, each computed once."""

    def __init__(self, roots: Iterable[bytes] = ()) -> None:
        self.roots = list(roots)
        self._above: dict[tuple[int, int], bytes] = {}

    def hash(self, low: int, high: int) -> bytes:
        """The hash of the tree over blocks `low` to `high` (not included)."""
        if high - low == 1:
            return self.roots[low]
        width = high - low
        middle = low + split(width)
        if width & (width - 1):
            return node_hash(self.hash(low, middle), self.hash(middle, high))
        if (low, high) not in self._above:
            self._above[low, high] = node_hash(self.hash(low, middle), self.hash(middle, high))
        return self._above[low, high]

    def tree_hash(self, low: int, high: int, rest: bytes | None) -> bytes:
        """The hash of the tree over leaves `low` (a multiple of the block) to `high`.

        `rest` is that over the leaves after the last complete block, None when `high` ends one.
        """
        first, last = low // BLOCK, high // BLOCK
        if rest is None:
            return self.hash(first, last)
        # an unfinished block is the rightmost: what is on its left are complete trees, each larger than the next
        found = rest
        count = last - first
        while count:
            step = count & -count
            found = node_hash(self.hash(first + count - step, first + count), found)
            count -= step
        return found


class Tree:
    """Root and proofs of a store's tree, over the leaves it keeps."""

    def __init__(self, recorder: FactRecorder, kept: Path | None = None) -> None:
        self._recorder = recorder
        self._kept = kept
        self._blocks = Blocks(self._read())

    def root(self, size: int) -> bytes:
        """The root over the first `size` facts. Raises ValueError for more than there are."""
        return self.hash(0, size) if size else EMPTY_ROOT

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """The path that proves the fact at a position (from 1) in the tree of a size. Raises ValueError."""
        self._must_reach(size)
        return inclusion_path(position - 1, size, self.hash)

    def consistency(self, first: int, second: int) -> list[bytes]:
        """The path that proves that the tree of `first` facts is the beginning of that of `second`."""
        self._must_reach(second)
        return consistency_path(first, second, self.hash)

    def hash(self, low: int, high: int) -> bytes:
        """The hash of the subtree over leaves `low` to `high` (indexes from 0, as RFC 9162 divides a tree)."""
        self._grow(high)
        if high - low < BLOCK or low % BLOCK:
            return self._of_leaves(low, high)
        rest = self._of_leaves(high - high % BLOCK, high) if high % BLOCK else None
        return self._blocks.tree_hash(low, high, rest)

    def forget(self, after: int = 0) -> None:
        """Throw away what was kept of the leaves after the first so many: it is made anew from them."""
        self._blocks = Blocks(self._blocks.roots[: after // BLOCK])

    def _of_leaves(self, low: int, high: int) -> bytes:
        leaves = list(self._recorder.leaves(after=low, until=high))
        if len(leaves) != high - low:
            raise ValueError(f"there are no {high} facts, or some are missing")
        return root_of(leaves)

    def _must_reach(self, size: int) -> None:
        if size > self._recorder.head():
            raise ValueError(f"there are no {size} facts")

    def _grow(self, size: int) -> None:
        """Compute the complete blocks there are up to a size and keep them."""
        roots = self._blocks.roots
        before = len(roots)
        if before >= size // BLOCK:
            return
        leaves = iter(self._recorder.leaves(after=before * BLOCK, until=size - size % BLOCK))
        while len(roots) < size // BLOCK:
            block = list(islice(leaves, BLOCK))
            if len(block) < BLOCK:
                raise ValueError(f"there are no {size} facts, or some are missing")
            roots.append(block_root(block))
        self._write(roots)

    def _read(self) -> Sequence[bytes]:
        """What the file keeps for this store; nothing when it is another's, or none."""
        if self._kept is None:
            return []
        try:
            content = self._kept.read_bytes()
        except OSError:
            return []
        head = self._head()
        if not content.startswith(head) or (len(content) - len(head)) % HASH_BYTES:
            return []
        roots = [content[at : at + HASH_BYTES] for at in range(len(head), len(content), HASH_BYTES)]
        return roots[: self._recorder.head() // BLOCK]

    def _write(self, roots: Sequence[bytes]) -> None:
        """Put the file in place as a whole; where it cannot be written, there is none."""
        if self._kept is None:
            return
        draft = self._kept.with_name(f".{self._kept.name}.{os.getpid()}")
        with suppress(OSError):
            draft.write_bytes(self._head() + b"".join(roots))
            draft.replace(self._kept)

    def _head(self) -> bytes:
        return b"tongchou tree 1\n" + bytes.fromhex(self._recorder.store_id)
