"""Measures of a plan: the Gini index against its definition, the concentration curve, sums that close to the fen."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.register import Unit
from optimizer.fairness import gini, measure
from tests.optimizer import medium
from tests.optimizer.hand import K, best_plan, by_formula, fund, policy, register, unit

TEN_THOUSANDTH = Decimal("0.0001")
START, END = (Decimal(0), Decimal(0)), (Decimal(1), Decimal(1))
holdings = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=2), st.tuples(st.integers(0, 10**9), st.integers(0, 500))
)


def gini_by_definition(amounts: dict[str, int], households: dict[str, int]) -> Fraction:
    """Half the mean difference between two households drawn at random, relative to the mean."""
    codes = [code for code in amounts if households[code]]
    people = sum(households[code] for code in codes)
    whole = sum(amounts[code] for code in codes)
    if not whole:
        return Fraction(0)
    each = {code: Fraction(amounts[code], households[code]) for code in codes}
    pairs = (households[a] * households[b] * abs(each[a] - each[b]) for a in codes for b in codes)
    differences = sum(pairs, Fraction(0))
    return differences / people**2 / 2 / Fraction(whole, people)


@given(holdings)
def test_gini_is_half_the_relative_mean_difference_between_households(held: dict[str, tuple[int, int]]) -> None:
    amounts = {code: fen for code, (fen, _) in held.items()}
    households = {code: count for code, (_, count) in held.items()}
    exact = gini_by_definition(amounts, households)
    assert abs(Fraction(gini(amounts, households)) - exact) <= Fraction(TEN_THOUSANDTH) / 2


def test_gini_is_nothing_among_equals_and_nearly_all_when_one_has_everything() -> None:
    assert gini({"a": 10, "b": 30}, {"a": 1, "b": 3}) == 0
    assert gini({"a": 1, **{f"b{i}": 0 for i in range(99)}}, {"a": 1, **{f"b{i}": 1 for i in range(99)}}) == Decimal(
        "0.99"
    )
    assert gini({}, {}) == 0


@given(holdings.filter(bool), st.integers(2, 9))
def test_gini_does_not_change_with_the_currency_or_when_every_unit_is_counted_twice(
    held: dict[str, tuple[int, int]], times: int
) -> None:
    amounts = {code: fen for code, (fen, _) in held.items()}
    households = {code: count for code, (_, count) in held.items()}
    once = gini(amounts, households)
    assert gini({code: fen * times for code, fen in amounts.items()}, households) == once
    doubled = {f"{code}{n}": fen for code, fen in amounts.items() for n in "12"}
    assert gini(doubled, {f"{code}{n}": households[code] for code in amounts for n in "12"}) == once


def test_every_sum_of_the_measures_closes_to_the_fen() -> None:
    plan = medium.plan()
    measures = measure(medium.county(), medium.loaded().policy, plan)
    assert measures.whole.fen == sum(line.amount_fen for line in plan.lines)
    for groups in (
        measures.townships,
        measures.kinds,
        (measures.backward, measures.not_backward),
        (measures.poor, measures.not_poor),
    ):
        assert sum(g.fen for g in groups) == measures.whole.fen
        assert sum(g.units for g in groups) == 12
        assert sum(g.households for g in groups) == measures.whole.households
        assert sum(g.projects for g in groups) == measures.whole.projects
        assert sum(g.sites for g in groups) == len(plan.sites)
        for use in plan.funds:
            assert sum(g.fen_by_fund[use.fund] for g in groups) == use.allocated_fen


def test_the_concentration_curve_climbs_from_nothing_to_all_by_households_worst_off_first() -> None:
    curve = measure(medium.county(), medium.loaded().policy, medium.plan()).concentration
    assert len(curve) == 13
    assert curve[0] == START
    assert curve[-1] == END
    assert all(a <= b and c <= d for (a, c), (b, d) in pairwise(curve))


def halves(poor_income: int | None) -> list[Unit]:
    """Two units alike but for income per head."""
    return [unit("A", income_fen=poor_income), unit("B", income_fen=900_000, backward=True)]


def test_the_worst_off_are_those_with_least_income_or_where_one_is_unknown_with_most_weight_per_household() -> None:
    loaded = policy({"F": by_formula()})
    county = register(halves(100_000), [], [fund("F", 100)])
    known = measure(county, loaded.policy, best_plan(county, loaded))
    assert known.concentration == (START, (Decimal("0.5"), Decimal("0.4")), END)
    assert known.worst_fifth_share == Decimal("0.16")
    county = register(halves(None), [], [fund("F", 100)])
    unknown = measure(county, loaded.policy, best_plan(county, loaded))
    assert unknown.concentration == (START, (Decimal("0.5"), Decimal("0.6")), END)
    assert unknown.worst_fifth_share == Decimal("0.24")


def test_inequality_before_and_after_is_that_of_the_collectives_income_and_unknown_where_one_is_missing() -> None:
    loaded = policy({"F": by_formula()})
    units = [unit("A", collective_income_fen=0), unit("B", collective_income_fen=100 * K)]
    county = register(units, [], [fund("F", 100)])
    measures = measure(county, loaded.policy, best_plan(county, loaded))
    assert (measures.gini_before, measures.gini_after) == (Decimal("0.5"), Decimal("0.25"))
    assert measures.gini_grants == measures.gini_equal_split == 0
    assert measures.standing == (("A", 0), ("B", K))
    county = register([units[0], unit("B")], [], [fund("F", 100)])
    assert measure(county, loaded.policy, best_plan(county, loaded)).gini_before is None


def test_a_plan_of_no_money_has_figures_too() -> None:
    loaded = policy({"F": by_formula()})
    county = register([unit("A"), unit("B")], [], [fund("F", 0)])
    measures = measure(county, loaded.policy, best_plan(county, loaded))
    assert measures.whole.fen == measures.gini_grants == measures.worst_fifth_share == 0
