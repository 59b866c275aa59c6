"""A record copied to another store is the same record; what is not sound, or not a beginning, is refused whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from history.copying import complete, copy_record
from history.faults import StoreDamaged, StoreFull, StoreNotABeginning, StoreNotEmpty, StoreOfAnotherRecord
from history.port import Checkpoint, Entry, FactRecorder
from history.sqlite import SQLiteRecorder
from tests.history.conftest import Opens
from tests.history.examples import ToldClock, chance, event, recorder_at, said
from tests.history.test_faults import files_up_to
from tests.history.test_processes import child

NAMES = {"source_name": "the old one", "target_name": "the new one"}


def filled(path: Path | None = None, facts: int = 250) -> SQLiteRecorder:
    recorder = recorder_at(path)
    for number in range(0, facts, 10):
        recorder.append([event(str(number + part), f"n:{number}", "n:all", "n:all") for part in range(10)])
    recorder.keep_checkpoint(Checkpoint(100, "signed\n"))
    return recorder


def everything(recorder: FactRecorder) -> tuple[object, ...]:
    return recorder.store_id, list(recorder.entries()), sorted(recorder.tag_rows()), recorder.checkpoints()


def test_a_copy_has_every_fact_salt_leaf_tag_and_checkpoint_and_the_id(reopen: Opens) -> None:
    with filled() as source, reopen() as recorder:
        assert copy_record(source, recorder, **NAMES) == 250
        assert everything(recorder) == everything(source)
        assert recorder.append([event("after", "n:all")]) == 251


def test_a_copy_keeps_its_id_and_goes_on_when_it_is_opened_again(reopen: Opens) -> None:
    with filled() as source:
        with reopen() as target:
            copy_record(source, target, **NAMES)
        source.append([event("later")])
        source.keep_checkpoint(Checkpoint(251, "signed\n"))
        with reopen() as target:
            assert complete(source, target, **NAMES) == 251
            assert complete(source, target, **NAMES) == 251
            assert everything(target) == everything(source)


def test_a_record_is_not_copied_over_facts(reopen: Opens) -> None:
    with filled() as source, reopen() as recorder:
        recorder.append([event("mine")])
        with pytest.raises(StoreNotEmpty):
            copy_record(source, recorder, **NAMES)
        assert said(recorder) == ["mine"]


def altered(path: Path, statement: str) -> None:
    """What somebody with the file and a database program can do."""
    with closing(sqlite3.connect(path)) as raw:
        triggers = raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute(statement)
        raw.commit()


@pytest.mark.parametrize(
    "statement,position",
    [
        ("UPDATE facts SET data = x'00' WHERE position = 217", 217),
        ("UPDATE facts SET salt = zeroblob(16) WHERE position = 1", 1),
        ("UPDATE facts SET recorded_at = '2030-01-01T00:00:00.000000Z' WHERE position = 9", 9),
        ("UPDATE facts SET tags = '[]' WHERE position = 250", 250),
        ("DELETE FROM facts WHERE position = 42", 42),
    ],
)
def test_of_a_source_that_was_altered_nothing_is_copied_and_the_place_is_named(
    tmp_path: Path, statement: str, position: int
) -> None:
    filled(tmp_path / "old.db").close()
    altered(tmp_path / "old.db", statement)
    with recorder_at(tmp_path / "old.db") as source, recorder_at(tmp_path / "new.db") as target:
        before = target.store_id
        with pytest.raises(StoreDamaged, match=rf"the old one is damaged: the fact at position {position} "):
            copy_record(source, target, **NAMES)
        assert everything(target) == (before, [], [], [])


def test_only_a_beginning_of_the_same_record_is_completed(tmp_path: Path) -> None:
    with filled() as source, filled() as other, recorder_at() as ahead, recorder_at() as astray:
        with pytest.raises(StoreNotABeginning, match="another record"):
            complete(source, other, **NAMES)
        copy_record(source, ahead, **NAMES)
        ahead.append([event("beyond")])
        with pytest.raises(StoreNotABeginning, match="it has 251 facts, the backup 250"):
            complete(source, ahead, **NAMES)
        astray.copy_in(source.store_id, source.entries(until=100))
        astray.append([event("another way")])
        with pytest.raises(StoreNotABeginning, match="the fact at position 101 is another"):
            complete(source, astray, **NAMES)
        assert (ahead.head(), astray.head()) == (251, 101)


def test_entries_of_another_record_never_follow_ones_own(reopen: Opens) -> None:
    with filled() as source, reopen() as recorder:
        recorder.append([event("mine")])
        with pytest.raises(StoreOfAnotherRecord):
            recorder.copy_in(source.store_id, source.entries(after=1))
        assert said(recorder) == ["mine"]


def test_the_id_of_a_store_with_facts_never_changes(tmp_path: Path) -> None:
    filled(tmp_path / "log.db").close()
    with closing(sqlite3.connect(tmp_path / "log.db")) as raw, pytest.raises(sqlite3.IntegrityError):
        raw.execute("UPDATE store SET value = 'another'")


class Interrupted(Exception):
    """Something else went wrong."""


def test_a_copy_that_is_interrupted_leaves_nothing(reopen: Opens) -> None:
    def some(entry: Entry) -> Entry:
        if entry.position == 200:
            raise Interrupted
        return entry

    with filled() as source, reopen() as recorder:
        before = recorder.store_id
        with pytest.raises(Interrupted):
            recorder.copy_in(source.store_id, map(some, source.entries()))
        assert everything(recorder) == (before, [], [], [])


def test_a_copy_that_meets_a_quota_leaves_nothing(tmp_path: Path) -> None:
    with filled() as source, recorder_at(tmp_path / "log.db") as target:
        with files_up_to(60_000), pytest.raises(StoreFull):
            copy_record(source, target, **NAMES)
        assert target.head() == 0
        assert copy_record(source, target, **NAMES) == 250


class Busy(SQLiteRecorder):
    """Somebody records whenever entries are read."""

    def entries(self, *, after: int = 0, until: int | None = None) -> Iterator[Entry]:
        self.append([event("late")])
        return super().entries(after=after, until=until)


def test_what_is_recorded_during_a_copy_is_left_for_the_next(tmp_path: Path) -> None:
    filled(tmp_path / "log.db").close()
    with Busy(tmp_path / "log.db", clock=ToldClock(), chance=chance) as source, recorder_at() as target:
        assert copy_record(source, target, **NAMES) == target.head() == 250
        assert source.head() > 250
        assert complete(source, target, **NAMES) == target.head() < source.head()


def test_copies_made_while_another_process_records_are_beginnings_of_the_record(tmp_path: Path) -> None:
    path, lengths = tmp_path / "log.db", []
    with child("append_batches", f"sqlite:///{path}", "busy") as busy:
        for number in range(3):
            busy.hear_until(f" {20 * (number + 1)}\n".encode())
            with recorder_at(path) as source, recorder_at(tmp_path / f"{number}.db") as target:
                lengths.append(copy_record(source, target, **NAMES))
        busy.kill()
    with recorder_at(path) as source:
        assert 60 <= lengths[0] < lengths[1] < lengths[2] <= source.head()
        for number, length in enumerate(lengths):
            with recorder_at(tmp_path / f"{number}.db") as target:
                assert list(target.entries()) == list(source.entries(until=length))
