"""What every recorder promises, whatever it keeps facts in: the library's own acceptance test, and ours beyond it."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.tests import DCBRecorderTestCase
from eventsourcing.persistence import IntegrityError, ProgrammingError

from history.port import FactRecorder
from tests.history.conftest import Opens
from tests.history.examples import MORNING, ToldClock, event, said


class LibrarySuite(DCBRecorderTestCase):
    """The library's test case, its checks as they are (it names them so that subclasses call them)."""

    __test__ = False

    def runTest(self) -> None:  # noqa: N802 - the name unittest asks for
        """Nothing of its own."""


def test_the_library_accepts_how_it_appends_and_reads(recorder: FactRecorder) -> None:
    LibrarySuite()._test_append_read(recorder)


def test_the_library_accepts_how_it_is_followed(recorder: FactRecorder) -> None:
    LibrarySuite()._test_append_subscribe(recorder)


def test_reading_up_to_a_position_ends_there_and_says_so(recorder: FactRecorder) -> None:
    recorder.append([event(str(n), f"n:{n % 2}") for n in range(1, 8)])
    everything = recorder.read(after=2, until=5)
    even = recorder.read(DCBQuery([DCBQueryItem(tags=["n:0"])]), until=5)
    beyond = recorder.read(until=70)
    assert ([one.position for one in everything], everything.head) == ([3, 4, 5], 5)
    assert ([one.position for one in even], even.head) == ([2, 4], 5)
    assert (len(list(beyond)), beyond.head) == (7, 7)
    assert list(recorder.read(after=5, until=3)) == []


def test_what_is_appended_while_an_answer_is_taken_is_not_in_it(recorder: FactRecorder) -> None:
    recorder.append([event(str(n), "n:all") for n in range(2_500)])
    whole, tagged = recorder.read(), recorder.read(DCBQuery([DCBQueryItem(tags=["n:all"])]))
    assert (next(whole).position, next(tagged).position) == (1, 1)
    recorder.append([event("late", "n:all")])
    assert [one.position for one in whole] == list(range(2, 2_501))
    assert [one.position for one in tagged] == list(range(2, 2_501))
    assert (whole.head, tagged.head) == (2_500, 2_500)


def test_all_events_of_one_append_bear_one_moment_and_the_next_append_a_later_one(recorder: FactRecorder) -> None:
    first = recorder.append_stamped([event("a"), event("b")])
    second = recorder.append_stamped([event("c")])
    assert [one.recorded_at for one in recorder.read()] == [first.recorded_at, first.recorded_at, second.recorded_at]
    assert (first.recorded_at, list(first.positions)) == (MORNING, [1, 2])
    assert second.recorded_at == MORNING + timedelta(seconds=1)


def test_a_clock_set_back_never_makes_a_fact_older_than_the_one_before(reopen: Opens) -> None:
    clock = ToldClock()
    with reopen(clock) as recorder:
        recorder.append([event("morning")])
        clock.now = MORNING - timedelta(days=400)
        recorder.append([event("set back")])
    with reopen(clock) as recorder:
        recorder.append([event("still set back, in another run")])
        clock.now = MORNING + timedelta(seconds=5)
        recorder.append([event("real time has caught up")])
        moments = [one.recorded_at for one in recorder.read()]
        assert moments == [MORNING, MORNING, MORNING, MORNING + timedelta(seconds=5)]
        assert recorder.position_at(MORNING) == 3


def test_the_moment_is_kept_in_universal_time_whatever_zone_the_clock_tells(reopen: Opens) -> None:
    beijing = timezone(timedelta(hours=8))
    moment = datetime(2026, 4, 1, 0, 30, 0, 7, tzinfo=beijing)
    with reopen(lambda: moment) as recorder:
        recorder.append([event("at night")])
        assert [row[4] for row in recorder.rows()] == ["2026-03-31T16:30:00.000007Z"]
        assert next(recorder.read()).recorded_at == moment
        assert next(recorder.read()).recorded_at.tzinfo == UTC


