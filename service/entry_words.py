"""Fields of entries and what stands in them, as words: for previews of an import and lists of what was kept."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import msgspec

from documents.wording import have, kind, money_unit, shown
from intake.sheets import BY_KEY
from texts import Both, both, both_or, literal

LENGTH_MAX = 160
SHEETS = {"township": "townships", "unit": "units", "project": "projects", "fund": "funds", "duty": "duties"}


def field_words(what: str, field: str) -> Both:
    """What a field is called: as its column in the spreadsheet, else its own name as words."""
    return _columns(SHEETS.get(what, "")).get(field) or both_or(f"indicator.{field}", _plainly(field))


def value_words(field: str, value: Any) -> Both:
    """What stands in a field; a dash for nothing."""
    match value:
        case None | "" | ():
            return literal("–")
        case bool():
            return both("web.register.yes" if value else "web.register.no")
        case int() if field.endswith("_fen"):
            return money_unit(value)
        case int():
            return literal(f"{value:,}")
        case date():
            return literal(value.isoformat())
        case msgspec.Struct():
            inside = {name: getattr(value, name) for name in value.__struct_fields__}
            return _joined([value_words(name, one) for name, one in inside.items() if one not in (None, "", ())])
        case list() | tuple() | frozenset():
            return _joined([value_words(field, one) for one in value])
        case dict():
            return _joined([literal(f"{shown(str(name))} ") + value_words(field, one) for name, one in value.items()])
    text = shown(str(value))[:LENGTH_MAX]
    if field in ("haves", "closes"):
        return have(text)
    if field == "kind":
        return kind(text)
    return both_or(f"times.step.{text}", text) if field == "stage" else literal(text)


@cache
def _columns(sheet: str) -> dict[str, Both]:
    """Field -> its column. Sums of the register are in fen, those of its spreadsheet in yuan."""
    found: dict[str, Both] = {}
    for column in BY_KEY[sheet].columns if sheet in BY_KEY else ():
        called = Both(column.zh[0], _plainly(column.key.removesuffix("_yuan")))
        for field in (column.key, column.key.replace("_yuan", "_fen"), column.key.replace("_per_head_yuan", "_fen")):
            found.setdefault(field, called)
    return found


def _plainly(field: str) -> str:
    words = field.removesuffix("_fen").replace("_", " ")
    return words[:1].upper() + words[1:]


def _joined(some: list[Both]) -> Both:
    return Both.join(some, zh="、", en=", ")
