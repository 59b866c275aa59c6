"""A changed policy is written so that reading it gives the same data, whatever its texts look like."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.policy.yaml_text import load_yaml
from domain.policy.yaml_tree import Data
from domain.policy.yaml_writing import yaml_text
from service.registers import library

# A file holds no invisible signs, so no policy has any.
TEXTS = st.one_of(
    st.text(max_size=12).filter(str.isprintable),
    st.sampled_from(
        ["yes", "null", "~", "1", "1.5", "0x1f", "1_000", "2026-01-01", "a: b", "- a", "#", "'", '"', "a\nb"]
    ),
)
SCALARS: st.SearchStrategy[Data] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.decimals(-(10**9), 10**9, places=4),
    st.dates(date(1950, 1, 1), date(2200, 1, 1)),
    TEXTS,
)
KEYS = st.text("abcdefghijklmnopqrstuvwxyz_县", min_size=1, max_size=6) | st.sampled_from(["yes", "no", "on", "12"])


def _holders(inner: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
    return st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)


@given(st.dictionaries(KEYS, st.recursive(SCALARS, _holders, max_leaves=12), min_size=1, max_size=4))
@example({"a": [[], {}, [[{"b": "x"}]]]})
@example({"a": Decimal("1E+3"), "b": Decimal("-0.0000001")})
def test_what_is_written_is_read_back_the_same(data: dict[str, Data]) -> None:
    assert load_yaml(yaml_text(data)).data == data


@pytest.mark.parametrize("path", sorted(library().rglob("*policy.yaml")), ids=lambda path: path.parent.name)
def test_every_shipped_policy_says_the_same_when_it_is_written_anew(path: Path) -> None:
    data = load_yaml(path.read_text(encoding="utf-8")).data
    assert load_yaml(yaml_text(data)).data == data
