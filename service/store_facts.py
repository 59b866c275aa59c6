"""What a store is: its id, kind, format and size, how far its record goes, and which programs work on it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from history.sqlite_file import FORMAT
from history.store import in_memory, on_server, store_path
from service.county import County
from service.programs import programs


class StoreShown(Struct, frozen=True, kw_only=True):
    """A store as whoever looks after it wants it told; no password and no path is in it."""

    id: str
    kind: Literal["file", "server", "memory"]
    format: int
    """Of its tables; a release refuses others."""
    facts: int
    """The position of the last fact."""
    last_recorded_at: datetime | None
    tables_at: int
    """The position the read models have reached."""
    bytes: int | None
    """Of the record's file; a server looks after its own."""
    programs: dict[str, str]
    """Program -> version; `rules` is a digest of the text that decides which plan comes of a case."""


def store_shown(county: County) -> StoreShown:
    """The store of an open county."""
    head = county.log.head()
    last = next(iter(county.log.facts(after=head - 1, until=head)), None) if head else None
    path = store_path(county.store) if not on_server(county.store) else None
    kind: Literal["file", "server", "memory"] = "server" if on_server(county.store) else "file"
    return StoreShown(
        id=county.log.recorder.store_id,
        kind="memory" if in_memory(county.store) else kind,
        format=_server_format() if kind == "server" else FORMAT,
        facts=head,
        last_recorded_at=None if last is None else last.recorded_at,
        tables_at=county.views.position(),
        bytes=None if path is None else path.stat().st_size,
        programs=programs(),
    )


def _server_format() -> int:
    from history.postgres_schema import FORMAT as SERVER_FORMAT  # a store in a file needs no driver

    return SERVER_FORMAT
