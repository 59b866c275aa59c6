"""Webhooks: whom to call about which facts, how far each has been told, and what could not be delivered.

Secrets are kept as the sealed texts they are handed in as, moments as texts whose order is that of time. A position
only ever rises, whoever writes last: a process that lost its lease cannot set it back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any

from desk.database import Desk

TABLES = {
    "webhooks": (
        "id TEXT PRIMARY KEY, url TEXT NOT NULL, types TEXT NOT NULL, tags TEXT NOT NULL, secret TEXT NOT NULL,"
        " old_secret TEXT NOT NULL, old_until TEXT NOT NULL, position BIGINT NOT NULL, paused INTEGER NOT NULL,"
        " failures INTEGER NOT NULL, next_try TEXT NOT NULL, last_error TEXT NOT NULL, created_by TEXT NOT NULL,"
        " created_at TEXT NOT NULL"
    ),
    "dead_letters": (
        "hook TEXT NOT NULL, position BIGINT NOT NULL, attempts INTEGER NOT NULL, last_status INTEGER NOT NULL,"
        " last_error TEXT NOT NULL, buried_at TEXT NOT NULL, again INTEGER NOT NULL, PRIMARY KEY (hook, position)"
    ),
}


@dataclass(frozen=True)
class Hook:
    """One webhook: facts of any of `types` and with all of `tags` (empty: all) go to `url`; those up to `position` did.

    `failures` counts the attempts at the next fact that failed; it is not tried before `next_try` ("": at once).
    `old_secret` ("": none) signs beside `secret` until `old_until`.
    """

    id: str
    url: str
    types: tuple[str, ...]
    tags: tuple[str, ...]
    secret: str
    old_secret: str
    old_until: str
    position: int
    paused: bool
    failures: int
    next_try: str
    last_error: str
    created_by: str
    created_at: str


@dataclass(frozen=True)
class DeadLetter:
    """A fact that was given up on for one webhook. `last_status` is HTTP's, 0 where no answer came; `again`: it is
    to be tried once more.
    """

    hook: str
    position: int
    attempts: int
    last_status: int
    last_error: str
    buried_at: str
    again: bool


_HOOK = ", ".join(field.name for field in fields(Hook))
_LETTER = ", ".join(field.name for field in fields(DeadLetter))


class Webhooks:
    """The webhooks of one store, kept at a desk. Raises `DeskUnavailable`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._desk.need(TABLES)

    def add(self, hook: Hook) -> None:
        """Keep a new webhook."""
        values = [
            json.dumps(one) if isinstance(one, tuple) else int(one) if isinstance(one, bool) else one
            for one in astuple(hook)
        ]
        self._desk.run(f"INSERT INTO webhooks ({_HOOK}) VALUES ({', '.join('?' * len(values))})", values)

    def all(self) -> list[Hook]:
        """Every webhook, the oldest first."""
        return [_hook(row) for row in self._desk.run(f"SELECT {_HOOK} FROM webhooks ORDER BY created_at, id")]

    def find(self, hook: str) -> Hook | None:
        """One webhook; None where there is none of this id."""
        found = self._desk.run(f"SELECT {_HOOK} FROM webhooks WHERE id = ?", (hook,))
        return _hook(found[0]) if found else None

    def delete(self, hook: str) -> bool:
        """Forget a webhook, its secrets and its dead letters; whether there was one."""
        found = self._desk.run("DELETE FROM webhooks WHERE id = ? RETURNING id", (hook,))
        self._desk.run("DELETE FROM dead_letters WHERE hook = ?", (hook,))
        return bool(found)

    def pause(self, hook: str, why: str = "") -> None:
        """Call it no more until it is resumed."""
        self._desk.run("UPDATE webhooks SET paused = 1, last_error = ? WHERE id = ?", (why, hook))

    def resume(self, hook: str) -> None:
        """Go on where it was, at once and with all its attempts."""
        self._desk.run(
            "UPDATE webhooks SET paused = 0, failures = 0, next_try = '', last_error = '' WHERE id = ?", (hook,)
        )

    def redirect(self, hook: str, url: str, types: Sequence[str], tags: Sequence[str]) -> None:
        """Send what comes from now on elsewhere, or other facts of it."""
        self._desk.run(
            "UPDATE webhooks SET url = ?, types = ?, tags = ?, failures = 0, next_try = '' WHERE id = ?",
            (url, json.dumps(types), json.dumps(tags), hook),
        )

    def change_secret(self, hook: str, secret: str, old_until: str) -> None:
        """A new secret, tried at once; the present one signs beside it until the moment."""
        self._desk.run(
            "UPDATE webhooks SET old_secret = secret, old_until = ?, secret = ?, failures = 0, next_try = ''"
            " WHERE id = ?",
            (old_until, secret, hook),
        )

    def reached(self, hook: str, position: int) -> bool:
        """Everything up to a position was acknowledged, given up, or not wanted; whether to go on from there."""
        found = self._desk.run(
            "UPDATE webhooks SET position = ?, failures = 0, next_try = '', last_error = ''"
            " WHERE id = ? AND position < ? RETURNING paused",
            (position, hook, position),
        )
        return found == [(0,)]

    def failed(self, hook: str, position: int, next_try: str, error: str) -> None:
        """One more attempt at the fact after a position failed; nothing where somebody has got further meanwhile."""
        self._desk.run(
            "UPDATE webhooks SET failures = failures + 1, next_try = ?, last_error = ? WHERE id = ? AND position = ?",
            (next_try, error, hook, position),
        )

    def bury(self, letter: DeadLetter) -> None:
        """Keep a fact as one that was given up; one that is kept already, or of a deleted webhook, changes nothing."""
        self._desk.run(
            f"INSERT INTO dead_letters ({_LETTER}) SELECT id, CAST(? AS BIGINT), CAST(? AS INTEGER),"
            " CAST(? AS INTEGER), CAST(? AS TEXT), CAST(? AS TEXT), 0 FROM webhooks WHERE id = ?"
            " ON CONFLICT DO NOTHING",
            (letter.position, letter.attempts, letter.last_status, letter.last_error, letter.buried_at, letter.hook),
        )

    def dead_letters(self, hook: str, after: int, limit: int) -> list[DeadLetter]:
        """At most so many of a webhook's dead letters after a position, in order."""
        rows = self._desk.run(
            f"SELECT {_LETTER} FROM dead_letters WHERE hook = ? AND position > ? ORDER BY position LIMIT ?",
            (hook, after, limit),
        )
        return [_letter(row) for row in rows]

    def count_dead_letters(self) -> dict[str, int]:
        """How many dead letters each webhook has that has any."""
        return {
            str(hook): int(n) for hook, n in self._desk.run("SELECT hook, count(*) FROM dead_letters GROUP BY hook")
        }

    def ask_again(self, hook: str, positions: Sequence[int] | None) -> int:
        """Let these dead letters (None: all of them) be tried once more; how many there are of them."""
        if positions is None:
            return len(self._desk.run("UPDATE dead_letters SET again = 1 WHERE hook = ? RETURNING position", (hook,)))
        return sum(
            len(
                self._desk.run(
                    "UPDATE dead_letters SET again = 1 WHERE hook = ? AND position = ? RETURNING position", (hook, one)
                )
            )
            for one in dict.fromkeys(positions)
        )

    def asked_again(self) -> dict[str, list[int]]:
        """The positions that wait to be tried once more, by webhook, in order."""
        found: dict[str, list[int]] = {}
        for hook, position in self._desk.run(
            "SELECT hook, position FROM dead_letters WHERE again = 1 ORDER BY position"
        ):
            found.setdefault(str(hook), []).append(int(position))
        return found

    def delivered_again(self, hook: str, position: int) -> None:
        """A dead letter was acknowledged after all."""
        self._desk.run("DELETE FROM dead_letters WHERE hook = ? AND position = ?", (hook, position))

    def failed_again(self, letter: DeadLetter) -> None:
        """A dead letter was tried once more, in vain."""
        self._desk.run(
            "UPDATE dead_letters SET attempts = attempts + ?, last_status = ?, last_error = ?, buried_at = ?, again = 0"
            " WHERE hook = ? AND position = ?",
            (letter.attempts, letter.last_status, letter.last_error, letter.buried_at, letter.hook, letter.position),
        )


def _hook(row: tuple[Any, ...]) -> Hook:
    values = dict(zip((field.name for field in fields(Hook)), row, strict=True))
    values |= {name: tuple(json.loads(values[name])) for name in ("types", "tags")}
    return Hook(**values | {"paused": bool(values["paused"])})


def _letter(row: tuple[Any, ...]) -> DeadLetter:
    hook, position, attempts, status, error, buried_at, again = row
    return DeadLetter(hook, position, attempts, status, error, buried_at, bool(again))
