"""JSON for open data: amounts and positions as exact decimal numbers, one object a line where there are many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from domain.money import FEN_PER_YUAN

encoded = msgspec.json.Encoder(decimal_format="number").encode


def filled(**fields: object) -> dict[str, Any]:
    """The fields that say something, in the order given: nothing known is not said at all."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def yuan_number(fen: int) -> Decimal:
    """An amount in yuan, exactly: for formats that know no fen."""
    return Decimal(fen) / FEN_PER_YUAN


def with_many(head: Mapping[str, object], name: str, many: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """An object whose last field is a long list, in pieces: each thing on a line of its own, made when it is due."""
    yield encoded(dict(head))[:-1] + b"," + encoded(name) + b":["
    separator = b"\n"
    for one in many:
        yield separator + encoded(dict(one))
        separator = b",\n"
    yield b"\n]}\n"
