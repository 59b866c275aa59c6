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


@cache
def programs() -> dict[str, str]:
    """Program -> version. Of ours it is a digest of the text of the rooms that decide: a release number would call two
    of them the same between releases."""
    text = hashlib.sha256()
    for room in DECISIVE:
        for path in sorted((ROOT / room).rglob("*.py")):
            text.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return {
        "numpy": version("numpy"),
        "ortools": version("ortools"),
        "python": platform.python_version(),
        "rules": text.hexdigest()[:16],
    }
