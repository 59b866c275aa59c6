"""How alike two writings are, in one number anyone can recompute: shared pairs of neighbouring characters.

A text is first written plainly: compatibility forms (NFKC: full-width letters, ㈱, ⅣI), no case, brackets of one
kind, and nothing but letters and digits. With B(a) the multiset of its pairs of neighbouring characters

    likeness(a, b) = 100 * 2 |B(a) ∩ B(b)| / (|B(a)| + |B(b)|)      rounded down      (Dice, 1945)

which is 100 for equal writings, 0 where no pair is shared, and the same both ways. Chinese needs no word breaks.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

ALL = 100


def plainly(text: str) -> str:
    """A text without width, case, spaces and punctuation, so that `甲（有限）公司` and `甲(有限)公司` are one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def likeness(first: str, second: str) -> int:
    """From 0, nothing shared, to 100, the same."""
    a, b = plainly(first), plainly(second)
    if a == b:
        return ALL if a else 0
    pairs_a, pairs_b = _pairs(a), _pairs(b)
    whole = pairs_a.total() + pairs_b.total()
    shared = (pairs_a & pairs_b).total()
    # two writings may share all their pairs and still differ (abcab, abcab read from c): only equal ones are 100
    return min(2 * ALL * shared // whole, ALL - 1) if whole else 0


def _pairs(text: str) -> Counter[str]:
    return Counter(text[place : place + 2] for place in range(len(text) - 1))
