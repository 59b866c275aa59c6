"""Phrases of ours in Chinese: the English as it is made, places in it as `{x}`, and what it is in Chinese.

A phrase is looked up as a whole first, then by those with places in them, the ones with most words of their own first.
What no phrase fits – codes, names, somebody's own words – stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property

PLACE = re.compile(r"\{(\w)\}")


class Phrases:
    """One book of phrases. `deep` says of a place's letter and text what stands there in Chinese."""

    def __init__(self, known: Mapping[str, str], deep: Callable[[str, str], str]) -> None:
        self._known = known
        self._deep = deep

    def __call__(self, value: str) -> str | None:
        """The Chinese of a phrase; None for what is none of these."""
        if value in self._known:
            return self._known[value]
        for pattern, template in self._patterns:
            found = pattern.fullmatch(value)
            if found is not None:
                parts = {letter: self._deep(letter, part) for letter, part in found.groupdict().items()}
                return PLACE.sub(lambda place, parts=parts: parts[place[1]], template)  # type: ignore[misc]
        return None

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        phrases = [(english, zh) for english, zh in self._known.items() if PLACE.search(english)]
        phrases.sort(key=lambda phrase: (-len(PLACE.sub("", phrase[0])), phrase[0]))
        return tuple((_pattern(english), zh) for english, zh in phrases)


def _pattern(english: str) -> re.Pattern[str]:
    escaped = re.sub(r"\\\{(\w)\\\}", r"(?P<\1>.+?)", re.escape(english))
    return re.compile(escaped, re.DOTALL)
