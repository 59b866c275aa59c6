"""Rows split into digits say exactly what the rows said, in numbers that floats hold."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer import digits
from optimizer.digits import BASE, LARGE, split_rows
from optimizer.model import UNBOUNDED, Linear, Model
from optimizer.solve.cp_sat import CpSat
from tests.conftest import SEED


def feasible(matrix: digits.Matrix, values: tuple[int, ...]) -> bool:
    """Whether carries exist for these values of the model's own columns, by the formula of the module's text."""
    arrays, held = matrix.arrays, dict(enumerate(values))
    for name in matrix.column_names[matrix.columns_of_model :]:
        carry = len(held)
        row = matrix.row_names.index(name.removeprefix("carry."))
        part = slice(arrays.row_starts[row], arrays.row_starts[row + 1])
        terms = dict(zip(arrays.columns[part].tolist(), arrays.coefficients[part].tolist(), strict=True))
        assert terms.pop(carry) == -BASE
        total = sum(k * held[c] for c, k in terms.items()) - int(arrays.low[row])
        held[carry] = total // BASE
        assert arrays.lower[carry] <= held[carry] <= arrays.upper[carry], "the carry's own bounds are wide enough"
    for r in range(len(matrix.row_names)):
        part = slice(arrays.row_starts[r], arrays.row_starts[r + 1])
        terms = zip(arrays.columns[part].tolist(), arrays.coefficients[part].tolist(), strict=True)
        if not arrays.low[r] <= sum(k * held[c] for c, k in terms) <= arrays.high[r]:
            return False
    return True


coefficients = st.integers(-(2**34), 2**34)


@given(
    st.lists(st.tuples(coefficients, st.integers(-1, 0), st.integers(0, 2)), min_size=1, max_size=4),
    st.sampled_from(["low", "high", "both", "equal"]),
    st.integers(-3, 3),
    st.data(),
)
def test_a_split_row_holds_exactly_where_the_row_holds(
    columns: list[tuple[int, int, int]], side: str, off: int, data: st.DataObject
) -> None:
    model = Model()
    terms = {model.column(f"x{i}", lower, upper): k for i, (k, lower, upper) in enumerate(columns)}
    boxes = [range(lower, upper + 1) for _, lower, upper in columns]
    at = data.draw(st.tuples(*(st.sampled_from(box) for box in boxes)))
    end = sum(k * v for k, v in zip((k for k, *_ in columns), at, strict=True)) + off  # as near the edge as can be
    ends = {"low": {"low": end}, "high": {"high": end}, "both": {"low": end, "high": end + 5}}
    model.row("row", Linear(terms), **ends.get(side, {"low": end, "high": end}))
    matrix = split_rows(model)
    for values in product(*boxes):
        assert feasible(matrix, values) == (model.broken_rows(values) == []), values


def test_only_large_rows_are_split_and_their_digits_are_small() -> None:
    model, dice = Model(), random.Random(SEED)
    columns = [model.column(f"x{i}", 0, 1) for i in range(50)]
    model.row("small", Linear(dict.fromkeys(columns, 3)), high=40)
    model.row("keep.welfare", Linear({c: dice.randrange(10**9, 3 * 10**9) for c in columns}), low=5 * 10**10)
    matrix = split_rows(model)
    assert matrix.row_names == ["small", "keep.welfare.0", "keep.welfare.1", "keep.welfare"]
    assert matrix.column_names[50:] == ["carry.keep.welfare.0", "carry.keep.welfare.1"]
    assert abs(matrix.arrays.coefficients).max() <= BASE
    finite = [end for end in (*matrix.arrays.low.tolist(), *matrix.arrays.high.tolist()) if abs(end) < UNBOUNDED]
    assert max(finite) < LARGE


def test_a_model_without_large_rows_stays_as_it_is() -> None:
    model = Model()
    model.row("row", Linear({model.column("x", 0, 9): 4}), low=1, high=30)
    matrix = split_rows(model)
    assert (matrix.column_names, matrix.row_names, matrix.columns_of_model) == (["x"], ["row"], 1)


@pytest.mark.parametrize("seed", range(6))
def test_the_best_value_of_a_split_model_is_that_of_the_model(seed: int) -> None:
    dice, model = random.Random(f"{SEED} {seed}"), Model()
    columns = [model.column(f"x{i}", 0, dice.choice([1, 1, 3])) for i in range(12)]
    large = Linear({c: dice.randrange(-(10**9), 10**10) for c in columns})
    model.row("keep", large, low=dice.randrange(10**10, 3 * 10**10), high=dice.randrange(3 * 10**10, 5 * 10**10))
    worth = Linear({c: dice.randint(-9, 9) for c in columns})
    matrix, again = split_rows(model), Model()
    for name, lower, upper in zip(matrix.column_names, matrix.arrays.lower, matrix.arrays.upper, strict=True):
        again.column(name, int(lower), int(upper))
    for r, name in enumerate(matrix.row_names):
        part = slice(matrix.arrays.row_starts[r], matrix.arrays.row_starts[r + 1])
        terms = zip(matrix.arrays.columns[part].tolist(), matrix.arrays.coefficients[part].tolist(), strict=True)
        again.row(name, Linear(dict(terms)), low=int(matrix.arrays.low[r]), high=int(matrix.arrays.high[r]))
    one, other = (
        CpSat().solve(m, worth, maximise=True, gap_allowed=0, hint=None, step="s", listener=None)
        for m in (model, again)
    )
    assert (one.status, one.value) == (other.status, other.value)
