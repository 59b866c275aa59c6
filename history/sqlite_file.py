"""The file of an embedded store: making it whole or not at all, knowing it again, SQLite's errors in words."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from domain.quoting import quoted
from history.faults import (
    StoreDamaged,
    StoreFault,
    StoreFolderMissing,
    StoreForeign,
    StoreFull,
    StoreLocked,
    StoreNotADatabase,
    StoreReadOnly,
    StoreTooNew,
    StoreTooOld,
)
from history.leaf import SALT_BYTES
from history.port import Chance

APPLICATION_ID = int.from_bytes(b"Tong")
"""Written into the header of the file (offset 68), so that no other program's database is taken for ours."""
FORMAT = 2
"""The format of the tables, in the header's `user_version`; a release refuses formats it does not know. (Format 1 had
neither salts nor leaves.)"""

_WITH_FACTS = "WHEN EXISTS (SELECT 1 FROM facts)"
SCHEMA = (
    # Positions are ours: SQLite would use the number of a deleted last row again.
    """
    CREATE TABLE facts (
        position    INTEGER PRIMARY KEY,
        type        TEXT NOT NULL,
        data        BLOB NOT NULL CHECK (typeof(data) = 'blob'),
        tags        TEXT NOT NULL,  -- a JSON array, in the order given
        recorded_at TEXT NOT NULL,  -- UTC, such as 2026-03-31T08:00:00.000000Z; never earlier than the row before
        salt        BLOB NOT NULL CHECK (length(salt) = 16),
        leaf        BLOB NOT NULL CHECK (length(leaf) = 32)  -- see history/leaf.py
    )
    """,
    "CREATE TABLE store (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE checkpoints (
        number INTEGER PRIMARY KEY,
        size   INTEGER NOT NULL,
        note   TEXT NOT NULL
    )
    """,
    "CREATE INDEX facts_by_type ON facts (type)",
    # The type stands between tag and position: few facts of the asked kinds are found among many of others by seeking.
    """
    CREATE TABLE fact_tags (
        tag      TEXT NOT NULL,
        type     TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (tag, type, position)
    ) WITHOUT ROWID
    """,
    # Also stops INSERT OR REPLACE, which deletes the old row without asking any delete trigger.
    """
    CREATE TRIGGER facts_are_dense BEFORE INSERT ON facts
    WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM facts)
    BEGIN SELECT RAISE(ABORT, 'a fact takes the position after the last one'); END
    """,
    *(
        f"""
        CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} {but_for}
        BEGIN SELECT RAISE(ABORT, 'recorded facts are never changed or deleted'); END
        """
        for deed in ("UPDATE", "DELETE")
        # a store that is still empty may become a copy of another, and then bears its id
        for table, but_for in {"facts": "", "fact_tags": "", "checkpoints": "", "store": _WITH_FACTS}.items()
    ),
)

_SMALLEST_BYTES = 512
"""One page of the smallest size there is; no database is shorter."""
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}
"""A full disk has a code of its own; a quota and a size limit show as failed writes."""
_DAMAGED = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_IOERR_SHORT_READ,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,  # something lies where the next fact belongs: the last one was taken out
    sqlite3.SQLITE_CONSTRAINT_TRIGGER,
}


@dataclass(frozen=True)
class StoreFile:
    """Where a store lies (None: in memory) and how long to wait for whoever holds it."""

    path: Path | None
    busy_seconds: float
    chance: Chance

    @property
    def where(self) -> str:
        """The store as faults name it."""
        return "in memory" if self.path is None else str(self.path)

    def connect(self) -> sqlite3.Connection:
        """A connection to an existing file (or to a new memory), for any thread but one at a time."""
        target = ":memory:" if self.path is None else self.path.as_uri() + "?mode=rw"
        connection = sqlite3.connect(
            target,
            uri=self.path is not None,
            timeout=self.busy_seconds,
            isolation_level=None,  # transactions are begun by us, with the write lock taken first
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA synchronous = FULL")  # an acknowledged fact survives a power cut
        except BaseException:
            connection.close()
            raise
        return connection

    def ensure(self) -> None:
        """Make the store if there is none. Raises a `StoreFault`; then there still is none, not even half of one.

        The file is looked at through SQLite only: to open and close it beside would drop the locks of this process.
        """
        if self.path is None:
            return
        with self.faults():
            self.check_place()
            if not self.path.exists():
                self._make_beside(self.path)
            to_be_mended = self.path.with_name(self.path.name + "-wal").exists()
            with closing(self.connect()) as connection:
                self._recognise(connection)
                page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
            # missing pages SQLite notices, a last page that is cut it does not
            if self.path.stat().st_size % page_bytes and not to_be_mended:
                raise StoreDamaged(where=self.where, reason="its last page was cut short")

    def check_place(self) -> None:
        """Refuse a path at which no store can be, before SQLite says so in its own words."""
        path = self.path
        if path is None:
            return
        if not path.parent.is_dir():
            raise StoreFolderMissing(where=self.where, folder=path.parent)
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            raise StoreNotADatabase(where=self.where, reason="it is a folder or a device, not a file")
        if path.exists() and path.stat().st_size < _SMALLEST_BYTES:
            # a new database to SQLite; to us a record that was lost and must not begin anew unseen
            raise StoreNotADatabase(where=self.where, reason="it is empty or nearly so")
        for needed, right in ((path.parent, os.W_OK | os.X_OK), (path, os.R_OK | os.W_OK)):
            if needed.exists() and not _may(needed, right):
                raise StoreReadOnly(where=self.where, what=needed)

    def _make_beside(self, path: Path) -> None:
        """Make the store under another name and give it its own when it is whole; whoever was faster wins."""
        with draft_beside(path) as name:
            draft = StoreFile(name, self.busy_seconds, self.chance)
            name.write_bytes(b"")
            with closing(draft.connect()) as connection:
                make_tables(connection, self.chance)
                self._use_wal(connection)
            give_name(name, path)

    def _recognise(self, connection: sqlite3.Connection) -> None:
        """Refuse what is not a store of ours in a format of ours."""
        application, form = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        if application != APPLICATION_ID:
            named = ", ".join(quoted(name) for name in sorted(tables)[:3])
            found = f"with the tables {named}" if tables else "without tables"
            raise StoreForeign(where=self.where, found=found)
        if form > FORMAT:
            raise StoreTooNew(where=self.where, found=form, known=FORMAT)
        if form < FORMAT:
            raise StoreTooOld(where=self.where, found=form, known=FORMAT)
        if not {"facts", "fact_tags", "store", "checkpoints"} <= set(tables):
            raise StoreDamaged(where=self.where, reason="a table of the log is missing")
        self._use_wal(connection)

    def _use_wal(self, connection: sqlite3.Connection) -> None:
        """Readers and the writer never wait for each other; reading once shows that it works where the file lies."""
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            if mode != "wal":
                raise StoreFault(where=self.where, reason="its file system cannot keep a write-ahead log")
        connection.execute("SELECT max(position) FROM facts").fetchone()

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Whatever SQLite or the file system raises inside becomes a `StoreFault`."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._fault_of(error) from error
        except UnicodeDecodeError as error:  # of the database's own message, which quotes a damaged table
            raise StoreDamaged(where=self.where, reason="its tables are not described in text") from error
        except OSError as error:
            raise StoreFault(where=self.where, reason=error.strerror or type(error).__name__) from error

    def _fault_of(self, error: sqlite3.Error) -> StoreFault:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        primary = code & 0xFF
        if primary in _LOCKED:
            return StoreLocked(where=self.where, waited=f"{self.busy_seconds:g}")
        if {code, primary} & _FULL:
            return StoreFull(where=self.where)
        if primary == sqlite3.SQLITE_NOTADB:
            return StoreNotADatabase(where=self.where, reason="its header is not that of an SQLite database")
        if primary in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}:
            return StoreReadOnly(where=self.where, what="the file or its folder")
        if {code, primary} & _DAMAGED:
            return StoreDamaged(where=self.where, reason=str(error))
        return StoreFault(where=self.where, reason=str(error))


@contextmanager
def draft_beside(path: Path) -> Iterator[Path]:
    """A name for a file in the making, in the folder of the one it is to be; nothing of it is left in the end."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    forget(draft)  # a process of the same number may have been killed here
    try:
        yield draft
    finally:
        forget(draft)


