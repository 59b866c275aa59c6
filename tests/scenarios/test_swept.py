"""What the rows of a sweep say together, against plain ways to work out the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from scenarios.measures import MEASURES
from scenarios.swept import BETTER, Now, percentile, rank_correlation, swept
from tests.documents.county import register
from texts import has

COUNTY = register()
UNITS = sorted(COUNTY.units)
PROJECT = min(COUNTY.projects)
NOTHING = Now({}, {})
FIGURES = some.integers(-50, 50).map(Decimal)


def row(number: int, at: dict[str, Any], measures: dict[str, Any], **further: Any) -> dict[str, Any]:
    said = {name: str(value) for name, value in measures.items()}
    whole = {"number": number, "case": f"case-{number}", "at": at, "state": "planned", "measures": said}
    return {**whole, "units": {}, "projects": [], **further}


def dominated(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] >= one[0] and other[1] >= one[1] and other != one


def test_a_percentile_is_the_least_value_that_so_many_per_cent_do_not_exceed() -> None:
    assert [percentile(list(range(1, 11)), percent) for percent in (1, 10, 11, 50, 90, 100)] == [1, 1, 2, 5, 9, 10]
    assert percentile([7], 50) == 7


@given(some.lists(FIGURES, min_size=1), some.integers(1, 100))
def test_a_percentile_is_a_value_that_was_found_and_covers_its_part(values: list[Decimal], percent: int) -> None:
    found = percentile(sorted(values), percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)
    assert sum(value < found for value in values) * 100 < percent * len(values)


def test_ranks_that_agree_are_one_and_opposed_minus_one_and_without_variation_there_is_none() -> None:
    rising = [Decimal(value) for value in (1, 2, 5, 9)]
    assert rank_correlation(rising, [value**3 for value in rising]) == 1
    assert rank_correlation(rising, [-value for value in rising]) == -1
    assert rank_correlation(rising, [Decimal(3)] * 4) is None
    assert rank_correlation([], []) is None


@given(some.lists(some.tuples(FIGURES, FIGURES), min_size=2, max_size=30))
def test_the_rank_correlation_is_that_of_the_mean_ranks(pairs: list[tuple[Decimal, Decimal]]) -> None:
    def ranks(values: list[Decimal]) -> list[float]:
        ordered = sorted(values)
        return [ordered.index(value) + (ordered.count(value) + 1) / 2 for value in values]

    left, right = ranks([one for one, _ in pairs]), ranks([other for _, other in pairs])
    middle = (len(pairs) + 1) / 2
    top = sum((a - middle) * (b - middle) for a, b in zip(left, right, strict=True))
    below = (sum((a - middle) ** 2 for a in left) * sum((b - middle) ** 2 for b in right)) ** 0.5
    found = rank_correlation([one for one, _ in pairs], [other for _, other in pairs])
    if not below:
        assert found is None
    else:
        assert float(found or 0) == pytest.approx(top / below, abs=0.0006)


@given(some.lists(some.tuples(some.integers(0, 9), some.integers(0, 9)), min_size=1, max_size=25))
def test_the_best_cases_are_those_no_other_betters(pairs: list[tuple[int, int]]) -> None:
    rows = [row(n, {}, {"backward_share": x, "units_losing": -y}) for n, (x, y) in enumerate(pairs)]
    found = swept(rows, COUNTY, NOTHING, method="none", wanted=["backward_share", "units_losing"]).trade_off
    assert found is not None
    best = [not any(dominated(one, other) for other in pairs) for one in pairs]
    assert [point.best for point in found.points] == best


def test_where_nobody_knows_which_way_is_better_no_case_is_called_best() -> None:
    rows = [row(n, {}, {"objective welfare": n, "backward_share": n}) for n in range(3)]
    wanted = ["objective welfare", "backward_share"]
    found = swept(rows, COUNTY, NOTHING, method="none", wanted=wanted).trade_off
    assert found is not None
    assert not found.directed
    assert not any(point.best for point in found.points)
    told = swept(rows, COUNTY, NOTHING, method="none", wanted=wanted, better={"objective welfare": -1}).trade_off
    assert told is not None
    assert all(point.best for point in told.points)


def test_in_a_grid_a_swing_is_between_the_means_at_the_lowest_and_the_highest_value() -> None:
    rows = [
        row(n, {"floor": floor, "cut": cut}, {"projects": 10 * floor - cut})
        for n, (floor, cut) in enumerate((floor, cut) for floor in (1, 2, 3) for cut in (0, 4))
    ]
    floor, cut = swept(rows, COUNTY, NOTHING, method="values", wanted=["projects"]).swings
    assert (floor.path, floor.at_low, floor.at_high, floor.low, floor.high) == ("floor", "1", "3", 8, 28)
    assert (cut.path, cut.low, cut.high) == ("cut", 20, 16)
    assert floor.correlation == Decimal("0.956")


def test_of_values_that_are_no_numbers_a_swing_is_between_the_least_and_the_greatest_mean() -> None:
    rows = [row(n, {"kind": kind}, {"projects": n}) for n, kind in enumerate(["cap", "share", "cap"])]
    (swing,) = swept(rows, COUNTY, NOTHING, method="values", wanted=["projects"]).swings
    assert (swing.low, swing.high, swing.correlation) == (1, 1, None)


def test_with_draws_a_swing_is_between_the_lowest_and_the_highest_fifth() -> None:
    rows = [row(n, {"amount": str(n)}, {"projects": n * n}) for n in range(10)]
    (swing,) = swept(rows, COUNTY, NOTHING, method="fifths", wanted=["projects"]).swings
    assert (swing.at_low, swing.at_high) == ("1", "8")
    assert (swing.low, swing.high) == (Decimal("0.5"), Decimal("72.5"))
    assert swing.correlation == 1


@given(some.lists(some.integers(0, 1000), min_size=1, max_size=40))
def test_the_steps_of_a_spread_count_every_case_once(values: list[int]) -> None:
    rows = [row(n, {}, {"projects": value}) for n, value in enumerate(values)]
    (spread,) = swept(rows, COUNTY, NOTHING, method="none", wanted=["projects"]).spreads
    assert sum(spread.bins) == spread.cases == len(values)
    assert (spread.least, spread.greatest) == (min(values), max(values))


def test_a_units_chances_are_counts_of_the_cases_with_a_plan() -> None:
    own = COUNTY.projects[PROJECT].unit
    rows = [
        row(0, {}, {}, units={own: 500}, projects=[PROJECT]),
        row(1, {}, {}, units={own: 100}),
        row(2, {}, {}),
        {"number": 3, "case": "case-3", "at": {}, "state": "impossible"},
    ]
    found = swept(rows, COUNTY, Now({}, {own: 200}), method="none")
    chance = next(one for one in found.chances if one.unit == own)
    assert (found.cases, found.planned, found.impossible) == (4, 3, 1)
    assert (chance.funded, chance.with_project, chance.less) == (2, 1, 2)
    assert (chance.tenth_fen, chance.median_fen, chance.ninetieth_fen) == (0, 100, 500)
    assert found.projects == {PROJECT: 1}
    assert [one.unit for one in found.chances] == UNITS


def test_only_measures_that_vary_are_pictured_unless_others_are_asked_for() -> None:
    rows = [row(n, {}, {"projects": n, "sites": 2}) for n in range(3)]
    assert [one.measure for one in swept(rows, COUNTY, NOTHING, method="none").spreads] == ["projects"]
    asked = swept(rows, COUNTY, NOTHING, method="none", wanted=["sites"])
    assert [one.measure for one in asked.spreads] == ["sites"]


def test_a_sweep_without_a_single_plan_says_nothing_more_than_that() -> None:
    found = swept([{"number": 0, "case": "a", "at": {}, "state": "impossible"}], COUNTY, NOTHING, method="values")
    assert (found.planned, found.spreads, found.swings, found.chances, found.trade_off) == (0, (), (), (), None)


def test_every_measure_has_a_name_in_both_languages_and_every_direction_is_that_of_a_measure() -> None:
    assert [name for name in MEASURES if not has(f"scenario_measure.{name}")] == []
    assert set(BETTER) <= set(MEASURES)
