"""A mapping in two layers reads like a dict, however often it is forked, and a fork leaves no trace in its origin."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.folds.layered import Table, forked

writes = st.lists(st.tuples(st.integers(min_value=0, max_value=200), st.integers()), max_size=150)


@given(first=writes, rounds=st.lists(writes, max_size=4))
def test_every_fork_reads_like_a_dict_and_its_origin_stays(
    first: list[tuple[int, int]], rounds: list[list[tuple[int, int]]]
) -> None:
    expected = dict(first)
    table: Table[int, int] = dict(first)
    for round_ in rounds:
        before, fork = dict(table), forked(table)
        for key, value in round_:
            fork[key] = expected[key] = value
        assert dict(table) == before
        assert list(fork.items()) == list(expected.items())
        assert (len(fork), 7 in fork, fork.get(7)) == (len(expected), 7 in expected, expected.get(7))
        table = fork
