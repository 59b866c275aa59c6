"""The kept tables equal tables computed from nothing: in whatever steps they were made, and whatever befell them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from history.mapper import Shaped
from history.store import open_log
from projections import replay, tables, views
from projections.views import Views, ViewsDamaged, ViewsForeign, ViewsUnavailable
from tests.projections.streams import DAYS, DEEDS, Clock, Deed, Kept, begun, kept, past_of

SOME: list[Deed] = [("commit", 0, 90, DAYS[2]), ("disburse", 0, 60, DAYS[1]), ("amend", 0, 10, DAYS[0])]


def state_from_nothing(log: Kept) -> tuple[int, str]:
    anew = Views(None)
    anew.rebuild(log)
    return anew.state()


@pytest.fixture(scope="module")
def log() -> Kept:
    """A past with some money moved, as a list of facts."""
    return kept(past_of(SOME))


@given(DEEDS, st.lists(st.integers(min_value=1, max_value=12), min_size=1, max_size=12))
@settings(max_examples=25)
def test_tables_caught_up_in_any_steps_and_batches_equal_tables_computed_from_nothing(
    deeds: list[Deed], steps: list[int]
) -> None:
    whole = kept(past_of(deeds))
    followed, position = Views(None), 0
    for step in steps:
        position += step
        with mock.patch.object(views, "BATCH", step), mock.patch.object(replay, "SPACING", 5):
            assert followed.follow(whole.up_to(position)) == min(position, len(whole.recorded))
            assert followed.state() == state_from_nothing(whole.up_to(position))
    with mock.patch.object(replay, "SPACING", 5):
        followed.follow(whole)
        assert followed.state() == state_from_nothing(whole)
        followed.rebuild(whole, until=7)
        assert followed.state() == state_from_nothing(whole.up_to(7))


def test_the_state_differs_when_a_single_cell_does(log: Kept) -> None:
    followed = Views(None)
    followed.follow(log)
    before = followed.state()
    cell = "WHERE position = (SELECT max(position) FROM late)"
    followed.tables.execute(f"UPDATE late SET day = day + 1 {cell}")
    assert followed.state() != before
    followed.tables.execute(f"UPDATE late SET day = day - 1 {cell}")
    assert followed.state() == before


def test_the_order_in_which_rows_were_written_does_not_count(log: Kept) -> None:
    followed = Views(None)
    followed.follow(log)
    before = followed.state()
    followed.tables.execute("CREATE TEMP TABLE turned AS SELECT * FROM late ORDER BY position DESC")
    followed.tables.execute("DELETE FROM late")
    followed.tables.execute("INSERT INTO late SELECT * FROM turned")
    assert followed.state() == before


def test_tables_of_a_backup_put_back_or_a_store_begun_anew_are_computed_anew(tmp_path: Path, log: Kept) -> None:
    path = tmp_path / "views.db"
    with closing(Views(path)) as followed:
        followed.follow(log)
        assert followed.follow(log.up_to(12)) == 12  # the log is shorter than the tables
        assert followed.state() == state_from_nothing(log.up_to(12))
        other = kept(past_of([("overrun", 1, 9, DAYS[0]), *SOME, *SOME]))  # another past, and longer
        begun_anew = Kept([*other.recorded[:5], *[r for r in other.recorded if r.position > 5]])
        followed.follow(begun_anew)
        assert followed.state() == state_from_nothing(begun_anew)


def test_a_store_made_anew_in_place_of_a_deleted_one_gets_tables_of_its_own(tmp_path: Path) -> None:
    """The same commands in the same order, so that only the moments of recording tell the two logs apart."""
    with closing(Views(tmp_path / "views.db")) as followed:
        first = begun()
        followed.follow(first.log)
        second = begun()
        late = Kept(
            [type(r)(r.position, r.recorded_at.replace(year=2027), r.fact) for r in second.log.facts()],
        )
        followed.follow(late)
        assert followed.ledger(late, position=late.head()) != []
        assert followed.state() == state_from_nothing(late)
        recorded = followed.tables.execute("SELECT DISTINCT substr(recorded_at, 1, 4) FROM plan_facts")
        assert recorded == [("2027",)]


def test_tables_of_another_format_are_made_anew(tmp_path: Path, log: Kept) -> None:
    path = tmp_path / "views.db"
    with mock.patch.object(views, "FORMAT", 7), closing(Views(path)) as older:
        older.follow(log)
        older.tables.execute("CREATE TABLE forgotten (of_an_older_release TEXT)")
    with closing(Views(path)) as followed:
        assert followed.position() == 0
        assert followed.tables.execute("SELECT name FROM sqlite_master WHERE name = 'forgotten'") == []
        followed.follow(log)
        assert followed.state() == state_from_nothing(log)


def wal_folded_in(path: Path) -> bytes:
    """The bytes of the tables' file with nothing left beside it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


def is_sound(kept: Views, expected: tuple[int, str]) -> bool:
    try:
        return kept.state() == expected
    except ViewsDamaged:
        return False


