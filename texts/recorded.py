"""Reasons our programs put on the record: recorded in English as ever, and told in the language of whoever reads.

Nothing recorded is changed: whoever records uses `recorded`, whoever shows a reason knows it again by `as_recorded`.
What people wrote is in one language and stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from texts.both import Both, both, literal
from texts.catalogue import entries, text

PREFIX = "recorded."
_PLACE = re.compile(r"\\\{(\w+)\\\}")


def recorded(what: str, **values: object) -> str:
    """The reason a program records, by its name without `recorded.`."""
    return text(PREFIX + what, "en", **values)


def as_recorded(reason: str) -> Both:
    """A reason of the record: one of ours in both languages, one of somebody's as it stands."""
    for key, pattern in _ours():
        found = pattern.fullmatch(reason)
        if found is not None:
            return both(key, **found.groupdict())
    return literal(reason)


@cache
def _ours() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Key -> the English as an expression."""
    return tuple(
        (key, re.compile(_PLACE.sub(r"(?P<\1>.+)", re.escape(pair["en"]))))
        for key, pair in entries().items()
        if key.startswith(PREFIX)
    )
