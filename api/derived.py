"""Pydantic models made from the domain's own structs, so that the contract says what the structs say, once."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from pydantic import BaseModel, ConfigDict, Field, create_model

_SCALARS = (int, str, bool, date, datetime)


@cache
def model_of(struct: type[msgspec.Struct], name: str | None = None, without: tuple[str, ...] = ()) -> type[BaseModel]:
    """A model with the fields of a struct (tuples as lists, exact decimals as strings), all of them always there."""
    hints = get_type_hints(struct, include_extras=True)
    fields: dict[str, Any] = {
        one: (_type_of(hints[one]), Field()) for one in struct.__struct_fields__ if one not in without
    }
    about = (struct.__doc__ or "").split("\n\n")[0].strip()
    config = ConfigDict(title=name or struct.__name__)
    return create_model(name or struct.__name__, __config__=config, __doc__=about, **fields)


def row_of(struct: msgspec.Struct) -> dict[str, Any]:
    """A struct as the plain values its model has."""
    built: dict[str, Any] = msgspec.to_builtins(struct)
    return built


def rows_of(structs: Iterable[msgspec.Struct]) -> list[dict[str, Any]]:
    """The same of several."""
    return [row_of(struct) for struct in structs]


def extended(base: type[BaseModel], name: str, about: str, **fields: Any) -> type[BaseModel]:
    """A model with further fields, each as `(type, Field(…))`."""
    return create_model(name, __base__=base, __doc__=about, **fields)


def _type_of(hint: Any) -> Any:
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        limits = [one for one in inside[1:] if isinstance(one, msgspec.Meta)]
        kind = _type_of(inside[0])
        return Annotated[kind, Field(**_limits(limits))] if limits and kind in (int, str) else kind
    if origin in (Union, types.UnionType):
        return Union[tuple(_type_of(one) for one in inside)]  # noqa: UP007  # made from a list of types
    if origin is Literal or hint in _SCALARS or hint is type(None):
        return hint
    if hint is Decimal:
        return str
    if origin in (tuple, list, frozenset, set):
        return list[_type_of(inside[0])]  # type: ignore[misc]  # made from a hint
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return dict[str, _type_of(inside[1])]  # type: ignore[misc]  # made from a hint
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return model_of(hint)
    return Any


def _limits(metas: list[msgspec.Meta]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for meta in metas:
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern"):
            value = getattr(meta, name)
            if value is not None:
                found[name] = value
    return found
