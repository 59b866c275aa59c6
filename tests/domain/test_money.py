"""Money is read exactly or refused with a sentence, and printed so that it can be read back."""

from __future__ import annotations

import pickle
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.money import MAX_FEN, MoneyFault, fen_from_cell, parse_yuan, wan_exact, wan_yuan, yuan

amounts = st.integers(-MAX_FEN, MAX_FEN)


@pytest.mark.parametrize(
    "written, fen",
    [
        (0, 0),
        (2_000_000, 200_000_000),
        ("0", 0),
        ("0.01", 1),
        ("1,234.56", 123_456),
        ("1234567.8", 123_456_780),
        ("1.500", 150),
        ("12.5万", 12_500_000),
        ("12.5万元", 12_500_000),
        ("1.234567万", 1_234_567),
        ("0.3亿", 3_000_000_000),
        ("￥1,234.5", 123_450),
        ("¥ 2,000,000.01", 200_000_001),
        ("１，２３４．５６元", 123_456),
        ("\u3000１２万 ", 12_000_000),
        ("88 yuan", 8_800),
        (Decimal("1250.50"), 125_050),
        (Decimal("2.00E+6"), 200_000_000),
        (Decimal("1.5000000"), 150),
    ],
)
def test_an_amount_is_read_to_the_fen_however_it_is_written(written: object, fen: int) -> None:
    assert parse_yuan(written) == fen


