"""Money is whole fen: reading amounts in yuan exactly or not at all, and printing them (M01, M02).

100 fen are one yuan (元), 10,000 yuan are one 万元. No amount is ever rounded on the way in; `wan_yuan` rounds on the
way out and says how. A Python float is no amount: only `fen_from_cell` takes one, as spreadsheets store nothing else.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Literal

from domain.quoting import quoted

MAX_FEN = 2**53 - 1
"""The largest amount, about 90 trillion yuan: more than a nation spends in a year, and still exact in JSON readers and
solvers that keep numbers as IEEE 754 doubles."""

FEN_PER_YUAN = 100
FEN_PER_WAN_YUAN = 1_000_000
MINUS = "−"
"""U+2212, the sign for negative amounts in print; a hyphen is accepted on the way in."""

_LONGEST_TEXT = 40
_LONGEST_DECIMAL = 60
_CELL_YUAN_MAX = 2**46
"""From here on neighbouring doubles are more than one fen apart, so that a cell no longer says which fen it means."""

_NARROW = str.maketrans("０１２３４５６７８９，．－−￥\u3000\u00a0", "0123456789,.--¥  ")
_AMOUNT = re.compile(
    r"(?P<sign>-?) *¥? *(?P<inner>-?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<part>[0-9]+))?"
    r" *(?P<unit>元|万元?|亿元?|yuan)?"
)
_EXPONENT = re.compile(r"[-+]?[0-9][0-9.,]*[eE][-+]?[0-9]+")
_UNIT_ZEROS = {"": 0, "元": 0, "yuan": 0, "万": 4, "万元": 4, "亿": 8, "亿元": 8}
_ANY_AMOUNT = "an amount in yuan such as 1234.56, 1,234.56 or 12.5万"
_WHOLE_FEN = "a whole number of fen"

Lang = Literal["en", "zh"]


class MoneyFault(ValueError):
    """An amount not readable to the fen: `code` is stable, `sentence` says what was found, expected, and the cure."""

    def __init__(self, code: str, found: object, expected: str, cure: str) -> None:
        self.code = code
        self.found = found
        self.expected = expected
        self.cure = cure
        self.sentence = f"Found {quoted(found)} where {expected} was expected; {cure}."
        super().__init__(self.sentence)

    def __reduce__(self) -> tuple[type[MoneyFault], tuple[str, object, str, str]]:
        """Faults cross process borders with their parts."""
        return type(self), (self.code, self.found, self.expected, self.cure)


def parse_yuan(value: object, *, allow_negative: bool = False) -> int:
    """The whole fen of an amount stated in yuan.

    Takes whole yuan (`int`), exact decimals (`Decimal`) and text: separators in groups of three, `¥` or `￥` in front,
    `元`, `万`, `万元`, `亿`, `亿元` or `yuan` behind, full-width digits and commas. Raises `MoneyFault` for anything
    that is not exactly a whole number of fen from 0 (from −`MAX_FEN` with `allow_negative`) to `MAX_FEN`, and for every
    bool, float and formula.
    """
    if isinstance(value, bool):
        raise MoneyFault("money-kind", value, _ANY_AMOUNT, "write the amount as a number")
    if isinstance(value, int):
        return _bounded(value * FEN_PER_YUAN, value, allow_negative)
    if isinstance(value, Decimal):
        return _fen_from_decimal(value, allow_negative)
    if isinstance(value, str):
        return _fen_from_text(value, allow_negative)
    if isinstance(value, float):
        raise MoneyFault("money-float", value, "an exact amount", "give it as text or as a whole number")
    raise MoneyFault("money-kind", value, _ANY_AMOUNT, "write the amount as a number or as text")


def fen_from_cell(value: float, *, allow_negative: bool = False) -> int:
    """The whole fen of a spreadsheet cell in yuan, which is a binary float.

    Exact or refused: the cell must be the double nearest to an amount with at most two decimals, as every typed amount
    is; a calculation that drifted (0.1 + 0.2) is not. A whole number (`int`) is taken as yuan. Raises `MoneyFault`.
    """
    if isinstance(value, int):
        return parse_yuan(value, allow_negative=allow_negative)
    if not math.isfinite(value):
        raise MoneyFault("money-kind", value, _ANY_AMOUNT, "correct the cell or what it is calculated from")
    if abs(value) >= _CELL_YUAN_MAX:
        expected = "an amount small enough for a number cell to hold to the fen"
        raise MoneyFault("money-too-large", value, expected, "format the cell as text and type the amount")
    numerator, denominator = value.as_integer_ratio()
    fen = (2 * FEN_PER_YUAN * numerator + denominator) // (2 * denominator)
    # int / int is correctly rounded, so this asks exactly: is the cell the double nearest to fen/100?
    if fen / FEN_PER_YUAN != value:
        raise MoneyFault(
            "money-fraction", value, _WHOLE_FEN, "round the cell by a rule you can name, for instance =ROUND(…,2)"
        )
    return _bounded(fen, value, allow_negative)


def yuan(fen: int, lang: Lang = "en", *, unit: bool = True) -> str:
    """An amount to the fen with separators and a true minus: `−¥1,234.56` in English, `−1,234.56元` in Chinese.

    With `unit=False` the number alone, for columns whose head states the unit. `parse_yuan` reads every form back.
    """
    whole, cents = divmod(_magnitude(fen), FEN_PER_YUAN)
    sign = MINUS if fen < 0 else ""
    figure = f"{whole:,}.{cents:02d}"
    if not unit:
        return sign + figure
    return f"{sign}{figure}元" if lang == "zh" else f"{sign}¥{figure}"


def wan_yuan(fen: int, *, unit: bool = True) -> str:
    """An amount in 万元 with two decimals, for tables: for reading, never for adding up.

    Rounded half to even, from the exact amount. What rounds to nothing is printed as `0.00`, without a sign. With
    `unit=False` the number alone.
    """
    fen_per_step = FEN_PER_WAN_YUAN // 100
    steps, rest = divmod(_magnitude(fen), fen_per_step)
    if 2 * rest > fen_per_step or (2 * rest == fen_per_step and steps % 2 == 1):
        steps += 1
    sign = MINUS if fen < 0 and steps else ""
    return f"{sign}{steps // 100:,}.{steps % 100:02d}" + ("万元" if unit else "")


def wan_exact(fen: int) -> Decimal:
    """An amount in 万元 without any rounding: six decimals, whatever the decimal context of the caller."""
    digits = tuple(int(digit) for digit in str(_magnitude(fen)))
    return Decimal((1 if fen < 0 else 0, digits, -6))


def _magnitude(fen: int) -> int:
    """The amount without its sign; a caller that brings anything but whole fen has a defect, not a bad input."""
    if isinstance(fen, bool) or not isinstance(fen, int):
        raise TypeError(f"money is whole fen (int), not {type(fen).__name__}")
    return abs(fen)


def _fen_from_text(text: str, allow_negative: bool) -> int:
    """Text as people write it in cells and policy files."""
    if len(text) > _LONGEST_TEXT:
        expected = f"an amount of at most {_LONGEST_TEXT} characters"
        raise MoneyFault("money-too-long", text, expected, "write the amount alone")
    narrow = text.translate(_NARROW).strip()
    if narrow.startswith(("=", "+", "@")):
        raise MoneyFault("money-formula", text, _ANY_AMOUNT, "type the value itself, formulas are not calculated here")
    if _EXPONENT.fullmatch(narrow):
        raise MoneyFault("money-exponent", text, "an amount written out in full", "write 150000, not 1.5e5")
    match = _AMOUNT.fullmatch(narrow)
    if match is None or (match["sign"] and match["inner"]):
        cure = "use digits, one point, and commas only before groups of three digits"
        raise MoneyFault("money-unreadable", text, _ANY_AMOUNT, cure)
    part = match["part"] or ""
    coefficient = int(match["whole"].replace(",", "") + part)
    fen = _whole_fen(coefficient, _UNIT_ZEROS[match["unit"] or ""] - len(part), text)
    return _bounded(-fen if match["sign"] or match["inner"] else fen, text, allow_negative)


def _fen_from_decimal(value: Decimal, allow_negative: bool) -> int:
    """An exact decimal number of yuan."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise MoneyFault("money-kind", value, _ANY_AMOUNT, "write the amount as a number")
    if len(digits) > _LONGEST_DECIMAL:
        expected = f"an amount of at most {_LONGEST_DECIMAL} digits"
        raise MoneyFault("money-too-long", value, expected, "write the amount to the fen")
    fen = _whole_fen(int("".join(map(str, digits))), exponent, value)
    return _bounded(-fen if sign else fen, value, allow_negative)


def _whole_fen(coefficient: int, exponent: int, found: object) -> int:
    """`coefficient`·10^`exponent` yuan in fen; the exponent is checked before anything is raised to it."""
    if coefficient == 0:
        return 0
    shift = exponent + 2
    if shift > _LONGEST_DECIMAL:
        return MAX_FEN + 1
    scale: int = 10 ** min(abs(shift), 2 * _LONGEST_DECIMAL)
    if shift >= 0:
        return coefficient * scale
    fen, rest = divmod(coefficient, scale)
    if rest:
        raise MoneyFault(
            "money-fraction", found, _WHOLE_FEN, "round it to two decimals of a yuan by a rule you can name"
        )
    return fen


def _bounded(fen: int, found: object, allow_negative: bool) -> int:
    """The amount, when its sign and size are allowed."""
    if fen < 0 and not allow_negative:
        cure = "write it without the minus, or record it as money returned"
        raise MoneyFault("money-negative", found, "an amount of zero or more", cure)
    if abs(fen) > MAX_FEN:
        expected = f"an amount of at most {yuan(MAX_FEN)}"
        raise MoneyFault("money-too-large", found, expected, "check the unit and the number of zeros")
    return fen
