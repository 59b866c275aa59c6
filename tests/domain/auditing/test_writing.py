"""Likeness of writings: the same both ways, 100 for the same writing only, blind to width, case and punctuation."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from domain.auditing.writing import likeness, plainly

TEXTS = st.text(max_size=30) | st.text("建修村室路（）()ＡＢab 12", max_size=12)


@given(TEXTS, TEXTS)
def test_likeness_is_the_same_both_ways_and_between_0_and_100(first: str, second: str) -> None:
    assert likeness(first, second) == likeness(second, first)
    assert 0 <= likeness(first, second) <= 100


@given(TEXTS, TEXTS)
def test_only_equal_writings_are_100_alike(first: str, second: str) -> None:
    assert (likeness(first, second) == 100) == (plainly(first) == plainly(second) != "")


@given(TEXTS)
def test_width_case_spaces_and_punctuation_do_not_matter(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert plainly(wide) == plainly(text)
    assert plainly(f" （{text}）。 ") == plainly(text)
    assert plainly(unicodedata.normalize("NFKC", text)) == plainly(text)


@given(TEXTS)
def test_what_is_written_plainly_stays_as_it_is(text: str) -> None:
    assert plainly(plainly(text)) == plainly(text)


def test_the_number_is_the_share_of_neighbouring_pairs_in_common() -> None:
    # 修建, 建活, 活动, 动室 and 新建, 建活, 活动, 动室: three of four
    assert likeness("修建活动室", "新建活动室") == 75
    assert likeness("修建活动室", "架设路灯") == 0
    assert likeness("甲建筑（有限）公司", "甲建筑(有限)公司") == 100
    assert likeness("", "") == 0
    assert likeness("室", "室") == 100
