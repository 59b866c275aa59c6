"""Checkpoints say what they say in one way only, and grow provably from one to the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.checkpoint import Offer, TreeHead, read_checkpoint
from history.merkle import EMPTY_ROOT, consistency_path, hashes_of, root_of
from history.note import Note, NoteUnreadable, SigningKey

STORE = "0123456789abcdef" * 2
KEY = SigningKey(f"tongchou/{STORE}", bytes(range(32)))
TIME = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
LEAVES = [sha256(bytes([n])).digest() for n in range(40)]


def head(size: int) -> TreeHead:
    return TreeHead(STORE, size, root_of(LEAVES[:size]), TIME)


def test_a_checkpoint_is_four_lines_that_are_signed() -> None:
    note = head(3).signed(KEY)
    assert note.text == (
        f"tongchou/{STORE}\n3\n14ZjqPGi2Z7pf+OKYFvi9U4ocsOmOhMHfWF+SpQHJb0=\ntime 2026-11-21T19:00:00.000000Z\n"
    )
    assert note.is_signed_by(KEY.public)
    assert read_checkpoint(str(note).encode()) == (note, head(3))


@given(
    size=st.integers(min_value=1, max_value=2**63 - 1),
    root=st.binary(min_size=32, max_size=32),
    time=st.datetimes(timezones=st.just(UTC)),
    store=st.binary(min_size=16, max_size=16),
)
def test_what_a_checkpoint_says_is_read_as_it_was_written(size: int, root: bytes, time: datetime, store: bytes) -> None:
    says = TreeHead(store.hex(), size, root, time)
    assert read_checkpoint(str(says.signed(KEY)).encode())[1] == says


@pytest.mark.parametrize(
    "old,new",
    [
        ("tongchou/", "other/"),
        ("tongchou/0123", "tongchou/"),
        ("tongchou/0123", "tongchou/0X23"),
        ("\n3\n", "\n03\n"),
        ("\n3\n", "\n+3\n"),
        ("\n3\n", "\n3 \n"),
        ("\n3\n", "\n\u0663\n"),
        ("\n3\n", "\n9999999999999999999\n"),
        ("\n3\n", "\n0\n"),
        ("SpQHJb0=", "SpQHJb1="),
        ("SpQHJb0=", "SpQH"),
        ("time ", "when "),
        ("T19:", "T25:"),
        ("T19:00:00.000000Z", "T19:00:00Z"),
        ("000000Z\n", "000000Z\nextra line\n"),
        ("\ntime 2026-11-21T19:00:00.000000Z", ""),
    ],
)
def test_any_other_text_is_refused_even_when_it_is_signed(old: str, new: str) -> None:
    text = head(3).text()
    assert text.count(old) == 1
    with pytest.raises(NoteUnreadable):
        read_checkpoint(str(Note.signed(text.replace(old, new), KEY)).encode())


def test_a_log_of_nothing_has_the_root_of_nothing() -> None:
    says = TreeHead(STORE, 0, EMPTY_ROOT, TIME)
    assert read_checkpoint(str(says.signed(KEY)).encode())[1] == says


@given(sizes=st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted))
def test_an_offer_carries_the_proof_of_its_growth(sizes: list[int]) -> None:
    first, second = sizes
    path = consistency_path(first, second, hashes_of(LEAVES))
    offer = Offer(first, path, head(second).signed(KEY))
    read = Offer.parse(str(offer).encode())
    assert read == offer
    assert head(first).grew_into(TreeHead.of(read.note), read.path)
    altered = TreeHead(STORE, first, sha256(b"else").digest(), TIME - timedelta(1))
    assert not altered.grew_into(TreeHead.of(read.note), read.path) or first == 0


def test_a_checkpoint_alone_is_an_offer_that_grew_from_nothing() -> None:
    note = head(5).signed(KEY)
    assert Offer.parse(str(note).encode()) == Offer(0, [], note)


@pytest.mark.parametrize("first", ["old\n", "old -1\n", "old 01\n", "old 3 \n", "old 3\nAAAA\n", "old 3\n\x00\n"])
def test_an_offer_that_is_not_exactly_one_is_refused(first: str) -> None:
    with pytest.raises(NoteUnreadable):
        read_offer((first + "\n" + str(head(5).signed(KEY))).encode())


def read_offer(given: bytes) -> TreeHead:
    return TreeHead.of(Offer.parse(given).note)


def test_an_offer_with_a_longer_proof_than_there_can_be_is_refused() -> None:
    with pytest.raises(NoteUnreadable):
        Offer.parse(str(Offer(3, LEAVES[:1] * 64, head(5).signed(KEY))).encode())
