"""How documents print names, amounts, dates and shares."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from documents.wording import count, day, figure, free, kind, money, money_unit, name, percent, ratio, shown, years
from domain.register import Township
from texts import Both, literal


def test_chinese_tables_read_wan_yuan_and_english_ones_yuan_to_the_fen() -> None:
    assert money(138_900_01) == Both("13.89", "138,900.01")
    assert money_unit(138_900_01) == Both("13.89 万元", "¥138,900.01")


def test_a_negative_figure_has_a_true_minus_and_one_that_rounds_to_nothing_none() -> None:
    assert figure(Decimal("-1234.5"), 1) == "−1,234.5"
    assert figure(Decimal("-0.004"), 2) == "0.00"
    assert count(-1200) == "−1,200"


def test_a_share_is_printed_as_per_cent() -> None:
    assert percent(Decimal("0.32249")) == "32.2%"


def test_a_name_missing_in_one_language_is_taken_from_the_other() -> None:
    assert name(Township(code="t", name_zh="", name_en="Liuhe")) == literal("Liuhe")
    assert name(Township(code="t", name_zh="柳河镇", name_en=" ")) == literal("柳河镇")


def test_nothing_invisible_survives_in_a_printed_name() -> None:
    assert shown("a\u202eb\x00c\n d\ud800") == "a\\u202eb\\x00c d\\ud800"


def test_an_empty_text_is_a_dash() -> None:
    assert free("  ") == free(None) == literal("—")


def test_an_unknown_kind_is_printed_as_its_code() -> None:
    assert kind("village") == Both("村", "Village")
    assert kind("monastery") == literal("monastery")


def test_dates_and_years_are_said_in_both_languages() -> None:
    assert day(date(2026, 3, 1)) == Both("2026年3月1日", "1 March 2026")
    assert years((2026,)) == literal("2026")
    assert years((2026, 2027)) == literal("2026–2027")


@pytest.mark.parametrize("part,whole,expected", [(1, 0, None), (3, 2, Decimal("1.5")), (0, 5, Decimal(0))])
def test_a_ratio_to_nothing_is_no_ratio(part: int, whole: int, expected: Decimal | None) -> None:
    assert ratio(part, whole) == expected
