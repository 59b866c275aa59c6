"""Recognising whoever calls, by the token or key in `Authorization: Bearer …`, on every request.

A token is checked by its signature, a key by its hash; then the account behind it must still be open. That is looked up
at the desk and remembered for a few seconds (`service/access/access.py`).
"""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256

from desk.api_keys import ApiKey
from service.access.access import Access, Standing
from service.access.principal import Principal, Unauthenticated
from service.access.roles import Grant
from service.access.tokens import NOT_VALID

KEY_PREFIX = "tck_"
KEY_LENGTH_MAX = 200


def recognised(access: Access, header: str) -> Principal | None:
    """Whoever came this way a moment ago, without a look at the desk; None: `authenticate` has to look.

    Raises `Unauthenticated` for a token that is none of ours.
    """
    return _principal(access, _credential(header), may_look=False)


def authenticate(access: Access, header: str) -> Principal:
    """Whoever sends this `Authorization` header. Raises `Unauthenticated`."""
    found = _principal(access, _credential(header), may_look=True)
    assert found is not None
    return found


def _credential(header: str) -> str:
    scheme, _, credential = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not credential.strip():
        raise Unauthenticated(reason="the `Authorization` header is not `Bearer` and a token or key")
    return credential.strip()


def _principal(access: Access, credential: str, *, may_look: bool) -> Principal | None:
    at = access.clock()
    if credential.startswith(KEY_PREFIX):
        return _by_key(access, credential, at, may_look=may_look)
    claims = access.tokens.read(credential, at)
    standing = _in_session(access, claims.person, claims.session, at, may_look=may_look)
    if standing is None:
        return None
    account = standing.account
    grant = claims.grant.within(Grant.kept(account.roles, account.townships))
    return Principal(
        account.id,
        standing.name,
        account.post,
        grant.roles,
        grant.townships,
        "token",
        claims.session,
        account.one_time_until is not None,
    )


def standing_in_session(access: Access, person: str, family: str, at: datetime, *, may_look: bool) -> Standing | None:
    """The account behind a session that goes on; None where it ended, or where it may not be looked up."""
    try:
        return _in_session(access, person, family, at, may_look=may_look)
    except Unauthenticated:
        return None


def _in_session(access: Access, person: str, family: str, at: datetime, *, may_look: bool) -> Standing | None:
    """The account behind a session; None where it may not be looked up. Raises `Unauthenticated`."""
    way = f"session {family}"
    standing = access.memory.get(way, at)
    if standing is None and may_look:
        age = access.memory.age
        if not access.sessions.lives(family, at):
            raise Unauthenticated(reason=NOT_VALID)
        standing = _standing(access, person, at)
        access.memory.put(way, standing, age)
    return standing


def _by_key(access: Access, credential: str, at: datetime, *, may_look: bool) -> Principal | None:
    key_id, _, secret = credential.removeprefix(KEY_PREFIX).partition("_")
    if not key_id or not secret or len(credential) > KEY_LENGTH_MAX:
        raise Unauthenticated(reason=NOT_VALID)
    way = f"key {key_id}"
    standing, age = access.memory.get(way, at), access.memory.age
    looked = standing is None
    if standing is None:
        if not may_look:
            return None
        key = access.keys.get(key_id)
        if key is None or key.revoked_at is not None:
            raise Unauthenticated(reason=NOT_VALID)
        standing = _standing(access, key.owner, at, key)
    key = standing.key
    assert key is not None
    if not hmac.compare_digest(key.secret_hash, hashed(secret)) or at >= key.expires_at:
        raise Unauthenticated(reason=NOT_VALID)
    if looked:
        if key.last_used_on != at.date():
            access.keys.used(key.id, at.date())
        access.memory.put(way, standing, age)
    account = standing.account
    grant = Grant.kept(key.roles, key.townships).within(Grant.kept(account.roles, account.townships))
    return Principal(account.id, standing.name, account.post, grant.roles, grant.townships, "key", key.id)


def _standing(access: Access, person: str, at: datetime, key: ApiKey | None = None) -> Standing:
    """The account of a person, if it is open and the person has not been forgotten."""
    account, name = access.accounts.get(person), access.people.name_of(person)
    if account is None or account.disabled or name is None:
        raise Unauthenticated(reason=NOT_VALID)
    return Standing(account, name, at, key)


def hashed(secret: str) -> str:
    """What is kept of a secret of many random bits."""
    return sha256(secret.encode()).hexdigest()
