"""A folder of tables that came packed, as a zip: laid out as a folder again, within the limits and nowhere else."""

from __future__ import annotations

import posixpath
from pathlib import Path

from intake.faults import IntakeFault
from intake.limits import Limits
from intake.xlsx_archive import Archive

_WORKBOOK = "[content_types].xml"
_TABLES = (".csv", ".geojson")


def is_packed_folder(file: str, content: bytes, limits: Limits) -> bool:
    """Whether a file is a zip with tables in it, and no workbook. Raises `IntakeFault` for a damaged one."""
    if not content.startswith(b"PK"):
        return False
    parts = Archive(file, content, limits, of_tables=True).parts
    return _WORKBOOK not in parts and any(_is_table(part) for part in parts)


def unpack_tables(file: str, content: bytes, folder: Path, limits: Limits) -> None:
    """Write the tables of a zip into a folder, each under its own bare name. Raises `IntakeFault`."""
    archive = Archive(file, content, limits, of_tables=True)
    for part in archive.parts:
        if not _is_table(part):
            continue
        path = folder / posixpath.basename(part)
        try:
            with path.open("xb") as table:
                for piece in archive.chunks(part):
                    table.write(piece)
        except FileExistsError:
            raise IntakeFault("damaged", file) from None


def _is_table(part: str) -> bool:
    """Whether a part is a table; archives of some machines carry a shadow of every file beside it."""
    return part.endswith(_TABLES) and not part.startswith("__macosx/") and not posixpath.basename(part).startswith(".")
