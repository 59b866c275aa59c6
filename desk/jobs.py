"""Long work and who is at it: jobs in the order they were asked for, and the slots of all processes of a store.

A job is `queued`, `running`, `done`, `failed` or `cancelled`. A row of `job_slots` is the right to work on one job: its
number keeps the cap over all processes, its job is nobody else's, and its heartbeat says that whoever has it lives.
Whoever writes of a running job names himself, so that one who was taken for dead can write nothing any more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from desk.database import Desk

TABLES = {
    # what is long stands last: lists and the queue read over the rest
    "jobs": (
        "id TEXT PRIMARY KEY, kind TEXT NOT NULL, account TEXT NOT NULL, person TEXT NOT NULL, post TEXT NOT NULL, "
        "state TEXT NOT NULL, created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT, runner TEXT, "
        "attempts INTEGER NOT NULL, cancel_asked INTEGER NOT NULL, changes INTEGER NOT NULL, progress TEXT, "
        "problem TEXT, request TEXT NOT NULL, result TEXT"
    ),
    "job_slots": "slot INTEGER PRIMARY KEY, job TEXT NOT NULL UNIQUE, runner TEXT NOT NULL, heartbeat_at TEXT NOT NULL",
}
QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
STATES = (QUEUED, RUNNING, DONE, FAILED, CANCELLED)
TRIES = 10
"""So often somebody else may be quicker before a claim leaves the queue to him for now."""
_COLUMNS = (
    "id, kind, account, person, post, state, created_at, started_at, ended_at, runner, attempts, cancel_asked, "
    "changes, progress, problem, request"
)
# Round robin: the account whose turn is longest ago, and of its jobs the oldest.
_NEXT = """SELECT q.id FROM jobs q
    LEFT JOIN (SELECT account, max(started_at) AS turn FROM jobs GROUP BY account) t ON t.account = q.account
    WHERE q.state = 'queued' AND q.id NOT IN (SELECT job FROM job_slots)
    ORDER BY coalesce(t.turn, ''), q.created_at, q.id LIMIT 1
"""
_FREE = """
    SELECT min(c.slot) AS slot FROM (SELECT 1 AS slot UNION SELECT slot + 1 FROM job_slots) c
    WHERE c.slot NOT IN (SELECT slot FROM job_slots)
"""
# Whoever stands in line behind the cap (`stand_in_line`) has a row too, and comes before a job that is not begun.
_ROOM = "free.slot <= ? AND (SELECT count(*) FROM job_slots) < ?"
# In one statement, so that the two keys of the table decide between processes that want the same.
_TAKE = f"""
    INSERT INTO job_slots (slot, job, runner, heartbeat_at)
    SELECT free.slot, next.id, ?, ? FROM ({_FREE}) free, ({_NEXT}) next WHERE {_ROOM}
    ON CONFLICT DO NOTHING RETURNING job
"""
_STAND = """
    INSERT INTO job_slots (slot, job, runner, heartbeat_at)
    SELECT coalesce(max(slot), 0) + 1, ?, ?, ? FROM job_slots WHERE 1 = 1
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class JobRow:
    """One job as it stands. `progress`, `problem` and `request` are JSON; the result is read by itself."""

    id: str
    kind: str
    account: str
    person: str
    """The pseudonymous id of whoever decides by it; empty where nothing is decided."""
    post: str
    state: str
    created_at: datetime
    started_at: datetime | None
    """When somebody last began it."""
    ended_at: datetime | None
    runner: str | None
    attempts: int
    cancel_asked: bool
    changes: int
    """Grows with every change of the job."""
    progress: str | None
    problem: str | None
    request: str

    @property
    def ended(self) -> bool:
        """Whether it will not change any more."""
        return self.state in (DONE, FAILED, CANCELLED)


