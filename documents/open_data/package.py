"""The data package as one archive: tables as CSV, and `datapackage.json` that says what every column of them is.

Frictionless Data Package 2.0 with Table Schemas. Rows are written as they are made, so that a long log needs no memory;
the description is written last, when size and SHA-256 of every file are known. Equal facts give equal bytes.

A foreign key is stated where it holds. At a moment of the past, by the facts that count by some day, a payment can be
known whose unit is not: then that one key is not stated, and `broken_references` names it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from documents.open_data.columns import Cell, Column, Reference, Table
from documents.pack import member
from texts import Both, both

DESCRIPTION = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FLUSHED_AFTER = 1 << 16
"""Characters gathered before they go into the archive."""
Keys = set[tuple[Cell, ...]]
Cut = tuple[Sequence[int], Keys]
"""Places in a row that make up a key, and the keys known."""


@dataclass(frozen=True)
class About:
    """What the description says of the whole: the county, the record, the moment, what seals it."""

    county: Both
    store_id: str
    position: int
    as_of: date | None
    last_recorded_at: datetime
    rests_on: Both
    rests_on_json: dict[str, Any]


def write_data_package(path: Path, tables: Sequence[Table], about: About) -> None:
    """Write the archive; tables that others refer to stand before them."""
    keys: dict[tuple[str, tuple[str, ...]], Keys] = {
        (reference.table, reference.key): set() for table in tables for reference in table.references
    }
    broken: list[str] = []
    with zipfile.ZipFile(path, "w") as archive:
        resources = [_write_table(archive, table, keys, broken) for table in tables]
        text = json.dumps(_description(about, resources, broken), ensure_ascii=False, indent=1) + "\n"
        archive.writestr(member(DESCRIPTION), text)


def _write_table(
    archive: zipfile.ZipFile,
    table: Table,
    keys: dict[tuple[str, tuple[str, ...]], Keys],
    broken: list[str],
) -> dict[str, Any]:
    place = {column.name: number for number, column in enumerate(table.columns)}
    targets: list[Cut] = [(_places(place, key), known) for (name, key), known in keys.items() if name == table.name]
    standing: dict[Reference, Cut] = {
        one: (_places(place, one.columns), keys[one.table, one.key]) for one in table.references
    }
    digest, size = hashlib.sha256(), 0
    with archive.open(member(f"{table.name}.csv"), "w") as file:
        for block in _blocks(table, targets, standing):
            file.write(block)
            digest.update(block)
            size += len(block)
    broken += [f"{table.name}.{'+'.join(one.columns)}" for one in table.references if one not in standing]
    return _resource(table, [one for one in table.references if one in standing], size, digest.hexdigest())


def _blocks(
    table: Table,
    targets: Sequence[Cut],
    standing: dict[Reference, Cut],
) -> Iterable[bytes]:
    """The CSV in pieces; on the way keys of rows are noted, and references that do not hold are struck out."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.name for column in table.columns)
    for row in table.rows:
        writer.writerow(_written(table.columns, row))
        for places, known in targets:
            known.add(tuple(row[number] for number in places))
        for reference, (places, known) in list(standing.items()):
            key = tuple(row[number] for number in places)
            if None not in key and key not in known:
                del standing[reference]
        if text.tell() > FLUSHED_AFTER:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _written(columns: Sequence[Column], row: Sequence[Cell]) -> list[str]:
    return [column.written(cell) for column, cell in zip(columns, row, strict=True)]


def _places(place: dict[str, int], names: Sequence[str]) -> list[int]:
    return [place[name] for name in names]


def _resource(table: Table, references: Sequence[Reference], size: int, sha256: str) -> dict[str, Any]:
    title = both(f"data.table.{table.name}")
    schema: dict[str, Any] = {
        "fields": [column.schema(table.name) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if references:
        schema["foreignKeys"] = [one.schema() for one in references]
    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "type": "table",
        "title": f"{title.zh} · {title.en}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{sha256}",
        "schema": schema,
    }


def _description(about: About, resources: list[dict[str, Any]], broken: list[str]) -> dict[str, Any]:
    title = both("data.package.title", county=about.county)
    note = both("data.package.note")
    moment: dict[str, Any] = {"position": about.position}
    if about.as_of is not None:
        moment["as_of"] = about.as_of.isoformat()
    return {
        "$schema": PROFILE,
        "name": "-".join(["tongchou", about.store_id[:12], *(str(part) for part in moment.values())]),
        "title": f"{title.zh} · {title.en}",
        "description": "\n\n".join([note.zh, note.en, about.rests_on.zh, about.rests_on.en]),
        "created": about.last_recorded_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "version": f"{about.position}",
        "moment": moment,
        "rests_on": about.rests_on_json,
        **({"broken_references": broken} if broken else {}),
        "resources": resources,
    }
