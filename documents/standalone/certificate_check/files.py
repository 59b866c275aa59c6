"""JSON files without surprises, and the canonical forms that hashes are taken of."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from documents.standalone.certificate_check.sayings import Wrong

FILE_BYTES_MAX = 2**26
NUMBER_DIGITS_MAX = 600
WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,59})")


def read_json(path: Path) -> Any:
    """A JSON file without surprises: no NaN, no number of thousands of digits, no key twice, no endless nesting."""

    def refuse(found: str) -> Any:
        raise Wrong("json", file=path.name, found=found)

    def whole(text: str) -> int:
        return int(text) if len(text) <= NUMBER_DIGITS_MAX else refuse(f"a number of {len(text)} digits")

    def decimal(text: str) -> Decimal:
        return Decimal(text) if re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,30})?(e-?[0-9]{1,2})?", text) else refuse(text)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        return found if len(found) == len(pairs) else refuse("a key that occurs twice")

    if path.stat().st_size > FILE_BYTES_MAX:
        raise Wrong("json", file=path.name, found=f"more than {FILE_BYTES_MAX} bytes")
    try:
        text = path.read_bytes().decode("utf-8")
        return json.loads(text, parse_constant=refuse, parse_int=whole, parse_float=decimal, object_pairs_hook=once)
    except RecursionError:
        refuse("nested without end")
    except UnicodeDecodeError:
        refuse("not UTF-8")
    except json.JSONDecodeError as fault:
        refuse(f"line {fault.lineno}, column {fault.colno}")


def at(data: Any, key: str, kind: type | tuple[type, ...], where: str) -> Any:
    """What stands under a key, of the kind it must have; `bool` is no `int` here."""
    if not isinstance(data, dict):
        raise Wrong("shape", where=where, found=type(data).__name__, expected="an object")
    value = data.get(key)
    names = "/".join(one.__name__ for one in (kind if isinstance(kind, tuple) else (kind,)))
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        found = "nothing" if value is None else value if isinstance(value, (str, int)) else type(value).__name__
        raise Wrong("shape", where=f"{where}.{key}", found=found, expected=names)
    return value


def only(data: Any, keys: Iterable[str], where: str) -> Mapping[str, Any]:
    """An object with no other keys than these: what is not understood is not certified."""
    if not isinstance(data, dict):
        raise Wrong("shape", where=where, found=type(data).__name__, expected="an object")
    for name in data:
        if name not in keys:
            raise Wrong("unknown", where=where, name=name)
    return data


def number(text: Any, where: str) -> int:
    """A whole number written as text, as large ones are in JSON."""
    if not isinstance(text, str) or not WHOLE.fullmatch(text) or text == "-0":
        raise Wrong("shape", where=where, found=text, expected="a whole number in quotes, of at most 60 digits")
    return int(text)


def texts(data: Any, where: str) -> list[str]:
    if not isinstance(data, list) or not all(isinstance(one, str) for one in data):
        raise Wrong("shape", where=where, found=type(data).__name__, expected="a list of texts")
    return data


def canonical(data: Any) -> str:
    """RFC 8785 of plain data without fractions: keys in UTF-16 order, no spaces."""
    if isinstance(data, dict):
        keys = sorted(data, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(data[key])}" for key in keys) + "}"
    if isinstance(data, list):
        return "[" + ",".join(map(canonical, data)) + "]"
    return json.dumps(data, ensure_ascii=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def packed(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
