"""Answers given before: which command a key stood for and what came of it, so that a repeat gets the same answer.

A row is `running` from the first time a key is met until its answer is kept, or until the key is given up because
nothing came of it. Statements race as they like: the first to insert begins, the first to keep an answer has kept it.
Nothing here decides anything; rows may be deleted at will, and are, when they are old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desk.database import Desk

TABLES = {
    "repeats": "id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, holder TEXT NOT NULL, begun TEXT NOT NULL, "
    "state TEXT NOT NULL, status INTEGER, headers TEXT, body TEXT"
}
KEPT_FOR = timedelta(hours=24)
"""How long an answer is kept."""
REFUSALS_FROM = 400
SWEPT_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Answer:
    """What was answered. `body` None: it was not kept, because it held a secret."""

    status: int
    headers: str
    body: str | None


@dataclass(frozen=True)
class Begun:
    """What is known of a key: `mine` if this attempt is the one at work, else since when another is, or its answer."""

    fingerprint: str
    mine: bool
    since: datetime
    answer: Answer | None = None


class Repeats:
    """The answers of one store. `key` and `fingerprint` are hashes, `holder` names one attempt; times are handed in."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._swept: datetime | None = None
        desk.need(TABLES)

    def begin(self, key: str, fingerprint: str, holder: str, now: datetime) -> Begun:
        """Begin with a key, or learn what came of it before."""
        self._sweep(now)
        values = (key, fingerprint, holder, _text(now))
        made = self.desk.run(
            "INSERT INTO repeats (id, fingerprint, holder, begun, state) VALUES (?, ?, ?, ?, 'running') "
            "ON CONFLICT DO NOTHING RETURNING id",
            values,
        )
        if made:
            return Begun(fingerprint, True, now)
        found = self.find(key)
        return self.begin(key, fingerprint, holder, now) if found is None else found  # given up in between

    def find(self, key: str) -> Begun | None:
        """What is known of a key; None for one nobody used, or that was given up."""
        rows = self.desk.run(
            "SELECT fingerprint, begun, state, status, headers, body FROM repeats WHERE id = ?", (key,)
        )
        if not rows:
            return None
        fingerprint, begun, state, status, headers, body = rows[0]
        answer = Answer(int(status), str(headers), body) if state == "done" else None
        return Begun(str(fingerprint), False, datetime.fromisoformat(begun), answer)

    def take_over(self, key: str, holder: str, since: datetime, now: datetime) -> bool:
        """Go on with a key whose attempt, begun at `since`, must be dead; whether this attempt is the one that does."""
        statement = (
            "UPDATE repeats SET holder = ?, begun = ? WHERE id = ? AND state = 'running' AND begun = ? RETURNING id"
        )
        return bool(self.desk.run(statement, (holder, _text(now), key, _text(since))))

    def keep(self, key: str, holder: str, answer: Answer) -> bool:
        """Keep an answer; whether it is the one that holds. The first success holds; a refusal until then, and only
        that of whoever holds the key: of several at work at once, one may be refused what another has done.
        """
        values: list[Any] = [answer.status, answer.headers, answer.body, key]
        if answer.status < REFUSALS_FROM:
            condition = f"(state = 'running' OR status >= {REFUSALS_FROM})"
        else:
            condition, values = "state = 'running' AND holder = ?", [*values, holder]
        statement = (
            "UPDATE repeats SET state = 'done', status = ?, headers = ?, body = ? WHERE id = ? AND "
            f"{condition} RETURNING id"
        )
        return bool(self.desk.run(statement, values))

    def give_up(self, key: str, holder: str) -> None:
        """Nothing came of this attempt: the key is as if never used."""
        self.desk.run("DELETE FROM repeats WHERE id = ? AND holder = ? AND state = 'running'", (key, holder))

    def _sweep(self, now: datetime) -> None:
        if self._swept is None or now - self._swept >= SWEPT_EVERY:
            self._swept = now
            self.desk.run("DELETE FROM repeats WHERE begun < ?", (_text(now - KEPT_FOR),))


def _text(moment: datetime) -> str:
    """Moments in UTC, so that their texts are in their order."""
    return moment.isoformat(timespec="microseconds")
