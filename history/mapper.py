"""Facts to bytes and back, through a closed registry of stored names: what cannot be read back is never stored.

The bytes are JSON with the keys of mappings in order, so that equal facts have equal bytes. A stored name means the
class the registry gives it and nothing else: no name in a store can make the program import anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

import msgspec
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.domain import Tagged
from eventsourcing.dcb.persistence import DCBMapper

from domain.facts import FACT_BY_NAME, Fact
from domain.quoting import printable
from history.faults import FactFault, FactTooNew, FactUnknown, FactUnreadable
from history.port import Row

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes the JSON object of one version of a fact and gives that of the next."""

UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}
"""(stored name, version) -> how to get to the version after it. Applied while reading; the bytes stay as they are."""

Read = TypeVar("Read")
Shaped = tuple[int, str, str, Any]
"""Position, recorded_at as it is stored, stored name, and as much of the fact as its shape has."""

_PROBLEM = re.compile(r"(?P<problem>.*?)(?: - at `\$\.?(?P<path>.*)`)?", re.DOTALL)
_WHOLE = "the fact as a whole"
_CANNOT_BE_WRITTEN = (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError)


class _Stamp(msgspec.Struct):
    """Of a stored fact, only its version."""

    v: int = 1


class FactMapper(DCBMapper[Fact]):
    """Between `Fact` and the library's event. Encoders and decoders are built once, for every name in the registry.

    Raises a `FactFault` for a fact that does not keep to its class (msgspec does not look when one is constructed), for
    names and versions it does not know, and for bytes that are not what their name says.
    """

    def __init__(
        self,
        registry: Mapping[str, type[Fact]] = FACT_BY_NAME,
        upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
    ) -> None:
        for name, kind in registry.items():
            _check_registered(name, kind, upcasters)
        self._registry = dict(registry)
        self._names = {kind: name for name, kind in registry.items()}
        self._upcasters = dict(upcasters)
        self._encode = msgspec.json.Encoder(order="deterministic").encode
        self._decoders = {name: msgspec.json.Decoder(kind).decode for name, kind in registry.items()}
        self._stamp = msgspec.json.Decoder(_Stamp).decode
        self._object = msgspec.json.Decoder(dict[str, Any]).decode

    def to_dcb_event(self, event: Tagged[Fact]) -> DCBEvent:
        """The event to store, after reading it back once: only what comes back as it went in may be stored."""
        fact = event.decision
        name = self._names.get(type(fact))
        if name is None:
            raise FactUnknown(type=fact.stored_name())
        return DCBEvent(type=name, data=self._checked_bytes(name, fact), tags=_checked_tags(name, event.tags))

    def to_domain_event(self, event: DCBEvent) -> Tagged[Fact]:
        """The fact of a stored event, with its tags."""
        return Tagged(tags=event.tags, decision=self.fact(event.type, event.data))

    def fact(self, name: str, data: bytes) -> Fact:
        """The fact these bytes hold under this stored name, brought to today's version of its class."""
        decode = self._decoders.get(name)
        if decode is None:
            raise FactUnknown(type=printable(name))
        return self._read(decode, name, data)

    def are_facts(self, name: str, many: Sequence[bytes]) -> bool:
        """Whether each of these holds a fact of this name in today's version, read at once: twice as fast as by `fact`.

        Of an older version, or of what cannot be read, `fact` tells more.
        """
        kind = self._registry.get(name)
        if kind is None or not all(data[:1] == b"{" for data in many):
            return False  # each begins an object, so that as many objects as there are bytes are one of each
        try:
            found = _list_decoder(kind)(b"[" + b",".join(many) + b"]")
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False
        return len(found) == len(many) and all(fact.v == kind.VERSION for fact in found)

    def shaped(self, shapes: Mapping[str, type[msgspec.Struct]], rows: Iterable[Row]) -> Iterator[Shaped]:
        """Of rows those of the named facts, each read no further than its shape, which has the field `v`, goes.

        What a shape leaves out is passed over unread, and a shape without limits checks none: many times as fast.
        """
        decoders: dict[str, tuple[Callable[[bytes], Any], int]] = {
            name: (msgspec.json.Decoder(shape).decode, self._registry[name].VERSION) for name, shape in shapes.items()
        }
        for position, name, data, _, recorded_at in rows:
            if name in decoders:
                decode, version = decoders[name]
                try:
                    found = decode(data)
                except (msgspec.DecodeError, UnicodeDecodeError):
                    found = None  # an older version may not fit the shape before it is brought up to date
                if found is None or found.v != version:
                    found = self._read(decode, name, data)
                yield position, recorded_at, name, found
            elif name not in self._registry:
                raise FactUnknown(type=printable(name))

    def _read(self, decode: Callable[[bytes], Read], name: str, data: bytes) -> Read:
        version = self._registry[name].VERSION
        try:
            if version == 1:
                fact: Any = decode(data)
                if fact.v == 1:
                    return cast(Read, fact)
            return self._upcast(decode, name, data, version)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            self._refuse_newer(name, data, version)
            raise FactUnreadable(type=name, **_where(error)) from error

    def _upcast(self, decode: Callable[[bytes], Read], name: str, data: bytes, version: int) -> Read:
        """The fact of bytes that may be of an older version."""
        self._refuse_newer(name, data, version)
        found = self._stamp(data).v
        if found == version:
            return decode(data)
        if found < 1:
            raise FactUnreadable(type=name, field="v", problem="Expected 1 or more")
        content = self._object(data)
        for step in range(found, version):
            content = self._upcasters[name, step](content)
        return decode(self._encode({**content, "v": version}))

    def _refuse_newer(self, name: str, data: bytes, version: int) -> None:
        try:
            found = self._stamp(data).v
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        if found > version:
            raise FactTooNew(type=name, found=found, known=version)

    def _checked_bytes(self, name: str, fact: Fact) -> bytes:
        if fact.v != fact.VERSION:
            raise FactFault(type=name, field="v", problem=f"Expected {fact.VERSION}, got {fact.v}")
        try:
            data = self._encode(fact)
            again = self._decoders[name](data)
        except msgspec.ValidationError as error:
            raise FactFault(type=name, **_where(error)) from error
        except _CANNOT_BE_WRITTEN as error:
            raise FactFault(type=name, field=self._unwritable(fact), problem=printable(str(error))) from error
        if self._encode(again) != data:
            raise FactFault(type=name, field=self._differing(fact, again), problem="It comes back as another value")
        return data

    def _unwritable(self, fact: Fact) -> str:
        """The first field that no JSON can hold."""
        for name in fact.__struct_fields__:
            try:
                self._encode(getattr(fact, name))
            except _CANNOT_BE_WRITTEN:
                return name
        return _WHOLE

    def _differing(self, fact: Fact, again: Fact) -> str:
        """The first field that is not the same after reading it back, such as 100.0 where 100 is meant."""
        return next(
            name
            for name in fact.__struct_fields__
            if self._encode(getattr(fact, name)) != self._encode(getattr(again, name))
        )


