"""Use cases of register files that come over a connection: imported, or shown what an import would change.

A file is a workbook, a zip of tables, or a zip with outlines beside them. It is laid down in a folder of its own for as
long as it is read, under tighter limits than a file of this machine: many may come at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from domain.facts import Mandate
from intake.csv_archive import is_packed_folder, unpack_tables
from intake.limits import MEGABYTE, Limits
from service.branch_compare import Difference, compare
from service.branches import open_branch
from service.county import County
from service.registers import Imported, import_register

UPLOAD_LIMITS = Limits(
    unpacked_bytes=160 * MEGABYTE,
    table_bytes=32 * MEGABYTE,
    areas_bytes=32 * MEGABYTE,
    rows=200_000,
    cells=2_000_000,
    corners=1_000_000,
    members=500,
)
"""Ten thousand units with their projects; what is larger is imported on the machine itself."""
_UNFIT = re.compile(r"[^\w.\-]+")


@dataclass(frozen=True)
class Upload:
    """A file as it came: the name it has where it came from, and its content."""

    name: str
    content: BinaryIO


@dataclass(frozen=True)
class Preview:
    """What an import would record and change, and that nothing was recorded."""

    imported: Imported
    changes: list[Difference]


def import_upload(county: County, register: Upload, areas: Upload | None, mandate: Mandate) -> Imported:
    """Record what is new or changed in a register file. Raises what `import_register` raises."""
    with laid_down(register, areas) as (path, outlines):
        return import_register(county, path, mandate, areas=outlines, limits=UPLOAD_LIMITS)


def preview_upload(
    county: County, register: Upload, areas: Upload | None, mandate: Callable[[County], Mandate]
) -> Preview:
    """The same on a branch in memory, with every field that would change. Raises what `import_register` raises."""
    with open_branch(county) as branch:
        imported = import_upload(branch, register, areas, mandate(branch))
        return Preview(imported, compare(county, branch))


@contextmanager
def laid_down(register: Upload, areas: Upload | None) -> Iterator[tuple[Path, Path | None]]:
    """The file and its outlines as files of this machine, a packed folder unpacked, for as long as they are read."""
    with TemporaryDirectory(prefix="tongchou-upload-") as folder:
        name = _file_name(register.name, "register.xlsx")
        content = register.content.read()
        if is_packed_folder(name, content, UPLOAD_LIMITS):
            path = Path(folder) / name.removesuffix(".zip")
            path.mkdir()
            unpack_tables(name, content, path, UPLOAD_LIMITS)
        else:
            path = Path(folder) / name
            path.write_bytes(content)
        del content
        outlines = None
        if areas is not None:
            beside = Path(folder) / "outlines"
            beside.mkdir()
            outlines = beside / _file_name(areas.name, "areas.geojson")
            outlines.write_bytes(areas.content.read())
        yield path, outlines


def _file_name(given: str, otherwise: str) -> str:
    """The name of a file where it came from, as far as it can be one here; faults name the file by it."""
    name = _UNFIT.sub("-", given.replace("\\", "/").rsplit("/", 1)[-1]).strip(".-")[-100:]
    return name or otherwise
