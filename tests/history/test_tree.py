"""The tree over a store gives the roots and proofs of RFC 9162: as others compute them, and as brute force does."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from history.merkle import consistency_path, hashes_of, inclusion_path, is_consistent, is_included, node_hash, root_of
from history.sqlite import SQLiteRecorder
from history.tree import BLOCK, Tree, block_root
from tests.history.examples import event, recorder_at

COUNT = 5 * BLOCK + 77


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLiteRecorder]:
    with recorder_at(tmp_path_factory.mktemp("tree") / "log.db") as made:
        for low in range(0, COUNT, 100):
            made.append([event(f"fact {n}") for n in range(low, min(low + 100, COUNT))])
        yield made


@pytest.fixture(scope="module")
def leaves(recorder: SQLiteRecorder) -> list[bytes]:
    return list(recorder.leaves())


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(by_definition(leaves[:half]), by_definition(leaves[half:]))


def test_the_root_of_nothing_and_of_one_fact(recorder: SQLiteRecorder, leaves: list[bytes]) -> None:
    tree = Tree(recorder)
    assert tree.root(0) == sha256(b"").digest()
    assert tree.root(1) == leaves[0]


@settings(max_examples=60)
@given(size=st.integers(min_value=1, max_value=COUNT))
def test_a_root_is_that_of_the_definition(recorder: SQLiteRecorder, leaves: list[bytes], size: int) -> None:
    assert Tree(recorder).root(size) == by_definition(leaves[:size]) == root_of(leaves[:size])


@settings(max_examples=60)
@given(data=st.data())
def test_proofs_are_those_of_brute_force_and_hold(
    recorder: SQLiteRecorder, leaves: list[bytes], data: st.DataObject
) -> None:
    size = data.draw(st.integers(min_value=1, max_value=COUNT))
    position = data.draw(st.integers(min_value=1, max_value=size))
    tree, plain = Tree(recorder), hashes_of(leaves)
    path = tree.inclusion(position, size)
    assert path == inclusion_path(position - 1, size, plain)
    assert is_included(leaves[position - 1], position - 1, size, path, tree.root(size))
    grown = tree.consistency(position, size)
    assert grown == consistency_path(position, size, plain)
    assert is_consistent(position, tree.root(position), size, tree.root(size), grown)


@settings(max_examples=100)
@given(data=st.data())
def test_a_proof_with_anything_changed_proves_nothing(
    recorder: SQLiteRecorder, leaves: list[bytes], data: st.DataObject
) -> None:
    size = data.draw(st.integers(min_value=2, max_value=COUNT))
    position = data.draw(st.integers(min_value=1, max_value=size))
    tree = Tree(recorder)
    path, root = tree.inclusion(position, size), tree.root(size)
    broken = list(path)
    at = data.draw(st.integers(min_value=0, max_value=len(path) - 1))
    broken[at] = sha256(broken[at]).digest()
    leaf = leaves[position - 1]
    assert not is_included(leaf, position - 1, size, broken, root)
    assert not is_included(leaf, position - 1, size, path[:-1], root)
    assert not is_included(leaf, position - 1, size, [*path, root], root)
    assert not is_included(sha256(leaf).digest(), position - 1, size, path, root)
    other = data.draw(st.integers(min_value=1, max_value=size).filter(lambda one: one != position))
    assert not is_included(leaf, other - 1, size, path, root)


def test_roots_are_those_of_pymerkle_and_proofs_hold_on_both_sides() -> None:
    """It counts leaves from one and puts the leaf itself first in a path of inclusion. Its proofs of consistency are
    not RFC 9162's: where the first tree ends they go on down to a single leaf instead of stopping at the subtree both
    share, so that each side checks its own form against the other's roots.
    """
    theirs = InmemoryTree(algorithm="sha256")
    data = [f"fact {number}".encode() for number in range(300)]
    leaves = [sha256(b"\x00" + one).digest() for one in data]
    for one in data:
        theirs.append_entry(one)
    plain = hashes_of(leaves)
    dice = Random(9162)
    for size in [1, 2, 3, 4, 7, 8, 9, 255, 256, 257, *(dice.randint(1, 300) for _ in range(60))]:
        root = root_of(leaves[:size])
        assert theirs.get_root(size) == root
        position = dice.randint(1, size)
        proof = theirs.prove_inclusion(position, size)
        assert proof.path == [leaves[position - 1], *inclusion_path(position - 1, size, plain)]
        verify_inclusion(leaves[position - 1], root, proof)
        first = dice.randint(1, size)
        verify_consistency(root_of(leaves[:first]), root, theirs.prove_consistency(first, size))
        path = consistency_path(first, size, plain)
        assert is_consistent(first, theirs.get_root(first), size, theirs.get_root(size), path)


def test_more_facts_than_there_are_have_no_root_and_no_proof(recorder: SQLiteRecorder) -> None:
    tree = Tree(recorder)
    for wrong in (
        lambda: tree.root(COUNT + 1),
        lambda: tree.inclusion(1, COUNT + 1),
        lambda: tree.inclusion(0, 5),
        lambda: tree.inclusion(6, 5),
        lambda: tree.consistency(6, 5),
        lambda: tree.consistency(5, COUNT + 1),
    ):
        with pytest.raises(ValueError, match=r"."):
            wrong()


def test_the_file_beside_the_store_saves_reading_the_leaves_again(recorder: SQLiteRecorder, tmp_path: Path) -> None:
    kept = tmp_path / "county.tree"
    first = Tree(recorder, kept)
    root = first.root(COUNT)
    assert kept.stat().st_size == 32 + 5 * 32
    again = Tree(_OnlyTheLast(recorder), kept)
    assert again.root(COUNT) == root


@pytest.mark.parametrize("content", [b"", b"rubbish", b"tongchou tree 1\n" + bytes(16) + bytes(64)])
def test_a_file_that_is_not_of_this_store_is_made_anew(
    recorder: SQLiteRecorder, tmp_path: Path, content: bytes
) -> None:
    kept = tmp_path / "county.tree"
    kept.write_bytes(content)
    assert Tree(recorder, kept).root(COUNT) == Tree(recorder).root(COUNT)
    assert kept.stat().st_size == 32 + 5 * 32


def test_a_tree_follows_the_log_as_it_grows() -> None:
    with recorder_at() as recorder:
        recorder.append([event("first")])
        tree = Tree(recorder)
        before = tree.root(1)
        recorder.append([event(f"{n}") for n in range(2 * BLOCK)])
        size = recorder.head()
        assert tree.root(size) == root_of(recorder.leaves())
        assert is_consistent(1, before, size, tree.root(size), tree.consistency(1, size))


def test_a_block_is_hashed_level_by_level_as_one_by_one(leaves: list[bytes]) -> None:
    for size in (1, 2, 4, BLOCK):
        assert block_root(leaves[:size]) == root_of(leaves[:size])


class _OnlyTheLast(SQLiteRecorder):
    """A store that gives no leaf of a complete block away."""

    def __init__(self, of: SQLiteRecorder) -> None:
        self.__dict__.update(of.__dict__)

    def leaves(self, *, after: int = 0, until: int | None = None) -> Iterator[bytes]:
        assert after >= COUNT - COUNT % BLOCK
        return super().leaves(after=after, until=until)
