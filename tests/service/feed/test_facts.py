"""Followers of the feed while others record: on both kinds of store nothing is missed, skipped over or seen twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes

import pytest
from eventsourcing.dcb.api import DCBEvent

from history.log import Log
from history.store import open_log
from service.feed.facts import Facts, Wanted
from service.feed.head import HeadWatch

WRITERS, APPENDS = 4, 25


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store that is not there yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'county.db'}"
    store: str = request.getfixturevalue("postgres_store")
    return store


def opened(address: str) -> Log:
    return open_log(address, clock=lambda: datetime.now(UTC), chance=token_bytes)


def fact(writer: int, number: int) -> DCBEvent:
    name = "fund.closed" if number % 5 else "fund.amended"
    data = b'{"type":"%b","mandate":{"effective_on":"2026-03-31"},"v":1}' % name.encode()
    return DCBEvent(type=name, data=data, tags=[f"fund:{writer}", f"command:{writer}-{number}"])


def follow(facts: Facts, watch: HeadWatch, wanted: Wanted, until: threading.Event) -> Iterator[int]:
    """As any consumer does: ask after the last position, wait for more."""
    at, more = 0, threading.Event()
    watch.subscribe(more.set)
    while True:
        more.clear()
        done = until.is_set()
        page = facts.page(at, 7, wanted)
        for event in page.events:
            assert isinstance(event.position, int)
            yield event.position
        at = page.next
        if done and at == page.head:
            return
        if at == page.head:
            more.wait(0.05)


def test_whoever_follows_while_many_record_sees_every_fact_once_and_in_order(address: str) -> None:
    with opened(address) as log:
        watch = HeadWatch(log, poll_seconds=0.01)
        watch.start()
        facts, done = Facts(log), threading.Event()
        asked = {"all": Wanted(), "some": Wanted(types=("fund.amended",)), "one": Wanted(tags=("fund:2",))}
        seen: dict[str, list[int]] = {}

        def followed(name: str) -> None:
            seen[name] = list(follow(facts, watch, asked[name], done))

        def write(writer: int) -> None:
            with opened(address) as own:  # a connection of its own, as another process has
                for number in range(APPENDS):
                    own.recorder.append([fact(writer, number)] * (1 + number % 3))

        followers = [threading.Thread(target=followed, args=[name]) for name in asked]
        writers = [threading.Thread(target=write, args=[writer]) for writer in range(WRITERS)]
        for thread in [*followers, *writers]:
            thread.start()
        for thread in writers:
            thread.join()
        done.set()
        for thread in followers:
            thread.join()
        watch.close()
        rows = list(log.recorder.rows())
    assert seen["all"] == [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert seen["some"] == [row[0] for row in rows if row[1] == "fund.amended"]
    assert seen["one"] == [row[0] for row in rows if '"fund:2"' in row[3]]


def test_a_watch_sees_what_another_process_records_and_can_begin_anew(address: str) -> None:
    with opened(address) as log, opened(address) as other:
        watch, told = HeadWatch(log, poll_seconds=0.01), threading.Event()
        watch.subscribe(told.set)
        for round_ in (1, 2):
            told.clear()
            watch.start()
            other.recorder.append([fact(1, round_)])
            assert told.wait(10)
            assert watch.head == round_
            watch.close()
            assert watch.closed
