"""The store of a branch's own facts: one as any other, which also keeps what the branch is and the decisions taken.

Decisions are kept beside their facts, in the same transaction, because facts alone cannot be promoted: what they were
decided on has to be judged anew on the live log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from history.faults import StoreDamaged
from history.port import Chance, Clock
from history.sqlite import BUSY_SECONDS, SQLiteRecorder
from history.sqlite_file import transaction

_DECISIONS = """
    CREATE TABLE IF NOT EXISTS decisions (
        number    INTEGER PRIMARY KEY,
        position  INTEGER NOT NULL,  -- of its first fact among the branch's own, from 1
        facts     INTEGER NOT NULL,
        name      TEXT NOT NULL,
        arguments BLOB NOT NULL  -- see domain/decisions/stored.py
    )
"""


class BranchAbout(msgspec.Struct, frozen=True, kw_only=True):
    """What a branch is: its name, where it begins, and who began it in which post, why and when.

    `base_store` and `base_leaf` are the id of the store it was made from and the leaf of its last fact there (in
    hexadecimal; empty at position 0), by which another or altered past is known.
    """

    name: str
    base_store: str
    base_position: int
    base_leaf: str
    person: str
    post: str
    why: str
    started_at: datetime


class KeptDecision(NamedTuple):
    """One decision taken on a branch: where its facts begin among the branch's own, how many, its class, its bytes."""

    position: int
    facts: int
    name: str
    arguments: bytes


class BranchStore(SQLiteRecorder):
    """A store of the embedded kind with the decisions behind its facts, and what branch it is of."""

    def __init__(self, path: Path | None, *, clock: Clock, chance: Chance, busy_seconds: float = BUSY_SECONDS) -> None:
        self._earliest: datetime | None = None
        self._told = clock
        super().__init__(path, clock=self._moment, chance=chance, busy_seconds=busy_seconds)
        try:
            with self._writing() as connection:
                connection.execute(_DECISIONS)
        except BaseException:
            self.close()
            raise

    def begin_after(self, moment: datetime) -> None:
        """Stamp no fact with an earlier moment, whatever the clock says: that of the last fact of the past."""
        self._earliest = moment

    def describe(self, about: BranchAbout) -> None:
        """Keep what the branch is, once."""
        with self._writing() as connection:
            connection.execute("INSERT INTO store VALUES ('branch', ?)", (msgspec.json.encode(about).decode(),))

    def about(self) -> BranchAbout:
        """What the branch is. Raises `StoreDamaged` for a file that does not say it."""
        with self._reading() as connection:
            found = connection.execute("SELECT value FROM store WHERE key = 'branch'").fetchone()
        try:
            return msgspec.json.decode(found[0] if found else b"", type=BranchAbout)
        except msgspec.MsgspecError as error:
            raise StoreDamaged(where=self._file.where, reason="it does not say what branch it is") from error

    def keep_decision(self, decision: KeptDecision) -> None:
        """Keep a decision; inside `holding`, together with its facts."""
        with self._writing() as connection, nullcontext() if self._held else transaction(connection):
            connection.execute("INSERT INTO decisions (position, facts, name, arguments) VALUES (?, ?, ?, ?)", decision)

    def decisions(self) -> Iterator[KeptDecision]:
        """The decisions whose facts the store holds, in the order they were taken."""
        with self._reading() as connection:
            found = connection.execute(
                "SELECT position, facts, name, arguments FROM decisions ORDER BY position"
            ).fetchall()
        return map(KeptDecision._make, found)

    def _moment(self) -> datetime:
        return self._told() if self._earliest is None else max(self._told(), self._earliest)
