"""API keys for programs: shown once, kept as a hash, never wider than their owner, with an end.

A program decides as the person who made its key: to every rule that asks for another person the two are one.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from desk.accounts import Account
from desk.api_keys import ApiKey
from domain.errors import Refusal
from service.access.access import Access
from service.access.noting import Visit, note_change
from service.access.recognising import KEY_PREFIX, hashed
from service.access.roles import Grant

__all__ = ["ApiKey", "NewKey", "NotByKey", "UnknownKey", "known_key", "make_key", "revoke_key"]

DAYS_MAX = 366
LABEL_MAX = 100
_ID_BYTES, _SECRET_BYTES = 8, 32


class KeyBeyondOwner(Refusal):
    """A key would give what its owner has not."""

    code = "key-beyond-owner"
    sentence_en = "The key would have roles or townships its owner has not."
    cure_en = "Ask for no more than: {roles}."


class KeyUnfit(Refusal):
    """A key without a name or an end to it."""

    code = "key-unfit"
    sentence_en = "A key has a label of 1 to 100 characters and is good for 1 to 366 days."
    cure_en = "State both so."


class NotByKey(Refusal):
    """Programs do not give out ways in: a key that was stolen would live on in others."""

    code = "not-by-key"
    sentence_en = "An API key cannot {decision}."
    cure_en = "Log in with a password for that."


class UnknownKey(Refusal):
    """A key there is not, or not of theirs."""

    code = "unknown-key"
    sentence_en = "There is no API key {key}."
    cure_en = "Name one of the list."


@dataclass(frozen=True)
class NewKey:
    """A key as it was made; `shown` is told this once."""

    key: ApiKey
    shown: str


def make_key(
    access: Access,
    owner: Account,
    visit: Visit,
    *,
    label: str,
    days: int,
    roles: Iterable[str] | None = None,
    townships: Iterable[str] | None = None,
    by: str | None = None,
) -> NewKey:
    """A key of an account, with all its roles unless told fewer. Raises `KeyUnfit`, `KeyBeyondOwner`, `RoleUnknown`."""
    if not 1 <= days <= DAYS_MAX or not 1 <= len(label.strip()) <= LABEL_MAX or not label.isprintable():
        raise KeyUnfit()
    has = Grant.kept(owner.roles, owner.townships)
    wanted = Grant.of(owner.roles if roles is None else roles, owner.townships if townships is None else townships)
    if not wanted.is_within(has):
        raise KeyBeyondOwner(roles=", ".join(sorted(has.roles)))
    at, key_id, secret = access.clock(), secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
    access.keys.add(
        key_id,
        hashed(secret),
        owner=owner.id,
        label=label.strip(),
        roles=wanted.roles,
        townships=wanted.townships,
        at=at,
        expires_at=at + timedelta(days=days),
    )
    note_change(access, visit, "key-made", by=by, about=f"{KEY_PREFIX}{key_id} of {owner.id}")
    return NewKey(known_key(access, key_id), f"{KEY_PREFIX}{key_id}_{secret}")


def known_key(access: Access, key_id: str, owner: str | None = None) -> ApiKey:
    """A key by its id, also as it begins when shown. Raises `UnknownKey`, also for that of another owner."""
    key = access.keys.get(key_id.removeprefix(KEY_PREFIX))
    if key is None or owner not in (None, key.owner):
        raise UnknownKey(key=key_id[:40])
    return key


def revoke_key(access: Access, key: ApiKey, visit: Visit, *, by: str | None = None) -> None:
    """End a key for good; one that is ended stays so."""
    if access.keys.revoke(key.id, access.clock()):
        access.memory.forget()
        note_change(access, visit, "key-revoked", by=by, about=f"{KEY_PREFIX}{key.id} of {key.owner}")
