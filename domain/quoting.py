"""Quoting: how a fault shows what it found, short and harmless in a terminal, on a page and in a log."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

SHOWN_CHARACTERS = 40
"""Longer text is cut here: a sentence must stay a sentence whatever was pasted into a cell."""

_SHOWN_BITS = 256
"""Larger whole numbers are described, not printed: Python refuses to print some of them, and nobody reads 77 digits."""


def printable(text: str) -> str:
    """`text` with every control, invisible or unpaired character written as its escape: it can hide or move nothing."""
    if text.isprintable():
        return text
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode("ascii") for ch in text)


def quoted(found: object) -> str:
    """What was found, as a fault names it: text in double quotes, numbers as they are, everything else by its kind."""
    if isinstance(found, bool):
        return "true" if found else "false"
    if found is None:
        return "nothing"
    if isinstance(found, int):
        return str(found) if found.bit_length() <= _SHOWN_BITS else "a whole number of more than 77 digits"
    if isinstance(found, str):
        return f'"{_clipped(found)}"'
    if isinstance(found, Fraction):
        return f"{quoted(found.numerator)}/{quoted(found.denominator)}"
    if isinstance(found, (float, Decimal)):
        return _clipped(str(found))
    return f"a value of type {type(found).__name__}"


def _clipped(text: str) -> str:
    """The printable start of `text`, with an ellipsis where it was cut."""
    return printable(text) if len(text) <= SHOWN_CHARACTERS else printable(text[:SHOWN_CHARACTERS]) + "…"
