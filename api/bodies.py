"""Bodies of decisions, made from the decision classes themselves: their fields, and the mandate's why, day, document.

Who decides is never in a body: it is whoever asks. Types are strict (no number for a text, no `1.0` for `1`), unknown
fields are refused, limits are those of the facts that come of the decision.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, create_model
from pydantic import Field as Limit

from api.derived import type_of
from api.field_words import words_of
from domain.decisions.base import Deciding
from domain.facts import Fact
from domain.facts.base import TAGGED_FIELDS, Reason
from domain.register import Code, Fen, Text
from service.days import Day

__all__ = ["CodeIn", "Day", "FenIn", "Mandated", "PostIn", "body_of", "kept_fields", "own_fields"]

_CODES = frozenset({*TAGGED_FIELDS, "tranche", "pledge", "to_fund", "by_plan", "line", "evidence", "supersedes"})
DATED_AS_DECIDED = frozenset({"arrived_on", "found_on"})
"""Dates that are the decision's own unless said otherwise."""
CodeIn: Any = type_of(Code)
PostIn: Any = Annotated[str, Limit(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f/]+$")]
FenIn: Any = type_of(Fen)
ReasonIn: Any = type_of(Reason)


class Mandated(BaseModel):
    """What every decision may state beside its own fields."""

    model_config = ConfigDict(strict=True, extra="forbid")

    why: Annotated[ReasonIn, Limit(description="The reason, kept on the record.")] = ""
    effective_on: Annotated[
        Day | None, Limit(description="The day it counts from, today or earlier. Default: today.")
    ] = None
    document: Annotated[str | None, Limit(max_length=200, description="Number of the document it rests on.")] = None


def own_fields(decision: type[Deciding]) -> dict[str, tuple[Field[Any], Any]]:
    """The arguments of a decision beside the mandate, with their hints."""
    hints = get_type_hints(decision, include_extras=True)
    return {one.name: (one, hints[one.name]) for one in fields(decision) if one.init and one.name != "mandate"}


def body_of(
    decision: type[Deciding],
    fact: type[Fact],
    *,
    without: frozenset[str] = frozenset(),
    further: Mapping[str, Any] | None = None,
    changeable: tuple[type[msgspec.Struct], frozenset[str]] | None = None,
) -> type[Mandated]:
    """The body of a decision that records `fact`: its fields but those `without`, an entry's fields in its place.

    `further` adds fields (type, default); `changeable` says which fields of an entry the decision may change.
    """
    made: dict[str, Any] = dict(further or {})
    limits = get_type_hints(fact, include_extras=True)
    for name, (field, hint) in own_fields(decision).items():
        if name in without:
            continue
        if _is_entry(hint):
            made |= {one: kind for one, kind in _entry_fields(hint).items() if one not in without}
        elif changeable is not None and get_origin(hint) is Mapping:
            made |= _change_fields(*changeable)
        else:
            made[name] = _field(name, field, _limited(name, hint, limits.get(name)))
    about = (inspect.getdoc(decision) or "").split("\n\n")[0]
    return create_model(f"{decision.__name__}In", __base__=Mandated, __doc__=about, **made)


def kept_fields(body: BaseModel) -> dict[str, Any]:
    """What a body states beside the mandate's fields, as plain values; what it does not state is left out."""
    stated = body.model_dump(mode="python", exclude_unset=True)
    return {name: value for name, value in stated.items() if name not in Mandated.model_fields}


def _is_entry(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)


def _entry_fields(struct: type[msgspec.Struct]) -> dict[str, Any]:
    hints = get_type_hints(struct, include_extras=True)
    return {
        one.name: (_worded(one.name, type_of(hints[one.name], Day, _entry)), ... if one.required else _default(one))
        for one in msgspec.structs.fields(struct)
    }


@cache
def _entry(struct: type[msgspec.Struct]) -> type[BaseModel]:
    """An entry inside another one, such as a tranche inside a fund."""
    config = ConfigDict(strict=True, extra="forbid")
    return create_model(f"{struct.__name__}In", __config__=config, __doc__=struct.__doc__, **_entry_fields(struct))


def _default(field: msgspec.structs.FieldInfo) -> Any:
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return msgspec.to_builtins(value)


def _change_fields(struct: type[msgspec.Struct], names: frozenset[str]) -> dict[str, Any]:
    """Each may be stated or not; what may be unknown may be stated as null."""
    hints = get_type_hints(struct, include_extras=True)
    return {
        name: (_worded(name, type_of(hints[name], Day, _entry)), Limit(default=None, validate_default=False))
        for name in struct.__struct_fields__
        if name in names
    }


def _limited(name: str, hint: Any, of_fact: Any) -> Any:
    """The decision's own hint with the limits the fact's field of that name has."""
    optional = type(None) in get_args(hint)
    if get_origin(hint) is tuple:
        return tuple[Code, ...]
    if of_fact is not None and _bare(of_fact) == _bare(hint):
        return of_fact | None if optional and type(None) not in get_args(of_fact) else of_fact
    limited: Any
    if _bare(hint) == {str}:
        limited = Code if name in _CODES else Text
    elif _bare(hint) == {int} and name.endswith("_fen"):
        limited = Fen
    else:
        return hint
    return limited | None if optional else limited


def _bare(hint: Any) -> set[Any]:
    """The types of a hint without limits and without None."""
    if get_origin(hint) is Annotated:
        return _bare(get_args(hint)[0])
    inside = [one for one in get_args(hint) if one is not type(None)]
    if inside and len(inside) < len(get_args(hint)):
        return set().union(*(_bare(one) for one in inside))
    return {hint}


def _worded(name: str, kind: Any) -> Any:
    """The type with what the field means, and the example where it is one of this field."""
    words = words_of(name)
    try:
        TypeAdapter(kind).validate_python(words.get("examples", [None])[0])
    except ValidationError:
        words.pop("examples", None)
    return Annotated[kind, Limit(**words)] if words else kind


def _field(name: str, field: Field[Any], hint: Any) -> Any:
    kind = _worded(name, type_of(hint, Day))
    if name in DATED_AS_DECIDED:
        return (kind | None, None)
    if field.default is not MISSING:
        return (kind, [] if field.default == () else field.default)
    return (kind, ...)
