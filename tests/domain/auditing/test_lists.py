"""Late facts, payments without acceptance, sums over their paper, split payments: each rule by small worked cases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.auditing.acceptance import unaccepted
from domain.auditing.documents import over_document
from domain.auditing.finding import Finding
from domain.auditing.late import backdated
from domain.auditing.payments import across_units, split_payments
from domain.facts import Fact
from tests.domain.auditing.facts import (
    DAY,
    accepted,
    amended,
    announced,
    approved,
    arrived,
    backward,
    closed,
    committed,
    paid,
    recorded,
    returned,
)
from tests.domain.decisions.samples import project

PROJECTS = {"p1": project("p1", cost_fen=1_000_00, due_on=date(2026, 10, 31))}


def kinds(found: list[Finding]) -> list[str]:
    return [one.kind for one in found]


@given(st.integers(-3, 400), st.integers(0, 60))
def test_a_fact_is_late_exactly_beyond_the_days_of_grace(late: int, days: int) -> None:
    entries = recorded([backward(date(2026, 1, 2))], late_days=late)
    over_the_year = entries[0].recorded_at.year > 2026
    assert bool(backdated(entries, days)) == (late > days or (late > 0 and over_the_year))


def test_a_fact_from_before_an_approval_is_listed_however_few_days_late() -> None:
    approval = recorded([approved(1, on=DAY)])
    late = recorded([backward(DAY - timedelta(days=1))], late_days=3)[0]
    found = backdated([*approval, type(late)(2, late.recorded_at, late.fact)])
    assert [(one.said["closed"], one.positions) for one in found] == [(("plan",), (1, 2))]
    fresh = recorded([backward(DAY + timedelta(days=1))], late_days=3)[0]
    assert backdated([*approval, type(late)(2, fresh.recorded_at, fresh.fact)]) == []


def test_a_payment_from_before_its_fund_was_closed_is_listed() -> None:
    closing = recorded([closed(DAY)])
    late = recorded([paid("d1", 5, on=DAY - timedelta(days=2))], late_days=4)[0]
    found = backdated([*closing, type(late)(2, late.recorded_at, late.fact)])
    assert [(one.said["closed"], one.amount_fen) for one in found] == [(("fund",), 5)]


@pytest.mark.parametrize(
    "facts,expected",
    [
        ([paid("d1", 800_00, project="p1")], []),
        ([paid("d1", 800_01, project="p1")], ["unaccepted.still"]),
        ([paid("d1", 800_01, project="p1"), accepted()], ["unaccepted.then"]),
        ([paid("d1", 800_00, project="p1"), accepted(), paid("d2", 200_00, project="p1")], []),
        ([paid("d1", 500_00, project="p1"), returned("d1", 400_00, project="p1"), accepted()], []),
        ([paid("d1", 500_00, project="p1"), paid("d2", 400_00, project="p1")], ["unaccepted.still"]),
        ([paid("d1", 900_00, project="p1"), returned("d1", 900_00, project="p1")], ["unaccepted.still"]),
        ([paid("d1", 9_000_00)], []),
    ],
)  # fmt: skip
def test_paid_before_acceptance_is_what_was_paid_at_most_until_then(facts: list[Fact], expected: list[str]) -> None:
    assert kinds(unaccepted(recorded(facts), PROJECTS, date(2026, 10, 31))) == expected


def test_past_its_day_any_payment_without_acceptance_is_listed_until_it_came_back() -> None:
    facts = [paid("d1", 100_00, project="p1")]
    assert kinds(unaccepted(recorded(facts), PROJECTS, date(2026, 11, 1))) == ["unaccepted.overdue"]
    assert unaccepted(recorded(facts), PROJECTS, date(2026, 10, 31)) == []
    assert unaccepted(recorded([*facts, accepted()]), PROJECTS, date(2027, 1, 1)) == []
    assert unaccepted(recorded([*facts, returned("d1", 100_00, project="p1")]), PROJECTS, date(2027, 1, 1)) == []


def test_what_was_spent_before_the_record_counts_as_paid() -> None:
    begun = {"p1": project("p1", cost_fen=1_000_00, spent_fen=700_00)}
    assert kinds(unaccepted(recorded([paid("d1", 200_00, project="p1")]), begun, DAY)) == ["unaccepted.still"]


def test_a_fund_is_over_its_papers_by_what_arrived_was_committed_or_paid_beyond_them() -> None:
    entries = recorded([announced(1_000), arrived(1_000), committed(1_200), paid("d1", 1_100)])
    found = over_document(entries)
    assert [(one.kind, one.said["use"], one.amount_fen) for one in found] == [
        ("over.fund", "committed", 200),
        ("over.fund", "paid", 100),
    ]
    assert over_document(recorded([announced(1_000), amended(1_000, 1_200), arrived(1_200), committed(1_200)])) == []
    assert over_document(recorded([announced(1_000), paid("d1", 1_100), returned("d1", 100)])) == []


def test_a_document_is_over_when_facts_citing_it_use_more_than_it_grants() -> None:
    cited = [approved(1_000, document="府办〔2026〕7号"), committed(700, document="府办[2026]7号")]
    more = committed(301, document="府办（2026）7 号", of="service")
    assert over_document(recorded(cited)) == []
    (found,) = over_document(recorded([*cited, more]))
    assert (found.kind, found.amount_fen, found.positions) == ("over.document", 1, (1, 2, 3))


def test_a_document_that_grants_nothing_is_not_judged() -> None:
    assert over_document(recorded([paid("d1", 10**9, document="letter 5")])) == []


LIMIT = 10_000
PAYMENTS = st.lists(
    st.tuples(st.sampled_from(["Li", "ＬＩ", "Wang"]), st.integers(1, 12_000), st.integers(0, 90)), max_size=10
).map(
    lambda rows: [
        paid(f"d{at}", fen, payee=payee, on=DAY + timedelta(days=after)) for at, (payee, fen, after) in enumerate(rows)
    ]
)


@given(PAYMENTS, st.integers(1, 100), st.integers(0, 40))
def test_split_payments_are_the_rows_the_rule_names_and_none_stands_in_two(
    payments: list[Fact], near: int, days: int
) -> None:
    entries = recorded(payments)
    found = split_payments(entries, LIMIT, near, days)
    listed = [at for one in found for at in one.positions]
    assert len(listed) == len(set(listed))
    wanted = set()
    under = [e for e in entries if near * LIMIT <= 100 * e.fact.amount_fen < 100 * LIMIT]
    for one in under:
        for two in under:
            same = (one.fact.payee == "Wang") == (two.fact.payee == "Wang")
            apart = abs((one.fact.mandate.effective_on - two.fact.mandate.effective_on).days)
            if one is not two and same and apart <= days:
                wanted |= {one.position, two.position}
    assert set(listed) == wanted


def test_payments_at_the_limit_or_far_below_it_are_not_split() -> None:
    far = [paid("d1", 7_999), paid("d2", 10_000), paid("d3", 9_999)]
    assert split_payments(recorded(far), LIMIT, 80, 30) == []
    assert split_payments(recorded([*far, paid("d4", 8_000)]), LIMIT, 80, 30)[0].positions == (3, 4)


def test_one_payee_of_two_units_is_found_however_the_name_is_typed() -> None:
    entries = recorded(
        [
            paid("d1", 5, payee="甲（有限）公司"),
            paid("d2", 7, payee="甲(有限) 公司", unit="v2"),
            paid("d3", 9, payee="乙"),
        ]
    )
    (found,) = across_units(entries)
    assert (found.said["payee"], found.said["units"], found.amount_fen) == ("甲（有限）公司", ("v1", "v2"), 12)
    assert across_units(entries, 3) == []


def test_lists_of_nothing_are_empty() -> None:
    assert backdated([]) == over_document([]) == split_payments([]) == across_units([]) == []
    assert unaccepted([], PROJECTS, DAY) == []
