"""Tables out of a file: one `.xlsx`, or a folder of CSV files, opened without trusting either."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from intake.csv_table import read_csv
from intake.faults import IntakeFault
from intake.folding import plain
from intake.headers import heading, sheet_key
from intake.limits import Budget, Limits
from intake.sheets import BY_KEY, SHEETS
from intake.tables import Table, Tables
from intake.xlsx_archive import Archive
from intake.xlsx_parts import read_workbook
from intake.xlsx_sheet import read_sheet

AREAS_FILE = "areas.geojson"


def read_tables(path: Path, limits: Limits) -> Tables:
    """All tables of a register: of a workbook, or of a folder. Raises `IntakeFault`."""
    if _is_folder(path):
        return _folder_tables(path, limits)
    if path.suffix.casefold() == ".csv":
        raise IntakeFault("csv-alone", path.name)
    return _workbook_tables(path.name, read_bytes(path, limits.workbook_bytes), limits)


def read_bytes(path: Path, bytes_max: int) -> bytes:
    """The content of an ordinary file of at most `bytes_max` bytes. Raises `IntakeFault`."""
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise IntakeFault("not-a-file", path.name)
            if found.st_size > bytes_max:
                raise _too_large(path, found.st_size, bytes_max)
            content = stream.read(bytes_max + 1)
    except (OSError, ValueError) as fault:
        raise file_fault(path, fault) from fault
    if len(content) > bytes_max:
        raise _too_large(path, len(content), bytes_max)
    return content


def file_fault(path: Path, fault: OSError | ValueError) -> IntakeFault:
    """Why the system would not open a file, in words."""
    number = fault.errno if isinstance(fault, OSError) else errno.ENOENT
    if number in {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}:
        return IntakeFault("missing", path.name)
    if number == errno.ELOOP:
        return IntakeFault("link-loop", path.name)
    if number in {errno.EACCES, errno.EPERM}:
        return IntakeFault("no-permission", path.name)
    reason = os.strerror(number) if number else str(fault)
    return IntakeFault("unreadable", path.name, reason=reason)


def _too_large(path: Path, found: int, bytes_max: int) -> IntakeFault:
    return IntakeFault("too-large", path.name, found_mb=-(-found // 10**6), limit_mb=bytes_max // 10**6)


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)
    except (OSError, ValueError) as fault:
        raise file_fault(path, fault) from fault


def _workbook_tables(file: str, content: bytes, limits: Limits) -> Tables:
    archive = Archive(file, content, limits)
    budget = Budget(limits)
    workbook = read_workbook(archive, budget)
    named = [(sheet_key(SHEETS, name), name, part) for name, part in workbook.sheets]
    _refuse_twice(file, ((key, name) for key, name, _ in named))
    by_sheet: dict[str, Table] = {}
    unknown: list[Table] = []
    for key, name, part in named:
        table = read_sheet(archive, workbook, name, part, limits, budget)
        if key is None:
            unknown.append(Table(name, table.rows[:1]))
        else:
            by_sheet[key] = table
    if not by_sheet:
        raise IntakeFault("no-sheets", file, found=_listed(name for _, name, _ in named), wanted=_wanted())
    return Tables(file, by_sheet, tuple(unknown))


def _folder_tables(folder: Path, limits: Limits) -> Tables:
    found: list[tuple[str | None, str, Path]] = []
    others: list[str] = []
    try:
        for count, name in enumerate(sorted(os.listdir(folder))):
            if count >= limits.members:
                raise IntakeFault("too-many-members", folder.name, limit=limits.members)
            stem, suffix = os.path.splitext(name)
            if suffix.casefold() == ".csv":
                found.append((sheet_key(SHEETS, stem), name, folder / name))
            else:
                others.append(name)
    except OSError as fault:
        raise file_fault(folder, fault) from fault
    _refuse_twice(folder.name, ((key, name) for key, name, _ in found))
    budget = Budget(limits)
    by_sheet = {key: _csv(key, name, path, limits, budget) for key, name, path in found if key is not None}
    if not by_sheet:
        workbooks = [name for name in others if plain(name).endswith((".xlsx", ".xls"))]
        if workbooks:
            raise IntakeFault("folder-of-workbooks", folder.name, found=_listed(workbooks))
        raise IntakeFault("no-tables", folder.name, wanted=_wanted(".csv"))
    unknown = tuple(Table(name, ()) for key, name, _ in found if key is None)
    return Tables(folder.name, by_sheet, unknown)


def _csv(key: str, name: str, path: Path, limits: Limits, budget: Budget) -> Table:
    sheet = BY_KEY[key]

    def known_headers(cells: list[str]) -> int:
        return sum(heading(sheet, cell) is not None for cell in cells)

    return read_csv(name, read_bytes(path, limits.table_bytes), limits, budget, known_headers)


def _refuse_twice(file: str, named: Iterable[tuple[str | None, str]]) -> None:
    """Two sheets or files for the same table: nobody can say which one counts."""
    first: dict[str, str] = {}
    for key, name in named:
        if key is None:
            continue
        if key in first:
            raise IntakeFault("sheet-twice", file, sheet=key, first=first[key], second=name)
        first[key] = name


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    return ", ".join(shown[:8]) + (", …" if len(shown) > 8 else "") if shown else "–"


def _wanted(suffix: str = "") -> str:
    return ", ".join(sheet.key + suffix for sheet in SHEETS if sheet.needed)
