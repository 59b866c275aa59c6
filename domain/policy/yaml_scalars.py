"""What an unquoted YAML value means here: one clear reading, or the advice to quote it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

MAX_DIGITS = 30
_LONGEST_UNCLEAR = 64
"""Longer than any number or moment somebody writes; also keeps the patterns below from backtracking over a page."""

_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_QUOTE = "put it in quotes if it is a text"


class PlainValue(NamedTuple):
    """The value, or what was expected and the cure (`fault`)."""

    value: str | int | Decimal | bool | date | None = None
    fault: tuple[str, str] | None = None


_WORDS = {
    "": PlainValue(None),
    "~": PlainValue(None),
    "null": PlainValue(None),
    "true": PlainValue(True),
    "false": PlainValue(False),
}
_UNCLEAR: tuple[tuple[re.Pattern[str], str, str], ...] = (
    # Everything YAML 1.1, YAML 1.2 or a reader between them takes for something other than the text that stands there.
    (
        re.compile(r"(?i)true|false|yes|no|on|off"),
        "true or false",
        f"write true or false in small letters, or {_QUOTE}",
    ),
    (re.compile(r"(?i)null"), "null or nothing", f"leave the value empty, or {_QUOTE}"),
    (re.compile(r"(?i)[-+]?\.inf|\.nan"), "a finite number", f"write an ordinary number, or {_QUOTE}"),
    (
        re.compile(r"[-+]?[0-9][0-9_.]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"),
        "a number or a text",
        f"YAML reads it to base 60, {_QUOTE}",
    ),
    (
        re.compile(r"[-+]?0(?:[xX][0-9a-fA-F_]+|[oO][0-7_]+|[bB][01_]+)"),
        "a number in base 10",
        f"write its digits, or {_QUOTE}",
    ),
    (re.compile(r"[-+]?0[0-9_]+"), "a number without leading zeros", f"YAML may read it to base 8, {_QUOTE}"),
    (
        re.compile(r"[-+]?(?:[0-9][0-9_.]*|\.[0-9_]+)[eE][-+]?[0-9]+"),
        "a number written out",
        f"write all its digits, or {_QUOTE}",
    ),
    (re.compile(r"[-+]?[0-9][0-9_]*_[0-9_.]*"), "a number in plain digits", f"delete the underscores, or {_QUOTE}"),
    (
        re.compile(r"[-+]?(?:\.[0-9_]+|[0-9][0-9_]*\.[0-9_]*)"),
        "a number such as 0.5",
        f"write digits on both sides of the point, or {_QUOTE}",
    ),
    (
        re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?"),
        "a date such as 2026-03-31",
        f"write year, month and day that exist and no time, or {_QUOTE}",
    ),
    (re.compile(r"<<|="), "a value", f"YAML gives this sign a meaning of its own, {_QUOTE}"),
)


def plain_value(text: str) -> PlainValue:
    """The value of an unquoted scalar: whole number, exact decimal, true or false, date, nothing, or else the text."""
    word = _WORDS.get(text)
    if word is not None:
        return word
    number = _WHOLE.fullmatch(text) or _DECIMAL.fullmatch(text)
    if number and len(text) > MAX_DIGITS:
        return PlainValue(fault=(f"a number of at most {MAX_DIGITS} characters", _QUOTE))
    if number:
        return PlainValue(Decimal(text) if "." in text else int(text))
    if day := _DATE.fullmatch(text):
        try:
            return PlainValue(date(int(day[1]), int(day[2]), int(day[3])))
        except ValueError:
            pass  # no such day: falls through to the unclear ones
    if len(text) > _LONGEST_UNCLEAR:
        return PlainValue(text)
    for pattern, expected, cure in _UNCLEAR:
        if pattern.fullmatch(text):
            return PlainValue(fault=(expected, cure))
    return PlainValue(text)
