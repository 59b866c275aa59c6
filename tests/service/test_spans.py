"""What is told of decisions to whoever traces, and to the request they are taken for: never of what is only tried."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path

import pytest
from opentelemetry import trace

from domain.decisions.units import CorrectUnit
from service.branches import open_branch, start_branch
from service.registers import import_register
from service.spans import recording, trace_under_way
from tests.service.small import PLANNER, small_county, write_register

TRACE_ID = 0x0123456789ABCDEF0123456789ABCDEF


class Kept:
    """A tracer that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, str], str | None]] = []

    @contextmanager
    def start_as_current_span(self, name: str, attributes: dict[str, str]) -> Iterator[trace.Span]:
        context = trace.SpanContext(TRACE_ID, 1, is_remote=False)
        with trace.use_span(trace.NonRecordingSpan(context)) as span:
            self.told.append((name, attributes, trace_under_way()))
            yield span


def test_a_decision_is_a_span_that_says_which_and_a_line_of_the_log_finds_its_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept()
    monkeypatch.setattr(trace, "get_tracer", lambda name: kept)
    with small_county(tmp_path) as county:
        import_register(county, write_register(tmp_path / "register"), county.mandate(PLANNER))
    assert [(name, set(told)) for name, told, _ in kept.told] == [("decide", {"tongchou.decision"})]
    assert kept.told[0][2] == f"{TRACE_ID:032x}"
    assert trace_under_way() is None


def test_facts_are_told_to_the_request_they_were_recorded_for_by_whichever_thread(tmp_path: Path) -> None:
    with small_county(tmp_path) as county:
        import_register(county, write_register(tmp_path / "register"), county.mandate(PLANNER))
        head = county.log.head()

        def decide(command: str) -> None:
            mandate = county.mandate(PLANNER, command=command)
            county.decide(CorrectUnit(mandate=mandate, unit="v1", changes={"name_en": command}))

        with recording() as outer:
            with recording() as inner:
                thread = threading.Thread(target=copy_context().run, args=(decide, "one"))
                thread.start()
                thread.join()
                decide("one")  # the same command: it is on the record already, and nothing is recorded
            decide("two")
        assert (inner, outer) == ([head + 1], [head + 2])


def test_what_is_tried_on_a_branch_is_on_no_record(tmp_path: Path) -> None:
    with small_county(tmp_path) as county:
        import_register(county, write_register(tmp_path / "register"), county.mandate(PLANNER))
        start_branch(county, "try", PLANNER, "to see")
        with recording() as positions, open_branch(county, "try") as branch:
            branch.decide(CorrectUnit(mandate=branch.mandate(PLANNER), unit="v1", changes={"name_en": "Tried"}))
        assert positions == []
