"""A plan becomes binding only by another person and post, on its very text, and beside the plans already in force."""

from __future__ import annotations

from datetime import date

import pytest

from domain.decisions import (
    AmendFund,
    AnnounceFund,
    CommitLine,
    CorrectUnit,
    ReceiveTranche,
    ReleaseCommitment,
    SupersedePlan,
)
from domain.decisions.approval import PolicyNotInForce, ProposerApproves, ProposingPostApproves
from domain.decisions.plan_content import PlanOverCost, PlanOverFund
from domain.decisions.plans import CaseMoved, PlanHashDiffers, PlanInWrongState
from domain.facts.plans import PlanApproved
from tests.domain.decisions.harness import Record, by
from tests.domain.decisions.samples import (
    YUAN,
    adopt,
    approve,
    approved,
    draft,
    fund,
    line,
    plan_of,
    recorded,
    to_objections_closed,
)


@pytest.fixture
def record() -> Record:
    return recorded()


def test_an_approved_plan_states_its_total(record: Record) -> None:
    content = to_objections_closed(record)
    [fact] = record.decide(approve(content))
    assert isinstance(fact, PlanApproved)
    assert fact.total_fen == 1_100 * YUAN
    record.refuses(approve(content), PlanInWrongState)


def test_who_made_the_plan_does_not_approve_it_in_whatever_post(record: Record) -> None:
    content = to_objections_closed(record)
    record.refuses(approve(content, person="p-planner", post="leader"), ProposerApproves)
    record.refuses(approve(content, person="p-leader", post="planner"), ProposingPostApproves)


def test_a_plan_not_heard_to_the_end_is_not_approved(record: Record) -> None:
    content = plan_of(record)
    record.decide(draft(record, content=content))
    record.refuses(approve(content), PlanInWrongState)


def test_an_approval_names_the_very_text(record: Record) -> None:
    to_objections_closed(record)
    record.refuses(approve(plan_of(record)), PlanHashDiffers)


def test_a_plan_whose_case_moved_is_not_approved(record: Record) -> None:
    content = to_objections_closed(record)
    record.decide(ReceiveTranche(mandate=by(), fund="beautiful", tranche="b2", arrived_on=date(2026, 4, 1)))
    record.decide(CorrectUnit(mandate=by(), unit="v3", changes={"households": 99}))
    refusal = record.refuses(approve(content), CaseMoved)
    assert refusal.details["what"] == "unit.corrected"
    assert refusal.details["position"] == len(record.facts)


def test_a_plan_is_not_approved_before_its_policy_is_in_force() -> None:
    record = recorded()
    record.decide(adopt(2, in_force_from=date(2027, 1, 1)))
    content = plan_of(record, line("beautiful", "v3", 1), policy_version=2, policy_hash="hash-2")
    to_objections_closed(record, content=content)
    record.refuses(approve(content), PolicyNotInForce)


def test_plans_in_force_add_up_within_every_fund(record: Record) -> None:
    approved(record, "pl1", plan_of(record, line("beautiful", "v3", 900 * YUAN)))
    second = plan_of(record, line("beautiful", "v2", 101 * YUAN))
    to_objections_closed(record, "pl2", second)
    refusal = record.refuses(approve(second, "pl2"), PlanOverFund)
    assert refusal.details["allocated_fen"] == 1_001 * YUAN
    third = plan_of(record, line("beautiful", "v2", 100 * YUAN))
    approved(record, "pl3", third)


def test_plans_in_force_add_up_within_every_project(record: Record) -> None:
    approved(record, "pl1", plan_of(record, line("beautiful", "v2", 200 * YUAN, "p2")))
    second = plan_of(record, line("service", "v2", 101 * YUAN, "p2"))
    to_objections_closed(record, "pl2", second)
    record.refuses(approve(second, "pl2"), PlanOverCost)
    approved(record, "pl3", plan_of(record, line("service", "v2", 100 * YUAN, "p2")))


def test_what_a_superseded_plan_committed_still_counts_and_what_it_did_not_is_free_again(record: Record) -> None:
    first = approved(record, "pl1", plan_of(record, line("beautiful", "v2", 300 * YUAN, "p2")))
    record.decide(CommitLine.of(first.lines[0], plan="pl1", commitment="k1", mandate=by(), amount_fen=50 * YUAN))
    second = plan_of(record, line("beautiful", "v2", 251 * YUAN, "p2"), line("beautiful", "v3", 700 * YUAN))
    to_objections_closed(record, "pl2", second)
    record.refuses(approve(second, "pl2"), PlanOverFund)
    record.decide(SupersedePlan(mandate=by(), plan="pl1", by_plan="pl2"))
    record.refuses(approve(second, "pl2"), PlanOverFund)  # 50 + 251 + 700 = 1,001
    record.decide(
        ReleaseCommitment(mandate=by(), commitment="k1", reason="cheaper", amount_fen=1 * YUAN), approve(second, "pl2")
    )


def test_a_fund_lowered_under_an_earlier_plan_does_not_forbid_a_plan_of_another_fund(record: Record) -> None:
    record.decide(AnnounceFund(mandate=by(), entry=fund("roads", amount_fen=300 * YUAN)))
    approved(record, "pl1", plan_of(record, line("roads", "v3", 300 * YUAN)))
    record.decide(AmendFund(mandate=by(), fund="roads", new_amount_fen=100 * YUAN))
    approved(record, "pl2", plan_of(record, line("service", "v3", 400 * YUAN)))
    assert record.facts[-1].stored_name() == "plan.approved"