@cache
def _list_decoder(kind: type[Fact]) -> Callable[[bytes], list[Fact]]:
    return msgspec.json.Decoder(list[kind]).decode  # type: ignore[valid-type]  # a type only known at run time


def _check_registered(name: str, kind: type[Fact], upcasters: Mapping[tuple[str, int], Upcaster]) -> None:
    """A registry that could write what it cannot read back is a fault of the program, found when it starts."""
    if kind.stored_name() != name:
        raise ValueError(f"{kind.__name__} is registered as {name!r}, but its stored name is {kind.stored_name()!r}")
    version = next(field.default for field in msgspec.structs.fields(kind) if field.name == "v")
    if version != kind.VERSION:
        raise ValueError(f"{kind.__name__} has VERSION {kind.VERSION}, but its field v has the default {version}")
    missing = [old for old in range(1, kind.VERSION) if (name, old) not in upcasters]
    if missing:
        raise ValueError(f"{kind.__name__} has VERSION {kind.VERSION}, but no upcaster from {missing}")


def _checked_tags(name: str, tags: list[str]) -> list[str]:
    if not all(isinstance(tag, str) for tag in tags):
        raise FactFault(type=name, field="tags", problem="Expected text only")
    return tags


def _where(error: Exception) -> dict[str, str]:
    """The path to the wrong value and what is wrong with it, out of a msgspec sentence."""
    parts = _PROBLEM.fullmatch(str(error))
    assert parts is not None
    return {"field": printable(parts["path"] or _WHOLE), "problem": printable(parts["problem"])}
