"""Funds are announced, fed by tranches and pledges, amended, carried over, taken back, pooled and closed."""

from __future__ import annotations

from datetime import date

import pytest

from domain.decisions import (
    AmendFund,
    AnnounceFund,
    AnnounceTranche,
    CarryOver,
    CloseFund,
    CommitLine,
    Disburse,
    JoinPool,
    MakePledge,
    ReceivePledge,
    ReceiveTranche,
    RefusePool,
    ReleaseCommitment,
    TakeBack,
)
from domain.decisions.arrivals import (
    PledgeExceeded,
    PledgeTaken,
    TrancheArrived,
    TrancheExceeded,
    TrancheTaken,
    UnknownPledge,
    UnknownTranche,
)
from domain.decisions.common import (
    AmountNotPositive,
    FundExhausted,
    FundIsClosed,
    NothingChanged,
    ReasonMissing,
    UnknownFund,
)
from domain.decisions.funds import ChannelChanged, CommitmentsOpen, FundBelowCommitted, FundBelowTranches, FundTaken
from domain.register import Pledge, Tranche
from tests.domain.decisions.harness import Record, by
from tests.domain.decisions.samples import YUAN, approved, arrived, fund, line, plan_of, recorded

DAY = date(2026, 3, 1)


@pytest.fixture
def record() -> Record:
    return recorded()


def test_a_fund_comes_with_its_tranches_and_pledges_and_stands_as_it_was_announced(record: Record) -> None:
    entry = fund(
        "roads",
        tranches=(arrived("r1", 300 * YUAN), Tranche(code="r2", amount_fen=700 * YUAN, due_on=DAY)),
        pledges=(Pledge(code="g1", by="a bank", kind="in_kind", amount_fen=80 * YUAN, arrived_fen=30 * YUAN),),
    )
    record.decide(AnnounceFund(mandate=by(), entry=entry))
    assert record.register().funds["roads"] == entry
    assert record.money().arrived("roads") == entry.arrived_fen == 300 * YUAN
    record.refuses(AnnounceFund(mandate=by(), entry=entry), FundTaken)
    record.refuses(
        AnnounceFund(mandate=by(), entry=fund("r", tranches=(arrived("r1", 1_001 * YUAN),))), FundBelowTranches
    )


def test_tranches_stay_within_what_is_announced(record: Record) -> None:
    record.refuses(AnnounceTranche(mandate=by(), fund="beautiful", tranche="b3", amount_fen=1), FundBelowTranches)
    record.refuses(AnnounceTranche(mandate=by(), fund="beautiful", tranche="b2", amount_fen=1), TrancheTaken)
    record.refuses(AnnounceTranche(mandate=by(), fund="beautiful", tranche="b3", amount_fen=0), AmountNotPositive)
    record.refuses(AnnounceTranche(mandate=by(), fund="nowhere", tranche="b3", amount_fen=1), UnknownFund)
    record.decide(AmendFund(mandate=by(), fund="beautiful", new_amount_fen=1_001 * YUAN))
    record.decide(AnnounceTranche(mandate=by(), fund="beautiful", tranche="b3", amount_fen=1 * YUAN))


def test_a_tranche_arrives_once_and_never_larger_than_announced(record: Record) -> None:
    receive = ReceiveTranche(mandate=by(), fund="beautiful", tranche="b2", arrived_on=DAY, amount_fen=401 * YUAN)
    record.refuses(receive, TrancheExceeded)
    record.refuses(ReceiveTranche(mandate=by(), fund="beautiful", tranche="b9", arrived_on=DAY), UnknownTranche)
    record.refuses(ReceiveTranche(mandate=by(), fund="nowhere", tranche="b2", arrived_on=DAY), UnknownFund)
    record.decide(ReceiveTranche(mandate=by(), fund="beautiful", tranche="b2", arrived_on=DAY, amount_fen=390 * YUAN))
    record.refuses(ReceiveTranche(mandate=by(), fund="beautiful", tranche="b2", arrived_on=DAY), TrancheArrived)
    assert record.register().funds["beautiful"].arrived_fen == 990 * YUAN == record.money().arrived("beautiful")


