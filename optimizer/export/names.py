"""Names that every reader of LP and MPS files takes: short ASCII words, unique, and traceable to the model's own.

Our names hold codes of units and projects in any script, `-` and up to 64 signs; the LP format knows `-` as an
operator, `e9` as part of a number, and words such as `free` as its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LENGTH_MAX = 100
"""Readers take 255 signs; what is longer than this is hard to read in a line."""
_STRANGE = re.compile(r"[^A-Za-z0-9_.]")
_LEADING = re.compile(r"[A-DF-Za-df-z]")
"""A name may not begin with a digit or a dot, nor with an `e` that a digit could follow."""
RESERVED = {"bin", "bounds", "free", "generals", "inf", "infinity", "max", "min", "obj", "st", "constant"}


def file_names(names: Sequence[str]) -> list[str]:
    """A legal name for each, different from all others; a name that is legal already stays as it is."""
    taken = {name for name in names if _legal(name)}
    used: set[str] = set()
    result: list[str] = []
    for name in names:
        short = name
        if not _legal(name) or name in used:
            short = plain = _plain(name)
            number = 2
            while short in taken or short in used:
                short = f"{plain}_{number}"
                number += 1
        used.add(short)
        result.append(short)
    return result


def _legal(name: str) -> bool:
    return len(name) <= LENGTH_MAX and name == _plain(name)


def _plain(name: str) -> str:
    plain = _STRANGE.sub("_", name)[:LENGTH_MAX]
    if not _LEADING.match(plain) or plain.lower() in RESERVED:
        plain = f"n_{plain}"[:LENGTH_MAX]
    return plain