def forget(path: Path) -> None:
    """Delete a database file of ours nobody uses any more, with what SQLite keeps beside it."""
    for ending in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def give_name(draft: Path, path: Path) -> bool:
    """Give a whole file its name, durably; False when a file has that name already, which is left alone."""
    try:
        os.link(draft, path)  # unlike a rename it never takes the place of a file that is there
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if path.exists():
            return False
        draft.rename(path)
    keep_names(path.parent)
    return True


def keep_names(folder: Path) -> None:
    """Let the names in a folder survive a power cut, as the files themselves do."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def make_tables(connection: sqlite3.Connection, chance: Chance) -> None:
    """Turn an empty database into a store with an id of its own, in one transaction."""
    with transaction(connection):
        for statement in SCHEMA:
            connection.execute(statement)
        connection.execute("INSERT INTO store VALUES ('id', ?)", (chance(SALT_BYTES).hex(),))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside is kept, or none of it, whatever interrupts it.

    The write lock is taken at once, not with the first write: what is read inside stays true until the end, and a
    transaction never fails for having begun as a reader.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # some errors, such as a full disk, have ended it already
            connection.execute("ROLLBACK")
        raise


def _may(path: Path, rights: int) -> bool:
    """Whether this process may do that, judged by the rights it acts with."""
    return os.access(path, rights, effective_ids=os.access in os.supports_effective_ids)