def test_a_pledge_arrives_in_parts_and_never_beyond_what_was_pledged(record: Record) -> None:
    record.decide(ReceivePledge(mandate=by(), fund="service", pledge="g1", amount_fen=20 * YUAN))
    record.refuses(ReceivePledge(mandate=by(), fund="service", pledge="g1", amount_fen=31 * YUAN), PledgeExceeded)
    record.refuses(ReceivePledge(mandate=by(), fund="service", pledge="g9", amount_fen=1), UnknownPledge)
    record.decide(ReceivePledge(mandate=by(), fund="service", pledge="g1", amount_fen=30 * YUAN))
    assert record.register().funds["service"].arrived_fen == 450 * YUAN == record.money().arrived("service")


def test_help_in_kind_never_becomes_money(record: Record) -> None:
    pledge = Pledge(code="g2", by="a mill", kind="in_kind", amount_fen=70 * YUAN, arrived_fen=70 * YUAN)
    record.decide(MakePledge(mandate=by(), fund="service", pledge=pledge))
    record.refuses(MakePledge(mandate=by(), fund="service", pledge=pledge), PledgeTaken)
    record.decide(ReceivePledge(mandate=by(), fund="service", pledge="g2", amount_fen=70 * YUAN))
    assert record.register().funds["service"].arrived_fen == 400 * YUAN == record.money().arrived("service")


def committed(record: Record) -> None:
    """300 of the 600 yuan that arrived in `beautiful` are committed to p2."""
    record.decide(CommitLine.of(approved(record).lines[2], plan="pl1", commitment="k1", mandate=by()))


def test_a_fund_is_never_amended_under_its_tranches(record: Record) -> None:
    record.refuses(AmendFund(mandate=by(), fund="beautiful", new_amount_fen=999 * YUAN), FundBelowTranches)
    record.refuses(AmendFund(mandate=by(), fund="beautiful", new_amount_fen=1_000 * YUAN), NothingChanged)
    record.refuses(AmendFund(mandate=by(), fund="beautiful", new_amount_fen=0), AmountNotPositive)
    record.refuses(AmendFund(mandate=by(), fund="nowhere", new_amount_fen=1), UnknownFund)
    record.decide(AmendFund(mandate=by(), fund="beautiful", new_amount_fen=1_001 * YUAN))
    assert record.register().funds["beautiful"].amount_fen == 1_001 * YUAN


def test_a_fund_never_falls_under_its_commitments_whoever_takes_from_it(record: Record) -> None:
    """`roads` has no tranches: 300 yuan announced, a pledge of 400 arrived, 250 committed."""
    pledge = Pledge(code="g", by="a bank", kind="money", amount_fen=400 * YUAN)
    record.decide(
        AnnounceFund(mandate=by(), entry=fund("roads", amount_fen=300 * YUAN)),
        AnnounceFund(mandate=by(), entry=fund("roads-27", budget_year=2027)),
        MakePledge(mandate=by(), fund="roads", pledge=pledge),
        ReceivePledge(mandate=by(), fund="roads", pledge="g", amount_fen=400 * YUAN),
    )
    content = approved(record, content=plan_of(record, line("roads", "v3", 250 * YUAN)))
    record.decide(CommitLine.of(content.lines[0], plan="pl1", commitment="k1", mandate=by()))
    record.refuses(AmendFund(mandate=by(), fund="roads", new_amount_fen=249 * YUAN), FundBelowCommitted)
    record.refuses(TakeBack(mandate=by(), fund="roads", amount_fen=51 * YUAN), FundBelowCommitted)
    carry = CarryOver(mandate=by(), fund="roads", to_fund="roads-27", amount_fen=51 * YUAN)
    record.refuses(carry, FundBelowCommitted)
    record.decide(AmendFund(mandate=by(), fund="roads", new_amount_fen=301 * YUAN), carry)
    assert record.money().free("roads") == 99 * YUAN


