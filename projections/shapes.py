"""As much of each fact as the read models look at: facts of money as a few fields, all others whole.

Most facts of a long log move money, and a model of money needs six of their fields. Reading only those, and checking
no limits of what was checked when it was recorded, is six times as fast as reading the fact.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from datetime import date
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from domain.facts import SPENDING_FACTS, Fact

Shapes = dict[str, type[Struct]]
"""Stored name -> what is read of such facts; what is read has the attributes of the fact, as far as it has any."""


class Dated(Struct, frozen=True, gc=False):
    """Of a mandate, only from when it counts."""

    effective_on: date


class Movement(Struct, frozen=True, gc=False):
    """Of a fact that moves money, only what moved: fund, unit, project, amount."""

    mandate: Dated
    fund: str
    unit: str
    amount_fen: int
    project: str | None = None
    v: int = 1


def shapes_of(*groups: Iterable[type[Fact]]) -> Shapes:
    """The shapes of these kinds of facts."""
    return {kind.stored_name(): Movement if kind in SPENDING_FACTS else kind for group in groups for kind in group}


def unchecked(shapes: Shapes) -> Shapes:
    """The same shapes without the limits of their fields, for bytes that were checked when they were recorded.

    What is read is of a subclass, so it behaves and is written as the class itself, though it is not equal to one.
    """
    return {name: _without_limits(shape) for name, shape in shapes.items()}


@cache
def _without_limits(shape: type[Struct]) -> type[Struct]:
    hints = get_type_hints(shape, include_extras=True)
    fields = [
        (field.name, _plain(hints[field.name]), *([field.default] if field.default is not msgspec.NODEFAULT else []))
        for field in msgspec.structs.fields(shape)
        if field.default_factory is msgspec.NODEFAULT
    ]
    config = shape.__struct_config__
    return msgspec.defstruct(
        shape.__name__, fields, bases=(shape,), frozen=True, kw_only=True, tag=config.tag, tag_field=config.tag_field
    )


def _plain(hint: Any) -> Any:
    """A type without its limits, and with the records in it without theirs."""
    if get_origin(hint) is Annotated:
        return _plain(get_args(hint)[0])
    if inspect.isclass(hint) and issubclass(hint, Struct):
        return _without_limits(hint)
    origin, parts = get_origin(hint), tuple(map(_plain, get_args(hint)))
    if origin in (Union, UnionType):
        return Union[parts]  # noqa: UP007 – of types that are only known now
    return origin[parts] if origin in (tuple, dict, list) else hint
