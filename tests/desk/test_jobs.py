"""The queue of long work: each job is one runner's, the cap holds over all, and the dead lose what they had."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk.database import Desk
from desk.jobs import JobRow, Jobs
from desk.postgres_desk import PostgresDesk
from desk.sqlite_desk import SQLiteDesk
from history.postgres_address import server_address

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OpenDesk = Callable[[], Desk]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> OpenDesk:
    """Opens the same desk once more, each time by a connection of its own."""
    if request.param == "sqlite":
        return lambda: SQLiteDesk(tmp_path / "county.desk.db")
    address = server_address(request.getfixturevalue("postgres_url"))
    return lambda: PostgresDesk(address.parameters, address.desk_schema, address.where)


@pytest.fixture
def jobs(opened: OpenDesk) -> Iterator[Jobs]:
    with closing(opened()) as desk:
        yield Jobs(desk)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def asked(jobs: Jobs, *names: str, account: str = "p-1") -> None:
    for number, name in enumerate(names):
        assert jobs.add(name, "plan", "{}", account=account, person="", post="planner", at=at(number))


def got(job: JobRow | None) -> JobRow:
    assert job is not None
    return job


def states(jobs: Jobs) -> dict[str, str]:
    return {one.id: one.state for one in jobs.newest(limit=100)}


def test_a_job_is_asked_for_begun_told_of_and_done(jobs: Jobs) -> None:
    asked(jobs, "j-1")
    begun = got(jobs.claim("here", cap=1, at=at(5)))
    assert (begun.id, begun.state, begun.attempts, begun.started_at) == ("j-1", "running", 1, at(5))
    jobs.tell("j-1", "here", '{"done": 1}')
    assert jobs.end("j-1", "here", "done", at=at(9), result='{"plan": "2026-01"}')
    jobs.free("j-1", "here")
    done = got(jobs.get("j-1"))
    assert (done.state, done.ended_at, done.progress) == ("done", at(9), '{"done": 1}')
    assert jobs.result("j-1") == '{"plan": "2026-01"}'
    assert done.changes > begun.changes
    assert not jobs.add("j-1", "plan", "{}", account="p-1", person="", post="planner", at=at(10)), "it is there already"


def test_no_more_are_begun_than_the_cap_and_an_account_that_waited_longest_comes_next(jobs: Jobs) -> None:
    asked(jobs, "a-1", "a-2", "a-3", account="p-a")
    asked(jobs, "b-1", account="p-b")
    turns = []
    for turn in range(4):
        one = got(jobs.claim("here", cap=1, at=at(10 + turn)))
        assert jobs.claim("here", cap=1, at=at(10 + turn)) is None
        jobs.end(one.id, "here", "done", at=at(10 + turn))
        assert jobs.claim("here", cap=1, at=at(10 + turn)) is None, "its slot is not free before it is given back"
        jobs.free(one.id, "here")
        turns.append(one.id)
    assert turns == ["a-1", "b-1", "a-2", "a-3"]


def test_whoever_was_silent_too_long_loses_the_job_and_can_write_nothing_of_it_any_more(jobs: Jobs) -> None:
    asked(jobs, "j-1", "j-2")
    jobs.claim("dead", cap=2, at=at(0))
    jobs.claim("alive", cap=2, at=at(0))
    jobs.alive("j-2", "alive", at(20))
    handed = jobs.take_from_the_dead(silent_since=at(10), at=at(25), attempts_max=3, problem="{}")
    assert handed == ["j-1"]
    assert states(jobs) == {"j-1": "queued", "j-2": "running"}
    assert got(jobs.claim("alive", cap=2, at=at(26))).attempts == 2
    assert not jobs.end("j-1", "dead", "done", at=at(27), result="{}")
    jobs.free("j-1", "dead")
    assert jobs.claim("alive", cap=2, at=at(28)) is None, "the slot is the other one's"
    assert jobs.end("j-1", "alive", "done", at=at(29), result="{}")


def test_a_job_that_was_tried_so_often_fails_instead_of_killing_one_server_after_another(jobs: Jobs) -> None:
    asked(jobs, "j-1")
    for attempt in range(3):
        jobs.claim("dead", cap=1, at=at(attempt))
        jobs.take_from_the_dead(silent_since=at(100), at=at(100), attempts_max=3, problem='{"code": "x"}')
    failed = got(jobs.get("j-1"))
    assert (failed.state, failed.problem, failed.ended_at) == ("failed", '{"code": "x"}', at(100))


def test_a_queued_job_is_cancelled_at_once_and_a_running_one_when_its_runner_hears_of_it(jobs: Jobs) -> None:
    asked(jobs, "j-1", "j-2")
    jobs.claim("here", cap=1, at=at(3))
    assert got(jobs.cancel("j-2", at(4))).state == "cancelled"
    assert got(jobs.cancel("j-1", at(4))).state == "running"
    assert jobs.to_cancel("here") == {"j-1"}
    jobs.hand_back("j-1", "here", tried=False, at=at(5))  # a shutdown that comes in between starts it no more
    assert states(jobs) == {"j-1": "cancelled", "j-2": "cancelled"}
    assert jobs.cancel("j-9", at(6)) is None


def test_what_is_handed_back_is_begun_again_and_an_attempt_that_was_no_fault_of_its_does_not_count(
    jobs: Jobs,
) -> None:
    asked(jobs, "j-1")
    jobs.claim("here", cap=1, at=at(3))
    jobs.hand_back("j-1", "here", tried=False, at=at(4))
    jobs.free("j-1", "here")
    assert got(jobs.claim("there", cap=1, at=at(5))).attempts == 1


def test_jobs_are_listed_page_by_page_and_forgotten_when_their_time_is_over(jobs: Jobs) -> None:
    asked(jobs, "j-1", "j-2", "j-3")
    first = jobs.newest(limit=2)
    assert [one.id for one in first] == ["j-3", "j-2"]
    assert [one.id for one in jobs.newest(limit=2, before=(first[-1].created_at, first[-1].id))] == ["j-1"]
    assert jobs.newest(limit=2, account="p-2") == []
    jobs.claim("here", cap=1, at=at(3))
    jobs.end("j-1", "here", "done", at=at(4), result="{}")
    assert jobs.forget_before(at(5)) == ["j-1"]
    assert jobs.count("queued") == 2


def test_many_that_claim_at_once_get_each_job_once_and_never_more_than_the_cap(jobs: Jobs, opened: OpenDesk) -> None:
    names = [f"j-{number:02}" for number in range(24)]
    asked(jobs, *names)
    begun: list[str] = []
    under_way: list[int] = [0]
    together: list[int] = []
    lock = threading.Lock()

    def count(by: int) -> None:
        with lock:
            under_way[0] += by
            together.append(under_way[0])

    def works(name: str) -> None:
        with closing(opened()) as desk:  # a connection belongs to the thread that opened it
            mine = Jobs(desk)
            while mine.count("queued"):
                job = mine.claim(name, cap=3, at=at(50))
                if job is not None:
                    begun.append(job.id)
                    count(1)
                    mine.tell(job.id, name, "{}")
                    assert mine.end(job.id, name, "done", at=at(60), result="{}")
                    count(-1)
                    mine.free(job.id, name)

    threads = [threading.Thread(target=works, args=(f"runner-{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(begun) == names
    assert max(together) <= 3
    assert set(states(jobs).values()) == {"done"}


def test_a_search_that_is_no_job_takes_a_place_in_its_turn_and_holds_the_cap(jobs: Jobs, opened: OpenDesk) -> None:
    asked(jobs, "j-1", "j-2", "j-3")
    assert got(jobs.claim("here", cap=1, at=at(1))).id == "j-1"
    assert not jobs.stand_in_line("w", "w", cap=1, at=at(2))
    jobs.end("j-1", "here", "done", at=at(3))
    jobs.free("j-1", "here")
    assert jobs.claim("here", cap=1, at=at(4)) is None  # whoever stands in line comes before what is not begun
    with closing(opened()) as desk:
        assert Jobs(desk).stand_in_line("w", "w", cap=1, at=at(4))
        assert not Jobs(desk).stand_in_line("v", "v", cap=1, at=at(4))
    jobs.free("w", "w")
    assert jobs.stand_in_line("v", "v", cap=1, at=at(5))
    assert jobs.claim("here", cap=1, at=at(5)) is None
    assert got(jobs.claim("here", cap=2, at=at(5))).id == "j-2"
    jobs.take_from_the_dead(silent_since=at(60), at=at(60), attempts_max=3, problem="{}")
    assert jobs.stand_in_line("w", "w", cap=1, at=at(61))  # a place of the dead is free again
