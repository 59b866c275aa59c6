"""Kept tallies change nothing but the cost: every decision ends as it ends when all of its boundary is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.dcb.domain import Tagged
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decisions import (
    AmendFund,
    AnnounceTranche,
    CarryOver,
    CloseFund,
    CommitLine,
    Deciding,
    Disburse,
    ReceiveTranche,
    ReleaseCommitment,
    ReturnMoney,
    TakeBack,
    WithdrawProject,
)
from domain.decisions.common import FundExhausted
from domain.decisions.spending import LineNotApproved
from domain.errors import Refusal
from domain.facts import Fact, Mandate
from domain.facts.plans import PlanSuperseded
from history.log import Log
from history.mapper import FactMapper
from history.port import FactRecorder
from tests.domain.decisions.crowd import SAMPLES, fresh_record, rival
from tests.domain.decisions.harness import TODAY, by
from tests.domain.decisions.samples import approved, county, fund, line, plan_of, project, recorded, unit, with_rows
from tests.history.examples import recorder_at

LINES = [line("a", "v1", 12, "p1"), line("b", "v1", 13, "p1"), line("a", "v2", 20, "p2"), line("b", "v3", 17)]
FUNDS, CODES, COMMANDS = ("a", "b", "c"), ("k1", "k2", "k3", "k4"), tuple(f"c{number}" for number in range(12))


@cache
def beginning() -> tuple[Fact, ...]:
    """Two funds of one year and one of the next, two projects, four approved lines; some of the money is there."""
    register = with_rows(
        county(projects={}, funds={}),
        units=[unit("v1"), unit("v2"), unit("v3")],
        funds=[fund("a", amount_fen=40), fund("b", amount_fen=30), fund("c", amount_fen=50, budget_year=2027)],
        projects=[project("p1", unit="v1", cost_fen=25), project("p2", unit="v2", cost_fen=20)],
    )
    record = recorded(register)
    approved(record, content=plan_of(record, *LINES))
    record.decide(AnnounceTranche(mandate=by(), fund="a", tranche="t0", amount_fen=25))
    record.decide(ReceiveTranche(mandate=by(), fund="a", tranche="t0", arrived_on=TODAY))
    return tuple(record.facts)


def begun(recorder: FactRecorder, facts: Sequence[Fact] | None = None) -> FactRecorder:
    mapper = FactMapper()
    told = beginning() if facts is None else facts
    recorder.append([mapper.to_dcb_event(Tagged(tags=fact.tags(), decision=fact)) for fact in told])
    return recorder


amounts = st.integers(min_value=0, max_value=15)
funds, codes, tranches = st.sampled_from(FUNDS), st.sampled_from(CODES), st.sampled_from(["t1", "t2"])
Made = Callable[[Mandate], Deciding]


def commit(mandate: Mandate, of: Any, code: str, amount: int | None) -> Deciding:
    return CommitLine.of(of, plan="pl1", commitment=code, mandate=mandate, amount_fen=amount)


def made(kind: Any, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Made]:
    return st.fixed_dictionaries(arguments).map(lambda values: lambda mandate: kind(mandate=mandate, **values))


reason = st.just("flood")
decisions = st.one_of(
    *[made(commit, of=st.sampled_from(LINES), code=codes, amount=st.none() | amounts)] * 4,
    made(AnnounceTranche, fund=funds, tranche=tranches, amount_fen=amounts),
    made(ReceiveTranche, fund=funds, tranche=tranches, arrived_on=st.just(TODAY)),
    made(TakeBack, fund=funds, amount_fen=amounts),
    made(AmendFund, fund=funds, new_amount_fen=st.integers(min_value=1, max_value=60)),
    made(CarryOver, fund=st.sampled_from("ab"), to_fund=st.just("c"), amount_fen=amounts),
    made(CloseFund, fund=funds, reason=reason),
    made(ReleaseCommitment, commitment=codes, reason=reason, amount_fen=st.none() | amounts),
    made(Disburse, disbursement=codes, commitment=codes, amount_fen=amounts, payee=st.just("Li"), voucher=codes),
    made(ReturnMoney, disbursement=codes, amount_fen=amounts, reason=reason),
    made(WithdrawProject, project=st.sampled_from(["p1", "p2"]), reason=reason),
)
steps = st.lists(
    st.tuples(decisions, st.sampled_from(COMMANDS), st.integers(min_value=0, max_value=1), st.booleans()), max_size=25
)


class Undone(Exception):
    """Whoever held the log thought better of it."""


def outcome(log: Log, decision: Deciding, undone: bool) -> object:
    """What a decision came to; `undone`: its append is taken back."""
    try:
        if not undone:
            receipt = log.decide(decision)
            facts = [(one.position, one.fact) for one in receipt.recorded]
            return receipt.position, facts, receipt.repeated
        with log.recorder.holding():
            log.decide(decision)
            raise Undone
    except Undone:
        return "undone"
    except Refusal as refusal:
        return type(refusal), refusal.details


def must_end_alike(steps: list[tuple[Made, str, int, bool]]) -> None:
    with begun(recorder_at()) as plain, begun(recorder_at()) as kept:
        reading = Log(plain, FactMapper(), tallies=0)
        tallying = [Log(kept, FactMapper(), tallies=most) for most in (1, 64)]  # two programs on one store
        for make, command, who, undone in steps:
            decision = make(by(command=command))
            expected = outcome(reading, decision.fresh(), undone)
            assert outcome(tallying[who], decision.fresh(), undone) == expected
        assert [one.fact for one in tallying[0].facts()] == [one.fact for one in reading.facts()]


@given(steps=steps)
@settings(max_examples=30)
def test_every_sequence_of_decisions_ends_as_it_does_when_all_is_read(steps: list[tuple[Made, str, int, bool]]) -> None:
    must_end_alike(steps)


@pytest.mark.slow
@given(steps=steps)
@settings(max_examples=200)
def test_two_hundred_sequences_of_decisions_end_as_they_do_when_all_is_read(
    steps: list[tuple[Made, str, int, bool]],
) -> None:
    must_end_alike(steps)


TALLYING = {name: decision for name, decision in SAMPLES.items() if decision.tallies()}


def test_a_tally_is_of_a_selector_of_the_boundary_and_no_kind_of_fact_lies_behind_two() -> None:
    assert {type(decision) for decision in TALLYING.values()} == {AmendFund, CloseFund, CommitLine, TakeBack}
    for decision in TALLYING.values():
        selectors = [tally.selector for tally in decision.tallies()]
        assert all(selector in decision.boundary() for selector in selectors)
        kinds = [kind for selector in selectors for kind in selector.types]
        assert len(set(kinds)) == len(kinds)
        assert all(hasattr(decision, name) for tally in decision.tallies() for name in tally.empty())


@pytest.mark.parametrize("first", SAMPLES)
def test_whatever_was_decided_since_the_tally_was_kept_is_seen(first: str) -> None:
    facts = fresh_record().facts
    with begun(recorder_at(), facts) as plain, begun(recorder_at(), facts) as kept:
        reading, tallying = Log(plain, FactMapper(), tallies=0), Log(kept, FactMapper())
        for second in TALLYING.values():
            tallying.advance(rival(second))  # looked at and not taken; the tally stays
        for decision in (SAMPLES[first], *map(rival, TALLYING.values())):
            expected = outcome(reading, decision.fresh(), undone=False)
            assert outcome(tallying, decision.fresh(), undone=False) == expected


def test_a_plan_another_program_ended_is_not_committed_on_a_tally() -> None:
    with begun(recorder_at()) as recorder:
        log = Log(recorder, FactMapper())
        log.decide(commit(by(), LINES[0], "k1", 1))
        ended = PlanSuperseded(mandate=by(), plan="pl1", by_plan="pl2")
        recorder.append([FactMapper().to_dcb_event(Tagged(tags=ended.tags(), decision=ended))])
        with pytest.raises(LineNotApproved):
            log.decide(commit(by(), LINES[0], "k2", 1))


def test_a_tally_kept_over_appends_that_were_undone_is_read_anew() -> None:
    with begun(recorder_at()) as recorder:
        log = Log(recorder, FactMapper())
        with suppress(Undone), recorder.holding():
            for amount_fen in (20, 1):  # the second sees the first, and keeps what it saw
                log.decide(TakeBack(mandate=by(), fund="a", amount_fen=amount_fen))
            raise Undone
        log.decide(TakeBack(mandate=by(), fund="a", amount_fen=25))
        with pytest.raises(FundExhausted):
            log.decide(TakeBack(mandate=by(), fund="a", amount_fen=1))


def test_a_repeat_of_a_command_long_ago_is_found_behind_the_tally() -> None:
    with begun(recorder_at()) as recorder:
        log = Log(recorder, FactMapper())
        first = log.decide(commit(by(command="once"), LINES[0], "k1", 3))
        for number in range(5):
            log.decide(TakeBack(mandate=by(), fund="a", amount_fen=number + 1))
        again = log.decide(commit(by(command="once"), LINES[0], "k1", 3))
        assert (again.repeated, again.recorded) == (True, first.recorded)


def test_threads_that_share_a_log_share_its_money_to_the_last_fen(tmp_path: Path) -> None:
    with begun(recorder_at(tmp_path / "log.db")) as recorder:
        log = Log(recorder, FactMapper())

        def take(number: int) -> bool:
            try:
                log.decide(TakeBack(mandate=by(command=f"take-{number}"), fund="a", amount_fen=1))
            except FundExhausted:
                return False
            return True

        with ThreadPoolExecutor(4) as threads:
            granted = sum(threads.map(take, range(40)))
        assert granted == 25
