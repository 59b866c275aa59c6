"""Cells: what one cell says, read by the kind of its column; everything else is a `CellProblem` with a code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from intake.amounts import fen
from intake.columns import Column, Kind
from intake.dates import day, without_time
from intake.faults import CellProblem
from intake.folding import plain
from intake.headers import Heading
from intake.tables import BrokenValue, Cell
from intake.words import NO, STARS, YES

Value = str | int | bool | Decimal | date | tuple[str, ...]
"""What a cell comes to; an empty cell comes to None before any reader is asked."""

COUNT_MAX = 10**10
CODE_LONGEST = 64
FIGURE_MAX = 10**15
DECIMALS_MAX = 30
YEARS = (1950, 2200)
DEGREES = {"longitude": 180, "latitude": 90}
_MICRO = Decimal("0.000001")
_CODE = re.compile(r"[\w.\-]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_LIST = re.compile(r"[;；、,，|\r\n]")
_BREAKS = re.compile(r"[\r\n\t]+")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_TEXTUAL: frozenset[Kind] = frozenset({"code", "codes", "name", "text", "condition"})


def read_cell(cell: Cell, heading: Heading, *, counts_from_1904: bool = False) -> Value:
    """What a filled cell says in its column. Raises `CellProblem`."""
    column = heading.column
    if isinstance(cell, BrokenValue):
        raise CellProblem("broken-value")
    if isinstance(cell, str):
        refuse_formula(cell, textual=column.kind in _TEXTUAL)
    if column.kind == "yuan":
        return fen(cell, heading.yuan_zeros or 0, signed=column.signed)
    if column.kind == "date":
        return day(without_time(cell) if column.timed else cell, counts_from_1904=counts_from_1904)
    return _READERS[column.kind](cell, column)


def refuse_formula(cell: str, *, textual: bool) -> None:
    """Refuse text that a spreadsheet would run: it begins with `=` or `@`, or with `+` or `-` and is no number."""
    first = unicodedata.normalize("NFKC", cell[:8].lstrip())[:1]
    if first in {"=", "@"} or (textual and first in {"+", "-"} and not _NUMBER.fullmatch(cell.strip())):
        raise CellProblem("formula-text")


def clean(cell: str) -> str:
    """Text in composed form, without outer spaces, line breaks made spaces; hidden characters are a `CellProblem`."""
    text = _BREAKS.sub(" ", unicodedata.normalize("NFC", cell)).strip()
    if not text.isprintable():
        for character in text:
            if unicodedata.category(character) in _HIDDEN:
                raise CellProblem("hidden-character", character=f"U+{ord(character):04X}")
    return text


def _text(cell: Cell, column: Column) -> str:
    if isinstance(cell, bool | date):
        raise CellProblem("not-text")
    if column.kind == "name" and isinstance(cell, str) and _BREAKS.search(cell.strip()):
        raise CellProblem("hidden-character", character="U+000A")
    text = clean(cell) if isinstance(cell, str) else _figure_text(cell)
    if len(text) > column.longest:
        raise CellProblem("too-long", longest=column.longest, length=len(text))
    return text


def _figure_text(cell: int | float | None) -> str:
    """A number in a column of text, as the spreadsheet shows it."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() and abs(cell) < FIGURE_MAX else str(cell)


def _code(cell: Cell, column: Column) -> str:
    if isinstance(cell, bool | date):
        raise CellProblem("not-text")
    return _word(cell if isinstance(cell, str) else _figure_text(cell), column)


def _word(written: str, column: Column) -> str:
    """One code or word: a word with a meaning becomes the canonical one."""
    meant = column.meanings.get(plain(written))
    if meant is not None:
        return meant
    if column.closed:
        raise CellProblem("not-a-choice", choices=tuple(column.words))
    found = unicodedata.normalize("NFKC", written).strip()
    if len(found) > CODE_LONGEST:
        raise CellProblem("code-too-long", longest=CODE_LONGEST)
    if not _CODE.fullmatch(found):
        raise CellProblem("not-a-code")
    return found


