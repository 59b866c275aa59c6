"""How alike two writings are, in one number anyone can recompute: shared pairs of neighbouring characters.

A text is first written plainly: compatibility forms (NFKC: full-width letters, ㈱, ⅣI), no case, brackets of one
kind, and nothing but letters and digits. With B(a) the multiset of its pairs of neighbouring characters

    likeness(a, b) = 100 * 2 |B(a) ∩ B(b)| / (|B(a)| + |B(b)|)      rounded down      (Dice, 1945)

which is 100 for equal writings, 0 where no pair is shared, and the same both ways. Chinese needs no word breaks.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

ALL = 100


def plainly(text: str) -> str:
    """A text without width, case, spaces and punctuation, so that `甲（有限）公司` and `甲(有限)公司` are one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


class Writing(NamedTuple):
    """A text as it is compared: written plainly, and its pairs with how often each stands there."""

    plain: str
    pairs: Mapping[str, int]


def writing(text: str) -> Writing:
    """A text made ready to be compared with many others."""
    plain = plainly(text)
    return Writing(plain, Counter(plain[place : place + 2] for place in range(len(plain) - 1)))


def likeness(first: str, second: str) -> int:
    """From 0, nothing shared, to 100, the same."""
    return alike(writing(first), writing(second))


def alike(first: Writing, second: Writing) -> int:
    """The same of writings that are ready."""
    if first.plain == second.plain:
        return ALL if first.plain else 0
    whole = len(first.plain) + len(second.plain) - 2
    fewer, more = sorted((first.pairs, second.pairs), key=len)
    shared = sum(min(times, more.get(pair, 0)) for pair, times in fewer.items())
    # two writings may share all their pairs and still differ (abcab, abcab read from c): only equal ones are 100
    return min(2 * ALL * shared // whole, ALL - 1) if shared else 0
