"""The welfare scale: concave, whole, its own inverse, and so near to the function it stands for.

U has U'(g) = (g / mean)^-α, and is straight below mean/8 and above 8 × mean; the scale takes it as straight pieces in
between too. What that costs is measured here as a plan sees it: the equally-distributed equivalent of a spread of
grants by the pieces, against that by U itself.
"""

from __future__ import annotations

import math
import random
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.welfare import REACH, SLOPE_AT_MEAN, welfare_scale

MEAN = Fraction(1000)
ALPHAS = [Decimal("0"), Decimal("0.5"), Decimal("1"), Decimal("2")]
alphas = st.sampled_from(ALPHAS)
pieces = st.integers(2, 64)
means = st.fractions(min_value=Fraction(1, 1000), max_value=10**9, max_denominator=10**6).filter(bool)
weights = st.fractions(min_value=Fraction(1, 10), max_value=10**4, max_denominator=1000)
grants = st.integers(0, 10**9)


@given(alphas, pieces, means)
def test_slopes_fall_and_breakpoints_rise_around_the_mean(alpha: Decimal, count: int, mean: Fraction) -> None:
    scale = welfare_scale(alpha, count, mean)
    assert len(scale.slopes) == len(scale.breakpoints) + 1
    assert all(a > b > 0 for a, b in pairwise(scale.slopes))
    assert all(a < b for a, b in pairwise(scale.breakpoints))
    if alpha:
        assert len(scale.breakpoints) == count
        assert scale.breakpoints[0] * REACH == mean
        assert abs(scale.breakpoints[-1] / mean - REACH) < Fraction(1, 10**30)
        assert scale.slopes[0] > SLOPE_AT_MEAN > scale.slopes[-1]


def test_alpha_0_counts_every_quantum_alike() -> None:
    scale = welfare_scale(Decimal(0), 12, MEAN)
    assert (scale.slopes, scale.breakpoints) == ((SLOPE_AT_MEAN,), ())
    assert scale.of_grant(7, Fraction(3)) == 7 * SLOPE_AT_MEAN


def test_a_county_without_money_has_a_scale_too() -> None:
    assert welfare_scale(Decimal(2), 12, Fraction(0)).of_grant(0, Fraction(1)) == 0


@given(alphas, pieces, means, weights, grants, st.integers(1, 10**6))
def test_more_is_worth_more_but_each_further_quantum_no_more_than_the_one_before(
    alpha: Decimal, count: int, mean: Fraction, weight: Fraction, grant: int, more: int
) -> None:
    scale = welfare_scale(alpha, count, mean)
    low, middle, high = (scale.of_grant(grant + k * more, weight) for k in range(3))
    assert low < middle < high
    assert high - middle <= middle - low


@given(alphas, pieces, means, weights, st.integers(0, 10**15))
def test_the_equal_grant_is_the_inverse_of_its_worth(
    alpha: Decimal, count: int, mean: Fraction, weight: Fraction, raw: int
) -> None:
    scale = welfare_scale(alpha, count, mean)
    assert scale.worth(scale.equal_grant(raw, weight), weight) == raw


@given(alphas, means, weights, st.integers(0, 10**12), st.integers(1, 10**9))
def test_a_higher_welfare_is_a_higher_equal_grant(
    alpha: Decimal, mean: Fraction, weight: Fraction, raw: int, more: int
) -> None:
    scale = welfare_scale(alpha, 12, mean)
    assert scale.equal_grant(raw, weight) < scale.equal_grant(raw + more, weight)


def test_nobody_can_be_given_anything() -> None:
    assert welfare_scale(Decimal(1), 12, MEAN).equal_grant(0, Fraction(0)) == 0


@given(alphas, pieces, st.lists(st.tuples(weights, grants), max_size=6))
def test_pieces_end_at_the_nearest_whole_number_and_a_county_is_worth_what_its_units_are(
    alpha: Decimal, count: int, of: list[tuple[Fraction, int]]
) -> None:
    scale = welfare_scale(alpha, count, MEAN)
    assert all(scale.cuts(weight) == tuple(round(weight * b) for b in scale.breakpoints) for weight, _ in of)
    held = {str(i): grant for i, (_, grant) in enumerate(of)}
    weight_of = {str(i): weight for i, (weight, _) in enumerate(of)}
    assert scale.of_grants(held, weight_of) == sum(scale.of_grant(grant, weight) for weight, grant in of)


