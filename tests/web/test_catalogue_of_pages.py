"""Every word of the pages' catalogues is said by a page."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("web", "service", "documents", "api", "intake", "texts", "cli")


def test_every_word_of_the_pages_is_used() -> None:
    """By its whole name, or by a beginning to which the code adds the rest."""
    sources = [
        path.read_text(encoding="utf-8")
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.suffix in (".py", ".j2", ".js") and "catalogue" not in path.parts
    ]
    said = set(re.findall(r"[\"'`{]?((?:[a-z_]+\.)+[A-Za-z0-9_.-]*)", "\n".join(sources)))
    beginnings = tuple(one for one in said if one.endswith((".", "_", "-")))
    keys = [
        key
        for path in sorted((ROOT / "texts" / "catalogue").glob("web*.yaml"))
        for key in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    assert len(keys) > 100
    unused = [key for key in keys if key not in said and not key.startswith(beginnings)]
    assert unused == []
