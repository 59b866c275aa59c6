"""Whole-number splits: exact sums, kept bounds, the laws of divisor methods, and the official seats of the US House."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain.apportionment import METHODS, ApportionmentFault, Method, apportion

US_HOUSE = Path(__file__).parent.parent / "data" / "us_house"
DIVISOR_METHODS = [method for method in METHODS if method != "largest-remainder"]


@dataclass(frozen=True)
class Case:
    """A split that exists: Σ floors <= total <= what items with a weight may take and the floors of the others."""

    total: int
    weights: tuple[int, ...]
    lower: tuple[int, ...]
    upper: tuple[int, ...]

    def split(self, method: Method) -> list[int]:
        return apportion(self.total, self.weights, method=method, lower=self.lower, upper=self.upper)

    @property
    def most(self) -> int:
        return sum(u if w else low for w, low, u in zip(self.weights, self.lower, self.upper, strict=True))


WEIGHTS = st.one_of(st.integers(0, 6), st.integers(0, 1_000), st.integers(0, 10**15))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Few items with many ties among them, tight and loose bounds."""
    count = draw(st.integers(1, 8))
    weights = tuple(draw(WEIGHTS) for _ in range(count))
    lower = tuple(draw(st.integers(0, 5)) for _ in range(count))
    upper = tuple(low + draw(st.one_of(st.integers(0, 3), st.integers(0, 60))) for low in lower)
    case = Case(0, weights, lower, upper)
    return replace(case, total=draw(st.integers(sum(lower), case.most)))


methods = st.sampled_from(METHODS)
divisor_methods = st.sampled_from(DIVISOR_METHODS)


def squared_divisor(method: Method, k: int) -> Fraction:
    """d(k)² straight from its definition; squares of positive numbers keep their order."""
    return {
        "sainte-lague": Fraction(2 * k + 1, 2) ** 2,
        "dhondt": Fraction(k + 1) ** 2,
        "adams": Fraction(k) ** 2,
        "huntington-hill": Fraction(k * (k + 1)),
    }[method]


def priority(method: Method, weight: int, k: int) -> tuple[bool, Fraction]:
    """The claim on the quantum after the k-th; without a finite priority the heavier comes first."""
    divisor = squared_divisor(method, k)
    return (False, weight**2 / divisor) if divisor else (True, Fraction(weight))


def one_by_one(case: Case, method: Method) -> list[int]:
    """The definition itself: from the floors up, one quantum after the other to the highest priority."""
    parts = list(case.lower)
    for _ in range(case.total - sum(parts)):
        items = [i for i, w in enumerate(case.weights) if w and parts[i] < case.upper[i]]
        parts[max(items, key=lambda i: (priority(method, case.weights[i], parts[i]), -i))] += 1
    return parts


@pytest.mark.parametrize("year", [2000, 2010])
def test_huntington_hill_gives_every_state_its_official_seats(year: int) -> None:
    with (US_HOUSE / f"apportionment_{year}.csv").open(encoding="utf-8", newline="") as file:
        states = list(csv.DictReader(file))
    seats = apportion(
        435, [int(state["apportionment_population"]) for state in states], method="huntington-hill", lower=1
    )
    assert len(states) == 50
    assert dict(zip([state["state"] for state in states], seats, strict=True)) == {
        state["state"]: int(state["official_seats"]) for state in states
    }


@pytest.mark.parametrize(
    "method, parts",
    [
        ("adams", [6, 2, 1, 1]),  # one each, then 20, 10, 6.67, 5, 4 and the equal 4 of the second
        ("huntington-hill", [7, 1, 1, 1]),  # one each, then 14.1 … 20/√42 = 3.09, all above 4/√2 = 2.83
        ("sainte-lague", [8, 1, 1, 0]),  # 40, 13.3, 8, 8, 5.7, 4.4, 4, 3.6, 3.1, 2.67 before the equal 4/1.5
        ("dhondt", [9, 1, 0, 0]),  # 20, 10, 6.7, 5, 4, 4, 3.3, 2.9, 2.5, 2.2 before 2/1
        ("largest-remainder", [7, 2, 1, 0]),  # 7.41, 1.48, 0.74, 0.37
    ],
)
def test_ten_quanta_over_20_4_2_and_1_as_worked_by_hand(method: Method, parts: list[int]) -> None:
    assert apportion(10, [20, 4, 2, 1], method=method) == parts


