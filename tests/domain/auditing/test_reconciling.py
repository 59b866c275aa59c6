"""Reconciliation: every line and payment in exactly one outcome, whatever the order, paired as often as can be."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.auditing.reconciling import BankLine, Entry, Payment, reconcile

DAY = date(2026, 4, 20)


def line(row: int, fen: int = 100, *, after: int = 0, **changes: Any) -> BankLine:
    plain = {"payee": "甲公司", "out": True, **changes}
    return BankLine(row=row, on=DAY + timedelta(days=after), amount_fen=fen, **plain)


def payment(position: int, fen: int = 100, *, after: int = 0, **changes: Any) -> Payment:
    plain = {
        "payee": "甲公司",
        "voucher": f"V-{position}",
        "out": True,
        "unit": "v1",
        "code": f"d{position}",
        **changes,
    }
    return Payment(position=position, on=DAY + timedelta(days=after), amount_fen=fen, **plain)


def told(entries: list[Entry]) -> list[tuple[str, str | None, list[int], list[int], tuple[str, ...]]]:
    return [
        (one.outcome, one.step, [x.row for x in one.lines], [x.position for x in one.payments], one.differing)
        for one in entries
    ]


LINES = st.lists(
    st.builds(
        dict,
        fen=st.integers(1, 4),
        after=st.integers(0, 12),
        out=st.sampled_from([True, True, True, False]),
        payee=st.sampled_from(["甲公司", "甲 公司", "乙", ""]),
        voucher=st.sampled_from(["", "", "v1", "v2", "v1、v2", "v9"]),
        summary=st.sampled_from(["", "付 v3 款", "v4"]),
    ),
    max_size=7,
).map(lambda rows: [line(at, **one) for at, one in enumerate(rows, 2)])
PAYMENTS = st.lists(
    st.builds(
        dict,
        fen=st.integers(1, 4),
        after=st.integers(0, 12),
        out=st.sampled_from([True, True, True, False]),
        payee=st.sampled_from(["甲公司", "乙"]),
        voucher=st.sampled_from(["", "V1", "V2", "V3", "V4"]),
    ),
    max_size=7,
).map(lambda rows: [payment(at, **one) for at, one in enumerate(rows, 1)])


@given(LINES, PAYMENTS, st.integers(0, 6))
def test_every_line_and_every_payment_has_exactly_one_outcome(
    lines: list[BankLine], payments: list[Payment], days: int
) -> None:
    found = reconcile(lines, payments, days)
    assert sorted(x.row for one in found for x in one.lines) == [x.row for x in lines]
    assert sorted(x.position for one in found for x in one.payments) == [x.position for x in payments]
    for one in found:
        assert (one.outcome == "only_here") == (not one.lines)
        assert (one.outcome == "only_there") == (not one.payments)
        assert (one.outcome == "differs") == bool(one.differing)


@given(LINES, PAYMENTS, st.randoms(use_true_random=False))
def test_the_order_in_which_lines_and_payments_are_given_does_not_matter(
    lines: list[BankLine], payments: list[Payment], dice: Any
) -> None:
    found = reconcile(lines, payments)
    dice.shuffle(lines)
    dice.shuffle(payments)
    assert reconcile(lines, payments) == found


@given(LINES, PAYMENTS, st.integers(0, 6))
def test_what_is_matched_agrees_in_direction_and_sum_and_what_differs_says_in_what(
    lines: list[BankLine], payments: list[Payment], days: int
) -> None:
    for one in reconcile(lines, payments, days):
        if not one.lines or not one.payments:
            continue
        (bank,), whole = one.lines, sum(x.amount_fen for x in one.payments)
        assert {x.out for x in one.payments} == {bank.out}
        assert (bank.amount_fen != whole) == ("amount" in one.differing)
        apart = max(abs((bank.on - x.on).days) for x in one.payments)
        assert (apart > days) == ("date" in one.differing)


@given(PAYMENTS)
def test_a_statement_of_exactly_what_was_paid_matches_whole(payments: list[Payment]) -> None:
    lines = [
        line(at, one.amount_fen, after=(one.on - DAY).days, out=one.out, payee=one.payee)
        for at, one in enumerate(payments, 2)
    ]
    assert {one.outcome for one in reconcile(lines, payments, 0)} <= {"matched"}


@given(
    st.lists(st.integers(0, 12), max_size=5).map(sorted), st.lists(st.integers(0, 12), max_size=5), st.integers(0, 4)
)
def test_payees_are_paired_as_often_as_any_assignment_can(theirs: list[int], ours: list[int], days: int) -> None:
    lines = [line(at, after=after) for at, after in enumerate(theirs, 2)]
    payments = [payment(at, after=after) for at, after in enumerate(ours, 1)]
    paired = sum(one.step == "payee" for one in reconcile(lines, payments, days))
    fewer, more = sorted((theirs, ours), key=len)
    best = max(
        sum(abs(a - b) <= days for a, b in zip(fewer, chosen, strict=False))
        for chosen in permutations(more, len(fewer))
    )
    assert paired == best


def test_the_voucher_goes_before_everything_and_what_differs_is_named() -> None:
    lines = [line(2, 100, voucher="Ｖ－２"), line(3, 90, voucher="v 1", payee="乙", after=9)]
    found = told(reconcile(lines, [payment(1), payment(2)]))
    assert found == [
        ("matched", "voucher", [2], [2], ()),
        ("differs", "voucher", [3], [1], ("amount", "payee", "date")),
    ]


def test_of_two_lines_with_one_voucher_the_one_that_fits_is_taken() -> None:
    found = told(reconcile([line(2, 50, voucher="V-1"), line(3, 100, voucher="V-1")], [payment(1)]))
    assert found == [("only_there", None, [2], [], ()), ("matched", "voucher", [3], [1], ())]


def test_a_voucher_in_the_summary_counts_only_as_a_whole_word_with_the_same_sum() -> None:
    one = [payment(17, payee="丙")]
    assert told(reconcile([line(2, summary="付 V-17 款", payee="")], one)) == [("matched", "summary", [2], [17], ())]
    assert told(reconcile([line(2, 99, summary="付 V-17 款", payee="")], one))[0][0] == "only_there"
    assert told(reconcile([line(2, 99, summary="V-170", payee="")], one))[0][0] == "only_there"


def test_a_line_without_payee_is_paired_only_where_nothing_else_can_be_meant() -> None:
    assert told(reconcile([line(2, payee="")], [payment(1)])) == [("matched", "anonymous", [2], [1], ())]
    two = told(reconcile([line(2, payee="")], [payment(1), payment(2)]))
    assert [one[0] for one in two] == ["only_there", "only_here", "only_here"]


def test_one_transfer_for_several_vouchers_is_told_by_their_names_or_by_a_sum_with_one_way() -> None:
    three = [payment(1, 100), payment(2, 250), payment(3, 400, after=20)]
    named = told(reconcile([line(2, 350, voucher="V-1、V-2", payee="")], three))
    assert named[0] == ("matched", "vouchers", [2], [1, 2], ())
    other = told(reconcile([line(2, 350, voucher="V-1、V-2", payee="乙")], three))
    assert other[0] == ("differs", "vouchers", [2], [1, 2], ("payee",))
    summed = told(reconcile([line(2, 350)], three))
    assert summed[0] == ("matched", "sum", [2], [1, 2], ())
    assert told(reconcile([line(2, 351)], three))[0][0] == "only_there"


def test_a_sum_that_can_be_told_in_two_ways_or_is_claimed_twice_is_left_open() -> None:
    two_ways = [payment(1, 100), payment(2, 200), payment(3, 150, voucher="x"), payment(4, 150, voucher="y")]
    assert told(reconcile([line(2, 300)], two_ways))[0][0] == "only_there"
    claimed = [line(2, 300), line(3, 300)]
    assert [one[0] for one in told(reconcile(claimed, two_ways[:2]))][:2] == ["only_there", "only_there"]


def test_a_payment_booked_too_late_or_to_another_payee_differs() -> None:
    assert told(reconcile([line(2, after=6)], [payment(1)])) == [("differs", "apart", [2], [1], ("date",))]
    assert told(reconcile([line(2, payee="乙")], [payment(1)])) == [("differs", "apart", [2], [1], ("payee",))]


def test_money_that_came_back_is_never_taken_for_money_paid() -> None:
    found = reconcile([line(2, out=False)], [payment(1)])
    assert [one.outcome for one in found] == ["only_there", "only_here"]
    back = told(reconcile([line(2, out=False)], [payment(1, out=False, voucher="")]))
    assert back == [("matched", "payee", [2], [1], ())]
