"""The small Ed25519 of the script: the vectors of RFC 8032, `cryptography` as oracle, and what it is stricter in."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.standalone.pack_check.ed25519 import ORDER, P, encoded, is_signed, point_of

# RFC 8032, 7.1: public key, message, both halves of the signature
VECTORS = """
d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a -
e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155
5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b

3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c 72
92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00

fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025 af82
6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac
18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
"""
SEEDS = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize("vector", VECTORS.strip().split("\n\n"))
def test_the_vectors_of_the_rfc_are_signed(vector: str) -> None:
    public, message, first, second = vector.split()
    assert is_signed(bytes.fromhex(public), bytes.fromhex(message.strip("-")), bytes.fromhex(first + second))


@settings(max_examples=40)
@given(SEEDS, st.binary(max_size=300), st.integers(0, 511), st.integers(0, 255), st.integers(0, 2))
def test_whatever_is_flipped_the_answer_is_that_of_cryptography(
    seed: bytes, message: bytes, bit: int, key_bit: int, what: int
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert is_signed(public, message, signature)
    if what == 0:
        signature = _flipped(signature, bit)
    elif what == 1:
        public = _flipped(public, key_bit)
    else:
        message += b"\0"
    assert is_signed(public, message, signature) is _oracle(public, message, signature) is False


@settings(max_examples=20)
@given(SEEDS, st.binary(max_size=50))
def test_a_signature_has_one_form_only(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    s = int.from_bytes(signature[32:], "little")
    larger = signature[:32] + (s + ORDER).to_bytes(32, "little")  # the same modulo the order: malleable
    assert not is_signed(public, message, larger)
    assert not is_signed(public, message, signature + b"\0")
    assert not is_signed(public, message, signature[:-1])
    assert not is_signed(public[:-1], message, signature)


SMALL = [  # the eight points whose order divides 8, and forms of them no encoder writes
    (1).to_bytes(32, "little"),
    (P - 1).to_bytes(32, "little"),
    bytes(32),
    bytes(31) + b"\x80",
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
    (P + 1).to_bytes(32, "little"),
    (P).to_bytes(32, "little"),
]


@pytest.mark.parametrize("public", SMALL)
@pytest.mark.parametrize("commitment", SMALL)
def test_a_key_of_small_order_signs_nothing(public: bytes, commitment: bytes) -> None:
    """With such a key S = 0 and R of small order verify for one message in eight at least where nobody looks."""
    for number in range(8):
        assert not is_signed(public, bytes([number]), commitment + bytes(32))


@given(SEEDS)
def test_a_point_is_written_in_one_way_and_what_is_not_that_is_no_point(text: bytes) -> None:
    point = point_of(text)
    assert point is None or encoded(point) == text


@given(st.integers(P, 2**255 - 1), st.booleans())
def test_a_y_that_is_not_below_the_prime_is_no_point(y: int, sign: bool) -> None:
    assert point_of((y | sign << 255).to_bytes(32, "little")) is None


def _flipped(content: bytes, bit: int) -> bytes:
    return bytes(byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(content))


def _oracle(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
