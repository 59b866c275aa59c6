"""Flip any one bit of what a store keeps: it is always caught, and always located.

Through SQL, in every column of every table, guards taken down; and in the bytes of the file itself, where a flip either
changes nothing that the store says (free space, a page's own bookkeeping) or is caught as well.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from domain.errors import Refusal
from history.verify import Report, verify
from tests.history.attacks import content, unguarded
from tests.history.sealed import Sealed, make_sealed, opened, verified

TRIES = [pytest.param(300, id="quick"), pytest.param(8_500, id="thorough", marks=pytest.mark.long)]
RAW_TRIES = 1_500

TARGETS = (
    *("facts.type", "facts.data", "facts.data", "facts.tags", "facts.recorded_at", "facts.salt", "facts.leaf"),
    *("facts.position", "fact_tags.tag", "fact_tags.type", "fact_tags.position"),
    *("checkpoints.size", "checkpoints.note", "store.value"),
)
KEYS = {"facts": "position", "fact_tags": "tag, type, position", "checkpoints": "number", "store": "key"}
NEEDED = {"store": "key = 'id'"}

Value = int | bytes


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    return make_sealed(tmp_path_factory.mktemp("sealed"))


@dataclass(frozen=True)
class Flip:
    """One bit of one value: where, what it was and what it is now."""

    table: str
    column: str
    row: tuple[Value, ...]
    before: Value
    after: Value

    @classmethod
    def drawn(cls, connection: sqlite3.Connection, dice: Random) -> Flip:
        table, column = dice.choice(TARGETS).split(".")
        connection.text_factory = bytes
        keys = KEYS[table]
        rows = connection.execute(
            f"SELECT {keys}, {column} FROM {table} WHERE {NEEDED.get(table, 'TRUE')} ORDER BY {keys}"
        ).fetchall()
        *row, before = dice.choice(rows)
        return cls(table, column, tuple(row), before, flipped(before, dice))

    @property
    def positions(self) -> set[Value]:
        """Where it shows: at the fact it was of, or at the one it now says to be of."""
        if self.table not in {"facts", "fact_tags"}:
            return set()
        return {self.row[-1], self.after} if self.column == "position" else {self.row[-1]}

    def made(self, connection: sqlite3.Connection) -> None:
        """Put into the file."""
        self._write(connection, self.row, self.after)

    def undone(self, connection: sqlite3.Connection) -> None:
        """Taken out of it again."""
        names = KEYS[self.table].split(", ")
        row = tuple(self.after if name == self.column else value for name, value in zip(names, self.row, strict=True))
        self._write(connection, row, self.before)

    def _write(self, connection: sqlite3.Connection, row: tuple[Value, ...], value: Value) -> None:
        kind = "BLOB" if self.column in {"data", "salt", "leaf"} else "TEXT"
        where = " AND ".join(
            f"{name} = {'?' if isinstance(one, int) else 'CAST(? AS TEXT)'}"
            for name, one in zip(KEYS[self.table].split(", "), row, strict=True)
        )
        given = "?" if isinstance(value, int) else f"CAST(? AS {kind})"
        done = connection.execute(f"UPDATE {self.table} SET {self.column} = {given} WHERE {where}", (value, *row))
        assert done.rowcount == 1


def flipped(value: Value, dice: Random) -> Value:
    """The value with one bit changed."""
    bit = 1 << dice.randrange(8)
    if isinstance(value, int):
        changed = (value % 2**64) ^ (bit << 8 * dice.randrange(8))
        return changed - 2**64 if changed >= 2**63 else changed
    changed_bytes = bytearray(value)
    changed_bytes[dice.randrange(len(value))] ^= bit
    return bytes(changed_bytes)


def locates(report: Report, flip: Flip) -> bool:
    """Whether the first fault is where the flip was made."""
    first = report.faults[0]
    if flip.positions:
        return first.position in flip.positions
    return first.code.startswith(("checkpoint", "signature-unknown", "key-of-other-store", "store-id-lost"))


@pytest.mark.parametrize("tries", TRIES)
def test_a_flipped_bit_of_any_value_is_caught_and_located(
    sealed: Sealed, tmp_path: Path, dice: Random, tries: int
) -> None:
    path = sealed.copied(tmp_path)
    missed = []
    with unguarded(path) as attacker, opened(path) as log:
        for _ in range(tries):
            flip = Flip.drawn(attacker, dice)
            try:
                flip.made(attacker)
            except sqlite3.IntegrityError:  # that place is taken: no database would hold it
                continue
            report = verify(log, sealed.pinned, sealed.first_key)
            if report.well or not locates(report, flip):
                missed.append((flip, report.faults[:2]))
            flip.undone(attacker)
        assert missed == []
        assert verify(log, sealed.pinned, sealed.first_key).well


@pytest.mark.slow(seconds=45)
def test_a_flipped_bit_of_the_file_is_caught_or_changes_nothing_the_store_says(
    sealed: Sealed, tmp_path: Path, dice: Random
) -> None:
    whole, told = sealed.path.read_bytes(), content(sealed.path)
    path = tmp_path / "flipped.db"
    missed, caught = [], 0
    for _ in range(RAW_TRIES):
        at = dice.randrange(len(whole))
        changed = bytearray(whole)
        changed[at] ^= 1 << dice.randrange(8)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        path.write_bytes(changed)
        try:
            report = verified(path, sealed.pinned, sealed.first_key)
        except Refusal:
            caught += 1
            continue
        if not report.well:
            caught += 1
        elif content(path) != told:
            missed.append(at)
    assert missed == []
    assert caught > RAW_TRIES // 4
