"""The decisions a scenario may name, and what each wants to be told: read off the decisions themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from domain.policy.model import written
from service.scenarios.naming import DECISIONS
from texts import Both, both
from texts.refusals import worded


@dataclass(frozen=True)
class Argument:
    """One thing a decision wants to be told: as files write it, of what kind, and whether it may be left out."""

    word: str
    kind: Both
    required: bool


@dataclass(frozen=True)
class NamedDecision:
    """A decision by the name files give it."""

    name: str
    called: Both
    arguments: tuple[Argument, ...]


def named_decisions() -> list[NamedDecision]:
    """Every decision a scenario may name, in order of names."""
    found = []
    for name, kind in sorted(DECISIONS.items()):
        hints = get_type_hints(kind)
        arguments = tuple(
            Argument(written(one.name), _kind(one.name, hints[one.name]), _required(one, hints[one.name]))
            for one in fields(kind)
            if one.init and one.name != "mandate"
        )
        title = kind.title()
        found.append(NamedDecision(name, Both(worded(title), title), arguments))
    return found


def _required(one: Any, hint: Any) -> bool:
    return one.default is MISSING and one.default_factory is MISSING and NoneType not in get_args(hint)


def _kind(name: str, hint: Any) -> Both:
    """What a value is, in words."""
    if name.endswith("_fen"):
        return both("named.kind.yuan")
    plain = next((one for one in get_args(hint) if one is not NoneType), hint) if NoneType in get_args(hint) else hint
    origin = get_origin(plain) or plain
    if origin is Literal:
        return both("named.kind.choice", values=" / ".join(get_args(plain)))
    if isinstance(origin, type) and issubclass(origin, msgspec.Struct):
        return both("named.kind.entry")
    kinds = {str: "text", int: "number", date: "date", tuple: "list", Mapping: "table"}
    return both(f"named.kind.{kinds[origin]}")
