"""Plain data written as YAML that `load_yaml` reads back to the same data: a policy whose figures were changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from domain.policy.yaml_scalars import plain_value
from domain.policy.yaml_tree import Data


def yaml_text(data: Data) -> str:
    """The data as YAML, one key or item a line; texts are quoted where they would be read as something else."""
    return "\n".join(_block(data, "")) + "\n"


def _block(data: Data, indent: str) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _entry(f"{indent}{_text(key)}:", value, indent)
    elif isinstance(data, list):
        for value in data:
            yield from _entry(f"{indent}-", value, indent)


def _entry(head: str, value: Data, indent: str) -> Iterator[str]:
    if isinstance(value, dict | list) and value:
        yield head
        yield from _block(value, indent + "  ")
    else:
        yield f"{head} {_scalar(value)}"


def _scalar(value: Data) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text if "." in text else f"{text}.0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict | list):  # empty: the others are blocks
        return "{}" if isinstance(value, dict) else "[]"
    return _text(value)


_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def _text(text: str) -> str:
    """A word as it is, anything else in double quotes, which YAML takes as JSON does."""
    if text and set(text) <= _SAFE and plain_value(text).value == text:
        return text
    return json.dumps(text, ensure_ascii=False)
