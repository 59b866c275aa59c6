"""Backups, restoring, moving, upgrading and checking, as typed; nothing of it ever takes the place of a record."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import DONE, REFUSED, STORE, Desk
from tests.history.test_faults import NOBODY, files_up_to
from tests.postgres_server import Server

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "format-1"


def looked_up(desk: Desk, *store: str) -> list[Any]:
    """What the record says of money and plans."""
    return [desk.done(*question, "--json", *store).json for question in (["ledger"], ["plans", "list"])]


def test_a_backup_put_back_elsewhere_says_the_same_names_included(desk: Desk) -> None:
    desk.planned()
    desk.done("fund", "amend", "service", "--new-amount", "70000", "--as", "li-na@planner")
    said = desk.done("store", "backup", "safe.db", "--json").json
    assert said == {"position": 33, "path": "safe.db"}
    assert desk.done("store", "restore", "safe.db", "--store", "again.db", "--json").json == {
        "before": 0,
        "position": 33,
    }
    assert desk.rows("again.db") == desk.rows() == desk.rows("safe.db")
    assert looked_up(desk, "--store", "again.db") == looked_up(desk)
    assert "li-na@planner" in desk.done("store", "facts", "--after", "32", "--store", "again.db").out
    for store in ("tongchou.db", "safe.db", "again.db"):
        assert desk.done("store", "check", "--store", store, "--json").json["same"] is True


def test_a_store_that_is_a_beginning_of_the_backup_gets_the_rest_and_no_forgotten_name(desk: Desk) -> None:
    desk.imported()
    desk.done("store", "backup", "early.db")
    desk.done("fund", "amend", "service", "--new-amount", "70000", "--as", "li-na@planner")
    desk.done("store", "backup", "late.db")
    desk.done("store", "restore", "early.db", "--store", "again.db")
    said = desk.done("store", "restore", "late.db", "--store", "again.db", "--json").json
    assert said == {"before": 29, "position": 30}
    assert desk.rows("again.db") == desk.rows()
    assert "li-na" not in desk.done("store", "facts", "--store", "again.db").out


def test_a_store_that_went_another_way_is_never_overwritten(desk: Desk) -> None:
    desk.imported()
    desk.done("store", "backup", "safe.db")
    desk.done("fund", "amend", "service", "--new-amount", "70000")
    assert "is not a beginning of safe.db: it has 30 facts, the backup 29" in desk.told(
        STORE, "store", "restore", "safe.db"
    )
    desk.done("register", "import", desk.register(), "--store", "other.db")
    before = desk.rows("other.db")
    said = desk.run("store", "restore", "safe.db", "--store", "other.db", "--lang", "zh")
    assert said.code == STORE
    assert "记的是另一本账" in said.err
    assert desk.rows("other.db") == before


def test_files_in_the_way_and_backups_that_are_none_are_told(desk: Desk) -> None:
    desk.imported()
    (desk.folder / "taken.db").write_text("mine")
    assert "exists already" in desk.told(STORE, "store", "backup", "taken.db")
    assert (desk.folder / "taken.db").read_text() == "mine"
    assert "exists already" in desk.told(STORE, "store", "backup", "tongchou.db")
    assert "folder nowhere does not exist" in desk.told(STORE, "store", "backup", "nowhere/safe.db")
    assert "no store at absent.db" in desk.told(REFUSED, "store", "restore", "absent.db")
    assert "is not a store" in desk.told(STORE, "store", "restore", "taken.db")
    assert "no store at" in desk.told(REFUSED, "store", "check", "--store", "absent.db")
    assert not (desk.folder / "absent.db").exists()


def test_a_backup_of_a_record_that_was_altered_is_refused_and_the_check_says_where(desk: Desk) -> None:
    desk.planned()
    with closing(sqlite3.connect(desk.folder / "tongchou.db")) as raw:
        raw.execute("DROP TRIGGER facts_no_update")
        raw.execute("UPDATE facts SET data = CAST(replace(data, 'Village', 'Willage') AS BLOB) WHERE position = 4")
        raw.commit()
    assert "position 4 is not what was recorded" in desk.told(STORE, "store", "backup", "safe.db")
    assert not list(desk.folder.glob("*safe*"))
    said = desk.run("store", "check")
    assert said.code == REFUSED
    assert "Position 4: " in said.out
    assert "第 4 条：" in desk.run("store", "check", "--lang", "zh").out


def test_a_dropped_row_of_tags_which_would_hide_a_fact_from_a_decision_is_found(desk: Desk) -> None:
    desk.planned()
    with closing(sqlite3.connect(desk.folder / "tongchou.db")) as raw:
        raw.execute("DROP TRIGGER fact_tags_no_delete")
        ((last,),) = raw.execute("SELECT max(position) FROM fact_tags WHERE tag = 'fund:service'")
        raw.execute("DELETE FROM fact_tags WHERE tag = 'fund:service' AND position = ?", [last])
        raw.execute("INSERT INTO fact_tags VALUES ('fund:service', 'unit.registered', 5)")
        raw.commit()
    faults = desk.run("store", "check", "--json").json["faults"]
    assert len(faults) == 2
    assert "fund:service" in faults[0]
    assert "a row of the index too many" in faults[0]
    assert "missing" in faults[1]
    desk.done("store", "backup", "mended.db")  # rows of tags are made from the tags the leaves cover
    assert desk.done("store", "check", "--store", "mended.db", "--json").json["faults"] == []


@pytest.mark.parametrize("size", [0, 20_000, 40_000])
def test_a_backup_without_room_leaves_no_half_of_one(desk: Desk, size: int) -> None:
    desk.planned()
    with files_up_to(size):
        said = desk.run("store", "backup", "safe.db")
    assert said.code == STORE, said
    assert not [path.name for path in desk.folder.iterdir() if "safe" in path.name]
    desk.done("store", "backup", "safe.db")


@contextmanager
def somebody_else() -> Iterator[None]:
    """For root nothing is read-only."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_backup_to_where_this_user_may_not_write_is_told(desk: Desk) -> None:
    desk.imported()
    with tempfile.TemporaryDirectory() as made:
        folder, closed = Path(made), Path(made) / "closed"
        folder.chmod(0o777)
        closed.mkdir(mode=0o555)
        for path in desk.folder.glob("tongchou*.db"):
            (folder / path.name).write_bytes(path.read_bytes())
            (folder / path.name).chmod(0o666)
        desk.folder = folder
        with somebody_else():
            said = desk.run("store", "backup", closed / "safe.db")
        assert said.code == STORE, said
        assert "may not write" in said.err
        assert list(closed.iterdir()) == []