class Jobs:
    """The jobs of one store, kept at a desk. Times are handed in, in UTC. Raises `DeskUnavailable`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.need(TABLES)

    def add(self, job: str, kind: str, request: str, *, account: str, person: str, post: str, at: datetime) -> bool:
        """Put a job at the end of its account's queue; False where one of this id was asked for before."""
        added = self._run(
            "INSERT INTO jobs (id, kind, account, person, post, state, created_at, attempts, cancel_asked, changes,"
            " request) VALUES (?, ?, ?, ?, ?, 'queued', ?, 0, 0, 1, ?) ON CONFLICT DO NOTHING RETURNING id",
            (job, kind, account, person, post, _text(at), request),
        )
        return bool(added)

    def get(self, job: str) -> JobRow | None:
        """A job; None where there is none of this id."""
        found = self._run(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", (job,))
        return _row(found[0]) if found else None

    def result(self, job: str) -> str | None:
        """The result of a job that is done, as JSON."""
        found = self._run("SELECT result FROM jobs WHERE id = ? AND state = 'done'", (job,))
        return None if not found else found[0][0]

    def newest(
        self,
        *,
        account: str | None = None,
        state: str | None = None,
        kind: str | None = None,
        before: tuple[datetime, str] | None = None,
        limit: int,
    ) -> list[JobRow]:
        """Jobs, the newest first; those that come after the one `before` names by its time and id."""
        where, values = ["1 = 1"], []
        for column, wanted in (("account", account), ("state", state), ("kind", kind)):
            if wanted is not None:
                where.append(f"{column} = ?")
                values.append(wanted)
        if before is not None:
            where.append("(created_at < ? OR (created_at = ? AND id < ?))")
            values += [_text(before[0]), _text(before[0]), before[1]]
        statement = f"SELECT {_COLUMNS} FROM jobs WHERE {' AND '.join(where)}"
        found = self._run(f"{statement} ORDER BY created_at DESC, id DESC LIMIT {int(limit)}", values)
        return [_row(one) for one in found]

    def count(self, state: str) -> int:
        """How many jobs are in a state."""
        return int(self._run("SELECT count(*) FROM jobs WHERE state = ?", (state,))[0][0])

    def somebody_waits(self) -> bool:
        """Whether a job is queued that nobody is about to begin."""
        return bool(self._run(_NEXT))

    def claim(self, runner: str, *, cap: int, at: datetime) -> JobRow | None:
        """Begin the next job, unless so many are begun already; it is then this runner's until `end` or `hand_back`."""
        for _ in range(TRIES):
            if not self._run(f"SELECT 1 FROM ({_FREE}) free, ({_NEXT}) next WHERE {_ROOM}", (cap, cap)):
                return None
            for (job,) in self._run(_TAKE, (runner, _text(at), cap, cap)):
                begun = self._run(
                    "UPDATE jobs SET state = 'running', runner = ?, started_at = ?, attempts = attempts + 1,"
                    f" changes = changes + 1 WHERE id = ? AND state = 'queued' RETURNING {_COLUMNS}",
                    (runner, _text(at), job),
                )
                if begun:
                    return _row(begun[0])
                self.free(job, runner)  # it was cancelled, or done, while its slot was being taken
        return None

    def stand_in_line(self, name: str, runner: str, *, cap: int, at: datetime) -> bool:
        """For work that is no job and counts with them: whether it is its turn. Asked again, it keeps its place.

        `alive` and `free` are the same as for a job of that name.
        """
        self._run(_STAND, (name, runner, _text(at)))
        before = "SELECT count(*) FROM job_slots WHERE slot <= (SELECT slot FROM job_slots WHERE job = ?)"
        return 0 < int(self._run(before, (name,))[0][0]) <= cap

    def alive(self, job: str, runner: str, at: datetime) -> None:
        """Say that a runner is still at a job."""
        self._run("UPDATE job_slots SET heartbeat_at = ? WHERE job = ? AND runner = ?", (_text(at), job, runner))

    def tell(self, job: str, runner: str, progress: str) -> None:
        """Write down how far a job is."""
        self._run(
            "UPDATE jobs SET progress = ?, changes = changes + 1 WHERE id = ? AND runner = ? AND state = 'running'",
            (progress, job, runner),
        )

    def end(
        self,
        job: str,
        runner: str,
        state: str,
        *,
        at: datetime,
        result: str | None = None,
        problem: str | None = None,
    ) -> bool:
        """Write down what came of a job; False where it is not this runner's any more, and then nothing was written."""
        ended = self._run(
            "UPDATE jobs SET state = ?, ended_at = ?, result = ?, problem = ?, runner = NULL, changes = changes + 1"
            " WHERE id = ? AND runner = ? AND state = 'running' RETURNING id",
            (state, _text(at), result, problem, job, runner),
        )
        return bool(ended)

    def hand_back(self, job: str, runner: str, *, tried: bool, at: datetime) -> None:
        """Put a job back into the queue, or end it where that was asked; `tried` False: this attempt does not count."""
        self._run(
            f"UPDATE jobs SET {_BACK}, attempts = attempts - ? WHERE id = ? AND runner = ? AND state = 'running'",
            (_text(at), 0 if tried else 1, job, runner),
        )

    def free(self, job: str, runner: str) -> None:
        """Give the slot of a job back; the last thing a runner does for it."""
        self._run("DELETE FROM job_slots WHERE job = ? AND runner = ?", (job, runner))

    def take_from_the_dead(self, *, silent_since: datetime, at: datetime, attempts_max: int, problem: str) -> list[str]:
        """Hand jobs back whose runner told nothing since; one that was tried so often fails with the problem."""
        since = _text(silent_since)
        found = self._run(
            "UPDATE jobs SET state = CASE WHEN cancel_asked = 1 THEN 'cancelled' WHEN attempts >= ? THEN 'failed'"
            " ELSE 'queued' END, problem = CASE WHEN cancel_asked = 0 AND attempts >= ? THEN ? END,"
            " ended_at = CASE WHEN cancel_asked = 1 OR attempts >= ? THEN ? END, runner = NULL, changes = changes + 1"
            " WHERE state = 'running' AND id IN (SELECT job FROM job_slots WHERE heartbeat_at < ?) RETURNING id",
            (attempts_max, attempts_max, problem, attempts_max, _text(at), since),
        )
        self._run("DELETE FROM job_slots WHERE heartbeat_at < ?", (since,))
        return [str(job) for (job,) in found]

    def cancel(self, job: str, at: datetime) -> JobRow | None:
        """Ask for a job's end: one that is queued ends at once, one that runs when its runner hears of it."""
        self._run(
            "UPDATE jobs SET cancel_asked = 1, changes = changes + 1,"
            " ended_at = CASE WHEN state = 'queued' THEN ? END,"
            " state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END"
            " WHERE id = ? AND state IN ('queued', 'running') AND cancel_asked = 0",
            (_text(at), job),
        )
        return self.get(job)

    def to_cancel(self, runner: str) -> Collection[str]:
        """The jobs of a runner whose end was asked for."""
        asked = self._run("SELECT id FROM jobs WHERE runner = ? AND cancel_asked = 1", (runner,))
        return {str(job) for (job,) in asked}

    def forget_before(self, at: datetime) -> list[str]:
        """Delete jobs that ended before; their ids."""
        return [str(job) for (job,) in self._run("DELETE FROM jobs WHERE ended_at < ? RETURNING id", (_text(at),))]

    def _run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._desk.run(statement, values)


_BACK = (
    "state = CASE WHEN cancel_asked = 1 THEN 'cancelled' ELSE 'queued' END,"
    " ended_at = CASE WHEN cancel_asked = 1 THEN ? END, runner = NULL, changes = changes + 1"
)


def _text(at: datetime) -> str:
    """A moment as text that sorts as it does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _row(found: tuple[Any, ...]) -> JobRow:
    job, kind, account, person, post, state, created, started, ended, runner, attempts, cancel, changes, *texts = found
    return JobRow(
        job,
        kind,
        account,
        person,
        post,
        state,
        datetime.fromisoformat(created),
        _moment(started),
        _moment(ended),
        runner,
        attempts,
        bool(cancel),
        changes,
        *texts,
    )
