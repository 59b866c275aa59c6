"""A register as a folder of CSV files and a GeoJSON of areas: the inverse of reading one, byte for byte repeatable."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from domain.money import FEN_PER_YUAN
from domain.register import Area, Register
from intake.register_rows import Degrees, Fen, Out, SheetRows, sheets_of
from intake.workbook import AREAS_FILE

MICRO = 1_000_000


def register_files(register: Register) -> dict[str, bytes]:
    """The files of a register's folder, by name: UTF-8, canonical English headers, rows in order of codes.

    `read_register` of such a folder gives an equal register, up to what `sheets_of` leaves out; areas without a single
    common border excepted, a register with areas says its neighbours. Raises `UnwritableRegister`.
    """
    files = {f"{sheet.key}.csv": csv_text(sheet).encode() for sheet in sheets_of(register)}
    if register.areas:
        files[AREAS_FILE] = areas_text(register.areas).encode()
    return files


def write_register_folder(register: Register, folder: Path, *, areas: bool = True) -> list[Path]:
    """Write the files of a register into `folder`, which is made where it is missing; returns what was written.

    Without `areas` the outlines stay away; who borders on whom is written all the same.

    Each file is written beside and moved into place whole. Tables of an earlier register that this one has no rows for
    are removed. Raises `UnwritableRegister` before anything is written, and `OSError`.
    """
    files = register_files(register)
    if not areas:
        files.pop(AREAS_FILE, None)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("adjacency.csv", "duties.csv", AREAS_FILE):
        if name not in files:
            (folder / name).unlink(missing_ok=True)
    written = []
    for name, content in files.items():
        beside = folder / f".{name}.part"
        beside.write_bytes(content)
        os.replace(beside, folder / name)
        written.append(folder / name)
    return written


def csv_text(sheet: SheetRows) -> str:
    """A sheet as CSV (RFC 4180 with plain line ends)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(sheet.headers)
    writer.writerows([cell_text(value) for value in row] for row in sheet.rows)
    return text.getvalue()


def cell_text(value: Out) -> str:
    """What a cell says, in the one way it is written."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Fen(fen=fen):
            whole, rest = divmod(fen, FEN_PER_YUAN)
            return f"{whole}.{rest:02d}" if rest else str(whole)
        case Degrees(micro=micro):
            whole, part = divmod(abs(micro), MICRO)
            return f"{'-' if micro < 0 else ''}{whole}.{part:06d}"
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def areas_text(areas: Mapping[str, Area]) -> str:
    """Areas as a GeoJSON FeatureCollection (RFC 7946), one feature a line, coordinates with at most six decimals."""
    lines = [_feature(area) for _, area in sorted(areas.items())]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def _feature(area: Area) -> str:
    polygons = [
        "["
        + ",".join("[" + ",".join(f"[{_degrees(x)},{_degrees(y)}]" for x, y in ring) + "]" for ring in polygon)
        + "]"
        for polygon in area.polygons
    ]
    kind, coordinates = ("Polygon", polygons[0]) if len(polygons) == 1 else ("MultiPolygon", f"[{','.join(polygons)}]")
    code = json.dumps(area.unit, ensure_ascii=False)
    geometry = f'{{"type":"{kind}","coordinates":{coordinates}}}'
    return f'{{"type":"Feature","properties":{{"code":{code}}},"geometry":{geometry}}}'


def _degrees(micro: int) -> str:
    """Degrees with the decimals that say something."""
    text = cell_text(Degrees(micro)).rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
