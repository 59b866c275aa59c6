"""A checker of JSON Schema (2020-12) as far as ours goes; a keyword it does not know is an error, never a pass."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str, date),  # an editor sees a date as the text it is written as
    "integer": (int,),
    "number": (int, Decimal),
    "boolean": (bool,),
    "null": (type(None),),
}
SILENT = {"title", "description", "default", "format", "$schema", "$defs"}


def fits(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """Whether a value is as a schema wants it."""
    return all(_keyword(key, said, value, schema, root) for key, said in schema.items() if key not in SILENT)


def _keyword(key: str, said: Any, value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    match key:
        case "$ref":
            return fits(value, root["$defs"][said.rpartition("/")[2]], root)
        case "type":
            return isinstance(value, TYPES[said]) and (said == "boolean" or not isinstance(value, bool))
        case "anyOf":
            return any(fits(value, one, root) for one in said)
        case "oneOf":
            return sum(fits(value, one, root) for one in said) == 1
        case "enum":
            return value in said
        case "const":
            return bool(value == said)
    if isinstance(value, dict):
        return _of_object(key, said, value, schema, root)
    if isinstance(value, list):
        return _of_array(key, said, value, root)
    if isinstance(value, str):
        return _of_text(key, said, value)
    return _of_number(key, said, value)


def _of_object(key: str, said: Any, value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any]) -> bool:
    match key:
        case "required":
            return set(said) <= set(value)
        case "properties":
            return all(fits(value[name], one, root) for name, one in said.items() if name in value)
        case "additionalProperties":
            return said is True or set(value) <= set(schema.get("properties", {}))
    return _other(key)


def _of_array(key: str, said: Any, value: list[Any], root: dict[str, Any]) -> bool:
    match key:
        case "items":
            return said is False or all(fits(one, said, root) for one in value)
        case "prefixItems":
            return all(fits(one, each, root) for one, each in zip(value, said, strict=False))
        case "minItems":
            return len(value) >= int(said)
        case "maxItems":
            return len(value) <= int(said)
    return _other(key)


def _of_text(key: str, said: Any, value: str) -> bool:
    match key:
        case "minLength":
            return len(value) >= int(said)
        case "maxLength":
            return len(value) <= int(said)
        case "pattern":
            return re.search(said, value) is not None
    return _other(key)


def _of_number(key: str, said: Any, value: Any) -> bool:
    match key:
        case "minimum":
            return not isinstance(value, int | Decimal) or value >= said
        case "maximum":
            return not isinstance(value, int | Decimal) or value <= said
    return _other(key)


KNOWN = {"required", "properties", "additionalProperties", "items", "prefixItems", "minItems", "maxItems"} | {
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
}


def _other(key: str) -> bool:
    """A keyword about another type says nothing about this value."""
    if key not in KNOWN:
        raise AssertionError(f"the keyword {key} is not known here")
    return True
