"""Decisions on the log: their boundary holds, a race is run again, a repeat is recognised, a kept fold goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent
from eventsourcing.dcb.domain import Decision, Selector, Tagged
from eventsourcing.persistence import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.base import CommandReused
from domain.errors import Moved
from domain.facts import Fact
from domain.facts.funds import FundTakenBack, TrancheReceived
from history.log import RACES, Log, pause
from history.mapper import FactMapper
from history.port import Appended
from history.query import query_of
from history.sqlite import SQLiteRecorder
from tests.history.examples import MORNING, FundEmpty, Receive, TakeBack, ToldClock, chance, log_at, mandate


@pytest.fixture
def log() -> Iterator[Log]:
    with log_at() as one:
        yield one


def receive(command: str, amount_fen: int, fund: str = "service") -> Receive:
    return Receive(mandate=mandate(command), fund=fund, amount_fen=amount_fen)


def take(command: str, amount_fen: int, fund: str = "service") -> TakeBack:
    return TakeBack(mandate=mandate(command), fund=fund, amount_fen=amount_fen)


def free(log: Log, fund: str = "service") -> int:
    """What is left of a fund, added up from the log."""
    total = 0
    for recorded in log.facts(tags=[f"fund:{fund}"]):
        match recorded.fact:
            case TrancheReceived() as came:
                total += came.amount_fen
            case FundTakenBack() as went:
                total -= went.amount_fen
    return total


def test_the_receipt_says_what_was_recorded_where_and_when(log: Log) -> None:
    receipt = log.decide(receive("c1", 100))
    assert (receipt.position, receipt.repeated) == (1, False)
    assert receipt.recorded == tuple(log.facts())
    assert receipt.recorded[0].recorded_at == MORNING
    assert receipt.recorded[0].fact.mandate == mandate("c1")


def test_a_decision_sees_its_boundary_and_is_refused_with_nothing_recorded(log: Log) -> None:
    log.decide(receive("c1", 100))
    log.decide(receive("c2", 500, fund="beautiful"))
    log.decide(take("c3", 60))
    with pytest.raises(FundEmpty) as refused:
        log.decide(take("c4", 41))
    assert refused.value.details == {"free_fen": 40}
    assert log.head() == 3


def test_the_same_command_twice_is_one_decision_with_the_first_ones_receipt(log: Log) -> None:
    log.decide(receive("c1", 100))
    first = log.decide(take("c2", 100))
    log.decide(receive("c3", 50))
    again = log.decide(take("c2", 100))
    assert (again.recorded, again.position, again.repeated) == (first.recorded, 2, True)
    assert log.head() == 3


def test_a_command_used_for_something_else_is_refused(log: Log) -> None:
    log.decide(receive("c1", 100))
    with pytest.raises(CommandReused):
        log.decide(receive("c1", 200))
    assert log.head() == 1


def test_a_decision_with_nothing_to_record_says_how_far_it_read(log: Log) -> None:
    log.decide(receive("c1", 100))
    receipt = log.decide(take("c2", 0))
    assert (receipt.position, receipt.recorded, receipt.repeated) == (1, (), False)
    assert log_at().decide(take("c", 0)).position == 0


class Disturbed(SQLiteRecorder):
    """Somebody else is faster: before each of the next appends that race, `meanwhile` is carried out."""

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(path, clock=ToldClock(), chance=chance)
        self.meanwhile: list[Callable[[], object]] = []
        self.refused = 0

    def append_stamped(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> Appended:
        if self.meanwhile and not self._held:
            self.meanwhile.pop(0)()
        try:
            return super().append_stamped(events, condition)
        except IntegrityError:
            self.refused += 1
            raise


class NeverAlone(Disturbed):
    """A store that cannot hold others off."""

    @contextmanager
    def holding(self) -> Iterator[None]:
        yield


def test_a_lost_race_is_decided_anew_on_what_is_then_known() -> None:
    recorder = Disturbed()
    waits: list[int] = []
    with Log(recorder, FactMapper(), wait=waits.append) as log:
        log.decide(receive("c1", 100))
        recorder.meanwhile = [lambda: log.decide(take("other", 70))]
        with pytest.raises(FundEmpty):
            log.decide(take("c2", 40))
        assert (free(log), waits) == (30, [0])


def test_a_fact_outside_the_boundary_does_not_disturb() -> None:
    recorder = Disturbed()
    with Log(recorder, FactMapper(), attempts=1) as log:
        log.decide(receive("c1", 100))
        recorder.meanwhile = [lambda: log.decide(receive("other", 70, fund="beautiful"))]
        assert log.decide(take("c2", 40)).position == 3
        assert recorder.refused == 0


def test_the_same_command_carried_out_meanwhile_by_another_is_recognised() -> None:
    recorder = Disturbed()
    with Log(recorder, FactMapper(), wait=lambda attempt: None) as log:
        log.decide(receive("c1", 100))
        recorder.meanwhile = [lambda: log.decide(take("c2", 40))]
        receipt = log.decide(take("c2", 40))
        assert (receipt.repeated, receipt.position, free(log)) == (True, 2, 60)


def test_whoever_keeps_losing_decides_with_the_others_held_off() -> None:
    recorder = Disturbed()
    waits: list[int] = []
    with Log(recorder, FactMapper(), wait=waits.append) as log:
        log.decide(receive("c0", 1_000))

        def disturb(number: int) -> Callable[[], object]:
            return lambda: SQLiteRecorder.append_stamped(recorder, [one_fen_taken(f"other{number}")])

        recorder.meanwhile = [disturb(number) for number in range(50)]
        assert log.decide(take("mine", 1)).position == RACES + 2
        assert (recorder.refused, waits) == (RACES, list(range(RACES)))
        assert free(log) == 1_000 - RACES - 1


def one_fen_taken(command: str) -> DCBEvent:
    fact = FundTakenBack(mandate=mandate(command), fund="service", amount_fen=1)
    return FactMapper().to_dcb_event(Tagged(tags=fact.tags(), decision=fact))


def test_a_store_that_never_stands_still_ends_in_a_refusal_with_nothing_recorded() -> None:
    recorder = NeverAlone()
    waits: list[int] = []
    with Log(recorder, FactMapper(), attempts=6, wait=waits.append) as log:
        log.decide(receive("c0", 1_000))
        numbers = iter(range(100))
        recorder.meanwhile = [
            lambda: SQLiteRecorder.append_stamped(recorder, [one_fen_taken(f"other{next(numbers)}")])
        ] * 100
        with pytest.raises(Moved, match="take back"):
            log.decide(take("mine", 1))
        assert waits == [0, 1, 2, 3, 4]
        assert list(log.facts(tags=["command:mine"])) == []


def test_the_pauses_grow_and_stay_small(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("history.log.time.sleep", slept.append)
    for attempt in range(20):
        pause(attempt)
    assert slept == sorted(slept)
    assert (slept[0], slept[-1]) == (0.001, 0.05)


@dataclass(eq=False, kw_only=True)
class Counting(TakeBack):
    """Notes the position of each fact it is given."""

    folded: list[int | None] = field(default_factory=list, init=False)

    def fold(self, fact: Fact) -> None:
        super().fold(fact)
        self.folded.append(self.at)


def test_a_kept_decision_reads_only_what_is_new_and_sees_the_whole(tmp_path: Path) -> None:
    """The tally of a long log is kept and advanced; the condition is after the kept position."""
    with log_at(tmp_path / "log.db") as log:
        log.decide(receive("c1", 100))
        kept = Counting(mandate=mandate("c2"), amount_fen=30)
        log.advance(kept)
        assert (kept.last_known_position, kept.free_fen) == (1, 100)
        log.decide(receive("c3", 5))
        assert log.decide(kept).position == 3
        assert kept.folded == [1, 2, None]  # each fact once, then its own
        assert (kept.last_known_position, kept.free_fen) == (3, 75)
        log.advance(kept)
        assert (kept.free_fen, free(log)) == (75, 75)


def test_the_same_object_decided_twice_is_one_decision(tmp_path: Path) -> None:
    with log_at(tmp_path / "log.db") as log:
        log.decide(receive("c1", 100))
        once = take("c2", 30)
        first = log.decide(once)
        again = log.decide(once)
        assert (again.repeated, again.recorded) == (True, first.recorded)
        assert (free(log), log.head()) == (70, 2)


def test_a_kept_decision_that_is_behind_is_not_fooled() -> None:
    recorder = Disturbed()
    with Log(recorder, FactMapper(), wait=lambda attempt: None) as log:
        log.decide(receive("c1", 100))
        kept = take("c2", 80)
        log.advance(kept)
        recorder.meanwhile = [lambda: log.decide(take("other", 50))]
        with pytest.raises(FundEmpty):
            log.decide(kept)
        assert free(log) == 50


@dataclass(eq=False, kw_only=True)
class TakeBackInPublic(TakeBack):
    """A decision derived from another; the library's `@event` handlers would be lost here, an invariant with them."""

    noticed: list[str] = field(default_factory=list, init=False)

    def fold(self, fact: Fact) -> None:
        super().fold(fact)
        self.noticed.append(fact.stored_name())


