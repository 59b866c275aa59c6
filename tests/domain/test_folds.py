"""Folds: facts become the register, the money, the plans; partial facts do no harm; snapshots do not change later."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.decisions import (
    AcceptProject,
    AssessUnit,
    CarryOver,
    CommitLine,
    CorrectUnit,
    Disburse,
    ImportRegister,
    MoveDuty,
    ReceiveTranche,
    ReleaseCommitment,
    ReturnMoney,
    ReturnPlan,
    StartProject,
)
from domain.facts import ALL_FACTS, Fact
from domain.folds import FundsFold, MoneyFold, NothingRegistered, PlanFold, PlansFold, PolicyFold, RegisterFold
from domain.folds.money import Spending
from domain.register import Register
from tests.domain.decisions.crowd import SAMPLES, busy_county, fresh_record
from tests.domain.decisions.harness import Record, by
from tests.domain.decisions.samples import (
    YUAN,
    adopt,
    approved,
    county,
    draft,
    fund,
    line,
    plan_of,
    project,
    recorded,
    to_objections_closed,
    unit,
    usual_lines,
    with_rows,
)


def folded(facts: list[Fact]) -> RegisterFold:
    fold = RegisterFold()
    for fact in facts:
        fold.apply(fact)
    return fold


def test_a_record_that_names_no_county_has_no_register() -> None:
    with pytest.raises(NothingRegistered, match="Nothing is registered yet"):
        RegisterFold().register()


def test_a_snapshot_is_in_order_of_codes_and_does_not_change_afterwards() -> None:
    units = [unit(code) for code in ("v9", "v10", "甲", "v1")]
    record = recorded(with_rows(county(units={}, projects={}, adjacency=(), areas={}), units=units))
    fold = folded(record.facts)
    before = fold.register()
    assert list(before.units) == ["v1", "v10", "v9", "甲"]
    late = Record()
    late.decide(ImportRegister(mandate=by(), wanted=with_rows(county(), units=[unit("v1", households=1)])))
    for fact in late.facts:
        fold.apply(fact)
    assert before.units["v1"].households == 100
    assert fold.register().units["v1"].households == 1


def test_the_whole_register_folds_back_from_its_facts() -> None:
    wanted = with_rows(county(), projects=[project("p3", unit="v3", started=True, spent_fen=5, rank=3)])
    assert recorded(wanted).register() == wanted


def test_a_duty_moves_with_its_whole_record() -> None:
    record = recorded()
    for to in ("v1", "v2"):
        record.decide(MoveDuty(mandate=by(), duty="lamps", name="lamps", unit=to, fund="service", amount_fen=9))
    [duty] = record.register().duties.values()
    assert (duty.unit, duty.fund, duty.amount_fen) == ("v2", "service", 9)


def test_an_accepted_project_of_a_unit_not_read_closes_nothing_and_breaks_nothing() -> None:
    record = recorded()
    record.decide(StartProject(mandate=by(), project="p2"), AcceptProject(mandate=by(), project="p2", evidence="ok"))
    fold = folded([fact for fact in record.facts if "project:p2" in fact.tags()])
    assert fold.projects["p2"].stage == "accepted"
    assert fold.units == {}


@cache
def every_sort_of_fact() -> tuple[Fact, ...]:
    """What the busy county holds, and what every sample would record there."""
    return (*busy_county(), *(fact for sample in SAMPLES.values() for fact in fresh_record().decide(sample)))


@pytest.mark.parametrize("kind", ALL_FACTS, ids=lambda kind: kind.stored_name())
def test_every_kind_of_fact_can_be_folded_first_and_alone(kind: type[Fact]) -> None:
    """A decision reads a narrow boundary: no fold may rest on a fact it was not shown."""
    facts = [fact for fact in every_sort_of_fact() if type(fact) is kind]
    assert facts, "the samples record no such fact"
    for fact in facts:
        folds = (RegisterFold(), FundsFold(), MoneyFold(), PlanFold("pl1"), PlansFold(), PolicyFold())
        for fold in folds:
            fold.apply(fact)
            fold.apply(fact)


def test_money_is_kept_by_fund_project_line_and_commitment() -> None:
    record = recorded()
    shared, _, _, _, grant = usual_lines()
    approved(record)
    record.decide(
        CommitLine.of(shared, plan="pl1", commitment="k1", mandate=by()),
        CommitLine.of(grant, plan="pl1", commitment="k2", mandate=by(), amount_fen=50 * YUAN),
        Disburse(mandate=by(), disbursement="d1", commitment="k1", amount_fen=150 * YUAN, payee="b", voucher="1"),
        ReleaseCommitment(mandate=by(), commitment="k1", reason="cheaper", amount_fen=100 * YUAN),
        ReturnMoney(mandate=by(), disbursement="d1", amount_fen=30 * YUAN, reason="cheaper"),
    )
    money = record.money()
    k1 = Spending(committed_fen=400 * YUAN, released_fen=100 * YUAN, disbursed_fen=150 * YUAN, returned_fen=30 * YUAN)
    assert money.commitment("k1") == money.fund("beautiful") == money.project("p1") == k1
    assert money.line("pl1", "beautiful.p1") == k1
    assert (k1.open_fen, k1.paid_fen, k1.held_fen) == (150 * YUAN, 120 * YUAN, 270 * YUAN)
    assert money.free("beautiful") == 330 * YUAN
    assert money.fund("service") == money.line("pl1", "service.v3") == Spending(committed_fen=50 * YUAN)
    assert (money.fund("nowhere"), money.arrived("nowhere")) == (Spending(), 0)


def test_arrived_money_is_the_same_seen_by_register_and_by_money() -> None:
    record = recorded(with_rows(county(), funds=[fund("next", budget_year=2027)]))
    record.decide(
        ReceiveTranche(mandate=by(), fund="beautiful", tranche="b2", arrived_on=date(2026, 5, 1)),
        CarryOver(mandate=by(), fund="beautiful", to_fund="next", amount_fen=70 * YUAN),
    )
    funds, money = record.register().funds, record.money()
    assert {code: money.arrived(code) for code in funds} == {code: f.arrived_fen for code, f in funds.items()}
    assert money.arrived("next") == 70 * YUAN


@given(amounts=st.lists(st.integers(min_value=0, max_value=50), min_size=4, max_size=4))
def test_what_a_commitment_holds_is_what_is_open_and_what_is_paid(amounts: list[int]) -> None:
    committed, released, disbursed, returned = amounts
    spending = Spending(committed_fen=committed, released_fen=released, disbursed_fen=disbursed, returned_fen=returned)
    assert spending.held_fen == spending.open_fen + spending.paid_fen


def test_a_plan_remembers_who_made_what_it_says_now() -> None:
    record = recorded()
    content = to_objections_closed(record)
    record.decide(ReturnPlan(mandate=by("p-leader", "leader"), plan="pl1", reason="unfair"))
    life = PlanFold("pl1")
    for fact in record.facts:
        life.apply(fact)
    assert (life.state, life.return_reason, life.content) == ("returned", "unfair", content)
    assert life.makers == [("p-planner", "planner"), ("p-planner", "planner")]
    assert life.line("beautiful.p1") == usual_lines()[0]
    assert life.line("nowhere") is None
    again = draft(record, content=plan_of(record))
    again.mandate = by("p-other", "clerk")
    for fact in record.decide(again):
        life.apply(fact)
    assert (life.state, life.makers, life.proposed_hash) == ("drafted", [("p-other", "clerk")], None)


def test_plans_in_force_are_found_among_all_plans() -> None:
    record = recorded()
    approved(record, "pl2", plan_of(record, line("service", "v3", 5)))
    to_objections_closed(record, "pl1", plan_of(record))
    fold = PlansFold()
    for fact in record.facts:
        fold.apply(fact)
    assert [life.plan for life in fold.in_force()] == ["pl2"]
    assert sorted(fold.plans) == ["pl1", "pl2"]


def test_a_policy_is_found_by_id_and_version() -> None:
    record = Record()
    record.decide(adopt(1), adopt(2), adopt(1, policy="other"))
    fold = PolicyFold()
    for fact in record.facts:
        fold.apply(fact)
    newest, first = fold.policy("x-2026"), fold.policy("x-2026", 1)
    assert newest is not None
    assert first is not None
    assert (newest.policy_version, first.policy_version) == (2, 1)
    assert fold.policy("x-2026", 3) is None
    assert fold.latest is not None
    assert fold.latest.policy == "other"


def test_a_correction_brings_along_nothing_that_counts_from_a_later_day() -> None:
    """Recorded second but effective first: on the day between, the stars of the later assessment are not there yet."""
    record = recorded()
    record.decide(
        AssessUnit(mandate=by(on=date(2026, 7, 1)), unit="v2", changes={"stars": 4}),
        CorrectUnit(mandate=by(on=date(2026, 6, 1)), unit="v2", changes={"households": 90}),
    )
    between = folded([fact for fact in record.facts if fact.mandate.effective_on <= date(2026, 6, 15)])
    assert between.units["v2"] == unit("v2", households=90)
    assert record.register().units["v2"] == unit("v2", households=90, stars=4)


def test_an_equal_register_is_equal_however_it_came_about() -> None:
    """Entered at once, or entered wrong and corrected: the snapshots are equal."""
    at_once = recorded()
    corrected = Record()
    wrong = with_rows(county(), units=[unit("v2", households=1)])
    corrected.decide(ImportRegister(mandate=by(), wanted=wrong), ImportRegister(mandate=by(), wanted=county()))
    assert corrected.register() == at_once.register()
    assert isinstance(replace(corrected.register()), Register)