def test_moving_to_another_file_keeps_proofs_and_checkpoints(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk.planned()
    desk.environment["TONGCHOU_KEY"] = str(tmp_path_factory.mktemp("safe") / "key.pem")
    desk.done("audit", "key", "new")
    desk.done("audit", "seal")
    said = desk.done("store", "migrate", "moved.db", "--json").json
    assert desk.rows("moved.db") == desk.rows()
    reports = [desk.done("audit", "verify", "--json", "--store", one).json for one in ("tongchou.db", "moved.db")]
    assert reports[0] == reports[1]
    assert (reports[0]["well"], reports[0]["checkpoints"], said["position"]) == (True, 1, reports[0]["facts"])
    assert "exists already" in desk.told(STORE, "store", "migrate", "moved.db")


@pytest.mark.postgres
def test_moving_to_a_server_and_back_gives_the_same_record(desk: Desk, postgres_server: Server) -> None:
    desk.planned()
    desk.environment["XDG_CACHE_HOME"] = str(desk.folder / "cache")
    server = f"{postgres_server.url()}?schema=moved"
    desk.done("store", "migrate", server)
    assert looked_up(desk, "--store", server) == looked_up(desk)
    assert desk.done("store", "check", "--store", server, "--json").json["same"] is True
    assert "already" in desk.told(STORE, "store", "migrate", server)
    desk.done("fund", "amend", "service", "--new-amount", "70000", "--store", server, "--as", "li-na@planner")
    desk.done("store", "migrate", "back.db", "--store", server)
    assert desk.rows("back.db")[:32] == desk.rows()
    assert looked_up(desk, "--store", server) == looked_up(desk, "--store", "back.db")
    assert "li-na@planner" in desk.done("store", "facts", "--store", "back.db").out
    desk.done("store", "backup", "safe.db", "--store", server)
    desk.done("store", "restore", "safe.db")
    assert desk.rows("safe.db") == desk.rows() == desk.rows("back.db")


def is_within(found: Any, expected: Any) -> bool:
    """Whether everything expected is found; a later release may say more."""
    match expected:
        case dict():
            return isinstance(found, dict) and all(
                key in found and is_within(found[key], value) for key, value in expected.items()
            )
        case list():
            return len(found) == len(expected) and all(map(is_within, found, expected))
        case _:
            return bool(found == expected)


def test_a_store_of_the_first_format_says_after_its_upgrade_what_its_release_said(desk: Desk) -> None:
    (desk.folder / "tongchou.db").write_bytes(gzip.decompress((GOLDEN / "tongchou.db.gz").read_bytes()))
    then = json.loads((GOLDEN / "said.json").read_text(encoding="utf-8"))
    told = desk.told(STORE, "ledger")
    assert "tongchou store upgrade" in told
    assert "tongchou store upgrade" in desk.run("ledger", "--lang", "zh").err
    kept = desk.done("store", "upgrade", "--json").json["kept"]
    assert kept.endswith("tongchou.db.format1")
    assert desk.done("store", "upgrade", "--json").json == {"kept": None}
    questions = {
        "ledger": ["ledger"],
        "ledger_2026_10": ["ledger", "--as-of", "2026-10-15"],
        "ledger_at_30": ["ledger", "--position", "30"],
        "plans": ["plans", "list"],
        "unit_v4": ["register", "show", "v4"],
        "unit_v5_at_20": ["register", "show", "v5", "--position", "20"],
    }
    now = {name: desk.done(*question, "--json").json for name, question in questions.items()}
    assert {name: is_within(now[name], then[name]) for name in questions} == dict.fromkeys(questions, True)
    assert desk.done("store", "check", "--json").json == {
        "position": 50,
        "faults": [],
        "same": True,
        "balanced": True,
    }
    assert desk.done("plans", "verify", "2026-01").code == DONE


def test_the_register_of_the_first_format_is_the_same_register(desk: Desk) -> None:
    from service.county import open_county
    from service.registers import moment, register_at

    (desk.folder / "tongchou.db").write_bytes(gzip.decompress((GOLDEN / "tongchou.db.gz").read_bytes()))
    desk.done("store", "upgrade")
    with open_county(f"sqlite:///{desk.folder / 'tongchou.db'}") as county:
        import msgspec

        found = json.loads(msgspec.json.encode(register_at(county, moment(county))))
    then = json.loads((GOLDEN / "said.json").read_text(encoding="utf-8"))["register"]
    assert is_within(found, then)