@given(alphas, pieces, weights, grants)
def test_pieces_of_a_unit_fill_up_to_its_grant_wherever_they_are_cut(
    alpha: Decimal, count: int, weight: Fraction, grant: int
) -> None:
    scale = welfare_scale(alpha, count, MEAN)
    ends, start, value = [*scale.cuts(weight), grant], 0, 0
    for slope, end in zip(scale.slopes, ends, strict=True):
        width = max(0, min(end, grant) - start)
        value, start = value + slope * width, start + width
    assert value == scale.of_grant(grant, weight)


@given(alphas, means, st.lists(weights, min_size=1, max_size=5))
def test_all_at_the_mean_is_worth_the_mean_to_within_the_rounding_of_breakpoints(
    alpha: Decimal, mean: Fraction, of: list[Fraction]
) -> None:
    scale = welfare_scale(alpha, 12, mean)
    held = {str(i): (weight * mean).__floor__() for i, weight in enumerate(of)}
    raw = scale.of_grants(held, {str(i): weight for i, weight in enumerate(of)})
    equal, whole = scale.equal_grant(raw, sum(of, Fraction(0))), sum(of, Fraction(0))
    steepest = Fraction(scale.slopes[0], scale.slopes[-1])
    assert abs(equal - mean) * whole <= len(of) * (1 + len(scale.breakpoints) * steepest)


def true_worth(alpha: float, ratio: float) -> float:
    """U itself, in units of the mean, with U' = 1 at the mean; beyond its reach straight on, as the scale is."""
    inside = min(max(ratio, 1 / REACH), REACH)
    if ratio != inside:
        return true_worth(alpha, inside) + (ratio - inside) * math.pow(inside, -alpha)
    return math.log(ratio) if alpha == 1 else (math.pow(ratio, 1 - alpha) - 1) / (1 - alpha)


def true_equal(alpha: float, worth: float) -> float:
    for end in (1 / REACH, REACH):
        beyond = worth - true_worth(alpha, end)
        if beyond * (end - 1) > 0:
            return end + beyond * math.pow(end, alpha)
    return math.exp(worth) if alpha == 1 else math.pow(1 + (1 - alpha) * worth, 1 / (1 - alpha))


def largest_error(alpha: str, count: int) -> float:
    """The largest relative error of the equally-distributed equivalent over 80 random counties of 90 units."""
    dice = random.Random(f"welfare:{alpha}")
    mean = 10**6
    scale = welfare_scale(Decimal(alpha), count, Fraction(mean))
    worst = 0.0
    for _ in range(80):
        ratios = [math.exp(dice.gauss(0, dice.uniform(0, 1))) for _ in range(90)]
        level = dice.uniform(0.3, 1.5)
        grants = {str(i): int(r * level * mean) for i, r in enumerate(ratios)}
        ours = scale.equal_grant(scale.of_grants(grants, dict.fromkeys(grants, Fraction(1))), Fraction(90)) / mean
        true = true_equal(float(alpha), sum(true_worth(float(alpha), g / mean) for g in grants.values()) / 90)
        worst = max(worst, abs(float(ours) / true - 1))
    return worst


@pytest.mark.parametrize("alpha,at_most", [("0.5", 0.007), ("1", 0.013), ("2", 0.025)])
def test_with_twelve_pieces_the_stated_equivalent_is_off_by_at_most_this_much(alpha: str, at_most: float) -> None:
    assert at_most / 2 < largest_error(alpha, 12) < at_most


@pytest.mark.parametrize("alpha", ["0.5", "1", "2"])
def test_twice_the_pieces_leave_a_quarter_of_the_error(alpha: str) -> None:
    assert largest_error(alpha, 25) < largest_error(alpha, 13) / 3.3
