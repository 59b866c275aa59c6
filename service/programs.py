"""Which programs make a plan: what a run record names, so that a later run can say which of them is another."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DECISIVE = ("domain", "optimizer")
"""The rooms whose text decides which plan comes of a case."""
WORKING = ("domain", "history", "intake", "optimizer", "projections", "scenarios", "service")
"""The rooms that work out what a scenario finds, from its file to the figures."""


@cache
def programs() -> dict[str, str]:
    """Program -> version. Of ours it is a digest of the text of the rooms that decide: a release number would call two
    of them the same between releases."""
    return {
        "numpy": version("numpy"),
        "ortools": version("ortools"),
        "python": platform.python_version(),
        "rules": _digest(DECISIVE),
    }


@cache
def release() -> dict[str, str]:
    """The same, with a digest of every room (and the registers shipped) that has a part in a row of a sweep."""
    return {**programs(), "rooms": _digest(WORKING, "*.py", "*.yaml", "*.csv", "*.geojson")}


def _digest(rooms: tuple[str, ...], *kinds: str) -> str:
    text = hashlib.sha256()
    for room in rooms:
        for path in sorted({path for kind in kinds or ("*.py",) for path in (ROOT / room).rglob(kind)}):
            text.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return text.hexdigest()[:16]
