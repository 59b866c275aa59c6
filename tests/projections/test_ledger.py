"""The ledger balances at every position and says, in both times, what folding the facts concerned says (M07, M33)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decisions import AmendFund, CommitLine, Disburse, MakePledge, ReceivePledge, ReceiveTranche
from domain.facts import Fact
from domain.facts.funds import FundAmended, FundAnnounced
from domain.folds import MoneyFold
from domain.register import Pledge
from projections import replay
from projections.ledger import LedgerRow
from projections.views import Views
from tests.domain.decisions.samples import YUAN, usual_lines
from tests.projections.streams import DAYS, DEEDS, Deed, Kept, begun, facts_where, kept, past_of

FUND_FIGURES = ("announced_fen", "arrived_fen", "free_fen")
SPENT_FIGURES = ("committed_fen", "disbursed_fen", "returned_fen", "open_fen")


def views_of(log: Kept) -> Views:
    """The tables, with a state kept after every fourth fact."""
    views = Views(None)
    with mock.patch.object(replay, "SPACING", 4):
        views.follow(log)
    return views


def ledger_of(log: Kept, position: int | None = None, as_of: date | None = None) -> list[LedgerRow]:
    return views_of(log).ledger(log, position=log.head() if position is None else position, as_of=as_of)


def by_the_facts(facts: Iterable[Fact]) -> dict[str, int]:
    """What the folds of the domain make of facts: figure by fund, and by project; nothing that is zero."""
    money, figures, projects = MoneyFold(), Counter[str](), set[str]()
    for fact in facts:
        money.apply(fact)
        projects |= {p for p in [getattr(fact, "project", None)] if isinstance(p, str)}
        match fact:
            case FundAnnounced():
                figures[f"{fact.fund} announced_fen"] += fact.record.amount_fen
            case FundAmended():
                figures[f"{fact.fund} announced_fen"] += fact.new_amount_fen - fact.old_amount_fen
    for fund in {*money.arrived_fen, *money.funds}:
        figures[f"{fund} arrived_fen"] = money.arrived(fund)
        figures[f"{fund} free_fen"] = money.free(fund)
    for where, spent in [*money.funds.items(), *((p, money.project(p)) for p in projects)]:
        figures[f"{where} committed_fen"] = spent.committed_fen - spent.released_fen
        figures[f"{where} disbursed_fen"] = spent.disbursed_fen
        figures[f"{where} returned_fen"] = spent.returned_fen
        figures[f"{where} open_fen"] = spent.open_fen
    return {name: fen for name, fen in figures.items() if fen}


def by_the_ledger(rows: Iterable[LedgerRow]) -> dict[str, int]:
    """The same figures from rows of the ledger."""
    figures = Counter[str]()
    for row in rows:
        for name in FUND_FIGURES:
            figures[f"{row.fund} {name}"] += getattr(row, name)
            assert getattr(row, name) == 0 or (row.unit, row.project) == (None, None)
        for name in SPENT_FIGURES:
            figures[f"{row.fund} {name}"] += getattr(row, name)
            assert getattr(row, name) == 0 or row.unit is not None
            if row.project is not None:
                figures[f"{row.project} {name}"] += getattr(row, name)
    return {name: fen for name, fen in figures.items() if fen}


@given(DEEDS)
@settings(max_examples=30)
def test_every_fact_is_in_balance_and_the_ledger_says_what_the_folds_say_at_every_position(deeds: list[Deed]) -> None:
    log = kept(past_of(deeds))
    views = views_of(log)
    assert views.imbalance_fen(log, position=log.head()) == 0
    for position in range(0, len(log.recorded) + 1, 3):
        facts = [recorded.fact for recorded in log.up_to(position).recorded]
        assert by_the_ledger(views.ledger(log, position=position)) == by_the_facts(facts)


@given(DEEDS, st.sampled_from(DAYS), st.integers(min_value=0, max_value=80))
@settings(max_examples=30)
def test_as_of_a_day_and_known_at_a_position_is_what_folding_only_those_facts_says(
    deeds: list[Deed], day: date, position: int
) -> None:
    log = kept(past_of(deeds))
    rows = ledger_of(log, min(position, log.head()), day)
    facts = facts_where(log, lambda r: r.position <= position and r.fact.mandate.effective_on <= day)
    assert by_the_ledger(rows) == by_the_facts(facts)


@given(DEEDS)
@settings(max_examples=12)
def test_money_a_plan_may_count_on_is_never_committed_or_paid_beyond_what_is_there(deeds: list[Deed]) -> None:
    log = kept(past_of(deeds))
    views = views_of(log)
    for position in range(len(log.recorded) + 1):
        for row in views.ledger(log, position=position):
            assert min(row.free_fen, row.open_fen, row.committed_fen, row.disbursed_fen) >= 0
            assert row.disbursed_fen + row.open_fen == row.committed_fen
            assert row.returned_fen <= row.disbursed_fen


def test_a_ledger_worked_out_by_hand() -> None:
    past = begun()
    of = {line.line: line for line in usual_lines()}
    past.decide(
        CommitLine.of(of["beautiful.p1"], plan="pl1", commitment="k1", mandate=past.by(DAYS[2])),
        Disburse(
            mandate=past.by(DAYS[2]), disbursement="d1", commitment="k1", amount_fen=150 * YUAN, payee="b", voucher="1"
        ),
        CommitLine.of(of["beautiful.v3"], plan="pl1", commitment="k2", mandate=past.by(DAYS[2]), amount_fen=1),
    )
    rows = ledger_of(kept(past))
    zero = dict.fromkeys((*FUND_FIGURES, *SPENT_FIGURES), 0)
    beautiful = {"announced_fen": 1_000_00, "arrived_fen": 600_00, "free_fen": 199_99}
    assert rows == [
        LedgerRow(fund="beautiful", unit=None, project=None, **{**zero, **beautiful}),
        LedgerRow(
            fund="beautiful",
            unit="v1",
            project="p1",
            **{**zero, "committed_fen": 400_00, "disbursed_fen": 150_00, "open_fen": 250_00},
        ),
        LedgerRow(fund="beautiful", unit="v3", project=None, **{**zero, "committed_fen": 1, "open_fen": 1}),
        LedgerRow(
            fund="service",
            unit=None,
            project=None,
            **{**zero, "announced_fen": 400_00, "arrived_fen": 400_00, "free_fen": 400_00},
        ),
    ]


@pytest.mark.parametrize(
    "late",
    ["amend", "receive"],
    ids=["an amendment that counts from January", "a tranche that arrived in January"],
)
def test_a_late_fact_changes_todays_view_of_the_past_and_not_what_was_known_then(late: str) -> None:
    past = begun()
    known_then = past.log.head()
    before = ledger_of(kept(past), known_then, DAYS[0])
    if late == "amend":
        past.decide(AmendFund(mandate=past.by(DAYS[0]), fund="beautiful", new_amount_fen=1_500 * YUAN))
    else:
        past.decide(ReceiveTranche(mandate=past.by(DAYS[0]), fund="beautiful", tranche="b2", arrived_on=DAYS[0]))
    assert ledger_of(kept(past), known_then, DAYS[0]) == before
    now = ledger_of(kept(past), as_of=DAYS[0])
    assert now != before
    changed = {name for name in (*FUND_FIGURES, *SPENT_FIGURES) if getattr(now[0], name) != getattr(before[0], name)}
    assert changed == ({"announced_fen"} if late == "amend" else {"arrived_fen", "free_fen"})


def test_a_fact_that_counts_from_a_later_day_is_known_and_does_not_count_yet() -> None:
    past = begun()
    past.decide(AmendFund(mandate=past.by(DAYS[3]), fund="beautiful", new_amount_fen=1_500 * YUAN))
    log = kept(past)
    assert ledger_of(log, as_of=DAYS[1])[0].announced_fen == 1_000 * YUAN
    assert ledger_of(log, as_of=DAYS[3])[0].announced_fen == 1_500 * YUAN
    assert ledger_of(log)[0].announced_fen == 1_500 * YUAN


def test_help_in_kind_is_never_money_in_the_ledger() -> None:
    past = begun()
    before = ledger_of(kept(past))
    work = Pledge(code="g2", by="a school", kind="in_kind", amount_fen=50 * YUAN)
    past.decide(
        MakePledge(mandate=past.by(DAYS[1]), fund="service", pledge=work),
        ReceivePledge(mandate=past.by(DAYS[1]), fund="service", pledge="g2", amount_fen=50 * YUAN),
    )
    assert ledger_of(kept(past)) == before
    past.decide(ReceivePledge(mandate=past.by(DAYS[1]), fund="service", pledge="g1", amount_fen=50 * YUAN))
    assert ledger_of(kept(past))[-1].free_fen == before[-1].free_fen + 50 * YUAN
