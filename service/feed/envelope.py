"""A recorded fact as a CloudEvents 1.0 event in JSON, made around the stored bytes without reading them into objects.

`data` is the stored JSON, byte for byte, in the version it was recorded in (`data.v`): an event never changes, whatever
the program learns later. `id` is the store's id and the position, so that it is the same at every delivery and in every
copy of the store, and no other fact of any store has it. Extension attributes carry what makes the event checkable:
from `position`, the stored name (`type` without its prefix), `tags`, `time`, `salt` and the bytes of `data` anyone
computes `leafhash` (`history/leaf.py`), and from all leaves the root of the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from history.port import Entry, tags_of

TYPE_PREFIX = "cn.tongchou."
SPEC_VERSION = "1.0"
EVENT = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LINES = "application/x-ndjson"

_NOT_A_SUBJECT = ("command:", "department:", "voucher:")


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One event; the names are CloudEvents' and those of our extension attributes."""

    specversion: str = SPEC_VERSION
    id: str
    source: str
    type: str
    subject: str | UnsetType = UNSET
    time: str
    datacontenttype: str = "application/json"
    position: int | UnsetType = UNSET
    effectiveon: str | UnsetType = UNSET
    tags: str | UnsetType = UNSET
    salt: str | UnsetType = UNSET
    leafhash: str | UnsetType = UNSET
    data: Raw


class _Mandate(msgspec.Struct):
    effective_on: str


class _Dated(msgspec.Struct):
    """Of a stored fact, only the day it counts from."""

    mandate: _Mandate


_dated = msgspec.json.Decoder(_Dated).decode
_encoder = msgspec.json.Encoder()


def source_of(store_id: str) -> str:
    """The `source` of a store's events, wherever it is served: a reference below no address, as a store has none."""
    return f"/tongchou/stores/{store_id}"


def event_id(store_id: str, position: int) -> str:
    """The `id` of a fact's event: `<store id>-<position>`."""
    return f"{store_id}-{position}"


def envelope(store_id: str, entry: Entry) -> Envelope:
    """The event of a stored fact."""
    return Envelope(
        id=event_id(store_id, entry.position),
        source=source_of(store_id),
        type=TYPE_PREFIX + entry.name,
        subject=subject_of(entry.name, tags_of(entry.tags)),
        time=entry.recorded_at,
        position=entry.position,
        effectiveon=_dated(entry.data).mandate.effective_on,
        tags=entry.tags,
        salt=entry.salt.hex(),
        leafhash=entry.leaf.hex(),
        data=Raw(entry.data),
    )


def subject_of(name: str, tags: Iterable[str]) -> str | UnsetType:
    """The tag of what the fact is about: of the kind its name begins with (`fund.closed`: the fund), else the last.

    Tags go from the general to the particular, so that the last of `unit:…, fund:…, commitment:…` is the commitment.
    """
    kind = name.partition(".")[0] + ":"
    last: str | UnsetType = UNSET
    for tag in tags:
        if tag.startswith(kind):
            return tag
        if not tag.startswith(_NOT_A_SUBJECT):
            last = tag
    return last


def as_batch(envelopes: Iterable[Envelope]) -> bytes:
    """Events as one JSON array (CloudEvents JSON batch format)."""
    return _encoder.encode(list(envelopes))


def as_lines(envelopes: Iterable[Envelope]) -> bytes:
    """Events as one JSON object a line."""
    return _encoder.encode_lines(list(envelopes))


def as_event(event: Envelope) -> bytes:
    """One event as a JSON object on one line."""
    return _encoder.encode(event)


def ping(store_id: str, number: str, moment: str, data: Any) -> Envelope:
    """An event that tells of no fact: a consumer may try its receiver with it."""
    return Envelope(
        id=f"{store_id}-ping-{number}",
        source=source_of(store_id),
        type=f"{TYPE_PREFIX}webhook.pinged",
        time=moment,
        data=Raw(_encoder.encode(data)),
    )