@given(cases(), methods)
def test_the_parts_add_up_exactly_and_every_bound_is_kept(case: Case, method: Method) -> None:
    parts = case.split(method)
    assert sum(parts) == case.total
    assert all(low <= part <= up for low, part, up in zip(case.lower, parts, case.upper, strict=True))


@given(cases(), divisor_methods)
@example(Case(3, (5, 5, 5, 5), (0, 0, 0, 0), (9, 9, 9, 9)), "adams")
@example(Case(3, (1, 3, 2, 0), (0, 0, 0, 1), (9, 9, 9, 9)), "huntington-hill")
def test_the_split_is_that_of_handing_out_one_quantum_at_a_time(case: Case, method: Method) -> None:
    assert case.split(method) == one_by_one(case, method)


@given(cases(), divisor_methods)
def test_one_more_quantum_never_takes_one_from_anyone(case: Case, method: Method) -> None:
    assume(case.total < case.most)
    before, after = case.split(method), replace(case, total=case.total + 1).split(method)
    assert sorted(new - old for old, new in zip(before, after, strict=True)) == [0] * (len(before) - 1) + [1]


@given(cases(), divisor_methods, st.data())
def test_a_larger_weight_never_lowers_the_own_part(case: Case, method: Method, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(case.weights) - 1))
    more = case.weights[position] + data.draw(st.integers(1, 1_000))
    heavier = replace(case, weights=(*case.weights[:position], more, *case.weights[position + 1 :]))
    assert heavier.split(method)[position] >= case.split(method)[position]


@given(st.integers(0, 200), st.lists(WEIGHTS, min_size=1, max_size=8).filter(any), methods)
def test_under_equal_bounds_the_heavier_never_gets_less_and_equals_differ_by_at_most_one(
    total: int, weights: list[int], method: Method
) -> None:
    parts = apportion(total, weights, method=method, upper=max(total, 1))
    for weight, part in zip(weights, parts, strict=True):
        for other, its_part in zip(weights, parts, strict=True):
            assert weight <= other or part >= its_part
            assert weight != other or abs(part - its_part) <= 1


@given(cases(), divisor_methods)
def test_no_quantum_could_go_to_a_higher_priority(case: Case, method: Method) -> None:
    """Inequality (2) of the module."""
    parts = case.split(method)
    items = list(zip(case.weights, parts, case.lower, case.upper, strict=True))
    waiting = [priority(method, weight, part) for weight, part, _, up in items if weight and part < up]
    served = [priority(method, weight, part - 1) for weight, part, low, _ in items if weight and part > low]
    assert not waiting or not served or max(waiting) <= min(served)


@given(cases())
def test_largest_remainder_stays_within_one_of_the_bounded_exact_share(case: Case) -> None:
    parts = case.split("largest-remainder")
    moving = [i for i, w in enumerate(case.weights) if w and case.lower[i] < parts[i] < case.upper[i]]
    for i in moving:
        for j in moving:
            # shares per weight differ by less than the two roundings can explain
            gap = Fraction(parts[i], case.weights[i]) - Fraction(parts[j], case.weights[j])
            assert gap < Fraction(1, case.weights[i]) + Fraction(1, case.weights[j])


def test_largest_remainder_shows_the_alabama_paradox_and_the_default_does_not() -> None:
    weights = [6, 6, 2]
    assert [apportion(total, weights, method="largest-remainder") for total in (10, 11)] == [[4, 4, 2], [5, 5, 1]]
    assert [apportion(total, weights)[2] for total in range(20)] == sorted(apportion(t, weights)[2] for t in range(20))


@pytest.mark.parametrize("method", METHODS)
def test_ties_go_to_the_earlier_position(method: Method) -> None:
    assert apportion(5, [7, 7, 7], method=method) == [2, 2, 1]


