"""A token is good in one spelling, for one store and audience, while it lasts; anything else is nobody's."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from service.access.principal import Unauthenticated
from service.access.roles import Grant
from service.access.tokens import AUDIENCE, LIFETIME, Tokens

KEY, STORE, AT = bytes(range(32)), "store-1", datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
GRANT = Grant.of(["planner", "reader"], ["t1", "t2"])
ENDS = AT + timedelta(hours=12)
TOKEN = Tokens(KEY, STORE).issue("p-1", "s-1", GRANT, AT, ENDS)
CLAIMS = {"iss": f"tongchou:{STORE}", "aud": AUDIENCE, "iat": 1772438400, "exp": 1772439300, "jti": "x", "sub": "p-1"}
MISSING = object()
CLAIMS |= {"sid": "s-1", "roles": ["admin"], "townships": None}


def read(token: str, at: datetime = AT) -> Any:
    return Tokens(KEY, STORE).read(token, at)


def forged(
    key: bytes | str = KEY,
    algorithm: str = "HS256",
    typ: str = "at+jwt",
    said: dict[str, object] | None = None,
    **claims: object,
) -> str:
    """A token with other claims, signed as ours are unless told otherwise."""
    content = {**CLAIMS, **claims, **(said or {})}
    payload = json.dumps({name: value for name, value in content.items() if value is not MISSING}).encode()
    return jwt.PyJWS().encode(payload, key, algorithm=algorithm, headers={"typ": typ})


def test_a_token_says_whose_it_is_and_what_it_was_given() -> None:
    claims = read(TOKEN)
    assert (claims.person, claims.session, claims.grant) == ("p-1", "s-1", GRANT)
    assert claims.expires_at == AT + LIFETIME
    assert read(forged()).grant == Grant.of(["admin"], None)  # what the forgeries below differ from is good


@given(place=st.integers(0, len(TOKEN) - 1), bit=st.integers(0, 6))
def test_a_token_with_any_bit_flipped_is_nobodys(place: int, bit: int) -> None:
    letter = chr(ord(TOKEN[place]) ^ (1 << bit))
    with pytest.raises(Unauthenticated):
        read(TOKEN[:place] + letter + TOKEN[place + 1 :])


@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda raw: raw.decode("latin-1")))
def test_any_text_that_is_no_token_is_nobodys(text: str) -> None:
    for token in (text, f"{text}.{text}.{text}", f"{TOKEN}.{text}", f"{TOKEN}{text or 'x'}"):
        with pytest.raises(Unauthenticated):
            read(token)


def test_the_algorithm_is_not_the_tokens_to_choose() -> None:
    header, payload, signature = TOKEN.split(".")
    for said in (b'{"alg":"none","typ":"at+jwt"}', b'{"alg":"HS512","typ":"at+jwt"}', b'{"typ":"at+jwt"}'):
        other = urlsafe_b64encode(said).rstrip(b"=").decode()
        for end in (signature, ""):
            with pytest.raises(Unauthenticated):
                read(f"{other}.{payload}.{end}")
    assert b"HS256" in urlsafe_b64decode(header + "==")
    own = Ed25519PrivateKey.generate()
    for token in (forged(KEY * 2, "HS512"), jwt.encode(CLAIMS, own, algorithm="EdDSA", headers={"typ": "at+jwt"})):
        with pytest.raises(Unauthenticated):
            read(token)


@pytest.mark.parametrize(
    "token",
    [
        forged(aud="another-api"),
        forged(aud=[AUDIENCE + "x"]),
        forged(iss="tongchou:store-2"),
        forged(key=bytes(32)),
        forged(typ="JWT"),
        forged(exp="soon"),
        forged(exp=10**18),
        forged(roles=7),
        forged(townships=7),
        *(
            forged(said={claim: gone})
            for claim in ("iss", "aud", "exp", "iat", "jti", "sub", "sid", "roles")
            for gone in (None, MISSING)
        ),
        forged(filler="x" * 9000),
    ],
)
def test_a_token_of_another_store_audience_kind_or_shape_is_nobodys(token: str) -> None:
    with pytest.raises(Unauthenticated):
        read(token)


def test_roles_this_release_does_not_know_give_nothing() -> None:
    assert read(forged(roles=["emperor", "reader"])).grant.roles == {"reader"}


def test_a_token_ends_after_its_time_and_with_its_session() -> None:
    tokens = Tokens(KEY, STORE)
    tokens.read(TOKEN, AT + LIFETIME - timedelta(seconds=1))
    with pytest.raises(Unauthenticated, match="expired"):
        tokens.read(TOKEN, AT + LIFETIME)  # also one that was looked at before
    short = tokens.issue("p-1", "s-1", GRANT, AT, AT + timedelta(minutes=3))
    assert tokens.read(short, AT).expires_at == AT + timedelta(minutes=3)
