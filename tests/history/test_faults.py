"""What can be wrong with a store: each is one clear sentence, and the file, the folder and the log are as before."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

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
    StoreUrlNotUnderstood,
)
from history.sqlite_file import APPLICATION_ID
from history.store import open_log, store_path
from tests.history.examples import ToldClock, chance, event, opened, recorder_at, said

NOBODY = 65534


def kept(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A closed store with three hundred events."""
    path = tmp_path / "log.db"
    with opened(path) as recorder:
        recorder.append([event(str(n), f"unit:{n}") for n in range(300)])
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"village,amount\nA,100\n" * 100,
        b"PK\x03\x04" + bytes(3_000),
        b"SQLite format 4\x00" + bytes(2_000),
        bytes(range(256)) * 40,
        b"x",
        b"",
    ],
    ids=["csv", "xlsx", "almost", "garbage", "one byte", "empty"],
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log.db").write_bytes(content)
    with pytest.raises(StoreNotADatabase, match=r"log\.db is not a store.*left as it is"):
        recorder_at(tmp_path / "log.db")
    assert kept(tmp_path) == {"log.db": content}


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreNotADatabase, match="folder"):
        recorder_at(tmp_path)


def test_a_database_of_another_program_is_refused_by_its_tables_and_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "log.db")) as other:
        other.execute("CREATE TABLE customers (id)")
        other.execute("CREATE TABLE facts (id)")
        other.commit()
    before = kept(tmp_path)
    with pytest.raises(StoreForeign, match=r'another program.*"customers", "facts"'):
        recorder_at(tmp_path / "log.db")
    assert kept(tmp_path) == before


def test_a_database_with_another_programs_mark_is_refused_though_it_has_no_tables(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "log.db")) as other:
        other.execute("PRAGMA application_id = 252006673")
    with pytest.raises(StoreForeign, match="without tables"):
        recorder_at(tmp_path / "log.db")


def test_a_store_of_a_newer_release_is_refused(store: Path) -> None:
    with closing(sqlite3.connect(store)) as raw:
        raw.execute("PRAGMA user_version = 7")
    with pytest.raises(StoreTooNew, match="format 7, and this release understands formats up to 2"):
        recorder_at(store)


def test_a_store_without_its_tables_is_damaged(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "log.db")) as raw:
        raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        raw.execute("PRAGMA user_version = 2")
    with pytest.raises(StoreDamaged, match="table"):
        recorder_at(tmp_path / "log.db")


@pytest.mark.parametrize("share", [0.03, 0.5, 0.97])
def test_a_store_cut_short_is_refused_when_it_is_opened(store: Path, share: float) -> None:
    content = store.read_bytes()
    store.write_bytes(content[: int(len(content) * share)])
    with pytest.raises((StoreDamaged, StoreNotADatabase)):
        recorder_at(store)


def test_a_store_with_overwritten_pages_is_a_sentence_whatever_is_asked(store: Path) -> None:
    content = store.read_bytes()
    page = 4096
    for number in range(1, len(content) // page):
        store.write_bytes(content[: number * page] + b"\xa5" * page + content[(number + 1) * page :])
        with suppress(StoreDamaged), opened(store) as recorder:
            assert len(said(recorder)) == 300
            recorder.append([event("more", "unit:1")])
        for ending in ("-wal", "-shm"):
            store.with_name(store.name + ending).unlink(missing_ok=True)


def test_a_last_fact_taken_out_by_hand_is_noticed_by_the_next_append(store: Path) -> None:
    with closing(sqlite3.connect(store)) as raw:
        raw.execute("DROP TRIGGER facts_no_delete")
        raw.execute("DELETE FROM facts WHERE position = 300")
        raw.commit()
    with opened(store) as recorder, pytest.raises(StoreDamaged):
        recorder.append([event("another", "unit:299")])


def test_a_moment_altered_by_hand_is_a_sentence(store: Path) -> None:
    with closing(sqlite3.connect(store)) as raw:
        raw.execute("DROP TRIGGER facts_no_update")
        raw.execute("UPDATE facts SET recorded_at = 'yesterday' WHERE position = 7")
        raw.commit()
    with opened(store) as recorder, pytest.raises(StoreDamaged, match='"yesterday" is not a moment'):
        list(recorder.read())


def test_a_missing_folder_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreFolderMissing, match=r"the folder .*county does not exist"):
        recorder_at(tmp_path / "county" / "log.db")
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_leads_nowhere_makes_the_store_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    with opened(tmp_path / "link.db") as recorder:
        recorder.append([event("x")])
    with opened(tmp_path / "real.db") as recorder:
        assert said(recorder) == ["x"]


