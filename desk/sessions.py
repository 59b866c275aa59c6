"""Sessions: who is logged in, as a family of refresh tokens each of which is good once.

A row is one refresh token, by the hash of its secret. Using it makes the next one of its family and leaves it
`rotated`; one that comes back after that was copied, and then nobody can tell the thief from the owner: the family
ends (RFC 9700, 4.14.2). The last moment of a family is set at login and never moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk.accounts import moment, seconds
from desk.database import Desk

TABLES = {
    "sessions": (
        "id TEXT PRIMARY KEY, family TEXT NOT NULL, account TEXT NOT NULL, secret_hash TEXT NOT NULL, "
        "state TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, UNIQUE (family, id)"
    )
}


@dataclass(frozen=True)
class Session:
    """One refresh token: `live`, `rotated` or `ended`."""

    id: str
    family: str
    account: str
    secret_hash: str
    state: str
    expires_at: datetime

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> Session:
        """A row of `id, family, account, secret_hash, state, expires_at`."""
        session, family, account, secret_hash, state, expires_at = row
        return cls(session, family, account, secret_hash, state, moment(expires_at))


class Sessions:
    """The sessions of one store. Everything raises `DeskUnavailable`."""

    def __init__(self, desk: Desk) -> None:
        self._run = desk.run
        desk.need(TABLES)

    def begin(self, session: Session, at: datetime) -> None:
        """Keep a live refresh token, the first of its family or the next."""
        self._run(
            "INSERT INTO sessions (id, family, account, secret_hash, state, created_at, expires_at) "
            "VALUES (?, ?, ?, ?, 'live', ?, ?)",
            (
                session.id,
                session.family,
                session.account,
                session.secret_hash,
                seconds(at),
                seconds(session.expires_at),
            ),
        )

    def get(self, session: str) -> Session | None:
        """A refresh token by its id, whatever its state."""
        statement = "SELECT id, family, account, secret_hash, state, expires_at FROM sessions WHERE id = ?"
        found = self._run(statement, (session,))
        return Session.of(found[0]) if found else None

    def rotate(self, session: str) -> bool:
        """Use up a refresh token; of several that try, with several processes, one is told True."""
        statement = "UPDATE sessions SET state = 'rotated' WHERE id = ? AND state = 'live' RETURNING id"
        return bool(self._run(statement, (session,)))

    def lives(self, family: str, at: datetime) -> bool:
        """Whether a family has a token that can be used."""
        statement = "SELECT id FROM sessions WHERE family = ? AND state = 'live' AND expires_at > ? LIMIT 1"
        return bool(self._run(statement, (family, seconds(at))))

    def end(self, family: str) -> bool:
        """End a family; whether it lived."""
        statement = "UPDATE sessions SET state = 'ended' WHERE family = ? AND state <> 'ended' RETURNING state"
        return bool(self._run(statement, (family,)))

    def end_of(self, account: str, but: str | None = None) -> None:
        """End every family of an account, but one if it is named."""
        statement = "UPDATE sessions SET state = 'ended' WHERE account = ? AND family <> ? AND state <> 'ended'"
        self._run(statement, (account, but or ""))

    def forget_before(self, at: datetime) -> None:
        """Forget what expired before a moment: it can do nothing any more."""
        self._run("DELETE FROM sessions WHERE expires_at <= ?", (seconds(at),))