@dataclass(eq=False, kw_only=True)
class TakeBackAsBefore(TakeBackInPublic):
    """Derived once more, with nothing of its own."""


@pytest.mark.parametrize("kind", [TakeBackInPublic, TakeBackAsBefore])
def test_a_decision_derived_from_another_keeps_folding_and_keeps_its_invariant(
    log: Log, kind: type[TakeBackInPublic]
) -> None:
    log.decide(receive("c1", 100))
    log.decide(kind(mandate=mandate("c2"), amount_fen=90))
    late = kind(mandate=mandate("c3"), amount_fen=20)
    with pytest.raises(FundEmpty):
        log.decide(late)
    assert late.free_fen == 10
    assert late.noticed == ["fund.tranche_received", "fund.taken_back"]


def test_boundaries_select_by_stored_names_and_refuse_what_is_no_fact() -> None:
    query = query_of([Selector(types=[FundTakenBack], tags=["fund:a"]), Selector(tags=["command:c"])])
    assert [(item.types, item.tags) for item in query.items] == [(["fund.taken_back"], ["fund:a"]), ([], ["command:c"])]
    with pytest.raises(TypeError, match="Decision, which is not a fact"):
        query_of([Selector(types=[Decision])])


def test_facts_are_selected_by_position_type_and_tags(log: Log) -> None:
    for number in range(1, 5):
        log.decide(receive(f"r{number}", 100))
        log.decide(take(f"t{number}", 10))

    def positions(**question: Any) -> list[int]:
        return [recorded.position for recorded in log.facts(**question)]

    assert positions() == list(range(1, 9))
    assert positions(after=2, until=5) == [3, 4, 5]
    assert positions(types=[FundTakenBack]) == [2, 4, 6, 8]
    assert positions(types=[FundTakenBack], after=2, until=6) == [4, 6]
    assert positions(tags=["fund:service", "command:r3"]) == [5]
    assert positions(types=[FundTakenBack], tags=["command:r3"]) == []
    assert positions(types=[]) == []
    assert positions(tags=["fund:other"]) == []


