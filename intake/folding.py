"""Folding: what headers, sheet names and words of cells have in common however they are typed."""

from __future__ import annotations

import re
import unicodedata

_SOFT = re.compile(r"[\s_\-*]+")


def plain(written: str) -> str:
    """`written` without case, width, spaces, `_`, `-` and the `*` of needed columns: `户数 （户）*` is `户数(户)`."""
    return _SOFT.sub("", unicodedata.normalize("NFKC", written)).casefold()
