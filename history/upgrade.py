"""A store of format 1, from before facts had salts and leaves, brought to today's format.

The new store is made beside the old one, compared with it fact by fact, and then takes its name; the old one is kept as
`<name>.format1`, byte for byte but for the mark of its journal. The old file is locked from the first look to the last,
so that nothing can be recorded in it meanwhile. Whenever this is interrupted, the old store has its name or the whole
new one has it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import zip_longest
from pathlib import Path

from history.faults import StoreDamaged, StoreForeign, StoreInTheWay, StoreLocked, StoreTooNew
from history.leaf import SALT_BYTES, leaf_hash
from history.log import Log
from history.mapper import FactMapper
from history.port import Chance, Clock, Entry
from history.sqlite import SQLiteRecorder
from history.sqlite_file import APPLICATION_ID, FORMAT, StoreFile, draft_beside, forget, keep_names
from history.verify import verify

OLD_FORMAT = 1
_OLD_ROWS = "SELECT position, type, data, tags, recorded_at FROM facts ORDER BY position"


def upgrade_store(path: Path, *, clock: Clock, chance: Chance, busy_seconds: float) -> Path | None:
    """Bring the store at a path to today's format; where the old one is kept, or None if the format is today's already.

    Raises a `StoreFault`: StoreLocked while any other program has the store open, StoreInTheWay when another file lies
    where the old store is to be kept, StoreDamaged when it is not sound; then it is as before.
    """
    path = Path(os.path.realpath(path))
    kept = path.with_name(f"{path.name}.format{OLD_FORMAT}")
    file = StoreFile(path, busy_seconds, chance)
    with file.faults():
        file.check_place()
        with closing(file.connect()) as old:
            if not _is_old(file, old):
                return None
            with _to_itself(file, old):
                if kept.exists() and not kept.samefile(path):
                    raise StoreInTheWay(where=kept)
                for left in path.parent.glob(f".{path.name}.*.new"):  # of an upgrade that was killed: the lock is ours
                    forget(left)
                with draft_beside(path) as draft:
                    _make(draft, old, file, clock, chance)
                    shutil.copymode(path, draft)
                    _swap(draft, path, kept)
    return kept


def _is_old(file: StoreFile, old: sqlite3.Connection) -> bool:
    """Whether it is a store of ours in the old format; refuses what is not ours, or newer than this release."""
    application, form = (old.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    if application != APPLICATION_ID:
        raise StoreForeign(where=file.where, found="without our mark")
    if form > FORMAT:
        raise StoreTooNew(where=file.where, found=form, known=FORMAT)
    return bool(form == OLD_FORMAT)


@contextmanager
def _to_itself(file: StoreFile, old: sqlite3.Connection) -> Iterator[None]:
    """Nobody else has the file open, or can read or write it; all of it lies in the file itself."""
    if old.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
        raise StoreLocked(where=file.where, waited=f"{file.busy_seconds:g}")
    old.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        if old.in_transaction:
            old.execute("ROLLBACK")


def _make(draft: Path, old: sqlite3.Connection, file: StoreFile, clock: Clock, chance: Chance) -> None:
    """The new store under its passing name, checked against the old one."""
    found = [words for (words,) in old.execute("PRAGMA integrity_check(1)")]
    if found != ["ok"]:
        raise StoreDamaged(where=file.where, reason=found[0])
    with SQLiteRecorder(draft, clock=clock, chance=chance) as new:
        new.copy_in(new.store_id, _sealed(old, chance))
        for fault in verify(Log(new, FactMapper())).faults:
            raise StoreDamaged(where=file.where, reason=f"the fact at position {fault.position} cannot be taken over")
        for before, after in zip_longest(old.execute(_OLD_ROWS), new.rows()):
            if before != after:
                position = (before or after)[0]
                raise StoreDamaged(where=file.where, reason=f"the fact at position {position} cannot be taken over")


def _sealed(old: sqlite3.Connection, chance: Chance) -> Iterator[Entry]:
    """The old facts, each with the salt and leaf it now gets."""
    for position, name, data, tags, recorded_at in old.execute(_OLD_ROWS):
        salt = chance(SALT_BYTES)
        leaf = leaf_hash(position, name, tags, recorded_at, salt, data)
        yield Entry(position, name, data, tags, recorded_at, salt, leaf)


def _swap(draft: Path, path: Path, kept: Path) -> None:
    """The old file gets a second name, then the new one takes its first: at every moment there is a whole store."""
    if not kept.exists():
        try:
            os.link(path, kept)
        except OSError:  # a file system without hard links
            shutil.copy2(path, kept)
    keep_names(path.parent)
    os.replace(draft, path)
    keep_names(path.parent)
