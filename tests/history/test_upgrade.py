"""A store of format 1, made by the release that wrote it, comes to today's format whole or stays what it was."""

from __future__ import annotations

import gzip
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from history.faults import StoreDamaged, StoreFault, StoreForeign, StoreInTheWay, StoreLocked, StoreTooOld
from history.log import Log
from history.mapper import FactMapper
from history.sqlite import SQLiteRecorder
from history.upgrade import upgrade_store
from history.verify import verify
from tests.history.examples import ToldClock, chance, opened
from tests.history.test_faults import files_up_to
from tests.history.test_processes import child

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "format-1" / "tongchou.db.gz"
"""The small county through a plan, its approval, payments and corrections; told by that release's own commands."""
ROWS = "SELECT position, type, data, tags, recorded_at FROM facts ORDER BY position"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "tongchou.db"
    path.write_bytes(gzip.decompress(GOLDEN.read_bytes()))
    return path


def rows(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(ROWS).fetchall()


def upgraded(path: Path) -> Path | None:
    return upgrade_store(path, clock=ToldClock(), chance=chance, busy_seconds=0.05)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def must_be_whole(path: Path, before: list[tuple[Any, ...]]) -> None:
    """Today's format, the same rows, and nothing an audit would find."""
    with opened(path) as recorder:
        assert list(recorder.rows()) == before
        assert verify(Log(recorder, FactMapper())).well
    assert rows(path.with_name(path.name + ".format1")) == before
    assert names(path.parent) == {path.name, path.name + ".format1"}


def test_every_fact_keeps_its_position_name_bytes_tags_and_moment(old: Path) -> None:
    before = rows(old)
    with pytest.raises(StoreTooOld, match="tongchou store upgrade"):
        SQLiteRecorder(old, clock=ToldClock(), chance=chance)
    assert upgraded(old) == old.with_name("tongchou.db.format1")
    assert len(before) == 50
    must_be_whole(old, before)


def test_a_store_of_todays_format_is_left_alone(old: Path) -> None:
    upgraded(old)
    before = old.read_bytes()
    assert upgraded(old) is None
    assert old.read_bytes() == before


@pytest.mark.parametrize("when", ["copying", "checking", "checked", "kept", "swapped"])
def test_killed_at_any_moment_there_is_a_whole_store_and_the_next_upgrade_ends_well(old: Path, when: str) -> None:
    before = rows(old)
    with child("upgrade_and_die", str(old), when) as one:
        one.hear_all()
        assert one.process.wait() == -signal.SIGKILL
    assert rows(old) == before
    upgraded(old)
    must_be_whole(old, before)


@pytest.mark.parametrize("size", [0, 5_000, 40_000, 60_000])
def test_without_room_the_old_store_stays_and_can_be_upgraded_later(old: Path, size: int) -> None:
    before = rows(old)
    with files_up_to(size), pytest.raises(StoreFault):
        upgraded(old)
    assert not [name for name in names(old.parent) if name.startswith(".") or name.endswith(".format1")]
    assert rows(old) == before
    upgraded(old)
    must_be_whole(old, before)


def test_a_store_another_program_has_open_is_not_upgraded(old: Path) -> None:
    with closing(sqlite3.connect(old)) as other:
        other.execute("SELECT count(*) FROM facts").fetchone()
        with pytest.raises(StoreLocked):
            upgraded(old)
    assert names(old.parent) == {"tongchou.db"}
    assert upgraded(old) is not None


def test_a_file_where_the_old_store_is_to_be_kept_is_never_overwritten(old: Path) -> None:
    precious = old.with_name("tongchou.db.format1")
    precious.write_text("mine")
    with pytest.raises(StoreInTheWay):
        upgraded(old)
    assert precious.read_text() == "mine"
    assert len(rows(old)) == 50


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM facts WHERE position = 7",
        "UPDATE facts SET data = x'7b7d' WHERE position = 7",
        "UPDATE facts SET recorded_at = 'yesterday' WHERE position = 7",
        "UPDATE facts SET tags = 'none' WHERE position = 7",
    ],
)
def test_an_old_store_that_is_not_sound_is_named_and_stays(old: Path, harm: str) -> None:
    with closing(sqlite3.connect(old)) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute(harm)
        raw.commit()
    before = rows(old)
    with pytest.raises(StoreDamaged):
        upgraded(old)
    assert rows(old) == before
    assert names(old.parent) == {"tongchou.db"}


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE customers (id)")
        other.commit()
    with pytest.raises(StoreForeign):
        upgraded(tmp_path / "other.db")


def test_a_link_to_the_store_still_leads_to_it(old: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    link = tmp_path_factory.mktemp("elsewhere") / "link.db"
    link.symlink_to(old)
    upgraded(link)
    assert link.is_symlink()
    assert os.path.samefile(link, old)
    with opened(link) as recorder:
        assert recorder.head() == 50
