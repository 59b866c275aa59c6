"""Folding: what headers, sheet names and words of cells have in common however they are typed."""

from __future__ import annotations

import re
import unicodedata

_SOFT = re.compile(r"[\s_\-*]+")


def plain(written: str) -> str:
    """`written` without case, width, spaces, `_`, `-` and the asterisk of required columns: `造价 （万元）*` is `造价(万元)`."""
    return _SOFT.sub("", unicodedata.normalize("NFKC", written)).casefold()
