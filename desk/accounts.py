"""Accounts: under which name a person logs in, with which roles, for which townships, in which post.

An account is a person: its id is the pseudonymous id of `desk/people.py`, so that whoever has two ways in – a password
and an API key – is one person to every rule that asks for another one. Password hashes leave this table only by
`with_password`; what lists accounts never carries them. Times are handed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from desk.database import Desk

TABLES = {
    "accounts": (
        "id TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE, password TEXT, one_time_until BIGINT, roles TEXT NOT NULL, "
        "townships TEXT, post TEXT NOT NULL, disabled INTEGER NOT NULL, created_at BIGINT NOT NULL, "
        "changed_at BIGINT NOT NULL"
    )
}
_COLUMNS = "id, login, roles, townships, post, disabled, created_at, changed_at, password IS NOT NULL, one_time_until"


@dataclass(frozen=True)
class Account:
    """One account as it stands; `townships` None is the whole county, `one_time_until` set: the password has to go."""

    id: str
    login: str
    roles: frozenset[str]
    townships: frozenset[str] | None
    post: str
    disabled: bool
    created_at: datetime
    changed_at: datetime
    has_password: bool
    one_time_until: datetime | None

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> Account:
        """A row of `_COLUMNS`."""
        person, login, roles, townships, post, disabled, created_at, changed_at, has_password, until = row
        return cls(
            person,
            login,
            words_in(roles),
            None if townships is None else words_in(townships),
            post,
            bool(disabled),
            moment(created_at),
            moment(changed_at),
            bool(has_password),
            None if until is None else moment(until),
        )


def seconds(at: datetime) -> int:
    """A moment as tables keep it: whole seconds since 1970 in UTC."""
    return int(at.timestamp())


def moment(kept: int) -> datetime:
    """The moment a table keeps."""
    return datetime.fromtimestamp(kept, UTC)


def words_in(kept: str) -> frozenset[str]:
    """Codes kept in one column, none of which has a space in it."""
    return frozenset(kept.split())


def words_of(codes: Iterable[str]) -> str:
    """Codes as one column keeps them."""
    return " ".join(sorted(codes))


def words_or_none(codes: Iterable[str] | None) -> str | None:
    """The same where there may be no limit."""
    return None if codes is None else words_of(codes)


class Accounts:
    """The accounts of one store. Everything raises `DeskUnavailable`."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._run = desk, desk.run
        desk.need(TABLES)

    def add(
        self,
        person: str,
        login: str,
        *,
        roles: Iterable[str],
        townships: Iterable[str] | None,
        post: str,
        at: datetime,
    ) -> bool:
        """Make an account nobody can use yet, without a password; False where the person or the name has one."""
        values = (person, login, words_of(roles), words_or_none(townships), post, 0, seconds(at), seconds(at))
        made = self._run(
            "INSERT INTO accounts (id, login, roles, townships, post, disabled, created_at, changed_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
            values,
        )
        return bool(made)

    def get(self, person: str) -> Account | None:
        """The account of a person."""
        return self._one(f"SELECT {_COLUMNS} FROM accounts WHERE id = ?", person)

    def named(self, login: str) -> Account | None:
        """The account of a login name."""
        return self._one(f"SELECT {_COLUMNS} FROM accounts WHERE login = ?", login)

    def all(self) -> list[Account]:
        """Every account, by login name."""
        return [Account.of(row) for row in self._run(f"SELECT {_COLUMNS} FROM accounts ORDER BY login")]

    def is_empty(self) -> bool:
        """Whether nobody has an account yet."""
        return not self._run("SELECT id FROM accounts LIMIT 1")

    def with_password(self, login: str) -> tuple[Account | None, str | None]:
        """The account of a login name with the argon2 hash of its password, in one look whether there is one or not."""
        found = self._run(f"SELECT {_COLUMNS}, password FROM accounts WHERE login = ?", (login,))
        return (Account.of(found[0][:-1]), found[0][-1]) if found else (None, None)

    def set_password(self, person: str, hashed: str | None, *, one_time_until: datetime | None, at: datetime) -> bool:
        """Keep another hash; whether there is such an account."""
        until = None if one_time_until is None else seconds(one_time_until)
        statement = "UPDATE accounts SET password = ?, one_time_until = ?, changed_at = ? WHERE id = ? RETURNING id"
        return bool(self._run(statement, (hashed, until, seconds(at), person)))

    def renew_hash(self, person: str, old: str, new: str) -> None:
        """Keep a stronger hash of the same password, unless the password was changed meanwhile."""
        self._run("UPDATE accounts SET password = ? WHERE id = ? AND password = ?", (new, person, old))

    def grant(
        self, person: str, *, roles: Iterable[str], townships: Iterable[str] | None, post: str, at: datetime
    ) -> bool:
        """Set what an account may do, where, and in which post; whether there is such an account."""
        statement = "UPDATE accounts SET roles = ?, townships = ?, post = ?, changed_at = ? WHERE id = ? RETURNING id"
        return bool(self._run(statement, (words_of(roles), words_or_none(townships), post, seconds(at), person)))

    def disable(self, person: str, disabled: bool, at: datetime) -> bool:
        """Close an account, or open it again; whether there is such an account."""
        statement = "UPDATE accounts SET disabled = ?, changed_at = ? WHERE id = ? RETURNING id"
        return bool(self._run(statement, (int(disabled), seconds(at), person)))

    def erase(self, person: str) -> bool:
        """Forget an account for good: its login name may tell who it is."""
        erased = bool(self._run("DELETE FROM accounts WHERE id = ? RETURNING id", (person,)))
        self._desk.forget("accounts")
        return erased

    def _one(self, statement: str, value: str) -> Account | None:
        found = self._run(statement, (value,))
        return Account.of(found[0]) if found else None