@pytest.mark.parametrize(
    "written, code",
    [
        ("-5", "money-negative"),
        (-1, "money-negative"),
        (Decimal("-0.01"), "money-negative"),
        ("12.345", "money-fraction"),
        ("0.0000001万", "money-fraction"),
        (Decimal("0.001"), "money-fraction"),
        (Decimal("1E-999999999"), "money-fraction"),
        (True, "money-kind"),
        (None, "money-kind"),
        ([1], "money-kind"),
        (Fraction(1, 2), "money-kind"),
        (Decimal("NaN"), "money-kind"),
        (Decimal("Infinity"), "money-kind"),
        (1.0, "money-float"),
        (float("nan"), "money-float"),
        ("=1+1", "money-formula"),
        ("+5", "money-formula"),
        ("@SUM(A1)", "money-formula"),
        ("1e5", "money-exponent"),
        ("1.5E+3", "money-exponent"),
        ("9" * 41, "money-too-long"),
        pytest.param("9" * 1_000_000, "money-too-long", id="a million nines"),
        (Decimal("1" * 61), "money-too-long"),
        ("1" * 20, "money-too-large"),
        (MAX_FEN // 100 + 1, "money-too-large"),
        pytest.param(10**5000, "money-too-large", id="10**5000"),
        (Decimal("1E+999999999"), "money-too-large"),
        ("", "money-unreadable"),
        ("nan", "money-unreadable"),
        ("12,34", "money-unreadable"),
        ("1,2345", "money-unreadable"),
        (".5", "money-unreadable"),
        ("5.", "money-unreadable"),
        ("1_000", "money-unreadable"),
        ("--5", "money-unreadable"),
        ("-¥-5", "money-unreadable"),
        ("(5.00)", "money-unreadable"),
        ("٣٤", "money-unreadable"),
        ("5 dollars", "money-unreadable"),
        ("1\n2", "money-unreadable"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(written: object, code: str) -> None:
    with pytest.raises(MoneyFault) as refused:
        parse_yuan(written)
    assert refused.value.code == code


def test_a_refusal_says_in_one_sentence_what_was_found_what_was_expected_and_the_cure() -> None:
    with pytest.raises(MoneyFault) as refused:
        parse_yuan("12.345")
    assert refused.value.sentence == str(refused.value)
    assert refused.value.sentence == (
        'Found "12.345" where a whole number of fen was expected; '
        "round it to two decimals of a yuan by a rule you can name."
    )


def test_a_refusal_neither_prints_a_page_nor_lets_hidden_characters_through() -> None:
    with pytest.raises(MoneyFault) as long:
        parse_yuan("8" * 5_000)
    with pytest.raises(MoneyFault) as hidden:
        parse_yuan("5\u202e\x1b[2J\ud800")
    assert len(long.value.sentence) < 200
    assert hidden.value.sentence.isprintable()
    assert '"5\\u202e\\x1b[2J\\ud800"' in hidden.value.sentence


def test_a_refusal_keeps_its_parts_when_it_crosses_a_process_border() -> None:
    with pytest.raises(MoneyFault) as refused:
        parse_yuan("-5")
    copy = pickle.loads(pickle.dumps(refused.value))
    assert (copy.code, copy.found, copy.sentence) == ("money-negative", "-5", refused.value.sentence)


def test_a_negative_amount_is_read_where_it_is_allowed() -> None:
    assert [parse_yuan(text, allow_negative=True) for text in ("-5", "−¥1,234.56", "￥-0.01", "－１万")] == [
        -500,
        -123_456,
        -1,
        -1_000_000,
    ]
    assert fen_from_cell(-0.29, allow_negative=True) == -29


@given(amounts)
@example(MAX_FEN)
@example(-MAX_FEN)
def test_every_printed_amount_reads_back_to_the_same_fen(fen: int) -> None:
    printed = [yuan(fen), yuan(fen, "zh"), yuan(fen, unit=False), f"{wan_exact(fen)}万"]
    assert [parse_yuan(text, allow_negative=True) for text in printed] == [fen] * 4


@given(st.text(max_size=45))
def test_any_text_at_all_is_read_or_refused_and_never_anything_else(text: str) -> None:
    try:
        assert 0 <= parse_yuan(text) <= MAX_FEN
        sentence = ""
    except MoneyFault as fault:
        sentence = fault.sentence
    assert sentence.isprintable()


@given(amounts.filter(lambda fen: abs(fen) < 2**46 * 100))
@example(29)
@example(2**46 * 100 - 1)
def test_a_cell_that_holds_the_double_nearest_to_an_amount_is_that_amount(fen: int) -> None:
    assert fen_from_cell(float(f"{wan_exact(fen)}e4"), allow_negative=True) == fen


@given(st.floats())
def test_a_cell_is_read_exactly_or_refused(value: float) -> None:
    try:
        fen = fen_from_cell(value, allow_negative=True)
    except MoneyFault:
        return
    assert fen / 100 == value


@pytest.mark.parametrize(
    "value, code",
    [
        (0.1 + 0.2, "money-fraction"),
        (1.005, "money-fraction"),
        (5e-324, "money-fraction"),
        (float("nan"), "money-kind"),
        (float("inf"), "money-kind"),
        (-1.0, "money-negative"),
        (1e300, "money-too-large"),
        (float(2**46), "money-too-large"),
        (True, "money-kind"),
    ],
)
def test_a_cell_that_drifted_or_lost_its_fen_is_refused(value: float, code: str) -> None:
    with pytest.raises(MoneyFault) as refused:
        fen_from_cell(value)
    assert refused.value.code == code


def test_a_cell_with_a_whole_number_is_that_many_yuan() -> None:
    assert [fen_from_cell(2_000_000.0), fen_from_cell(2_000_000), fen_from_cell(-0.0)] == [200_000_000, 200_000_000, 0]


@pytest.mark.parametrize(
    "fen, english, chinese, alone, table",
    [
        (0, "¥0.00", "0.00元", "0.00", "0.00万元"),
        (1, "¥0.01", "0.01元", "0.01", "0.00万元"),
        (-1, "−¥0.01", "−0.01元", "−0.01", "0.00万元"),
        (123_456, "¥1,234.56", "1,234.56元", "1,234.56", "0.12万元"),
        (-200_000_001, "−¥2,000,000.01", "−2,000,000.01元", "−2,000,000.01", "−200.00万元"),
        (1_234_567_890_000, "¥12,345,678,900.00", "12,345,678,900.00元", "12,345,678,900.00", "1,234,567.89万元"),
    ],
)
def test_an_amount_is_printed_with_separators_two_decimals_and_a_true_minus(
    fen: int, english: str, chinese: str, alone: str, table: str
) -> None:
    assert [yuan(fen), yuan(fen, "zh"), yuan(fen, unit=False), wan_yuan(fen)] == [english, chinese, alone, table]
    assert wan_yuan(fen, unit=False) == table.removesuffix("万元")


@pytest.mark.parametrize("fen, printed", [(5_000, "0.00"), (15_000, "0.02"), (25_000, "0.02"), (25_001, "0.03")])
def test_wan_yuan_rounds_halves_to_the_even_hundredth(fen: int, printed: str) -> None:
    assert wan_yuan(fen, unit=False) == printed


@given(amounts)
def test_wan_yuan_is_the_exact_amount_rounded_half_to_even(fen: int) -> None:
    rounded = abs(wan_exact(fen)).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
    assert wan_yuan(fen, unit=False).lstrip("−") == f"{rounded:,}"


@given(amounts)
def test_wan_exact_loses_nothing_whatever_the_decimal_context(fen: int) -> None:
    with localcontext() as narrow:
        narrow.prec = 3
        exact = wan_exact(fen)
    assert Fraction(exact) == Fraction(fen, 1_000_000)


@pytest.mark.parametrize("wrong", [1.0, True, Decimal(1)])
def test_only_whole_fen_are_printed(wrong: int) -> None:
    for printer in (yuan, wan_yuan, wan_exact):
        with pytest.raises(TypeError, match="whole fen"):
            printer(wrong)
