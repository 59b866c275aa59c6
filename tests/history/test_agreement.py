"""Whatever is appended, asked and conditioned on: our recorder gives the answers of the library's in-memory one."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem, DCBRecorder, DCBSequencedEvent
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.persistence import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from history.port import FactRecorder
from history.store import open_recorder
from tests.history.examples import ToldClock, chance, recorder_at
from tests.postgres_server import Server

TYPES = ["fund.announced", "fund.closed", "plan.approved"]
TAGS = ["fund:a", "fund:b", "unit:1", "", "plan:七月"]

tags = st.lists(st.sampled_from(TAGS), max_size=4)
events = st.builds(DCBEvent, type=st.sampled_from(TYPES), data=st.binary(max_size=6), tags=tags)
items = st.builds(DCBQueryItem, types=st.lists(st.sampled_from([*TYPES, "never.seen"]), max_size=3), tags=tags)
queries = st.builds(DCBQuery, items=st.lists(items, max_size=3))
positions = st.none() | st.integers(min_value=0, max_value=14)
conditions = st.none() | st.builds(DCBAppendCondition, fail_if_events_match=queries, after=positions)
appends = st.lists(st.tuples(st.lists(events, min_size=1, max_size=3), conditions), max_size=8)
questions = st.lists(
    st.tuples(st.none() | queries, positions, st.none() | st.integers(min_value=0, max_value=6)), min_size=1, max_size=4
)

Answer = tuple[list[tuple[int, str, bytes, list[str]]], int | None]


def appended(recorder: DCBRecorder, batch: list[DCBEvent], condition: DCBAppendCondition | None) -> int | str:
    try:
        return recorder.append(batch, condition)
    except IntegrityError:
        return "refused"


def plain(found: DCBSequencedEvent) -> tuple[int, str, bytes, list[str]]:
    return (found.position, found.event.type, found.event.data, found.event.tags)


def answer(recorder: DCBRecorder, query: DCBQuery | None, after: int | None, limit: int | None) -> Answer:
    response = recorder.read(query, after=after, limit=limit)
    return [plain(found) for found in response], response.head


Making = Callable[[], FactRecorder]


@pytest.fixture(scope="module", params=["memory", pytest.param("postgresql", marks=pytest.mark.postgres)])
def making(request: pytest.FixtureRequest) -> Making:
    """Makes an empty store, a new one at every call."""
    if request.param == "memory":
        return recorder_at
    server: Server = request.getfixturevalue("postgres_server")

    def on_server() -> FactRecorder:
        url = f"{server.url()}?schema=test_{uuid.uuid4().hex}"
        return open_recorder(url, clock=ToldClock(), chance=chance)

    return on_server


@given(appends=appends, questions=questions, until=st.integers(min_value=0, max_value=14))
def test_appends_conditions_and_answers_are_those_of_the_library(
    appends: list[tuple[list[DCBEvent], DCBAppendCondition | None]],
    questions: list[tuple[DCBQuery | None, int | None, int | None]],
    until: int,
    making: Making,
) -> None:
    theirs = InMemoryDCBRecorder()
    with making() as ours:
        for batch, condition in appends:
            assert appended(ours, batch, condition) == appended(theirs, batch, condition)
        for query, after, limit in questions:
            expected, head = answer(theirs, query, after, limit)
            assert answer(ours, query, after, limit) == (expected, head)
            upto = ours.read(query, after=after, until=until)
            everything = answer(theirs, query, after, None)[0]
            assert [plain(found) for found in upto] == [found for found in everything if found[0] <= until]
            assert upto.head == (min(until, ours.head()) or None)
