"""Proofs of the log for whoever asks: that a fact lies in it, and that it only grew (RFC 9162, 2.1.3 and 2.1.4).

One tree serves all threads of a server, so that a proof takes as many hashes as the log has doublings, however long it
is; hashes of leaves tell nothing of the facts, for each was made with a salt of its own.
"""

from __future__ import annotations

import base64
import threading
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from domain.errors import Refusal
from history.port import FactRecorder
from history.tree import Tree
from service.county import County
from service.sealing import Sealed, newest, seal

Hash = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=$")]
"""32 bytes of SHA-256 in base64."""


class ProofOutOfRange(Refusal):
    """A proof about facts there are not, or about none."""

    code = "proof-out-of-range"
    sentence_en = "There is no proof from {given} to {size}: the record has {head} facts."
    cure_en = "Name a position, or sizes in rising order, from 1 up to that number."


class InclusionProof(Struct, frozen=True, kw_only=True):
    """That a fact lies in the log: hashing the leaf with the path, from below, gives the root."""

    store: str
    position: Annotated[int, Meta(ge=1)]
    leaf_index: Annotated[int, Meta(ge=0)]
    size: Annotated[int, Meta(ge=1)]
    leaf: Hash
    path: tuple[Hash, ...]
    root: Hash


class ConsistencyProof(Struct, frozen=True, kw_only=True):
    """That the log only grew: its first `from_size` facts are the beginning of its first `to_size`."""

    store: str
    from_size: Annotated[int, Meta(ge=1)]
    to_size: Annotated[int, Meta(ge=1)]
    from_root: Hash
    to_root: Hash
    path: tuple[Hash, ...]


class Proofs:
    """The tree of one log, kept open; `kept` is the small file in which it stays from one start to the next."""

    def __init__(self, recorder: FactRecorder, kept: Path | None) -> None:
        self._recorder = recorder
        self._tree = Tree(recorder, kept)
        self._lock = threading.Lock()

    def inclusion(self, position: int, size: int | None = None) -> InclusionProof:
        """The fact at a position in the first `size` facts, by default those of the newest checkpoint.

        Raises `ProofOutOfRange`, or `NotSealedYet` where no size is given and there is no checkpoint.
        """
        size = self._size(size)
        if not 1 <= position <= size <= self._recorder.head():
            raise ProofOutOfRange(given=position, size=size, head=self._recorder.head())
        with self._lock:
            leaf = next(iter(self._recorder.leaves(after=position - 1, until=position)))
            path, root = self._tree.inclusion(position, size), self._tree.root(size)
        return InclusionProof(
            store=self._recorder.store_id,
            position=position,
            leaf_index=position - 1,
            size=size,
            leaf=_text(leaf),
            path=tuple(map(_text, path)),
            root=_text(root),
        )

    def consistency(self, first: int, second: int | None = None) -> ConsistencyProof:
        """That the first facts are the beginning of more, by default of the newest checkpoint's. Raises as above."""
        second = self._size(second)
        if not 1 <= first <= second <= self._recorder.head():
            raise ProofOutOfRange(given=first, size=second, head=self._recorder.head())
        with self._lock:
            path = self._tree.consistency(first, second)
            roots = self._tree.root(first), self._tree.root(second)
        return ConsistencyProof(
            store=self._recorder.store_id,
            from_size=first,
            to_size=second,
            from_root=_text(roots[0]),
            to_root=_text(roots[1]),
            path=tuple(map(_text, path)),
        )

    def seal(self, county: County) -> Sealed:
        """`sealing.seal`, one at a time: two at once would sign the same facts at two moments."""
        with self._lock:
            return seal(county)

    def _size(self, given: int | None) -> int:
        return newest(self._recorder)[1].size if given is None else given


def _text(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()