def test_what_was_known_at_a_moment_is_a_beginning_of_the_log(log: Log) -> None:
    for number in range(5):
        log.decide(receive(f"c{number}", 1))
    moment = MORNING + timedelta(seconds=2)
    known = list(log.facts(until=log.position_at(moment)))
    assert [recorded.position for recorded in known] == [1, 2, 3]
    assert all(recorded.recorded_at <= moment for recorded in known)


steps = st.lists(
    st.tuples(st.sampled_from(["receive", "take"]), st.sampled_from("ab"), st.integers(0, 50), st.integers(0, 12)),
    max_size=25,
)


@given(steps=steps)
def test_whatever_is_decided_no_fund_goes_below_zero_and_no_command_counts_twice(
    steps: list[tuple[str, str, int, int]],
) -> None:
    """Against a plain model: a balance per fund and the set of commands already carried out."""
    balance, done = {"a": 0, "b": 0}, dict[str, tuple[str, str, int]]()
    with log_at() as log:
        for deed, fund, amount, key in steps:
            command, content = f"k{key}", (deed, fund, amount)
            expected: type[Exception] | None = None
            changes = False
            if command in done:
                expected = CommandReused if done[command] != content else None
            elif deed == "take" and amount > balance[fund]:
                expected = FundEmpty
            else:
                changes = deed == "receive" or amount > 0
            decision = (receive if deed == "receive" else take)(command, amount, fund)
            if expected is not None:
                with pytest.raises(expected):
                    log.decide(decision)
            else:
                assert log.decide(decision).repeated is (command in done)
            if changes:
                done[command] = content
                balance[fund] += amount if deed == "receive" else -amount
        assert {fund: free(log, fund) for fund in balance} == balance
        assert log.head() == len(done)
