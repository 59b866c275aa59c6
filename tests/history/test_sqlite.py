"""The embedded recorder: the library's own acceptance test, and what we ask beyond it."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.tests import DCBRecorderTestCase
from eventsourcing.persistence import IntegrityError, ProgrammingError

from history.faults import StoreDamaged
from history.sqlite import SQLiteRecorder
from tests.history.examples import MORNING, ToldClock, chance, event, opened, recorder_at, said


@pytest.fixture(params=["file", "memory"])
def recorder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SQLiteRecorder]:
    with opened(tmp_path / "log.db" if request.param == "file" else None) as one:
        yield one


class LibrarySuite(DCBRecorderTestCase):
    """The library's test case, its checks as they are (it names them so that subclasses call them)."""

    __test__ = False

    def runTest(self) -> None:  # noqa: N802 - the name unittest asks for
        """Nothing of its own."""


def test_the_library_accepts_how_it_appends_and_reads(recorder: SQLiteRecorder) -> None:
    LibrarySuite()._test_append_read(recorder)


def test_the_library_accepts_how_it_is_followed(recorder: SQLiteRecorder) -> None:
    LibrarySuite()._test_append_subscribe(recorder)


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


def test_reading_up_to_a_position_ends_there_and_says_so(recorder: SQLiteRecorder) -> None:
    recorder.append([event(str(n), f"n:{n % 2}") for n in range(1, 8)])
    everything = recorder.read(after=2, until=5)
    even = recorder.read(DCBQuery([DCBQueryItem(tags=["n:0"])]), until=5)
    beyond = recorder.read(until=70)
    assert ([one.position for one in everything], everything.head) == ([3, 4, 5], 5)
    assert ([one.position for one in even], even.head) == ([2, 4], 5)
    assert (len(list(beyond)), beyond.head) == (7, 7)
    assert list(recorder.read(after=5, until=3)) == []


def test_what_is_appended_while_an_answer_is_taken_is_not_in_it(recorder: SQLiteRecorder) -> None:
    recorder.append([event(str(n), "n:all") for n in range(2_500)])
    whole, tagged = recorder.read(), recorder.read(DCBQuery([DCBQueryItem(tags=["n:all"])]))
    assert (next(whole).position, next(tagged).position) == (1, 1)
    recorder.append([event("late", "n:all")])
    assert [one.position for one in whole] == list(range(2, 2_501))
    assert [one.position for one in tagged] == list(range(2, 2_501))
    assert (whole.head, tagged.head) == (2_500, 2_500)


def test_all_events_of_one_append_bear_one_moment_and_the_next_append_a_later_one(recorder: SQLiteRecorder) -> None:
    first = recorder.append_stamped([event("a"), event("b")])
    second = recorder.append_stamped([event("c")])
    assert [one.recorded_at for one in recorder.read()] == [first.recorded_at, first.recorded_at, second.recorded_at]
    assert (first.recorded_at, list(first.positions)) == (MORNING, [1, 2])
    assert second.recorded_at == MORNING + timedelta(seconds=1)


def test_a_clock_set_back_never_makes_a_fact_older_than_the_one_before(tmp_path: Path) -> None:
    clock = ToldClock()
    with SQLiteRecorder(tmp_path / "log.db", clock=clock, chance=chance) as recorder:
        recorder.append([event("morning")])
        clock.now = MORNING - timedelta(days=400)
        recorder.append([event("set back")])
    with SQLiteRecorder(tmp_path / "log.db", clock=clock, chance=chance) as recorder:
        recorder.append([event("still set back, in another run")])
        clock.now = MORNING + timedelta(seconds=5)
        recorder.append([event("real time has caught up")])
        moments = [one.recorded_at for one in recorder.read()]
        assert moments == [MORNING, MORNING, MORNING, MORNING + timedelta(seconds=5)]
        assert recorder.position_at(MORNING) == 3


def test_the_moment_is_kept_in_universal_time_whatever_zone_the_clock_tells(tmp_path: Path) -> None:
    beijing = timezone(timedelta(hours=8))
    moment = datetime(2026, 4, 1, 0, 30, 0, 7, tzinfo=beijing)
    with SQLiteRecorder(tmp_path / "log.db", clock=lambda: moment, chance=chance) as recorder:
        recorder.append([event("at night")])
        assert [row[4] for row in recorder.rows()] == ["2026-03-31T16:30:00.000007Z"]
        assert next(recorder.read()).recorded_at == moment
        assert next(recorder.read()).recorded_at.tzinfo == UTC


def test_a_clock_without_a_time_zone_records_nothing() -> None:
    naive = datetime(2026, 3, 31)  # noqa: DTZ001 - the fault under test
    with SQLiteRecorder(None, clock=lambda: naive, chance=chance) as recorder:
        with pytest.raises(ValueError, match="no time zone"):
            recorder.append([event("x")])
        assert recorder.head() == 0