def test_only_free_money_is_carried_over_and_only_to_the_channels_next_year(record: Record) -> None:
    record.decide(
        AnnounceFund(mandate=by(), entry=fund("next", budget_year=2027)),
        AnnounceFund(mandate=by(), entry=fund("later", budget_year=2028)),
        AnnounceFund(mandate=by(), entry=fund("roads-27", budget_year=2027, department="transport")),
    )
    committed(record)

    def carry(to_fund: str, amount_fen: int) -> CarryOver:
        return CarryOver(mandate=by(), fund="beautiful", to_fund=to_fund, amount_fen=amount_fen)

    record.refuses(carry("later", 1), ChannelChanged)
    record.refuses(carry("roads-27", 1), ChannelChanged)
    record.refuses(carry("nowhere", 1), UnknownFund)
    record.refuses(carry("next", 0), AmountNotPositive)
    refusal = record.refuses(carry("next", 300 * YUAN + 1), FundExhausted)
    assert "¥300.00 that arrived and is free" in refusal.sentence
    record.decide(carry("next", 300 * YUAN))
    funds = record.register().funds
    assert (funds["beautiful"].arrived_fen, funds["next"].arrived_fen) == (300 * YUAN, 300 * YUAN)
    assert (record.money().free("beautiful"), record.money().free("next")) == (0, 300 * YUAN)


def test_only_free_money_is_taken_back(record: Record) -> None:
    committed(record)
    record.refuses(TakeBack(mandate=by(), fund="beautiful", amount_fen=301 * YUAN), FundExhausted)
    record.refuses(TakeBack(mandate=by(), fund="beautiful", amount_fen=-1), AmountNotPositive)
    record.refuses(TakeBack(mandate=by(), fund="nowhere", amount_fen=1), UnknownFund)
    record.decide(TakeBack(mandate=by(), fund="beautiful", amount_fen=300 * YUAN))
    assert record.register().funds["beautiful"].plannable_fen == 700 * YUAN


def test_a_fund_closes_only_when_nothing_is_left_to_pay_and_then_takes_nothing_new(record: Record) -> None:
    committed(record)
    pay = Disburse(mandate=by(), disbursement="d1", commitment="k1", amount_fen=100 * YUAN, payee="B", voucher="1")
    record.decide(pay)
    close = CloseFund(mandate=by(), fund="beautiful", reason="year over")
    record.refuses(close, CommitmentsOpen)
    record.decide(ReleaseCommitment(mandate=by(), commitment="k1", reason="cheaper"), close)
    record.refuses(CloseFund(mandate=by(), fund="beautiful", reason="again"), FundIsClosed)
    record.refuses(CloseFund(mandate=by(), fund="service", reason=""), ReasonMissing)
    record.refuses(AmendFund(mandate=by(), fund="beautiful", new_amount_fen=2_000 * YUAN), FundIsClosed)
    record.refuses(AnnounceTranche(mandate=by(), fund="beautiful", tranche="b3", amount_fen=1), FundIsClosed)
    pledge = Pledge(code="g", by="b", kind="money", amount_fen=1)
    record.refuses(MakePledge(mandate=by(), fund="beautiful", pledge=pledge), FundIsClosed)
    record.refuses(JoinPool(mandate=by(), fund="beautiful"), FundIsClosed)
    record.decide(TakeBack(mandate=by(), fund="beautiful", amount_fen=500 * YUAN))


def test_a_department_joins_and_refuses_the_pool_in_its_own_name(record: Record) -> None:
    record.decide(JoinPool(mandate=by(), fund="service"))
    record.refuses(JoinPool(mandate=by(), fund="service"), NothingChanged)
    record.refuses(RefusePool(mandate=by(), fund="service", reason=""), ReasonMissing)
    record.decide(RefusePool(mandate=by(), fund="service", reason="earmarked by law"))
    assert not record.register().funds["service"].pooled
    record.refuses(RefusePool(mandate=by(), fund="service", reason="again"), NothingChanged)
    record.decide(JoinPool(mandate=by(), fund="service"))
    assert record.register().funds["service"].pooled
    assert "department:organisation" in record.facts[-1].tags()
