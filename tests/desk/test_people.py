"""Names stand at the desk only: one id for one name, nobody behind an erased one, and no file of others is touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from unittest import mock

import pytest

from desk import sqlite_desk
from desk.people import DeskUnavailable, People


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "county.desk.db"


@pytest.fixture
def desk(path: Path) -> Iterator[People]:
    with closing(People(path, ids())) as opened:
        yield opened


def ids(begin: str = "p") -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{begin}-{next(numbers)}"


def test_a_name_has_one_id_and_an_id_one_name(desk: People) -> None:
    li, wang = desk.id_of("李娜"), desk.id_of("王伟")
    assert li != wang
    assert desk.id_of("李娜") == li
    assert (desk.name_of(li), desk.name_of(wang), desk.name_of("p-99")) == ("李娜", "王伟", None)


def test_an_id_is_nothing_that_could_be_worked_out_from_the_name(desk: People) -> None:
    assert desk.id_of("李娜") == "p-1"  # whatever the handed-in maker of ids gives, and that alone


def test_an_erased_name_is_gone_from_the_file_and_comes_back_as_somebody_else(path: Path, desk: People) -> None:
    before = desk.id_of("Somebody Particular")
    assert b"Somebody Particular" in path.read_bytes()
    assert desk.erase("Somebody Particular")
    assert b"Somebody Particular" not in path.read_bytes()
    assert desk.name_of(before) is None
    assert not desk.erase("Somebody Particular")
    assert desk.id_of("Somebody Particular") != before


def test_two_that_meet_a_name_at_once_agree_on_its_id(path: Path, desk: People) -> None:
    with closing(People(path, ids("q"))) as other:
        assert other.id_of("李娜") == desk.id_of("李娜") == "q-1"
        assert desk.id_of("王伟") == other.id_of("王伟")


def test_names_are_there_when_the_desk_is_opened_again(path: Path, desk: People) -> None:
    li = desk.id_of("李娜")
    desk.close()
    with closing(People(path, ids("q"))) as again:
        assert again.name_of(li) == "李娜"


def test_a_desk_in_memory_needs_no_file() -> None:
    with closing(People(None, ids())) as desk:
        assert desk.name_of(desk.id_of("李娜")) == "李娜"


@pytest.mark.parametrize("what", ["a text", "another program's database", "a folder"])
def test_what_is_not_a_desk_is_left_as_it_is(path: Path, what: str) -> None:
    match what:
        case "a text":
            path.write_text("my only copy\n" * 100)
        case "another program's database":
            with closing(sqlite3.connect(path)) as other:
                other.execute("CREATE TABLE people (photo TEXT)")
        case _:
            path.mkdir()
    before = None if path.is_dir() else path.read_bytes()
    with pytest.raises(DeskUnavailable) as caught:
        People(path, ids())
    assert str(path) in str(caught.value)
    assert (None if path.is_dir() else path.read_bytes()) == before


def test_a_held_desk_is_said_to_be_locked(path: Path, desk: People) -> None:
    desk.id_of("李娜")
    with mock.patch.object(sqlite_desk, "BUSY_SECONDS", 0), closing(People(path, ids())) as hasty:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert hasty.id_of("李娜") == "p-1"  # a known name needs no writing
            with pytest.raises(DeskUnavailable, match="locked"):
                hasty.id_of("王伟")
        hasty.id_of("王伟")
