"""Signed notes are those of the specification: its examples byte for byte, and nothing odd is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.note import KeyUnreadable, Kind, Note, NoteUnreadable, PublicKey, Signature, SigningKey, cosigned_at

# From the documentation of the reference implementation, golang.org/x/mod/sumdb/note.
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = (
    f"{TEXT}\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# From the tests of github.com/transparency-dev/formats/note: a witness's key, and the time in a co-signature.
WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
TIMED = "— w ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXORmnFBOBA==\n"

KEY = SigningKey("tongchou/a", bytes(range(32)))
OTHER = SigningKey("city", bytes(range(1, 33)))


def test_the_example_of_the_reference_implementation_is_signed_and_verified_byte_for_byte() -> None:
    key = SigningKey.parse(SECRET)
    assert (key.secret_line(), str(key.public)) == (SECRET, PUBLIC)
    assert str(Note.signed(TEXT, key)) == SIGNED
    note = Note.parse(SIGNED.encode())
    assert str(note) == SIGNED
    assert note.is_signed_by(PublicKey.parse(PUBLIC))


def test_a_note_whose_text_was_changed_is_not_signed() -> None:
    note = Note.parse(SIGNED.replace("answer", "cause").encode())
    assert not note.is_signed_by(PublicKey.parse(PUBLIC))


def test_the_key_and_the_time_of_a_witness_are_read_as_the_reference_implementation_reads_them() -> None:
    key = PublicKey.parse(WITNESS)
    assert (key.kind, key.id.hex(), str(key)) == (Kind.COSIGNATURE, "da77ade7", WITNESS)
    (line,) = Note.parse(f"text\n\n{TIMED}".encode()).signatures
    assert cosigned_at(line) == 1727964367


def test_an_example_of_the_specification_with_an_empty_line_in_its_text_is_read() -> None:
    poem = (
        "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
        "— quasimodo.example/salvatore "
        "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
    )
    note = Note.parse(poem.encode())
    assert note.text.endswith("ed è subito sera.\n")
    assert str(note) == poem


def test_a_witness_signs_beside_the_log_and_both_signatures_hold() -> None:
    note = Note.signed(TEXT, KEY).cosigned(OTHER, 1_795_290_803)
    again = Note.parse(str(note).encode())
    assert again.is_signed_by(KEY.public)
    assert again.is_signed_by(OTHER.public.cosigning())
    assert not again.is_signed_by(OTHER.public), "a co-signature is no signature"
    line = again.signature_of(OTHER.public.cosigning())
    assert line is not None
    assert cosigned_at(line) == 1_795_290_803


def test_a_later_signature_of_one_key_takes_the_place_of_the_earlier() -> None:
    note = Note.signed(TEXT, KEY).cosigned(OTHER, 1).cosigned(OTHER, 2)
    assert len(note.signatures) == 2
    assert note.is_signed_by(OTHER.public.cosigning())


def test_the_time_of_a_cosignature_cannot_be_changed() -> None:
    note = Note.signed(TEXT, KEY).cosigned(OTHER, 1_000)
    line = note.signatures[1]
    later = Signature(line.name, line.id, (1_001).to_bytes(8, "big") + line.value[8:])
    assert not note.with_signatures([later]).is_signed_by(OTHER.public.cosigning())


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"\n",
        b"text\n",
        TEXT.encode(),
        SIGNED[:-1].encode(),
        SIGNED.encode() + b"\n",
        SIGNED.encode() + b"more\n",
        SIGNED.replace("—", "-").encode(),
        SIGNED.replace("— ", "—  ").encode(),
        SIGNED.replace("\n", "\r\n").encode(),
        SIGNED.replace("x08go", "x08g\u00e9").encode(),
        SIGNED.replace("JnAM=", "JnAN=").encode(),  # the last bits of base64 are not nought
        SIGNED.replace("JnAM=", "JnAM").encode(),
        SIGNED.replace("PeterNeumann ", "Peter Neumann ").encode(),
        SIGNED.replace("PeterNeumann ", "Peter+Neumann ").encode(),
        SIGNED.encode() + SIGNED.encode().splitlines(keepends=True)[-1],
        SIGNED.encode("utf-16"),
        b"text\x00\n\n" + SIGNED.encode().splitlines(keepends=True)[-1],
        b"x" * 70_000 + SIGNED.encode(),
        "text\n\n— a AAAAAA==\n".encode(),
    ],
)
def test_what_is_not_exactly_a_signed_note_is_refused(given: bytes) -> None:
    with pytest.raises(NoteUnreadable):
        Note.parse(given)


@given(at=st.integers(min_value=0, max_value=len(SIGNED.encode()) - 1), by=st.integers(min_value=1, max_value=255))
def test_a_note_with_any_one_byte_changed_is_refused_or_not_signed(at: int, by: int) -> None:
    changed = bytearray(SIGNED.encode())
    changed[at] ^= by
    try:
        note = Note.parse(bytes(changed))
    except NoteUnreadable:
        return
    assert not note.is_signed_by(PublicKey.parse(PUBLIC))


names = st.text(min_size=1, max_size=20).filter(
    lambda name: not any(c.isspace() or c in "+\x7f" or c < "!" for c in name)
)


@given(name=names, seed=st.binary(min_size=32, max_size=32))
def test_keys_are_read_as_they_are_written(name: str, seed: bytes) -> None:
    key = SigningKey(name, seed)
    assert SigningKey.parse(key.secret_line()) == key
    assert PublicKey.parse(str(key.public)) == key.public
    assert PublicKey.parse(str(key.public.cosigning())) == key.public.cosigning()


@pytest.mark.parametrize("line", ["", "a+b", SECRET, PUBLIC.replace("c74f20a3", "c74f20a4"), PUBLIC[:-1], f"x{PUBLIC}"])
def test_what_is_not_exactly_a_public_key_is_refused(line: str) -> None:
    with pytest.raises(KeyUnreadable):
        PublicKey.parse(line)


@pytest.mark.parametrize("line", ["", PUBLIC, SECRET.replace("c74f20a3", "c74f20a4"), SECRET[:-4], f"{SECRET}AAAA"])
def test_what_is_not_exactly_a_private_key_is_refused_and_never_repeated(line: str) -> None:
    with pytest.raises(KeyUnreadable) as refused:
        SigningKey.parse(line)
    assert "AYEKFALVFGyNhPJEMzD1QIDr" not in str(refused.value) + repr(refused.value)


def test_a_private_key_shows_in_no_representation() -> None:
    key = SigningKey.parse(SECRET)
    for text in (repr(key), str(key), f"{key!r}", repr([key])):
        assert "81" + "0a1402" not in text
        assert "AYEKFA" not in text
        assert repr(key.seed) not in text