@pytest.mark.parametrize("method", METHODS)
def test_an_item_without_weight_keeps_its_floor_and_gets_no_more(method: Method) -> None:
    assert apportion(10, [0, 1, 0], method=method, lower=[2, 0, 0]) == [2, 8, 0]


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_split_over_anybody_and_over_nobody(method: Method) -> None:
    assert apportion(0, [3, 0, 1], method=method) == [0, 0, 0]
    assert apportion(0, [], method=method) == []
    assert apportion(3, [0, 0], method=method, lower=[1, 2]) == [1, 2]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("total, count", [(1_000_000, 100), (250_000, 20_000), (7, 20_000)])
def test_a_large_split_with_bounds_adds_up_and_keeps_the_inequality(
    total: int, count: int, method: Method, dice: random.Random
) -> None:
    weights = [round(dice.lognormvariate(7, 1.5)) for _ in range(count)]
    lower = [dice.randint(0, total // (2 * count)) for _ in weights]
    upper = [low + dice.randint(0, 3 * total // count + 1) for low in lower]
    parts = apportion(total, weights, method=method, lower=lower, upper=upper)
    assert sum(parts) == total
    assert all(low <= part <= up for low, part, up in zip(lower, parts, upper, strict=True))
    if method != "largest-remainder":
        items = list(zip(weights, parts, lower, upper, strict=True))
        waiting = [priority(method, weight, part) for weight, part, _, up in items if weight and part < up]
        served = [priority(method, weight, part - 1) for weight, part, low, _ in items if weight and part > low]
        assert max(waiting) <= min(served)


def test_weights_of_any_size_stay_exact() -> None:
    big = 10**60
    assert apportion(3, [big + 1, big, big + 2], lower=0) == [1, 1, 1]
    assert apportion(4, [big + 1, big, big + 2], lower=0) == [1, 1, 2]


def refused(code: str, *arguments: Any, **named: Any) -> str:
    with pytest.raises(ApportionmentFault) as fault:
        apportion(*arguments, **named)
    assert fault.value.code == code
    assert str(fault.value) == fault.value.sentence
    return fault.value.sentence


def test_floors_above_the_total_are_refused_with_the_difference() -> None:
    assert refused("split-floors-above-total", 10, [1, 1, 1], lower=4) == (
        "The floors add up to 12, 2 more than the 10 to be split; lower the floors or raise the total."
    )


def test_caps_below_the_total_are_refused_with_the_difference() -> None:
    assert refused("split-caps-below-total", 10, [1, 1], upper=[4, 5]) == (
        "The caps add up to 9, 1 less than the 10 to be split; raise the caps or lower the total."
    )


def test_a_rest_that_only_items_without_weight_could_take_is_refused() -> None:
    assert "at most 0 of the 5" in refused("split-no-weight", 5, [0, 0])
    assert "at most 3 of the 5" in refused("split-no-weight", 5, [0, 1], lower=[1, 0], upper=[9, 2])
    assert "at most 0 of the 5" in refused("split-no-weight", 5, [])


@pytest.mark.parametrize(
    "total, weights, bounds",
    [
        (-1, [1], {}),
        (True, [1], {}),
        (1.0, [1], {}),
        (1, [1.0], {}),
        (1, [-1], {}),
        (1, [Fraction(1)], {}),
        (1, [1], {"lower": -1}),
        (1, [1], {"lower": [0, 0]}),
        (1, [1], {"upper": [1, 1]}),
        (1, [1], {"upper": [None]}),
        (4, [1, 1], {"lower": [2, 0], "upper": [1, 9]}),
        (1, [1], {"method": "hare"}),
    ],
)
def test_what_is_no_split_of_whole_numbers_is_refused(
    total: int, weights: Sequence[int], bounds: dict[str, Any]
) -> None:
    refused("split-input", total, weights, **bounds)


def test_every_method_a_policy_may_name_is_known() -> None:
    assert get_args(Method) == METHODS
