"""The embedded recorder: the library's own acceptance test, and what we ask beyond it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem
from eventsourcing.persistence import IntegrityError

from history.faults import StoreDamaged
from history.sqlite import SQLiteRecorder
from tests.history.examples import MORNING, event, opened, said


@pytest.fixture(params=["file", "memory"])
def recorder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SQLiteRecorder]:
    with opened(tmp_path / "log.db" if request.param == "file" else None) as one:
        yield one


def test_the_table_of_facts_has_the_columns_the_product_promises(tmp_path: Path) -> None:
    with opened(tmp_path / "log.db") as recorder:
        recorder.append([event("{}", "fund:a", "unit:b")])
    with sqlite3.connect(tmp_path / "log.db") as raw:
        rows = raw.execute("SELECT position, type, data, tags, recorded_at FROM facts").fetchall()
        mode = raw.execute("PRAGMA journal_mode").fetchone()
    raw.close()
    assert rows == [(1, "thing.happened", b"{}", '["fund:a","unit:b"]', "2026-03-31T08:00:00.000000Z")]
    assert mode == ("wal",)


PROOF = ", zeroblob(16), zeroblob(32)"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE facts SET data = x'00' WHERE position = 1",
        "UPDATE facts SET position = 9 WHERE position = 2",
        "UPDATE OR IGNORE facts SET tags = '[]'",
        "DELETE FROM facts WHERE position = 2",
        "DELETE FROM facts",
        f"REPLACE INTO facts VALUES (1, 'other', x'00', '[]', ''{PROOF})",
        f"INSERT OR REPLACE INTO facts VALUES (2, 'other', x'00', '[]', ''{PROOF})",
        f"INSERT INTO facts VALUES (4, 'other', x'00', '[]', ''{PROOF})",
        f"INSERT INTO facts (type, data, tags, recorded_at, salt, leaf) VALUES ('other', x'00', '[]', ''{PROOF})",
        f"INSERT INTO facts VALUES (3, 'other', 'text', '[]', ''{PROOF})",
        f"INSERT INTO facts VALUES (1, 'other', x'00', '[]', ''{PROOF}) ON CONFLICT DO UPDATE SET type = 'other'",
        "UPDATE fact_tags SET tag = 'fund:b'",
        "DELETE FROM fact_tags",
    ],
)
def test_recorded_facts_are_never_changed_or_deleted_by_whatever_statement(tmp_path: Path, statement: str) -> None:
    with opened(tmp_path / "log.db") as recorder:
        recorder.append([event("one", "fund:a"), event("two", "fund:a")])
        raw = sqlite3.connect(tmp_path / "log.db")
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute(statement)
        raw.close()
        assert said(recorder) == ["one", "two"]
        assert len(list(recorder.read(DCBQuery([DCBQueryItem(tags=["fund:a"])])))) == 2


def test_every_question_is_answered_by_seeking_in_an_index(tmp_path: Path) -> None:
    """Whatever the combination of types and tags, no plan passes over a whole table."""
    items = [
        DCBQueryItem(types=["a"]),
        DCBQueryItem(types=["a", "b"], tags=["t"]),
        DCBQueryItem(types=["a", "b"], tags=["t", "u"]),
        DCBQueryItem(tags=["t"]),
        DCBQueryItem(tags=["t", "u", "v"]),
    ]
    with opened(tmp_path / "log.db") as recorder:
        recorder.append([event("x", "t", "u", kind="a")])
        asked: list[str] = []
        recorder._writer.set_trace_callback(asked.append)
        for item in items:
            with pytest.raises(IntegrityError):
                recorder.append([event("y")], DCBAppendCondition(DCBQuery([item, DCBQueryItem(types=["a"])])))
        recorder._writer.set_trace_callback(None)
        for statement in (one for one in asked if one.lstrip().startswith("SELECT")):
            plan = [row[3] for row in recorder._writer.execute(f"EXPLAIN QUERY PLAN {statement}")]
            passes = [step for step in plan if re.match(r"SCAN (TABLE )?(facts|fact_tags|t|o)\b", step)]
            assert passes == [], statement


def test_a_missing_fact_is_noticed_when_it_is_read_not_passed_over(tmp_path: Path) -> None:
    with opened(tmp_path / "log.db") as recorder:
        recorder.append([event(str(n), "fund:a") for n in range(1, 6)])
    raw = sqlite3.connect(tmp_path / "log.db")
    raw.execute("DROP TRIGGER facts_no_delete")
    raw.execute("DELETE FROM facts WHERE position = 3")
    raw.commit()
    raw.close()
    with opened(tmp_path / "log.db") as recorder:
        with pytest.raises(StoreDamaged, match="missing"):
            list(recorder.read())
        with pytest.raises(StoreDamaged, match="missing"):
            list(recorder.read(DCBQuery([DCBQueryItem(tags=["fund:a"])])))
        with pytest.raises(StoreDamaged, match="missing"):
            recorder.position_at(MORNING)


def test_a_closed_store_is_one_file(tmp_path: Path) -> None:
    with opened(tmp_path / "log.db") as recorder:
        recorder.append([event("kept")])
    assert [path.name for path in tmp_path.iterdir()] == ["log.db"]
