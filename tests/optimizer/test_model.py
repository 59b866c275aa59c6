"""The engine-free model: expressions, rows with names, and refusal of numbers that 64-bit engines cannot hold."""

from __future__ import annotations

import pytest

from optimizer.model import SAFE, UNBOUNDED, Linear, Model, ModelFault, total, weighted


def test_expressions_add_up_and_forget_nothing() -> None:
    one, two = Linear({0: 2}, 5), Linear({0: -2, 1: 3}, 1)
    assert one.plus(two, 2) == Linear({0: -2, 1: 6}, 7)
    assert one.times(-1) == Linear({0: -2}, -5)
    assert total([one, two, one]).value([10, 100]) == 2 * 25 + 281
    assert weighted({0: 0, 1: 4}) == Linear({1: 4})
    assert one == Linear({0: 2}, 5), "nothing was changed in place"


def small_model() -> Model:
    model = Model()
    x, y = model.column("x", 0, 4), model.column("y", 0, 1)
    model.row("capacity", Linear({x: 2, y: 3}, 1), high=8)
    model.row("enough", Linear({x: 1, y: 0}), low=1)
    return model


def test_rows_hold_their_constant_in_the_bound_and_drop_what_is_nothing() -> None:
    arrays = small_model().freeze()
    assert arrays.low.tolist() == [-UNBOUNDED, 1]
    assert arrays.high.tolist() == [7, UNBOUNDED]
    assert arrays.row_starts.tolist() == [0, 2, 3]
    assert (arrays.columns.tolist(), arrays.coefficients.tolist()) == ([0, 1, 0], [2, 3, 1])


@pytest.mark.parametrize(
    "values,broken",
    [([2, 1], []), ([4, 0], ["capacity"]), ([0, 0], ["enough"]), ([5, 0], ["x", "capacity"]), ([2, -1], ["y"])],
)
def test_what_values_break_is_told_by_name(values: list[int], broken: list[str]) -> None:
    assert small_model().broken_rows(values) == broken


def test_a_row_that_could_leave_64_bits_is_refused_by_name_with_the_cure() -> None:
    model = Model()
    column = model.column("money", 0, 2**40)
    with pytest.raises(
        ModelFault, match=r"Row budget can reach .*; give funds, costs, floors and caps in rounder sums"
    ):
        model.row("budget", Linear({column: SAFE // 2**40}), high=1)


def test_a_column_that_can_only_be_nothing_needs_no_room() -> None:
    model = Model()
    model.row("idle", Linear({model.column("nothing", 0, 0): 2**70}), high=1)
    assert model.freeze().coefficients.tolist() == []