def test_the_position_of_a_moment_is_that_of_the_last_fact_recorded_until_then(recorder: SQLiteRecorder) -> None:
    assert recorder.position_at(MORNING) == 0
    for number in range(10):
        recorder.append([event(str(number)), event(str(number))])  # positions 2n+1, 2n+2 at second n
    instant = timedelta(microseconds=1)
    assert recorder.position_at(MORNING - instant) == 0
    for number in range(10):
        moment = MORNING + timedelta(seconds=number)
        assert recorder.position_at(moment) == 2 * number + 2
        assert recorder.position_at(moment + instant) == 2 * number + 2
        assert recorder.position_at(moment - instant) == 2 * number
    assert recorder.position_at(MORNING + timedelta(days=1)) == 20


def test_nothing_is_appended_when_one_of_the_events_cannot_be(recorder: SQLiteRecorder) -> None:
    nothing: Any = None
    with pytest.raises(TypeError):
        recorder.append([event("good", "fund:a"), DCBEvent(type="bad", data=nothing, tags=[])])
    assert recorder.head() == 0
    assert list(recorder.read(DCBQuery([DCBQueryItem(tags=["fund:a"])]))) == []


def test_an_append_of_nothing_is_a_fault_of_the_program(recorder: SQLiteRecorder) -> None:
    with pytest.raises(ProgrammingError):
        recorder.append([])


def test_what_is_appended_while_holding_is_kept_or_dropped_as_one(recorder: SQLiteRecorder) -> None:
    with recorder.holding():
        recorder.append([event("a")])
        recorder.append([event("b")])
    with suppress(IntegrityError), recorder.holding():
        recorder.append([event("c")])
        recorder.append([event("d")], DCBAppendCondition())
    recorder.append([event("e")])
    assert said(recorder) == ["a", "b", "e"]


def test_others_wait_with_their_appends_while_one_thread_is_holding_but_not_with_reading(tmp_path: Path) -> None:
    with opened(tmp_path / "log.db") as recorder, ThreadPoolExecutor(1) as pool:
        with recorder.holding():
            recorder.append([event("first")])
            other = pool.submit(recorder.append, [event("second")])
            assert recorder.head() == 0  # not yet kept
            assert not other.done()
        assert other.result() == 2
        assert said(recorder) == ["first", "second"]


def test_threads_that_append_under_conditions_never_both_win(recorder: SQLiteRecorder) -> None:
    """Eight threads count upwards together: each number is appended once, after the one before."""

    def count_on(_: int) -> int:
        won = 0
        while True:
            head = recorder.read().head or 0
            if head >= 120:
                return won
            try:
                recorder.append([event(str(head + 1))], DCBAppendCondition(after=head))
            except IntegrityError:
                continue
            won += 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(count_on, range(8))) == 120
    assert said(recorder) == [str(n) for n in range(1, 121)]


def test_a_boundary_of_a_thousand_items_is_one_question(recorder: SQLiteRecorder) -> None:
    recorder.append([event("x", f"unit:{n}", kind=f"kind.{n % 3}") for n in range(1_500)])
    query = DCBQuery([DCBQueryItem(types=["kind.0", "kind.1"], tags=[f"unit:{n}"]) for n in range(1_000)])
    expected = [n + 1 for n in range(1_000) if n % 3 != 2]
    assert [one.position for one in recorder.read(query)] == expected
    with pytest.raises(IntegrityError):
        recorder.append([event("y")], DCBAppendCondition(query, after=expected[-1] - 1))
    recorder.append([event("y")], DCBAppendCondition(query, after=expected[-1]))


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


def test_a_tail_stopped_from_another_thread_ends(recorder: SQLiteRecorder) -> None:
    recorder.append([event("a")])
    with recorder.subscribe() as tail:
        assert next(tail).position == 1
        stopper = threading.Timer(0.05, tail.stop)
        stopper.start()
        assert list(tail) == []
        stopper.join()


def test_a_tail_sees_only_what_it_asked_for_and_each_once(recorder: SQLiteRecorder) -> None:
    query = DCBQuery([DCBQueryItem(tags=["wanted"])])
    with recorder.subscribe(query, after=1) as tail:
        recorder.append([event("1", "wanted"), event("2"), event("3", "wanted")])
        assert next(tail).position == 3
        for _ in range(3):
            recorder.append([event("other")])
        recorder.append([event("7", "wanted"), event("8", "wanted")])
        assert [next(tail).position, next(tail).position] == [7, 8]


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


def test_a_closed_store_says_so_and_can_be_closed_again(tmp_path: Path) -> None:
    recorder = recorder_at(tmp_path / "log.db")
    rows = recorder.read()
    recorder.close()
    recorder.close()
    assert list(rows) == []
    with pytest.raises(ProgrammingError, match="closed"):
        recorder.head()
    assert [path.name for path in tmp_path.iterdir()] == ["log.db"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_store_taken_along_into_a_forked_process_refuses_to_work_there(tmp_path: Path) -> None:
    with opened(tmp_path / "log.db") as recorder:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                recorder.head()
            except ProgrammingError:
                code = 42
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42
        assert recorder.append([event("still fine here")]) == 1
