"""The shipped registers as they lie in the library: read with nothing but the standard library."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

LIBRARY = Path(__file__).resolve().parent.parent.parent / "scenarios" / "library"
Row = dict[str, str]


def rows(register: str, table: str) -> list[Row]:
    """The rows of one table, every cell as written."""
    text = (LIBRARY / register / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def outlines(register: str) -> dict[str, Any]:
    """The features of the areas by the code of their unit."""
    collection = json.loads((LIBRARY / register / "areas.geojson").read_text(encoding="utf-8"))
    return {
        feature["properties"].get("code") or feature["properties"]["lsoa21_code"]: feature
        for feature in collection["features"]
    }


def split(cell: str) -> list[str]:
    """A cell that holds a list."""
    return cell.split(";") if cell else []
