"""Decisions as bytes and back: the name of the class and its arguments, through the closed catalogue of decisions.

The bytes are JSON, read back with the types the class states. No name makes the program import anything.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from functools import cache
from typing import Any, get_type_hints

import msgspec

from domain.decisions.base import Deciding
from domain.decisions.catalogue import ALL_DECISIONS
from domain.errors import Refusal
from domain.quoting import printable

_BY_NAME = {kind.__name__: kind for kind in ALL_DECISIONS}


class DecisionUnknown(Refusal):
    """A kept decision of a class this release does not have."""

    code = "decision-unknown"
    sentence_en = "This release knows no decision called {name}."
    cure_en = "Use the release that kept it, or a newer one."


class DecisionUnreadable(Refusal):
    """Kept arguments that are not those of their decision."""

    code = "decision-unreadable"
    sentence_en = "The kept decision “{decision}” cannot be read: {problem}."
    cure_en = "Drop the branch it is on; it was altered, or another release kept it."


def stored(decision: Deciding) -> tuple[str, bytes]:
    """The name of a decision's class, and its arguments as JSON; nothing of what it has read."""
    kind = type(decision)
    return kind.__name__, _encode({name: getattr(decision, name) for name in _arguments(kind).__struct_fields__})


def decision_of(name: str, arguments: bytes) -> Deciding:
    """The decision, as it was before it read anything. Raises `DecisionUnknown` or `DecisionUnreadable`."""
    kind = _BY_NAME.get(name)
    if kind is None:
        raise DecisionUnknown(name=printable(name[:64]))
    try:
        read = msgspec.json.decode(arguments, type=_arguments(kind))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecisionUnreadable(decision=kind.title(), problem=printable(str(error))) from error
    return kind(**{name: getattr(read, name) for name in read.__struct_fields__})


_encode = msgspec.json.Encoder(order="deterministic").encode


@cache
def _arguments(kind: type[Deciding]) -> type[msgspec.Struct]:
    """A struct with the arguments of a decision, from its own annotations."""
    hints = get_type_hints(kind, include_extras=True)
    own: list[Any] = []
    for field in fields(kind):
        if not field.init:
            continue
        if field.default is not MISSING:
            own.append((field.name, hints[field.name], field.default))
        elif field.default_factory is not MISSING:
            own.append((field.name, hints[field.name], msgspec.field(default_factory=field.default_factory)))
        else:
            own.append((field.name, hints[field.name]))
    return msgspec.defstruct(kind.__name__, own, kw_only=True, forbid_unknown_fields=True)
