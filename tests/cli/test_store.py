"""Stores that are damaged, locked, foreign or beyond this user's rights; and looking after one's own."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from desk import sqlite_desk
from history.store import open_log
from projections import tables
from service import county
from tests.cli.running import DONE, REFUSED, STORE, Desk

NOBODY = 65534


def test_tables_that_differ_from_the_log_are_told_and_made_anew(desk: Desk) -> None:
    desk.planned()
    assert desk.done("store", "check", "--json").json == {"position": 32, "faults": [], "same": True, "balanced": True}
    with closing(sqlite3.connect(desk.folder / "tongchou.views.db")) as views:
        views.execute("UPDATE days SET position = position + 1")
        views.commit()
    said = desk.run("store", "check", "--json")
    assert (said.code, said.json["same"]) == (REFUSED, False)
    assert "32" in desk.done("store", "rebuild").out
    assert desk.done("store", "check", "--json").json == {"position": 32, "faults": [], "same": True, "balanced": True}


def test_deleted_or_damaged_tables_come_back_by_themselves(desk: Desk) -> None:
    desk.planned()
    before = desk.done("ledger", "--json").out
    views = desk.folder / "tongchou.views.db"
    for harm in ("delete", "cut"):
        for path in desk.folder.glob("tongchou.views.db-*"):
            path.unlink()
        if harm == "delete":
            views.unlink()
        else:
            views.write_bytes(views.read_bytes()[:6000])
        assert desk.done("ledger", "--json").out == before
        assert desk.done("store", "check", "--json").json["same"] is True


def test_a_store_begun_anew_beside_old_tables_does_not_show_the_old_money(desk: Desk) -> None:
    desk.planned()
    for path in desk.folder.glob("tongchou.db*"):
        path.unlink()
    desk.done("register", "import", desk.register())
    assert desk.done("plans", "list", "--json").json == []
    assert desk.done("store", "check", "--json").json == {"position": 29, "faults": [], "same": True, "balanced": True}


def test_a_backup_put_back_is_what_the_tables_say(desk: Desk) -> None:
    desk.imported()
    for path in desk.folder.glob("tongchou.db*"):
        shutil.copy(path, desk.folder / path.name.replace("tongchou", "backup"))
    desk.done("fund", "amend", "service", "--new-amount", "70000")
    for path in desk.folder.glob("tongchou.db*"):
        path.unlink()
    for path in desk.folder.glob("backup.db*"):
        path.rename(desk.folder / path.name.replace("backup", "tongchou"))
    rows = desk.done("ledger", "--json").json["rows"]
    assert {row["announced_fen"] for row in rows} == {80_000_00, 60_000_00}


def test_facts_are_listed_by_tag_and_position_with_names_that_can_be_forgotten(desk: Desk) -> None:
    desk.done("register", "import", desk.register(), "--as", "li-na@planner")
    facts = desk.done("store", "facts", "--json", "--tag", "unit:v1").json
    assert [fact["fact"]["type"] for fact in facts] == ["unit.registered", "project.proposed"]
    assert len(desk.done("store", "facts", "--json", "--limit", "3", "--after", "2").json) == 3
    assert "li-na@planner" in desk.done("store", "facts").out
    before = desk.rows()
    desk.done("store", "forget", "li-na")
    assert "li-na" not in desk.done("store", "facts").out
    assert desk.rows() == before
    assert all(b"li-na" not in path.read_bytes() for path in desk.folder.glob("*.db*"))


def test_a_locked_store_is_told_and_questions_are_still_answered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.imported()
    monkeypatch.setattr(county, "open_log", partial(open_log, busy_seconds=0.1))
    with closing(sqlite3.connect(desk.folder / "tongchou.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = desk.told(STORE, "fund", "amend", "service", "--new-amount", "70000")
        assert "locked by another program" in told
        assert desk.run("ledger").code == DONE
        other.execute("ROLLBACK")
    desk.done("fund", "amend", "service", "--new-amount", "70000")


def test_locked_tables_or_names_are_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.imported()
    monkeypatch.setattr(sqlite_desk, "BUSY_SECONDS", 0)
    monkeypatch.setattr(tables, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(desk.folder / "tongchou.desk.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = desk.told(STORE, "fund", "amend", "service", "--new-amount", "7", "--as", "new@post")
        assert "locked" in told
    (desk.folder / "tongchou.views.db").unlink()
    with closing(sqlite3.connect(desk.folder / "tongchou.views.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "locked" in desk.told(STORE, "ledger")


def test_a_decision_is_acknowledged_even_if_the_tables_cannot_follow(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.imported()
    monkeypatch.setattr(tables, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(desk.folder / "tongchou.views.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = desk.done("fund", "amend", "service", "--new-amount", "70000", "--json")
    assert said.json["facts"] == ["fund.amended"]
    rows = desk.done("ledger", "--json").json["rows"]
    assert next(row for row in rows if row["fund"] == "service")["announced_fen"] == 70_000_00


@pytest.mark.parametrize("which", ["tongchou.db", "tongchou.views.db", "tongchou.desk.db"])
@pytest.mark.parametrize("what", ["a database of another program", "a text", "a folder"])
def test_a_file_of_somebody_else_is_told_and_left_alone(desk: Desk, which: str, what: str) -> None:
    path = desk.folder / which
    match what:
        case "a database of another program":
            with closing(sqlite3.connect(path)) as other:
                other.execute("CREATE TABLE people (photo BLOB)")
        case "a text":
            path.write_text("my only copy\n" * 100)
        case _:
            path.mkdir()
    before = None if path.is_dir() else path.read_bytes()
    said = desk.run("register", "import", desk.register())
    assert said.code == STORE, said
    assert which in said.err
    assert (None if path.is_dir() else path.read_bytes()) == before


def test_a_store_that_was_cut_short_is_told_and_left_as_it_is(desk: Desk) -> None:
    desk.planned()
    path = desk.folder / "tongchou.db"
    with closing(sqlite3.connect(path)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for beside in desk.folder.glob("tongchou.db-*"):
        beside.unlink()
    path.write_bytes(path.read_bytes()[: 4096 * 5 + 17])
    before = path.read_bytes()
    said = desk.run("plan")
    assert said.code == STORE, said
    assert "damaged" in said.err
    assert path.read_bytes() == before


@pytest.mark.parametrize("address", ["postgresql://x", "sqlite://x/y.db", "sqlite:///", "sqlite:///a?b.db"])
def test_an_address_that_names_no_store_is_told(desk: Desk, address: str) -> None:
    said = desk.run("register", "import", desk.register(), "--store", address)
    assert (said.code, said.out) == (STORE, "")
    assert "address of a store" in said.err


@pytest.fixture
def common_folder(desk: Desk) -> Iterator[Path]:
    """A folder on whose path every user may go, with a store in it."""
    desk.imported()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        for path in desk.folder.glob("tongchou*.db"):
            shutil.copy(path, folder)
        yield folder
        folder.chmod(0o755)


@pytest.mark.parametrize("what", ["the folder", "the store"])
def test_a_store_this_user_may_not_write_is_told(desk: Desk, common_folder: Path, what: str) -> None:
    """As root the rights of files bind nobody, so the test goes on as somebody else for a moment."""
    register = desk.register()
    for path in [common_folder, *common_folder.iterdir()]:
        path.chmod(0o777 if what == "the store" or path.is_dir() else 0o666)
    (common_folder if what == "the folder" else common_folder / "tongchou.db").chmod(0o555)
    root = os.geteuid() == 0
    if root:
        shutil.copytree(register, common_folder.parent / f"{common_folder.name}-register")
        register = common_folder.parent / f"{common_folder.name}-register"
        os.seteuid(NOBODY)
    try:
        desk.folder = common_folder
        said = desk.run("register", "import", register)
    finally:
        if root:
            os.seteuid(0)
            shutil.rmtree(register)
    assert said.code == STORE, said
    assert "may not write" in said.err