def test_another_program_that_writes_for_too_long_is_waited_for_and_then_named(store: Path) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as other, recorder_at(store, 0.05) as recorder:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked, match=r"locked by another program for 0\.05 s"):
            recorder.append([event("x")])
        assert recorder.head() == 300  # reading goes on
        other.execute("COMMIT")
        assert recorder.append([event("x")]) == 301


def test_another_program_that_keeps_the_store_for_itself_is_named_when_it_is_opened(store: Path) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreLocked):
            recorder_at(store, busy_seconds=0.05)


@contextmanager
def without_special_rights() -> Iterator[Path]:
    """A folder of an ordinary user, and to be that user: for root nothing is read-only."""
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_a_store_or_a_folder_this_user_may_not_write_is_said_to_be_read_only() -> None:
    with without_special_rights() as folder:
        path = folder / "log.db"
        with opened(path) as recorder:
            recorder.append([event("x")])
        before = kept(folder)
        path.chmod(0o400)
        with pytest.raises(StoreReadOnly, match=r"may not write .*log\.db"):
            recorder_at(path)
        path.chmod(0o600)
        folder.chmod(0o500)
        with pytest.raises(StoreReadOnly, match="may not write"):
            recorder_at(path)
        with pytest.raises(StoreReadOnly, match="may not write"):
            recorder_at(folder / "new.db")
        assert kept(folder) == before


def test_a_full_disk_records_nothing_of_an_append_and_all_of_it_once_there_is_room(store: Path) -> None:
    batch = [event("y" * 3_000, f"unit:{n}") for n in range(50)]
    with opened(store) as recorder:
        pages = recorder._writer.execute("PRAGMA page_count").fetchone()[0]
        recorder._writer.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreFull, match=r"full\. Free some space"):
            recorder.append(batch)
        assert recorder.head() == 300
        assert len(said(recorder)) == 300
        recorder._writer.execute("PRAGMA max_page_count = 1000000")
        assert recorder.append(batch) == 350


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No file may grow beyond a size: writes fail as they do at a quota."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 512, 5_000, 20_000, 30_000])
def test_a_store_that_cannot_be_made_whole_is_not_there_at_all(tmp_path: Path, size: int) -> None:
    with files_up_to(size), pytest.raises(StoreFault):
        recorder_at(tmp_path / "log.db")
    assert list(tmp_path.iterdir()) == []
    with opened(tmp_path / "log.db") as recorder:
        assert recorder.append([event("x")]) == 1


def test_an_append_that_meets_a_quota_leaves_the_log_as_it_was(store: Path) -> None:
    with opened(store) as recorder:
        with files_up_to(100_000), pytest.raises(StoreFull):
            recorder.append([event("y" * 200_000)])
        assert len(said(recorder)) == 300
    with opened(store) as recorder:
        assert len(said(recorder)) == 300
        assert recorder.append([event("y" * 200_000)]) == 301


@pytest.mark.parametrize(
    "url,expected",
    [
        ("sqlite://", None),
        ("sqlite:///log.db", "log.db"),
        ("SQLite:///below/log.db", "below/log.db"),
        ("sqlite:////srv/a b/账本.db", "/srv/a b/账本.db"),
        ("sqlite:///50%25.db", "50%25.db"),
    ],
)
def test_an_address_names_a_file_or_memory(url: str, expected: str | None) -> None:
    assert store_path(url) == (None if expected is None else Path(expected))


@pytest.mark.parametrize(
    "url,reason",
    [
        ("mysql://db/county", 'scheme "mysql" is none that is understood; those are sqlite and postgresql'),
        ("log.db", "no scheme"),
        ("", "no scheme"),
        ("sqlite://log.db", "third slash"),
        ("sqlite:///", "names no file"),
        ("sqlite:///folder/", "names no file"),
        ("sqlite:///:memory:", "written sqlite://"),
        ("sqlite:///log.db?mode=ro", "without"),
        ("sqlite:///a\0b", "without"),
    ],
)
def test_other_addresses_are_refused_with_the_ones_that_are_understood(url: str, reason: str) -> None:
    with pytest.raises(StoreUrlNotUnderstood) as refused:
        open_log(url, clock=ToldClock(), chance=chance)
    assert reason in str(refused.value)
    assert "sqlite:///FILE" in refused.value.cure


def test_a_path_is_taken_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a b 100% #1 账本.db"
    with opened(path) as recorder:
        recorder.append([event("x")])
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_log_in_memory_is_gone_with_the_program() -> None:
    for _ in range(2):
        with open_log("sqlite://", clock=ToldClock(), chance=chance) as log:
            assert log.head() == 0
            log.recorder.append([event("x")])


def test_every_fault_has_a_code_of_its_own() -> None:
    kinds: list[type[StoreFault]] = [StoreFault, *StoreFault.__subclasses__()]
    codes = [kind.code for kind in kinds]
    assert len(set(codes)) == len(codes) == 21
