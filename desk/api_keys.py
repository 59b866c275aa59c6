"""API keys of programs: the hash of a secret nobody can guess, whose it is, what it may do at most, until when.

The secret has 256 random bits, so a plain SHA-256 of it is as hard to turn round as the key is to guess; no slow hash
is needed and a request is not slowed by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desk.accounts import moment, seconds, words_in, words_of, words_or_none
from desk.database import Desk

TABLES = {
    "api_keys": (
        "id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, owner TEXT NOT NULL, label TEXT NOT NULL, "
        "roles TEXT NOT NULL, townships TEXT, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, "
        "revoked_at BIGINT, last_used_on TEXT"
    )
}
_COLUMNS = "id, secret_hash, owner, label, roles, townships, created_at, expires_at, revoked_at, last_used_on"


@dataclass(frozen=True)
class ApiKey:
    """One key as it stands; `townships` None: all its owner has."""

    id: str
    secret_hash: str
    owner: str
    label: str
    roles: frozenset[str]
    townships: frozenset[str] | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_on: date | None

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> ApiKey:
        """A row of `_COLUMNS`."""
        key, secret_hash, owner, label, roles, townships, created_at, expires_at, revoked_at, last_used_on = row
        return cls(
            key,
            secret_hash,
            owner,
            label,
            words_in(roles),
            None if townships is None else words_in(townships),
            moment(created_at),
            moment(expires_at),
            None if revoked_at is None else moment(revoked_at),
            None if last_used_on is None else date.fromisoformat(last_used_on),
        )


class ApiKeys:
    """The keys of one store. Everything raises `DeskUnavailable`."""

    def __init__(self, desk: Desk) -> None:
        self._run = desk.run
        desk.need(TABLES)

    def add(
        self,
        key: str,
        secret_hash: str,
        *,
        owner: str,
        label: str,
        roles: Iterable[str],
        townships: Iterable[str] | None,
        at: datetime,
        expires_at: datetime,
    ) -> None:
        """Keep a new key."""
        values = (key, secret_hash, owner, label, words_of(roles), words_or_none(townships))
        self._run(
            "INSERT INTO api_keys (id, secret_hash, owner, label, roles, townships, created_at, expires_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, seconds(at), seconds(expires_at)),
        )

    def get(self, key: str) -> ApiKey | None:
        """A key by its id."""
        found = self._run(f"SELECT {_COLUMNS} FROM api_keys WHERE id = ?", (key,))
        return ApiKey.of(found[0]) if found else None

    def all(self, owner: str | None = None) -> list[ApiKey]:
        """Every key, or those of one account, oldest first."""
        found = self._run(f"SELECT {_COLUMNS} FROM api_keys ORDER BY created_at, id")
        return [key for key in map(ApiKey.of, found) if owner in (None, key.owner)]

    def revoke(self, key: str, at: datetime) -> bool:
        """End a key for good; False where it is unknown, or ended before."""
        statement = "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING id"
        return bool(self._run(statement, (seconds(at), key)))

    def revoke_of(self, owner: str, at: datetime) -> None:
        """End every key of an account."""
        self._run("UPDATE api_keys SET revoked_at = ? WHERE owner = ? AND revoked_at IS NULL", (seconds(at), owner))

    def used(self, key: str, on: date) -> None:
        """Note the day a key was last used; a day is all that is asked, so it is written once a day."""
        self._run("UPDATE api_keys SET last_used_on = ? WHERE id = ?", (on.isoformat(), key))