def test_a_damaged_file_of_ours_is_made_anew_and_what_cannot_be_told_is_left_alone(
    tmp_path: Path, log: Kept, dice: random.Random
) -> None:
    path = tmp_path / "views.db"
    with closing(Views(path)) as followed:
        followed.follow(log)
        expected = followed.state()
    whole = wal_folded_in(path)
    outcomes = set()
    for _ in range(40):
        harmed = bytearray(whole)
        kind = dice.choice(["cut", "holes", "page", "garbage"])
        if kind == "cut":
            harmed = harmed[: dice.randrange(1, len(whole))]
        elif kind == "holes":
            for _ in range(dice.randrange(1, 4)):
                at = dice.randrange(100, len(harmed) - 600)
                harmed[at : at + 600] = bytes(600)
        elif kind == "page":
            at = 4096 * dice.randrange(1, len(harmed) // 4096)
            harmed[at : at + 4096] = dice.randbytes(4096)
        else:
            harmed[:] = dice.randbytes(len(whole))
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        path.write_bytes(harmed)
        try:
            mended = Views(path)
        except ViewsForeign:
            assert path.read_bytes() == bytes(harmed)
            outcomes.add("left alone")
            continue
        with closing(mended):
            mended.follow(log)
            if not is_sound(mended, expected):  # damage no later fact touches: `store check` tells, this cures
                mended.rebuild(log)
                assert is_sound(mended, expected)
                outcomes.add("cured")
            outcomes.add("whole")
    assert outcomes == {"whole", "cured", "left alone"}


@pytest.mark.parametrize("what", ["a text", "another program's database", "the store itself"])
def test_a_file_that_is_not_ours_is_never_touched(tmp_path: Path, what: str) -> None:
    path = tmp_path / "county.views.db"
    match what:
        case "a text":
            path.write_text("my only copy\n" * 100)
        case "another program's database":
            with closing(sqlite3.connect(path)) as other:
                other.execute("CREATE TABLE photos (name TEXT)")
        case _:
            open_log(f"sqlite:///{path}", clock=Clock(), chance=Random(1).randbytes).close()
    before = path.read_bytes()
    with pytest.raises(ViewsForeign) as caught:
        Views(path)
    assert str(path) in caught.value.sentence
    assert "left as it is" in caught.value.sentence + caught.value.cure or "left as it was" in caught.value.cure
    assert path.read_bytes() == before


def test_an_empty_file_is_filled(tmp_path: Path, log: Kept) -> None:
    path = tmp_path / "views.db"
    path.touch()
    with closing(Views(path)) as followed:
        followed.follow(log)
        assert followed.state() == state_from_nothing(log)


def test_tables_somebody_else_holds_are_said_to_be_unavailable(tmp_path: Path, log: Kept) -> None:
    path = tmp_path / "views.db"
    with mock.patch.object(tables, "BUSY_SECONDS", 0), closing(Views(path)) as followed:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(ViewsUnavailable, match="locked"):
                followed.follow(log)
        followed.follow(log)
        assert followed.state() == state_from_nothing(log)


def test_a_missing_folder_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ViewsUnavailable, match="No such file or directory"):
        Views(tmp_path / "nowhere" / "views.db")


def test_damage_that_shows_only_while_reading_on_is_mended_at_once(tmp_path: Path, log: Kept) -> None:
    """What another process destroys while we have the file open is noticed with the next fact, and made good."""
    path = tmp_path / "views.db"
    with closing(Views(path)) as followed:
        followed.follow(log.up_to(20))
        with closing(sqlite3.connect(path)) as other:
            other.execute("DELETE FROM reached")
            other.commit()
        followed.follow(log)
        assert followed.state() == state_from_nothing(log)
    with closing(Views(path)) as again:
        assert again.state() == state_from_nothing(log)


class Watched(Kept):
    """A log that lets somebody look in while its facts are being read."""

    def shaped(self, *arguments: Any, **options: Any) -> Iterator[Shaped]:
        """See `Kept.shaped`; after the tenth fact `look` is called."""
        for number, one in enumerate(super().shaped(*arguments, **options)):
            if number == 10:
                self.look()
            yield one

    def look(self) -> None:
        """Replaced by a test."""


def test_while_tables_are_computed_anew_others_read_and_follow_those_that_are_there(tmp_path: Path, log: Kept) -> None:
    path, seen = tmp_path / "views.db", list[tuple[int, str]]()
    with closing(Views(path)) as first, closing(Views(path)) as second:
        first.follow(log.up_to(20))
        watched = Watched(log.recorded)

        def look() -> None:
            seen.append(second.state())
            second.follow(log.up_to(25))
            seen.append(second.state())

        with mock.patch.object(Watched, "look", staticmethod(look)):
            first.rebuild(watched, until=22)
        assert seen == [state_from_nothing(log.up_to(20)), state_from_nothing(log.up_to(25))]
        assert first.state() == second.state() == state_from_nothing(log.up_to(22))
        second.follow(log)
        assert first.state() == state_from_nothing(log)


def test_two_that_compute_the_tables_anew_at_once_leave_them_whole(tmp_path: Path, log: Kept) -> None:
    path = tmp_path / "views.db"
    with closing(Views(path)) as first, closing(Views(path)) as second:
        watched = Watched(log.recorded)
        with mock.patch.object(Watched, "look", staticmethod(lambda: second.rebuild(log))):
            first.rebuild(watched)
        assert first.state() == second.state() == state_from_nothing(log)
    assert sorted(one.name for one in tmp_path.iterdir() if not one.name.endswith(("-wal", "-shm"))) == ["views.db"]


def test_an_interrupted_computation_leaves_the_tables_as_they_were(tmp_path: Path, log: Kept) -> None:
    path = tmp_path / "views.db"
    with closing(Views(path)) as followed:
        followed.follow(log.up_to(20))
        before, watched = followed.state(), Watched(log.recorded)
        with (
            mock.patch.object(Watched, "look", side_effect=KeyboardInterrupt),
            pytest.raises(KeyboardInterrupt),
        ):
            followed.rebuild(watched)
        assert followed.state() == before
