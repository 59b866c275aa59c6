"""Passwords: argon2id hashes, checked with the same work whether there is such an account or not.

An answer that comes sooner for a name nobody has would tell names apart, so a name without a password is checked
against a hash nobody knows the password of. A check takes 64 MiB: only so many run at once in a process.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from domain.errors import Refusal

LENGTH_MIN, LENGTH_MAX = 12, 200
"""Characters. Ours: guessing is slowed to about 1,440 tries a day and name, and four words fit."""
AT_ONCE, IN_LINE = 2, 6
"""Hashes computed at once in a process, and requests that may be waiting for theirs; others go on being answered."""


class PasswordUnfit(Refusal):
    """A password that is guessed too soon, or too long to be worked on."""

    code = "password-unfit"
    sentence_en = "This password is not taken: {problem}."
    cure_en = "Take 12 to 200 characters, such as several words, without your login name in them."


class LoginsBusy(Refusal):
    """More passwords to check than this process takes on; asked before it is looked at whose it is."""

    code = "logins-busy"
    sentence_en = "So many are logging in at this moment that this attempt was not looked at."
    cure_en = "Try again in {wait_seconds} seconds."


class Passwords:
    """Hashing and checking, with the parameters RFC 9106, 4 recommends where memory is limited."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._room, self._line = BoundedSemaphore(AT_ONCE), BoundedSemaphore(IN_LINE)

    @contextmanager
    def in_line(self) -> Iterator[None]:
        """A place in the line of those whose password is checked. Raises `LoginsBusy` where it is full."""
        if not self._line.acquire(blocking=False):
            raise LoginsBusy(wait_seconds=1)
        try:
            yield
        finally:
            self._line.release()

    def hash(self, password: str) -> str:
        """The argon2id hash of a password, with its salt and parameters."""
        with self._room:
            return self._hasher.hash(_normal(password))

    def matches(self, hashed: str | None, password: str) -> bool:
        """Whether a password is the one of a hash; None is nobody's, and takes as long."""
        against = hashed if hashed is not None else self._nobodys
        with self._room:
            try:
                self._hasher.verify(against, _normal(password)[:LENGTH_MAX])
            except (VerificationError, InvalidHashError):
                return False
        return hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe())


def must_be_fit(password: str, login: str) -> None:
    """Raise `PasswordUnfit` for what is too short, too long, or holds the login name."""
    normal = _normal(password)
    if len(normal) < LENGTH_MIN:
        raise PasswordUnfit(problem="it is too short")
    if len(normal) > LENGTH_MAX:
        raise PasswordUnfit(problem="it is too long")
    if login in normal.casefold():
        raise PasswordUnfit(problem="it holds the login name")
    if len(set(normal)) < LENGTH_MIN // 3:
        raise PasswordUnfit(problem="it repeats a few characters")


def _normal(password: str) -> str:
    """One form for what looks the same, so that another keyboard gives the same password."""
    return unicodedata.normalize("NFKC", password)
