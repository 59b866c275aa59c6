"""Attempts to log in, counted by bucket – a login name, a client's address – so that guessing gets slow.

An attempt is counted as failed *before* the password is looked at, in one statement that lets only one through once
waiting is asked for: neither many at once nor several processes get more guesses. Whoever succeeds takes it back.
Counts outlive a restart; after a time without failures they are forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.accounts import moment, seconds
from desk.database import Desk

TABLES = {
    "attempts": (
        "bucket TEXT PRIMARY KEY, failures BIGINT NOT NULL, last_at BIGINT NOT NULL, wait_until BIGINT NOT NULL"
    )
}
_COUNT = """
    INSERT INTO attempts (bucket, failures, last_at, wait_until) VALUES (?, 1, ?, ?)
    ON CONFLICT (bucket) DO UPDATE SET
        failures = CASE WHEN attempts.last_at < ? THEN 1 ELSE attempts.failures + 1 END,
        last_at = excluded.last_at,
        wait_until = excluded.last_at + CASE
            WHEN attempts.last_at < ? OR attempts.failures + 1 < ? THEN 0
            WHEN attempts.failures + 1 - ? >= ? THEN ?
            ELSE 1 << CAST(attempts.failures + 1 - ? AS INTEGER)
        END
    WHERE attempts.wait_until <= excluded.last_at
    RETURNING failures
"""


@dataclass(frozen=True)
class Pace:
    """How failures slow down: from the `free`-th in a row on wait 1 s, then 2, 4, … up to 2^`doublings` s.

    Failures are forgotten `memory` after the last one.
    """

    free: int
    doublings: int
    memory: timedelta


class Attempts:
    """The buckets of one store. Everything raises `DeskUnavailable`."""

    def __init__(self, desk: Desk) -> None:
        self._run = desk.run
        desk.need(TABLES)

    def begin(self, bucket: str, pace: Pace, at: datetime) -> datetime | None:
        """Count an attempt as failed until it is taken back; None, or from when on one may try again."""
        now, forgotten = seconds(at), seconds(at - pace.memory)
        longest = 1 << pace.doublings
        waits = (forgotten, pace.free, pace.free, pace.doublings, longest, pace.free)
        first = now + (1 if pace.free <= 1 else 0)
        if self._run(_COUNT, (bucket, now, first, forgotten, *waits)):
            return None
        found = self._run("SELECT wait_until FROM attempts WHERE bucket = ?", (bucket,))
        return moment(found[0][0]) if found else None

    def forgive(self, bucket: str) -> None:
        """Forget every failure of a bucket."""
        self._run("DELETE FROM attempts WHERE bucket = ?", (bucket,))

    def take_back(self, bucket: str) -> None:
        """Forget the last counted attempt of a bucket, but none of its earlier failures."""
        self._run(
            "UPDATE attempts SET failures = failures - 1, wait_until = last_at WHERE bucket = ? AND failures > 0",
            (bucket,),
        )

    def forget_before(self, at: datetime) -> None:
        """Forget buckets nothing failed in since a moment."""
        self._run("DELETE FROM attempts WHERE last_at < ?", (seconds(at),))
