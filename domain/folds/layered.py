"""A mapping in two layers, so that a large one can be handed out again and again: what was there, and what is new.

The lower layer is shared by every fork and never written to; writing goes to the upper one, which stays small: once it
has outgrown the square root of the lower, a fork pours both together. A fork then costs a small multiple of the square
root of the size, on average.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isqrt
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

_SMALL = 64


class Layered(Mapping[K, V]):
    """Reads like the dict it was made of, plus what was written since; values must never be changed in place."""

    __slots__ = ("_below", "_own")

    def __init__(self, below: dict[K, V], own: dict[K, V] | None = None) -> None:
        self._below = below
        self._own: dict[K, V] = {} if own is None else own

    def __getitem__(self, key: K) -> V:
        return self._own[key] if key in self._own else self._below[key]

    def __setitem__(self, key: K, value: V) -> None:
        self._own[key] = value

    def __contains__(self, key: object) -> bool:
        return key in self._own or key in self._below

    def __iter__(self) -> Iterator[K]:
        yield from self._below
        yield from (key for key in self._own if key not in self._below)

    def __len__(self) -> int:
        return len(self._below) + sum(key not in self._below for key in self._own)

    def fork(self) -> Layered[K, V]:
        """The same content, to be written to without a trace in this one, which must not be written to any more."""
        if len(self._own) > _SMALL + isqrt(len(self._below)):
            return Layered({**self._below, **self._own})
        return Layered(self._below, dict(self._own))


Table = dict[K, V] | Layered[K, V]
"""What a fold keeps entries in: a dict until it is forked for the first time."""


def forked(table: Table[K, V]) -> Layered[K, V]:
    """The same content, to be written to without a trace in the table, which must not be written to any more."""
    return table.fork() if isinstance(table, Layered) else Layered(table)
