"""The divisor inequality: claims compared in whole numbers tell the same as claims worked out as fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.apportionment import METHODS, Method, apportion
from optimizer.checking.divisor_proof import Holdings, check_method

SQUARED = {
    "sainte-lague": lambda k: Fraction(2 * k + 1, 2) ** 2,
    "dhondt": lambda k: Fraction(k + 1) ** 2,
    "adams": lambda k: Fraction(k) ** 2,
    "huntington-hill": lambda k: Fraction(k * (k + 1)),
}
units = st.lists(st.tuples(st.integers(0, 6), st.integers(-2, 5), st.booleans()), min_size=1, max_size=6)


def sentences(method: str, of: list[tuple[int, int, bool]]) -> list[str]:
    """What is found in units of these weights, quanta and caps, as the places of those that are named."""
    weights, quanta, at_cap = (list(column) for column in zip(*of, strict=True))
    names = [str(i) for i in range(len(of))]
    return [where for _, where, _ in check_method("F", method, Holdings(names, weights, quanta, [0] * len(of), at_cap))]


def by_fractions(method: str, of: list[tuple[int, int, bool]]) -> list[str]:
    """The same by (1) itself, squared on both sides, with infinite claims above all others."""

    def claim(weight: int, k: int) -> tuple[int, Fraction]:
        squared = SQUARED[method](k)
        return (0, weight**2 / squared) if squared else (1, Fraction(weight))

    weightless = [str(i) for i, (weight, k, _) in enumerate(of) if weight == 0 and k]
    last = min((claim(weight, k - 1) for weight, k, _ in of if weight and k > 0), default=(2, Fraction(0)))
    following = [(i, claim(weight, k)) for i, (weight, k, at_cap) in enumerate(of) if weight and not at_cap]
    return weightless + [str(i) for i, own in following if own > last]


@pytest.mark.parametrize("method", sorted(SQUARED))
@given(of=units)
def test_the_same_units_are_named_as_by_fractions(method: str, of: list[tuple[int, int, bool]]) -> None:
    assert sentences(method, of) == by_fractions(method, of)


@pytest.mark.parametrize("method", METHODS)
@given(weights=st.lists(st.integers(1, 50), min_size=2, max_size=6), total=st.integers(0, 60))
def test_what_the_method_itself_gives_is_never_found_fault_with(method: Method, weights: list[int], total: int) -> None:
    parts = apportion(total, weights, method=method)
    assert sentences(method, [(w, k, False) for w, k in zip(weights, parts, strict=True)]) == []
