"""Money is committed on approved lines out of what arrived, paid against commitments, released and brought back."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from domain.decisions import (
    AcceptProject,
    CloseFund,
    CommitLine,
    Disburse,
    ImportRegister,
    NoticePlan,
    ProposePlan,
    RaiseCost,
    ReceiveTranche,
    ReleaseCommitment,
    ReturnMoney,
    StartProject,
    SupersedePlan,
    TakeBack,
    WithdrawProject,
)
from domain.decisions.common import AmountNotPositive, FundExhausted, FundIsClosed, ReasonMissing
from domain.decisions.paying import (
    DisbursementTaken,
    PayeeOrVoucherMissing,
    ReturnExceeded,
    UnknownDisbursement,
    VoucherUsed,
)
from domain.decisions.spending import (
    CommitmentTaken,
    CostExceeded,
    LineExceeded,
    LineNotApproved,
    NothingOpen,
    ProjectNotAdmitted,
    UnknownCommitment,
)
from domain.facts.spending import CommitmentReleased, LineCommitted, MoneyDisbursed, MoneyReturned
from domain.plan import PlanLine
from tests.domain.decisions.harness import Record, by
from tests.domain.decisions.samples import (
    YUAN,
    approved,
    county,
    draft,
    plan_of,
    project,
    recorded,
    to_objections_closed,
    usual_lines,
    with_rows,
)

P1_BEAUTIFUL, P1_SERVICE, P2, V3_BEAUTIFUL, V3_SERVICE = usual_lines()


@pytest.fixture
def record() -> Record:
    """The usual plan is in force; 600 of 1,000 yuan arrived in `beautiful`, all 400 of `service`."""
    record = recorded()
    approved(record)
    return record


def commit(of: PlanLine, commitment: str = "k1", amount_fen: int | None = None, plan: str = "pl1") -> CommitLine:
    return CommitLine.of(of, plan=plan, commitment=commitment, mandate=by(), amount_fen=amount_fen)


def pay(
    amount_fen: int, voucher: str, commitment: str = "k1", disbursement: str = "", payee: str = "Builder"
) -> Disburse:
    return Disburse(
        mandate=by(),
        disbursement=disbursement or f"d-{voucher}",
        commitment=commitment,
        amount_fen=amount_fen,
        payee=payee,
        voucher=voucher,
    )


def give_back(disbursement: str, amount_fen: int, reason: str = "cheaper") -> ReturnMoney:
    return ReturnMoney(mandate=by(), disbursement=disbursement, amount_fen=amount_fen, reason=reason)


def test_a_commitment_reserves_the_whole_line_for_its_unit_and_project(record: Record) -> None:
    [fact] = record.decide(commit(P1_BEAUTIFUL))
    assert isinstance(fact, LineCommitted)
    assert (fact.unit, fact.project, fact.amount_fen) == ("v1", "p1", 400 * YUAN)
    assert record.money().free("beautiful") == 200 * YUAN


def test_no_fund_is_committed_beyond_what_arrived(record: Record) -> None:
    record.decide(commit(P1_BEAUTIFUL))
    refusal = record.refuses(commit(P2, "k2"), FundExhausted)
    assert refusal.sentence == "Fund beautiful has ¥200.00 that arrived and is free, ¥300.00 is wanted."
    record.decide(ReceiveTranche(mandate=by(), fund="beautiful", tranche="b2", arrived_on=date(2026, 3, 1)))
    record.decide(commit(P2, "k2"))


def test_money_taken_back_can_no_longer_be_committed(record: Record) -> None:
    record.decide(TakeBack(mandate=by(), fund="beautiful", amount_fen=201 * YUAN))
    record.refuses(commit(P1_BEAUTIFUL), FundExhausted)


def test_nothing_is_committed_without_an_approved_line() -> None:
    record = recorded()
    record.refuses(commit(P1_BEAUTIFUL), LineNotApproved)
    to_objections_closed(record)
    refusal = record.refuses(commit(P1_BEAUTIFUL), LineNotApproved)
    assert "the plan is objections closed" in refusal.sentence


@pytest.mark.parametrize(
    "of",
    [
        replace(P2, line="beautiful.p9"),
        replace(P2, fund="service"),
        replace(P2, project="p1"),
        replace(P2, project=None),
    ],
)
def test_a_line_is_committed_only_to_the_fund_and_project_it_names(record: Record, of: PlanLine) -> None:
    record.refuses(commit(of), LineNotApproved)


def test_a_superseded_plan_commits_nothing_more_and_keeps_what_it_committed(record: Record) -> None:
    record.decide(NoticePlan(mandate=by(), plan="pl1"), commit(P2))
    rival = plan_of(record)
    record.decide(
        draft(record, "pl2", rival),
        ProposePlan(mandate=by(), plan="pl2", plan_hash=rival.plan_hash),
        SupersedePlan(mandate=by(), plan="pl1", by_plan="pl2"),
    )
    record.refuses(commit(V3_BEAUTIFUL, "k2"), LineNotApproved)
    record.decide(pay(300 * YUAN, "1"))


def test_a_line_is_never_committed_beyond_its_amount(record: Record) -> None:
    record.decide(commit(P2, "k1", 100 * YUAN))
    record.refuses(commit(P2, "k2", 200 * YUAN + 1), LineExceeded)
    record.decide(commit(P2, "k2"))
    record.refuses(commit(P2, "k3"), LineExceeded)
    record.refuses(commit(P2, "k3", 1), LineExceeded)
    assert record.money().line("pl1", P2.line).held_fen == P2.amount_fen


def test_a_commitment_code_is_given_once(record: Record) -> None:
    record.decide(commit(P2, "k1", 1))
    record.refuses(commit(V3_SERVICE, "k1"), CommitmentTaken)


def test_a_commitment_needs_an_amount_above_zero(record: Record) -> None:
    record.refuses(commit(P2, "k1", 0), AmountNotPositive)
    record.refuses(commit(P2, "k1", -1), AmountNotPositive)


def test_a_closed_fund_commits_nothing(record: Record) -> None:
    record.decide(CloseFund(mandate=by(), fund="service", reason="year over"))
    record.refuses(commit(V3_SERVICE), FundIsClosed)


def test_a_project_is_committed_to_while_in_the_library_and_until_it_is_paid(record: Record) -> None:
    record.decide(StartProject(mandate=by(), project="p2"))
    record.decide(AcceptProject(mandate=by(), project="p2", evidence="photos"), commit(P2))
    record.decide(WithdrawProject(mandate=by(), project="p1"))
    record.refuses(commit(P1_SERVICE, "k2"), ProjectNotAdmitted)


def test_all_funds_together_never_carry_more_of_a_project_than_it_costs() -> None:
    """Two plans give p1 its 500 yuan together; after 100 of the first came back and were spent again, none is left."""
    record = recorded()
    record.decide(RaiseCost(mandate=by(), project="p1", new_cost_fen=600 * YUAN, reason="rock"))
    approved(record, "pl1", plan_of(record, replace(P1_SERVICE, amount_fen=200 * YUAN, parts={"project": 200 * YUAN})))
    record.decide(commit(replace(P1_SERVICE, amount_fen=200 * YUAN), "k1"))
    rest = plan_of(record, P1_BEAUTIFUL)
    approved(record, "pl2", rest)
    record.decide(commit(P1_BEAUTIFUL, "k2", plan="pl2"))
    assert record.money().project("p1").held_fen == 600 * YUAN
    record.decide(pay(200 * YUAN, "1", "k1"), give_back("d-1", 100 * YUAN))
    record.decide(commit(P1_SERVICE, "k3", 100 * YUAN))
    record.refuses(commit(P1_SERVICE, "k4", 1), LineExceeded)


def test_a_project_that_became_cheaper_takes_no_more_than_it_still_costs(record: Record) -> None:
    """A file may lower the cost of a project nothing is committed to; its approved lines stay as large as they were."""
    cheaper = with_rows(county(), projects=[project("p1", cost_fen=450 * YUAN)])
    record.decide(ImportRegister(mandate=by(), wanted=cheaper), commit(P1_BEAUTIFUL, "k1"))
    record.refuses(commit(P1_SERVICE, "k2"), CostExceeded)
    record.decide(commit(P1_SERVICE, "k2", 50 * YUAN))


def test_a_release_sets_free_what_is_not_paid_and_no_more(record: Record) -> None:
    record.decide(commit(P2), pay(100 * YUAN, "1"))
    release = ReleaseCommitment(mandate=by(), commitment="k1", reason="cheaper", amount_fen=201 * YUAN)
    record.refuses(release, NothingOpen)
    record.refuses(ReleaseCommitment(mandate=by(), commitment="k1", reason=""), ReasonMissing)
    record.refuses(ReleaseCommitment(mandate=by(), commitment="k9", reason="cheaper"), UnknownCommitment)
    [fact] = record.decide(ReleaseCommitment(mandate=by(), commitment="k1", reason="cheaper"))
    assert isinstance(fact, CommitmentReleased)
    assert fact.amount_fen == 200 * YUAN
    record.refuses(ReleaseCommitment(mandate=by(), commitment="k1", reason="again"), NothingOpen)
    record.refuses(pay(1, "2"), NothingOpen)
    record.decide(commit(P2, "k2"))


def test_nothing_is_disbursed_without_a_commitment_or_beyond_it(record: Record) -> None:
    record.refuses(pay(1, "1"), UnknownCommitment)
    record.decide(commit(P2))
    record.refuses(pay(300 * YUAN + 1, "1"), NothingOpen)
    record.refuses(pay(0, "1"), AmountNotPositive)
    record.decide(pay(299 * YUAN, "1"))
    record.refuses(pay(1 * YUAN + 1, "2"), NothingOpen)
    [fact] = record.decide(pay(1 * YUAN, "2"))
    assert isinstance(fact, MoneyDisbursed)
    assert (fact.fund, fact.unit, fact.project) == ("beautiful", "v2", "p2")


def test_a_voucher_of_a_payee_is_paid_once_however_it_is_written(record: Record) -> None:
    record.decide(commit(P2), commit(V3_SERVICE, "k2"), pay(1, "No. 7", disbursement="d7", payee="建筑公司 A"))
    for payee, voucher in [("建筑公司 A", "No. 7"), ("建筑公司　a ", " no.  7"), ("建筑公司 Ａ", "Ｎｏ. 7")]:
        record.refuses(pay(1, voucher, "k2", "d9", payee), VoucherUsed)
    record.decide(
        pay(1, "No. 7", "k2", "d9", "another builder"), pay(1, "No. 8", disbursement="d8", payee="建筑公司 A")
    )


def test_a_payment_names_payee_and_voucher_and_has_a_code_of_its_own(record: Record) -> None:
    record.decide(commit(P2), pay(1, "1"))
    record.refuses(pay(1, " ", disbursement="d9"), PayeeOrVoucherMissing)
    record.refuses(pay(1, "2", payee=""), PayeeOrVoucherMissing)
    record.refuses(pay(1, "2", disbursement="d-1"), DisbursementTaken)


def test_returned_money_is_free_in_its_fund_and_not_open_in_its_commitment(record: Record) -> None:
    record.decide(commit(P2), pay(300 * YUAN, "1"))
    [fact] = record.decide(give_back("d-1", 120 * YUAN))
    assert isinstance(fact, MoneyReturned)
    assert record.money().free("beautiful") == 420 * YUAN
    record.refuses(pay(1, "2"), NothingOpen)
    record.refuses(give_back("d-1", 180 * YUAN + 1), ReturnExceeded)
    record.refuses(give_back("d-1", 0), AmountNotPositive)
    record.refuses(give_back("d-1", 1, ""), ReasonMissing)
    record.refuses(give_back("d-9", 1), UnknownDisbursement)
    record.decide(commit(P2, "k2"))
    assert record.money().line("pl1", P2.line).held_fen == P2.amount_fen
