"""Levels of the worst-off first: every one that counts is there, the rest are even steps of a width that is stated."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.leximin import Level, Leximin, Reach, leximin

weights = st.fractions(min_value=Fraction(1, 4), max_value=900, max_denominator=20)
reaches = st.builds(
    Reach, weights, st.integers(0, 50), st.lists(st.integers(1, 40), max_size=5).map(tuple), st.integers(0, 4)
)
counties = st.lists(reaches, min_size=1, max_size=8).map(lambda found: {str(i): r for i, r in enumerate(found)})


def of(county: dict[str, Reach], pieces: int, spare: int = 60) -> Leximin:
    return leximin(county, pieces, Fraction(sum(r.least for r in county.values()) + spare), 10_000)


@given(counties, st.integers(2, 64), st.integers(0, 500))
def test_levels_rise_are_at_most_the_pieces_and_the_last_has_no_end(
    county: dict[str, Reach], pieces: int, spare: int
) -> None:
    levels = of(county, pieces, spare).levels
    cuts = [level.cut for level in levels[:-1] if level.cut is not None]
    assert len(cuts) == len(levels) - 1 <= pieces
    assert all(a < b for a, b in pairwise(cuts))
    assert levels[-1] == Level(None, 1)


@given(counties)
def test_without_a_width_every_reachable_level_between_the_ends_is_a_cut(county: dict[str, Reach]) -> None:
    found = of(county, 64)
    if found.width:
        return
    levels = {
        (r.least + sum(some) + free) / r.weight
        for r in county.values()
        for size in range(len(r.costs) + 1)
        for some in combinations(r.costs, size)
        for free in range(r.free + 1)
    }
    lowest = min(r.least / r.weight for r in county.values())
    assert {level.cut for level in found.levels[:-1]} == {x for x in levels if lowest < x < max(levels)}


@given(counties, st.integers(2, 6), st.integers(1, 500))
def test_with_a_width_cuts_are_its_multiples_up_to_where_the_money_would_lift_all(
    county: dict[str, Reach], pieces: int, spare: int
) -> None:
    found = of(county, pieces, spare)
    cuts = [level.cut for level in found.levels[:-1] if level.cut is not None]
    if not found.width or not cuts:
        return
    assert all(cut / found.width == int(cut / found.width) for cut in cuts)
    lifted = cuts[-1] - found.width  # below the last cut money is short: what fills all so far cannot exceed it
    room = sum(max(Fraction(0), min(Fraction(r.most), lifted * r.weight) - r.least) for r in county.values())
    assert room <= spare


@given(counties, st.integers(2, 64), st.data())
def test_what_a_grant_comes_to_is_the_part_below_the_level_in_whole_numbers(
    county: dict[str, Reach], pieces: int, data: st.DataObject
) -> None:
    found = of(county, pieces)
    level, reach = data.draw(st.sampled_from(found.levels)), data.draw(st.sampled_from(sorted(county.values())))
    quanta = data.draw(st.integers(0, 200))
    exact = Fraction(quanta) if level.cut is None else min(Fraction(quanta), level.cut * reach.weight)
    assert abs(Fraction(level.of_grant(quanta, reach.weight), level.scale) - exact) <= Fraction(1, 10**6)
    if level.scale < 10**6:
        assert Fraction(level.of_grant(quanta, reach.weight), level.scale) == exact


def test_what_everyone_has_anyhow_is_no_step_and_nothing_to_give_leaves_the_last_alone() -> None:
    sure = {"A": Reach(Fraction(1), 10, (), 0), "B": Reach(Fraction(2), 20, (), 0)}
    assert leximin(sure, 12, Fraction(30), 100).levels == (Level(None, 1),)
    assert leximin({}, 12, Fraction(0), 100).levels == (Level(None, 1),)


def test_levels_are_named_and_said_in_yuan_per_weight() -> None:
    county = {"A": Reach(Fraction(2), 0, (3,), 0), "B": Reach(Fraction(2), 1, (), 0)}
    found = leximin(county, 12, Fraction(4), 10_000)
    assert found.names() == ["welfare-01", "welfare-02"]
    assert found.unit("welfare-01") == "yuan per weighted household, up to 50.00"
    assert found.unit("welfare-02") == "yuan per weighted household"
    first = found.level("welfare-01")
    assert sum(first.of_grant(g, Fraction(2)) for g in (3, 1)) == 2 * first.scale
    assert found.in_unit("welfare-01", 2 * first.scale) == 50  # everyone reaches the level
    assert found.in_unit("welfare-02", 4) == 100
