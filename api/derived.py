"""Pydantic models made from the domain's own structs, so that the contract says what the structs say, once.

The texts below the fields of a struct are the descriptions of the contract.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
import types
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from pydantic import BaseModel, ConfigDict, Field, create_model

_SCALARS = (int, str, bool, date, datetime)


@cache
def model_of(
    struct: type[msgspec.Struct], name: str | None = None, without: tuple[str, ...] = (), also: tuple[str, ...] = ()
) -> type[BaseModel]:
    """A model with the fields of a struct (tuples as lists, exact decimals as strings), all of them always there.

    `also` names properties of the struct that answers carry, too.
    """
    hints, told = get_type_hints(struct, include_extras=True), _told_of(struct)
    fields: dict[str, Any] = {
        one: (type_of(hints[one]), Field(description=told.get(one)))
        for one in struct.__struct_fields__
        if one not in without
    }
    for one in also:
        getter = getattr(struct, one).fget
        fields[one] = (type_of(get_type_hints(getter)["return"]), Field(description=_plain(getter.__doc__)))
    about = (struct.__doc__ or "").split("\n\n")[0].strip()
    config = ConfigDict(title=name or struct.__name__)
    return create_model(name or struct.__name__, __config__=config, __doc__=about, **fields)


def values_of(thing: msgspec.Struct, names: Iterable[str]) -> dict[str, Any]:
    """These fields and properties of a struct as the plain values its model has."""
    return {name: msgspec.to_builtins(getattr(thing, name)) for name in names}


def item_of(model: type[BaseModel], thing: msgspec.Struct) -> Any:
    """A struct as the model made of it."""
    return model.model_validate(values_of(thing, model.model_fields))


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


def type_of(hint: Any, day: Any = date, nested: Callable[[type[msgspec.Struct]], Any] | None = None) -> Any:
    """The type a model has for the hint of a struct's field; `day` stands for a date, `nested` makes a struct's."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        limits = [one for one in inside[1:] if isinstance(one, msgspec.Meta)]
        kind = type_of(inside[0], day, nested)
        return Annotated[kind, Field(**_limits(limits))] if limits and kind in (int, str) else kind
    if origin in (Union, types.UnionType):
        return Union[tuple(type_of(one, day, nested) for one in inside)]  # noqa: UP007  # made from a list of types
    if hint is date:
        return day
    if origin is Literal or hint in _SCALARS or hint is type(None):
        return hint
    if hint is Decimal:
        return str
    if origin in (tuple, list, frozenset, set):
        kinds = tuple(dict.fromkeys(type_of(one, day, nested) for one in inside if one is not ...))
        return list[Union[kinds]]  # type: ignore[valid-type]  # noqa: UP007  # made from a list of types
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return dict[str, type_of(inside[1], day, nested)]  # type: ignore[misc]  # made from a hint
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return (nested or model_of)(hint)
    return Any


def _limits(metas: list[msgspec.Meta]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for meta in metas:
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern"):
            value = getattr(meta, name)
            if value is not None:
                found[name] = value
    return found


@cache
def _told_of(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Field -> the text below it in the source of the struct, or of a struct it inherits the field from."""
    told: dict[str, str] = {}
    for kind in reversed([one for one in struct.__mro__ if issubclass(one, msgspec.Struct) and one.__module__]):
        if kind.__struct_fields__ and kind.__module__ != "msgspec":
            told |= _told_in(kind)
    return told


def _told_in(kind: type) -> dict[str, str]:
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    except (OSError, TypeError):  # made by a program
        return {}
    assert isinstance(tree, ast.ClassDef)
    told = {}
    for field, below in pairwise(tree.body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                told[name] = _plain(text)
    return told


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())
