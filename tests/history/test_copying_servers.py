"""A record moved between a file and a server, and back: every fact, leaf, checkpoint and tag as it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from eventsourcing.dcb.api import DCBQuery, DCBQueryItem
from eventsourcing.dcb.domain import Tagged

from domain.facts import Fact
from history.copying import complete, copy_record
from history.examine import examine
from history.faults import StoreDamaged, StoreNotEmpty, StoreOfAnotherRecord
from history.log import Log
from history.mapper import FactMapper
from history.port import Checkpoint, Entry, FactRecorder
from history.store import open_recorder
from tests.history.examples import ToldClock, chance, event, received
from tests.postgres_server import Server

pytestmark = pytest.mark.postgres


def opened(address: str) -> FactRecorder:
    return open_recorder(address, clock=ToldClock(), chance=chance)


def faults(recorder: FactRecorder) -> list[tuple[str, int | None]]:
    """What is wrong with the rows; that no fact of ours is called `thing.happened` is meant."""
    found = examine(Log(recorder, FactMapper()), 0, recorder.head(), []).faults
    return [(fault.code, fault.position) for fault in found if fault.code != "fact-unreadable"]


def everything(recorder: FactRecorder) -> tuple[str, list[Entry], list[object], list[Checkpoint]]:
    return recorder.store_id, list(recorder.entries()), list(recorder.tag_rows()), recorder.checkpoints()


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A store in a file with facts of one append and of several, some tags twice, and two checkpoints."""
    address = f"sqlite:///{tmp_path / 'county.db'}"
    with opened(address) as recorder:
        recorder.append([event(f"事实 {n}", f"unit:{n % 7}", "all", "all", '甲"乙') for n in range(12_500)])
        for n in range(3):
            recorder.append([event(str(n), kind="another.thing")])
        recorder.keep_checkpoint(Checkpoint(12_000, "a note\nof two lines\n"))
        recorder.keep_checkpoint(Checkpoint(12_503, "another"))
    return address


def test_a_record_goes_to_a_server_and_back_unchanged(file: str, postgres_store: str, tmp_path: Path) -> None:
    back = f"sqlite:///{tmp_path / 'back.db'}"
    with opened(file) as source, opened(postgres_store) as server, opened(back) as again:
        assert copy_record(source, server, source_name="file", target_name="server") == 12_503
        assert everything(server) == everything(source)
        assert faults(server) == []
        query = DCBQuery([DCBQueryItem(types=["thing.happened"], tags=["unit:3", '甲"乙'])])
        assert [one.position for one in server.read(query)] == list(range(4, 12_501, 7))
        assert server.append([event("it goes on there")]) == 12_504
        copy_record(server, again, source_name="server", target_name="file again")
        assert everything(again) == everything(server)
        assert faults(again) == []


def test_a_beginning_on_a_server_is_completed_and_another_record_refused(file: str, postgres_store: str) -> None:
    with opened(file) as source, opened(postgres_store) as server:
        server.copy_in(source.store_id, source.entries(until=5_000))
        assert complete(source, server, source_name="file", target_name="server") == 12_503
        assert everything(server) == everything(source)
        with pytest.raises(StoreNotEmpty):
            copy_record(source, server, source_name="file", target_name="server")
        with pytest.raises(StoreOfAnotherRecord):
            server.copy_in("0" * 32, [])


def test_what_is_not_sound_on_its_way_leaves_the_server_empty(file: str, postgres_store: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "county.db")) as raw:
        raw.execute("DROP TRIGGER facts_no_update")
        raw.execute("UPDATE facts SET data = x'00' WHERE position = 11001")
        raw.commit()
    with opened(file) as source, opened(postgres_store) as server:
        made = server.store_id
        with pytest.raises(StoreDamaged, match="position 11001"):
            copy_record(source, server, source_name="file", target_name="server")
        assert (server.head(), server.store_id, list(server.tag_rows())) == (0, made, [])


def test_a_row_of_tags_taken_out_by_hand_is_found(postgres_server: Server, postgres_store: str) -> None:
    with opened(postgres_store) as recorder, postgres_server.admin() as admin:
        mapper = FactMapper()
        tagged: list[Tagged[Fact]] = [
            Tagged(tags=[f"unit:{n}", "all"], decision=received(f"k{n}", n + 1)) for n in range(10)
        ]
        recorder.append([mapper.to_dcb_event(one) for one in tagged])
        assert faults(recorder) == []
        schema = postgres_store.partition("schema=")[2]
        admin.execute(f"ALTER TABLE {schema}.fact_tags DISABLE TRIGGER USER")
        admin.execute(f"DELETE FROM {schema}.fact_tags WHERE tag = 'all' AND position = 4")
        admin.execute(f"INSERT INTO {schema}.fact_tags VALUES ('unit:7', 'tranche.received', 9)")
        assert faults(recorder) == [("tag-missing", 4), ("tag-extra", 9)]
