"""The indices of inequality against PySAL's, against their definitions, and at their ends."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inequality.atkinson import Atkinson
from inequality.gini import Gini
from inequality.theil import Theil

from optimizer.fairness.indices import concentration_index, inequality

HALF_A_STEP = Decimal("0.00005")
WITHIN = HALF_A_STEP + Decimal("1e-9")
"""What rounding to four places takes, and what floats do."""

spreads = st.lists(st.tuples(st.integers(1, 10**7), st.integers(1, 12)), min_size=2, max_size=12)


def one_by_one(spread: list[tuple[int, int]]) -> np.ndarray:
    """Every household by itself, as PySAL wants them."""
    return np.array([fen / households for fen, households in spread for _ in range(households)])


def taken_apart(spread: list[tuple[int, int]]) -> tuple[dict[str, int], dict[str, int], dict[str, Fraction]]:
    amounts = {str(i): fen for i, (fen, _) in enumerate(spread)}
    households = {str(i): count for i, (_, count) in enumerate(spread)}
    return amounts, households, {c: Fraction(amounts[c], households[c]) for c in amounts}


@given(spreads)
def test_gini_theil_and_atkinson_are_those_of_pysal_over_single_households(spread: list[tuple[int, int]]) -> None:
    amounts, households, ranking = taken_apart(spread)
    found, each = inequality(amounts, households, ranking, ranking), one_by_one(spread)
    assert abs(found.gini - Decimal(float(Gini(each).g))) <= WITHIN
    assert abs(found.theil - Decimal(float(Theil(each).T))) <= WITHIN
    for aversion, index in found.atkinson:
        assert abs(index - Decimal(float(Atkinson(each, float(aversion)).A))) <= WITHIN


@given(spreads)
def test_ranked_by_itself_an_amount_is_as_concentrated_as_unequal_and_kakwani_is_nothing(
    spread: list[tuple[int, int]],
) -> None:
    amounts, households, ranking = taken_apart(spread)
    found = inequality(amounts, households, ranking, ranking)
    assert (found.concentration, found.kakwani) == (found.gini, 0)
    turned = {code: -rank for code, rank in ranking.items()}
    assert concentration_index(amounts, households, turned) == -concentration_index(amounts, households, ranking)


@given(spreads, st.data())
def test_concentration_is_twice_the_covariance_with_the_rank_over_the_mean(
    spread: list[tuple[int, int]], data: st.DataObject
) -> None:
    amounts, households, _ = taken_apart(spread)
    ranking = {c: Fraction(data.draw(st.integers(0, 5))) for c in amounts}
    people = sum(households.values())
    middle = {}  # the rank of a household: the middle of all that stand with it
    for code, rank in ranking.items():
        before = sum(households[c] for c in ranking if ranking[c] < rank)
        with_it = sum(households[c] for c in ranking if ranking[c] == rank)
        middle[code] = Fraction(2 * before + with_it, 2 * people)
    covariance = sum(Fraction(amounts[c], people) * (middle[c] - Fraction(1, 2)) for c in amounts)
    mean = Fraction(sum(amounts.values()), people)
    assert concentration_index(amounts, households, ranking) == 2 * covariance / mean


@given(spreads)
def test_palma_and_max_to_min_are_what_single_households_give(spread: list[tuple[int, int]]) -> None:
    spread = [(fen, 10 * households) for fen, households in spread]  # so that tenths are whole households
    amounts, households, ranking = taken_apart(spread)
    found = inequality(amounts, households, ranking)
    each = sorted(Fraction(fen, count) for fen, count in spread for _ in range(count))
    tenth = len(each) // 10
    palma = sum(each[-tenth:]) / sum(each[: 4 * tenth])
    assert abs(Fraction(found.palma or 0) - palma) <= Fraction(HALF_A_STEP)
    assert abs(Fraction(found.max_to_min or 0) - each[-1] / each[0]) <= Fraction(HALF_A_STEP)


def test_where_one_has_nothing_ratios_have_no_meaning_and_a_strong_aversion_calls_it_all_wasted() -> None:
    found = inequality({"a": 0, "b": 100}, {"a": 50, "b": 50}, {"a": Fraction(1), "b": Fraction(2)})
    assert (found.palma, found.max_to_min, found.kakwani) == (None, None, None)
    assert dict(found.atkinson) == {Decimal("0.5"): Decimal("0.5"), Decimal(1): 1, Decimal(2): 1}


@pytest.mark.parametrize("households", [{"a": 3, "b": 5}, {"a": 0, "b": 0}])
def test_no_money_or_no_people_is_no_inequality(households: dict[str, int]) -> None:
    found = inequality({"a": 0, "b": 0}, households, {"a": Fraction(1), "b": Fraction(2)})
    assert (found.gini, found.theil, found.concentration) == (0, 0, 0)


def test_money_that_goes_to_the_poorer_half_is_progressive_by_kakwani() -> None:
    income = {"poor": Fraction(1), "rich": Fraction(3)}
    found = inequality({"poor": 75, "rich": 25}, {"poor": 10, "rich": 10}, income, income)
    assert (found.concentration, found.kakwani) == (Decimal("-0.25"), Decimal("-0.50"))