def _codes(cell: Cell, column: Column) -> tuple[str, ...]:
    """A list, each item once, in order of codes: order says nothing here, and equal registers are equal bytes."""
    if isinstance(cell, bool | date):
        raise CellProblem("not-text")
    items = _LIST.split(cell) if isinstance(cell, str) else [_figure_text(cell)]
    return tuple(sorted({_word(item, column) for item in items if item.strip()}))


def _yes_no(cell: Cell, _column: Column) -> bool:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float) and cell in {0, 1}:
        return cell == 1
    if isinstance(cell, str):
        folded = plain(cell)
        if folded in YES or folded in NO:
            return folded in YES
    raise CellProblem("not-yes-no")


def decimal_of(cell: Cell) -> Decimal:
    """A plain decimal number, exact as written or as the shortest text of the cell's number. Raises `CellProblem`."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise CellProblem("not-a-number")
    if isinstance(cell, str):
        text = unicodedata.normalize("NFKC", cell).strip().replace("−", "-")
        if len(text) > 60 or not _NUMBER.fullmatch(text):
            raise CellProblem("not-a-number")
        number = Decimal(text.replace(",", ""))
    else:
        try:
            number = Decimal(repr(cell))
        except InvalidOperation as never:
            raise CellProblem("not-a-number") from never
    if not number.is_finite() or abs(number) > FIGURE_MAX:
        raise CellProblem("number-too-large")
    return trimmed(number)


def trimmed(number: Decimal) -> Decimal:
    """The same number without trailing zeros or exponent: equal numbers have equal bytes."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # finite
    kept = list(digits)
    while exponent < 0 and kept and kept[-1] == 0:
        kept.pop()
        exponent += 1
    if -exponent > DECIMALS_MAX:
        raise CellProblem("number-too-fine", decimals=DECIMALS_MAX)
    if exponent > 0:
        kept += [0] * exponent
        exponent = 0
    return Decimal((int(number < 0), tuple(kept) or (0,), exponent if any(kept) else 0))


def _whole(cell: Cell, low: int, high: int) -> int:
    number = decimal_of(cell)
    if number != number.to_integral_value():
        raise CellProblem("not-whole")
    if not low <= number <= high:
        raise CellProblem("out-of-range", low=low, high=high)
    return int(number)


def _count(cell: Cell, _column: Column) -> int:
    return _whole(cell, 0, COUNT_MAX)


def _stars(cell: Cell, _column: Column) -> int:
    if isinstance(cell, str) and (stars := STARS.get(plain(cell))) is not None:
        return stars
    return _whole(cell, 1, 5)


def _year(cell: Cell, _column: Column) -> int:
    if isinstance(cell, str):
        cell = cell.strip().removesuffix("年").removesuffix("年度")
    return _whole(cell, *YEARS)


def _degrees(cell: Cell, column: Column) -> int:
    """Degrees to whole microdegrees, about 0.1 m, rounded half to even."""
    degrees, bound = decimal_of(cell), DEGREES[column.key]
    if abs(degrees) > bound:
        raise CellProblem("out-of-range", low=-bound, high=bound)
    return int(degrees.quantize(_MICRO, ROUND_HALF_EVEN).scaleb(6))


def _figure(cell: Cell, _column: Column) -> Decimal:
    return decimal_of(cell)


def is_number(cell: Cell) -> bool:
    """Whether a cell of a column we do not know holds a number."""
    if isinstance(cell, BrokenValue):
        return False
    try:
        decimal_of(cell)
    except CellProblem as problem:
        return problem.code in {"number-too-large", "number-too-fine"}
    return True


_READERS: dict[Kind, Callable[[Cell, Column], Value]] = {
    "code": _code,
    "codes": _codes,
    "name": _text,
    "text": _text,
    "condition": _text,
    "yes_no": _yes_no,
    "count": _count,
    "stars": _stars,
    "degrees": _degrees,
    "decimal": _figure,
    "year": _year,
}