def test_a_clock_without_a_time_zone_records_nothing(reopen: Opens) -> None:
    naive = datetime(2026, 3, 31)  # noqa: DTZ001 - the fault under test
    with reopen(lambda: naive) as recorder:
        with pytest.raises(ValueError, match="no time zone"):
            recorder.append([event("x")])
        assert recorder.head() == 0


def test_the_position_of_a_moment_is_that_of_the_last_fact_recorded_until_then(recorder: FactRecorder) -> None:
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


def test_nothing_is_appended_when_one_of_the_events_cannot_be(recorder: FactRecorder) -> None:
    nothing: Any = None
    with pytest.raises(TypeError):
        recorder.append([event("good", "fund:a"), DCBEvent(type="bad", data=nothing, tags=[])])
    assert recorder.head() == 0
    assert list(recorder.read(DCBQuery([DCBQueryItem(tags=["fund:a"])]))) == []


def test_an_append_of_nothing_is_a_fault_of_the_program(recorder: FactRecorder) -> None:
    with pytest.raises(ProgrammingError):
        recorder.append([])


def test_what_is_appended_while_holding_is_kept_or_dropped_as_one(recorder: FactRecorder) -> None:
    with recorder.holding():
        recorder.append([event("a")])
        recorder.append([event("b")])
    with suppress(IntegrityError), recorder.holding():
        recorder.append([event("c")])
        recorder.append([event("d")], DCBAppendCondition())
    recorder.append([event("e")])
    assert said(recorder) == ["a", "b", "e"]


def test_others_wait_with_their_appends_while_one_thread_is_holding_but_not_with_reading(reopen: Opens) -> None:
    with reopen() as recorder, ThreadPoolExecutor(1) as pool:
        with recorder.holding():
            recorder.append([event("first")])
            other = pool.submit(recorder.append, [event("second")])
            assert recorder.head() == 0  # not yet kept
            assert not other.done()
        assert other.result() == 2
        assert said(recorder) == ["first", "second"]


def test_threads_that_append_under_conditions_never_both_win(recorder: FactRecorder) -> None:
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


def test_a_boundary_of_a_thousand_items_is_one_question(recorder: FactRecorder) -> None:
    recorder.append([event("x", f"unit:{n}", kind=f"kind.{n % 3}") for n in range(1_500)])
    query = DCBQuery([DCBQueryItem(types=["kind.0", "kind.1"], tags=[f"unit:{n}"]) for n in range(1_000)])
    expected = [n + 1 for n in range(1_000) if n % 3 != 2]
    assert [one.position for one in recorder.read(query)] == expected
    with pytest.raises(IntegrityError):
        recorder.append([event("y")], DCBAppendCondition(query, after=expected[-1] - 1))
    recorder.append([event("y")], DCBAppendCondition(query, after=expected[-1]))


def test_a_tail_stopped_from_another_thread_ends(recorder: FactRecorder) -> None:
    recorder.append([event("a")])
    with recorder.subscribe() as tail:
        assert next(tail).position == 1
        stopper = threading.Timer(0.05, tail.stop)
        stopper.start()
        assert list(tail) == []
        stopper.join()


def test_a_tail_sees_only_what_it_asked_for_and_each_once(recorder: FactRecorder) -> None:
    query = DCBQuery([DCBQueryItem(tags=["wanted"])])
    with recorder.subscribe(query, after=1) as tail:
        recorder.append([event("1", "wanted"), event("2"), event("3", "wanted")])
        assert next(tail).position == 3
        for _ in range(3):
            recorder.append([event("other")])
        recorder.append([event("7", "wanted"), event("8", "wanted")])
        assert [next(tail).position, next(tail).position] == [7, 8]


def test_a_closed_store_says_so_and_can_be_closed_again(reopen: Opens) -> None:
    recorder = reopen()
    rows = recorder.read()
    recorder.close()
    recorder.close()
    assert list(rows) == []
    with pytest.raises(ProgrammingError, match="closed"):
        recorder.head()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_store_taken_along_into_a_forked_process_refuses_to_work_there(reopen: Opens) -> None:
    with reopen() as recorder:
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
